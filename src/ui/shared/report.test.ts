import { expect, test } from 'vitest'
import { presets } from '../../mlpo/config/presets.ts'
import { reportText, type ReportFacts } from './report.ts'

const [preset] = presets
if (preset === undefined) throw new Error('There is no preset.')
const error = { name: 'RunMissingError', message: 'The saved run is gone.', detail: 'at open-run.ts:55' }
const facts: ReportFacts = {
  ...{ when: '2026-01-02T03:04:05.000Z', version: '1.2.3', build: 'index-abc.js', place: 'Train' },
  run: { mode: 'failed', step: 3, steps: 40, saved: false },
  team: {
    device: { engine: 'tfjs', backend: 'wasm', threads: 2, because: 'No GPU was found.' },
    leader: { id: 'leader', parameters: 1, library: null },
    peers: [],
  },
  browser: { userAgent: 'Test/1', cores: 4, memoryGb: null, isolated: true, gpu: false },
  config: preset.config,
}

test('a report has the failure, the place, the run, the device, the browser and every setting', () => {
  const text = reportText(error, facts)
  for (const part of [
    ...['Leader Lab 1.2.3 (index-abc.js), 2026-01-02', 'RunMissingError: The saved run is gone.'],
    ...['at open-run.ts:55', 'Place: Train', 'Run: failed, 3 of 40 steps done', 'tfjs on wasm, 2 threads'],
    ...['No GPU was found.', 'Test/1; 4 cores; isolated; has no WebGPU'],
  ])
    expect(text).toContain(part)
  const [, settings = ''] = text.split('Settings: ')
  expect(JSON.parse(settings)).toEqual(preset.config)
})

test('a report without run, team or detail says so, or leaves out the line', () => {
  const text = reportText({ ...error, detail: null }, { ...facts, run: null, team: null })
  expect(text).toContain('Run: none')
  expect(text).toContain('Device: no team loaded')
  expect(text).toContain('Settings of the preset: ')
  expect(text).not.toContain('null\n')
  expect(text).not.toContain('\n\n\n')
})
