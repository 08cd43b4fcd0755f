/** `lab evaluate --full`: three files, one report, and a word on what goes wrong. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readReport } from '../src/mlpo/evaluation/report-read.ts'
import type { EvaluationReport } from '../src/mlpo/evaluation/report.ts'
import { fakeAdapter } from '../src/mlpo/testing/fake-trainer.ts'
import { fakeFlags, fakeModels, lab, type Outcome } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-full-'))
afterAll(() => rmSync(folder, { recursive: true }))

const few = [...fakeFlags, '--runs', '2', '--pass-samples', '4']
const full = (...args: readonly string[]) => ['evaluate', '--full', ...few, ...args]

describe('a full evaluation', () => {
  const out = join(folder, 'report')
  const adapters: string[] = []
  let outcome: Outcome
  let report: EvaluationReport
  beforeAll(async () => {
    const models = {
      ...fakeModels,
      readAdapter: (name: string) => {
        adapters.push(name)
        return Promise.resolve(fakeAdapter(Float32Array.of(0, 0, 0, 5, 0, 0, 0, 0, 0, 0)))
      },
    }
    const args = ['--seeds', '3,4', '--adapter', 'runs/{seed}', '--unseen-peer', 'fake-peer-3', '--out', out]
    outcome = await lab(full(...args), { models })
    report = readReport(readFileSync(join(out, 'report.json'), 'utf8'))
  })

  test('writes the report as JSON, CSV and a page, and says where', () => {
    expect(outcome.code).toBe(0)
    expect(readdirSync(out).sort()).toEqual(['report.html', 'report.json', 'rows.csv'])
    expect(outcome.notes.at(-1)).toBe(`The report is ${join(out, 'report.html')}.`)
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<svg')
    const sections = new Set(
      readFileSync(join(out, 'rows.csv'), 'utf8')
        .split('\r\n')
        .map((line) => line.split(',')[0]),
    )
    expect([...sections]).toEqual(
      expect.arrayContaining(['row', 'contrast', 'pass@k', 'shapley', 'probe/unseen']),
    )
  })

  test('has both decodings of each seed, with the adapter of that seed', () => {
    expect(report.parts.map(({ seed, decoding }) => [seed, decoding])).toEqual([
      [3, 'greedy'],
      [3, 'sampled'],
      [4, 'greedy'],
      [4, 'sampled'],
    ])
    expect(adapters).toEqual(['runs/3', 'runs/4'])
    expect(report.setup.trainings).toBe(2)
    expect(report.setup.leaders.map(({ name }) => name)).toEqual(['untrained', 'trained'])
  })

  test('a part is what the seed alone would give, and the command that it prints remakes it', async () => {
    const { command } = report
    expect(command).toContain('npm run lab -- evaluate --full')
    expect(command).toContain('--seeds 3,4')
    expect(command).toContain('--adapter runs/{seed}')
    expect(command).not.toContain(out)
    const alone = join(folder, 'alone')
    const models = {
      ...fakeModels,
      readAdapter: () => Promise.resolve(fakeAdapter(Float32Array.of(0, 0, 0, 5, 0, 0, 0, 0, 0, 0))),
    }
    const args = [
      '--seed',
      '4',
      '--adapter',
      'x',
      '--unseen-peer',
      'fake-peer-3',
      '--decoding',
      'both',
      '--json',
      '--out',
      alone,
    ]
    const { out: lines } = await lab(full(...args), { models })
    const single = readReport(readFileSync(join(alone, 'report.json'), 'utf8'))
    expect(withoutClock(single.parts)).toEqual(withoutClock(report.parts.slice(2)))
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toContain('claim')
  })

  test('has written the seeds before one that fails', async () => {
    const out = join(folder, 'half')
    const readAdapter = (name: string) =>
      name === 'runs/4'
        ? Promise.reject(new Error('no adapter'))
        : Promise.resolve(fakeAdapter(new Float32Array(10)))
    const args = ['--seeds', '3,4', '--adapter', 'runs/{seed}', '--decoding', 'greedy', '--out', out]
    const { code } = await lab(full(...args), { models: { ...fakeModels, readAdapter } })
    expect(code).not.toBe(0)
    const { parts } = readReport(readFileSync(join(out, 'report.json'), 'utf8'))
    expect(parts.map(({ seed }) => seed)).toEqual([3])
  })

  test('prints a line for each row and each claim', () => {
    for (const label of ['Trained leader + team', 'Vote of the peers', 'Oracle', 'Table: family → peer'])
      expect(outcome.out.some((line) => line.startsWith(label))).toBe(true)
    expect(outcome.out.some((line) => /over 2 seeds, too few seeds$/.test(line))).toBe(true)
  })
})

/** Times are the clock's. */
function withoutClock(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'milliseconds' ? undefined : inner)),
  )
}

describe('wrong use', () => {
  test.each([
    [['evaluate', '--full'], 2, /--full needs --out DIR/],
    [['evaluate', '--seeds', '1,2'], 2, /--seeds needs --full/],
    [
      ['evaluate', '--full', '--control', 'other-question', '--out', 'x'],
      2,
      /--full includes what --control does/,
    ],
    [['evaluate', '--full', '--texts', 'x.jsonl', '--out', 'x'], 2, /--full includes what --texts does/],
    [full('--seeds', '1,1', '--out', join(folder, 'a')), 1, /--seeds 1,1: expected different whole numbers/],
    [full('--seeds', '1,x', '--out', join(folder, 'b')), 1, /--seeds 1,x: expected different whole numbers/],
    [full('--out', '/dev/null/x'), 1, /not a folder/],
  ])('%j', async (args, code, message) => {
    const outcome = await lab(args)
    expect(outcome.code).toBe(code)
    expect(outcome.notes.at(-1)).toMatch(message)
  })
})
