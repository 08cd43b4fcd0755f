import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAccumulation, readInputs, readLosses } from './fixtures/read.ts'
import type { LossType } from './loss-types.ts'
import { objectiveMetrics } from './objective-metrics.ts'
import { batchTotals, objective } from './objective.ts'
import type { ObjectiveRow, ObjectiveSettings } from './objective.ts'

const inputs = readInputs()
const { length } = inputs
const lossTypes: readonly LossType[] = ['grpo', 'bnpo', 'dr_grpo', 'dapo', 'cispo', 'luspo', 'sapo', 'vespo']

const plain: ObjectiveSettings = {
  loss_type: 'dr_grpo',
  beta: 0,
  epsilon: 0.2,
  epsilon_high: 0.28,
  delta: null,
  importance_sampling_level: 'token',
  use_bias_correction_kl: false,
  mask_truncated_completions: false,
  length,
}

function fixtureRows(advantages: readonly number[], { onPolicy = false } = {}): ObjectiveRow[] {
  return inputs.policy.map((policy, i) => ({
    advantage: advantages[i] ?? 0,
    policy,
    old: onPolicy ? null : (inputs.old[i] ?? []),
    reference: inputs.ref[i] ?? [],
    weights: null,
    truncated: inputs.truncated.includes(i),
  }))
}

function expectNear(actual: ArrayLike<number>, expected: readonly number[] | undefined) {
  expect(actual).toHaveLength(expected?.length ?? -1)
  expected?.forEach((value, t) => expect(Math.abs((actual[t] ?? Number.NaN) - value)).toBeLessThan(1e-12))
}

function expectMetrics(actual: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>) {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  for (const [key, value] of Object.entries(expected)) {
    // Clip metrics pass through float32 in TRL.
    expect(Math.abs((actual[key] ?? Number.NaN) - value), key).toBeLessThan(
      key.includes('clip') ? 1e-7 : 1e-12,
    )
  }
}

describe('the objective agrees with TRL 1.16', () => {
  const cases = readLosses().map((reference) => ({
    ...reference,
    title: Object.values(reference.settings).join(' ') + (reference.on_policy ? ' on-policy' : ''),
  }))
  test.each(cases)('loss, gradient and metrics: $title', (reference) => {
    const settings = { ...reference.settings, length }
    const rows = fixtureRows(reference.advantages, { onPolicy: reference.on_policy })
    const { loss, gradient, rows: terms } = objective(rows, settings)
    expect(Math.abs(loss - reference.loss)).toBeLessThan(1e-12)
    gradient.forEach((row, i) => expectNear(row, reference.gradient[i]))
    expectMetrics(objectiveMetrics(terms, settings), reference.metrics)
    expect(batchTotals(rows, settings).tokens).toBe(reference.items)
  })

  test.each(readAccumulation())('two micro-batches of $settings.loss_type', (reference) => {
    const settings = { ...reference.settings, length }
    const rows = fixtureRows(reference.advantages)
    let total = 0
    for (const part of reference.parts) {
      const micro = objective(rows.slice(...part.rows), settings, batchTotals(rows, settings))
      expect(Math.abs(micro.loss - part.loss)).toBeLessThan(1e-12)
      micro.gradient.forEach((row, i) => expectNear(row, part.gradient[i]))
      expectMetrics(objectiveMetrics(micro.rows, settings), part.metrics)
      total += micro.loss
    }
    expect(Math.abs(total - reference.loss)).toBeLessThan(1e-12)
  })
})

const logProb = fc.double({ min: -6, max: -0.01, noNaN: true })
const near = fc.double({ min: -0.6, max: 0.6, noNaN: true })
const anyRow = fc.array(fc.tuple(logProb, near, near), { maxLength: 7 }).chain((tokens) =>
  fc.record({
    advantage: fc.double({ min: -2, max: 2, noNaN: true }),
    policy: fc.constant(tokens.map(([l]) => l)),
    old: fc.constantFrom(tokens.map(([l, shift]) => l - shift)),
    reference: fc.constant(tokens.map(([l, , shift]) => l - shift)),
    weights: fc.option(fc.constant(tokens.map(([, shift]) => Math.abs(shift)))),
    truncated: fc.boolean(),
  }),
)
const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 6 })
const anySettings = fc.record({
  loss_type: fc.constantFrom(...lossTypes),
  beta: fc.constantFrom(0, 0.1),
  epsilon: fc.constant(0.2),
  epsilon_high: fc.constantFrom(0.28, 1.2),
  delta: fc.constantFrom(null, 1.5),
  importance_sampling_level: fc.constantFrom('token', 'sequence'),
  use_bias_correction_kl: fc.boolean(),
  mask_truncated_completions: fc.boolean(),
  length: fc.constant(length),
})

describe('gradients', () => {
  const step = 1e-6
  /** cispo and vespo hold their weight constant: the loss to differentiate has it frozen. */
  const differentiable = anySettings.filter(({ loss_type }) => loss_type !== 'cispo' && loss_type !== 'vespo')

  test('the gradient is what finite differences of the loss give', () => {
    fc.assert(
      fc.property(anyRows, differentiable, (rows, settings) => {
        const { gradient } = objective(rows, settings)
        rows.forEach((row, i) => {
          row.policy.forEach((_, t) => {
            const lossAt = (by: number) => {
              const policy = row.policy.map((l, u) => (u === t ? l + by : l))
              return objective(rows.with(i, { ...row, policy }), settings).loss
            }
            const [below, middle, above] = [lossAt(-step), lossAt(0), lossAt(step)]
            const kink = Math.abs((above - middle) / step - (middle - below) / step) > 1e-4
            if (kink) return // a clip bound lies within the step
            expect(gradient[i]?.[t]).toBeCloseTo((above - below) / (2 * step), 4)
          })
        })
      }),
      { numRuns: 60 },
    )
  })

  test('cispo and vespo at ratio 1 have the gradient of −A log π', () => {
    for (const loss_type of ['cispo', 'vespo'] as const) {
      const rows = fixtureRows([1, -1, 0.5, 2, 0, 1, -1, -2], { onPolicy: true })
      const { gradient } = objective(rows, { ...plain, loss_type, epsilon_high: 5 })
      const tokens = inputs.policy.flat().length
      gradient.forEach((row, i) =>
        row.forEach((g) => expect(g).toBeCloseTo(-(rows[i]?.advantage ?? 0) / tokens)),
      )
    }
  })
})

describe('laws', () => {
  test('any cut into micro-batches gives the same loss and gradient, bnpo excepted', () => {
    fc.assert(
      fc.property(anyRows, anySettings, fc.nat(), (rows, settings, at) => {
        if (settings.loss_type === 'bnpo') return
        const whole = objective(rows, settings)
        const cut = at % (rows.length + 1)
        const totals = batchTotals(rows, settings)
        const parts = [rows.slice(0, cut), rows.slice(cut)].map((part) => objective(part, settings, totals))
        expect(parts.reduce((sum, part) => sum + part.loss, 0)).toBeCloseTo(whole.loss, 10)
        expect(parts.flatMap((part) => part.gradient)).toEqual(whole.gradient)
      }),
    )
  })

  test('the shares of the tokens add up to the loss', () => {
    fc.assert(
      fc.property(anyRows, anySettings, (rows, settings) => {
        const { loss, rows: terms } = objective(rows, settings)
        const shares = terms.reduce((sum, row) => sum + row.loss.reduce((a, b) => a + b, 0), 0)
        expect(shares).toBeCloseTo(loss, 10)
      }),
    )
  })

  test('a masked completion has no gradient but still counts among the rows', () => {
    const rows = fixtureRows([1, 1, 1, 1, 1, 1, 1, 1])
    const settings = { ...plain, mask_truncated_completions: true }
    const masked = objective(rows, settings)
    expect(masked.gradient[2]?.every((g) => g === 0)).toBe(true)
    expect(masked.gradient[0]).toEqual(objective(rows, plain).gradient[0])
  })

  test('KL is never negative and 0 against oneself', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const settings = { ...plain, beta: 1 }
        for (const row of objective(rows, settings).rows) expect(row.kl.every((kl) => kl >= 0)).toBe(true)
        const self = rows.map((row) => ({ ...row, reference: row.policy }))
        for (const row of objective(self, settings).rows) expect(row.kl.every((kl) => kl === 0)).toBe(true)
      }),
    )
  })

  test('arrays of different lengths and a missing reference are refused', () => {
    const row = {
      advantage: 1,
      policy: [-1, -2],
      old: [-1],
      reference: null,
      weights: null,
      truncated: false,
    }
    expect(() => objective([row], plain)).toThrow(/row 0: 1 old values for 2/)
    expect(() => objective([{ ...row, old: null }], { ...plain, beta: 0.1 })).toThrow(/reference/)
  })

  test('no rows and empty completions give 0, not NaN', () => {
    for (const loss_type of lossTypes) {
      const settings = { ...plain, loss_type, beta: 0.1 }
      expect(objective([], settings).loss).toBe(0)
      const empty = { advantage: 1, policy: [], old: [], reference: [], weights: null, truncated: false }
      expect(objective([empty], settings).loss).toBe(0)
      for (const value of Object.values(objectiveMetrics(objective([empty], settings).rows, settings))) {
        expect(Number.isFinite(value)).toBe(true)
      }
    }
  })
})
