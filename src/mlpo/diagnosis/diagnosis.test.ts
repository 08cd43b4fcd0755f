/**
 * The rules on runs that were broken on purpose. `fixtures/runs.json` holds their metrics, rounded to three digits, each
 * made by `lab train --preset route --task-count 96 --steps 24 --eval-every 0` with the settings beside it (of `cut` the
 * first 8 steps: later that leader has learnt to be short).
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConfig, type Config } from '../config/config.ts'
import { changed, diagnose } from './diagnosis.ts'
import { leastSteps, windowsOf, type MetricColumns } from './window.ts'

interface RecordedRun {
  readonly settings: Partial<Config>
  readonly steps: number
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>
}

const runs = JSON.parse(readFileSync(new URL('fixtures/runs.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, RecordedRun>
>

type Columns = Readonly<Record<string, readonly (number | null)[]>>

function columnsOf(columns: Columns, length: number): MetricColumns {
  return {
    length,
    column: (key) => Array.from({ length }, (_, i) => columns[key]?.[i] ?? NaN),
  }
}

const route = parseConfig({})
const rulesOf = (config: Config, columns: Columns, length: number) =>
  diagnose(config, columnsOf(columns, length)).findings.map(({ rule }) => rule)

function recorded(name: string): { readonly config: Config; readonly run: RecordedRun } {
  const run = runs[name]
  if (run === undefined) throw new RangeError(`no run ${name}`)
  return { run, config: parseConfig({ ...route, ...run.settings }) }
}

/** A column that stands at one value. */
const flat = (value: number, length = 16) => Array.from({ length }, () => value)
const line = (from: number, to: number, length = 16) =>
  Array.from({ length }, (_, i) => from + ((to - from) * i) / (length - 1))

describe('of recorded runs', () => {
  test.each([
    ['healthy', []],
    ['cold', ['too-cold']],
    ['cut', ['cut-off']],
    ['bold', ['unlearns']],
    ['random', ['random-reward']],
    // AdamW does not see how small the accuracy's weight is, and the format was right from the start.
    ['format', []],
  ])('%s: %j', (name, rules) => {
    const { run, config } = recorded(name)
    expect(rulesOf(config, run.columns, run.steps)).toEqual(rules)
  })

  test('every change mends the setting that was broken', () => {
    for (const [name, mended] of [
      ['cold', { temperature: 1 }],
      ['cut', { max_completion_length: 32 }],
      ['bold', { learning_rate: 2e-3 }],
      ['random', { reward_funcs: ['accuracy', 'format'], reward_weights: [1, 0.1] }],
    ] as const) {
      const { run, config } = recorded(name)
      const [finding] = diagnose(config, columnsOf(run.columns, run.steps)).findings
      expect(finding === undefined ? null : changed(config, finding)).toMatchObject(mended)
    }
  })
})

describe('of figures made for one rule', () => {
  const steady: Columns = {
    ...{ reward: flat(0.6), 'rewards/accuracy/mean': flat(0.5), 'rewards/format/mean': flat(1) },
    ...{ frac_reward_zero_std: flat(0.2), entropy: flat(0.3), 'completions/clipped_ratio': flat(0) },
    ...{ 'lora/update_norm': flat(0.2), 'lora/weight_norm': flat(9) },
  }

  test('a steady run has no finding', () => {
    expect(rulesOf(route, steady, 16)).toEqual([])
  })

  test.each<readonly [string, Partial<Config>, Columns]>([
    ['still', { learning_rate: 0 }, { 'lora/update_norm': flat(0) }],
    ['still', { learning_rate: 1e-7 }, { 'lora/update_norm': flat(1e-5) }],
    [
      'too-easy',
      { easy_threshold: null },
      { frac_reward_zero_std: flat(0.95), 'rewards/accuracy/mean': flat(0.98) },
    ],
    ['too-hard', { difficulty: 3 }, { 'rewards/accuracy/mean': flat(0.03) }],
    ['format-only', {}, { 'rewards/format/mean': line(0.4, 0.9) }],
    ['format-only', { reward_weights: [0.1, 1] }, { 'rewards/format/mean': line(0.4, 0.9) }],
    ['equal-rewards', {}, { frac_reward_zero_std: flat(0.9) }],
    ['unpaid', { reward_funcs: ['format'], reward_weights: [1] }, { frac_reward_zero_std: flat(1) }],
    ['entropy-collapsed', {}, { entropy: [...flat(0.4, 8), ...flat(0.02, 8)] }],
    ['kl', { beta: 0.01 }, { kl: line(0, 2) }],
    ['off-policy', { top_k: 5 }, {}],
    ['off-policy', {}, { 'sampling/sampling_logp_difference/mean': flat(0.2) }],
    ['clipped', { num_iterations: 4 }, { 'clip_ratio/region_mean': flat(0.5) }],
    [
      'one-voice',
      {},
      {
        ...{ 'team/copy_rate/0': flat(0), 'team/copy_rate/1': flat(0.95), 'team/copy_rate/2': flat(0.05) },
        ...{ 'team/peer_1_accuracy': flat(0.6), 'team/oracle_accuracy': flat(0.95) },
      },
    ],
    ['no-team', { alone_fraction: 1 }, {}],
  ])('%s with %j', (rule, settings, columns) => {
    const config = parseConfig({ ...route, ...settings })
    const { findings } = diagnose(config, columnsOf({ ...steady, ...columns }, 16))
    expect(findings.map((finding) => finding.rule)).toEqual([rule])
    for (const finding of findings)
      if (finding.change !== null) expect(changed(config, finding)).not.toEqual(config)
  })

  test('where the right answer earns nothing, the change pays for it', () => {
    const config = parseConfig({ ...route, reward_funcs: ['format'], reward_weights: [1] })
    const columns = { ...steady, frac_reward_zero_std: flat(1) }
    const [finding] = diagnose(config, columnsOf(columns, 16)).findings
    expect(finding?.change).toEqual({ reward_funcs: ['accuracy', 'format'], reward_weights: [1, 0.1] })
  })

  test('a fall of the reward is named, not the cut-off texts that follow from it', () => {
    const columns = { ...steady, reward: line(0.8, 0.1), 'completions/clipped_ratio': line(0, 0.9) }
    expect(rulesOf(route, columns, 16)).toEqual(['unlearns'])
  })

  test('evidence is what the metrics were, first and last', () => {
    const columns = { ...steady, 'completions/clipped_ratio': line(0.3, 0.9) }
    const [finding] = diagnose(route, columnsOf(columns, 16)).findings
    const evidence = finding?.evidence.find(({ metric }) => metric === 'completions/clipped_ratio')
    expect(evidence?.first).toBeCloseTo(0.3 + (0.6 * 3.5) / 15)
    expect(evidence?.last).toBeCloseTo(0.9 - (0.6 * 3.5) / 15)
  })
})

test('too few steps say nothing but how many are missing', () => {
  const { findings, rewardChange, stepsMissing } = diagnose(route, columnsOf({ reward: flat(0) }, 3))
  expect({ findings, rewardChange, stepsMissing }).toEqual({
    findings: [],
    rewardChange: null,
    stepsMissing: leastSteps - 3,
  })
})

test('whatever the figures are, every change that is offered is a configuration that can be run', () => {
  const value = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 2, noNaN: true }))
  const column = fc.array(value, { minLength: 8, maxLength: 8 })
  const names = Object.keys(recorded('healthy').run.columns)
  const settings = fc.record(
    {
      temperature: fc.constantFrom(0.1, 1),
      learning_rate: fc.constantFrom(0, 2e-3, 0.1),
      reward_weights: fc.constantFrom([1, 0.1], [0.1, 1], [0, 1]),
      easy_threshold: fc.constantFrom(null, 0.5, 1),
      difficulty: fc.constantFrom(null, 1, 2, 3),
      num_generations: fc.constantFrom(2, 32, 64),
      max_completion_length: fc.constantFrom(16, 8192),
      top_p: fc.constantFrom(0.5, 1),
      beta: fc.constantFrom(0, 10),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(
      settings,
      fc.array(column, { minLength: names.length, maxLength: names.length }),
      (own, all) => {
        const config = parseConfig({ ...route, ...own })
        const columns = Object.fromEntries(names.map((name, i) => [name, all[i] ?? []]))
        for (const finding of diagnose(config, columnsOf(columns, 8)).findings) changed(config, finding)
      },
    ),
  )
})

test('the windows of a short run do not overlap', () => {
  const windows = windowsOf(columnsOf({ reward: [0, 0, 1, 1, 1] }, 5))
  expect([windows.first('reward'), windows.last('reward')]).toEqual([0, 1])
})
