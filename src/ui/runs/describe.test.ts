import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../mlpo/config/config.ts'
import { presets } from '../../mlpo/config/presets.ts'
import { noNotes } from '../../storage/run-notes.ts'
import type { RunEntry } from '../../workers/client-types.ts'
import { changesText, lastReward, namesOf, originOf, overlaid, varyingSettings } from './describe.ts'

function entry(runId: string, given: object, notes: Partial<RunEntry['notes']> = {}): RunEntry {
  const config = parseConfig(given)
  return {
    ...{ runId, savedAt: 0, bytes: 1, notes: { ...noNotes, ...notes }, notesProblem: null, checkpoints: [] },
    state: {
      runId,
      config,
      step: 3,
      steps: [],
      evaluations: [],
      rewards: [],
      questions: null,
      leftOut: null,
      adapter: null,
    },
    problem: null,
    openIn: null,
  }
}

describe('a run', () => {
  it('has the name that it was given, else its nearest preset and its seed; no two share one by default', () => {
    const entries = [
      entry('newest', { seed: 7 }, { createdAt: 30 }),
      entry('named', { seed: 7 }, { createdAt: 20, name: 'First' }),
      entry('oldest', { seed: 7 }, { createdAt: 10 }),
    ]
    expect(Object.fromEntries(namesOf(entries, presets))).toEqual({
      oldest: 'Route, seed 7',
      named: 'First',
      newest: 'Route, seed 7 (2)',
    })
  })

  it('is told by what differs from the run that it goes on from, while that is there', () => {
    const parent = entry('a', { learning_rate: 0.01 }, { name: 'First' })
    const fork = entry('b', { learning_rate: 0.02, seed: 2 }, { parent: { runId: 'a', step: 3 } })
    const origin = originOf(fork, { entries: [fork, parent], names: new Map([['a', 'First']]), presets })
    expect(origin?.from).toBe('First after step 3')
    const text = changesText(origin?.changes ?? [])
    expect(text).toContain('learning_rate 0.01 → 0.02')
    expect(text).toContain('seed 1 → 2')
    expect(originOf(fork, { entries: [fork], names: new Map(), presets })?.from).toBe('the preset Route')
  })

  it('has a last reward of the mean over its last ten steps', () => {
    const { state } = entry('a', {})
    const steps = Array.from({ length: 20 }, (_, i) => ({ step: i + 1, metrics: { reward: i < 10 ? 0 : 1 } }))
    expect(state && lastReward({ ...state, steps })).toBe(1)
    expect(state && lastReward(state)).toBeNull()
  })
})

it('settings vary when they are not the same in all of the runs', () => {
  const configs = [{}, { seed: 2 }, { seed: 2, lora_r: 4 }].map(parseConfig)
  expect([...varyingSettings(configs)].sort()).toEqual(['lora_r', 'seed'])
  expect(varyingSettings(configs.slice(0, 1))).toEqual([])
})

it('curves are laid over each other by step, each in a column of its own', () => {
  const rows = overlaid([
    [
      { step: 1, value: 0.1 },
      { step: 3, value: 0.3 },
    ],
    [
      { step: 2, value: 0.2 },
      { step: 3, value: undefined },
    ],
  ])
  expect(rows).toEqual([
    { step: 1, metrics: { run0: 0.1 } },
    { step: 2, metrics: { run1: 0.2 } },
    { step: 3, metrics: { run0: 0.3 } },
  ])
})
