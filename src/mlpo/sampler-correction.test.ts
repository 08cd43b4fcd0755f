import { describe, expect, test } from 'vitest'
import { readCorrections, readInputs } from './fixtures/read.ts'
import { objectiveMetrics } from './objective-metrics.ts'
import { objective } from './objective.ts'
import { resolvedCorrection, samplerCorrection } from './sampler-correction.ts'

const inputs = readInputs()
const pairs = inputs.old.map((old, i) => ({ old, sampler: inputs.sampling[i] ?? [] }))

test('auto corrects between two engines alone, and everything else is what it says', () => {
  expect(resolvedCorrection('auto', 'one engine')).toBe('none')
  expect(resolvedCorrection('auto', 'two engines')).toBe('sequence_mask')
  expect(resolvedCorrection('none', 'two engines')).toBe('none')
  expect(resolvedCorrection('token_mask', 'one engine')).toBe('token_mask')
})

describe('the sampler correction agrees with TRL 1.16', () => {
  test.each(readCorrections())('$mode, from $clip_min, $settings.loss_type', (reference) => {
    const { mode, clip_min: clipMin, clip_max: clipMax } = reference
    const { weights, metrics } = samplerCorrection(pairs, { mode, clipMin, clipMax })
    weights.forEach((row, i) => {
      row.forEach((weight, t) => expect(weight).toBeCloseTo(reference.weights[i]?.[t] ?? Number.NaN, 12))
    })
    const rows = inputs.policy.map((policy, i) => ({
      advantage: reference.advantages[i] ?? 0,
      policy,
      old: inputs.old[i] ?? null,
      reference: inputs.ref[i] ?? null,
      weights: weights[i] ?? null,
      truncated: inputs.truncated.includes(i),
    }))
    const settings = { ...reference.settings, length: inputs.length }
    const { loss, gradient, rows: terms } = objective(rows, settings)
    expect(Math.abs(loss - reference.loss)).toBeLessThan(1e-12)
    gradient.forEach((row, i) => {
      row.forEach((value, t) => {
        expect(Math.abs(value - (reference.gradient[i]?.[t] ?? Number.NaN))).toBeLessThan(1e-12)
      })
    })
    const all = { ...metrics, ...objectiveMetrics(terms, settings) }
    expect(Object.keys(all).sort()).toEqual(Object.keys(reference.metrics).sort())
    for (const [key, value] of Object.entries(reference.metrics)) expect(all[key], key).toBeCloseTo(value, 7)
  })
})

describe('samplerCorrection', () => {
  test('equal engines are not corrected', () => {
    const same = inputs.old.map((old) => ({ old, sampler: old }))
    const { weights } = samplerCorrection(same, { mode: 'sequence_mask' })
    expect(weights.every((row) => row.every((weight) => weight === 1))).toBe(true)
  })

  test('a token that the sampler could not score counts as equal', () => {
    const { weights, metrics } = samplerCorrection([{ old: [-1, -2], sampler: [Number.NaN, -2.5] }], {
      mode: 'token_truncate',
    })
    expect(weights[0]?.[0]).toBe(1)
    expect(metrics['sampling/sampling_logp_difference/mean']).toBe(0.5)
  })

  test('no rows give no metrics', () => {
    expect(samplerCorrection([], { mode: 'token_mask' })).toEqual({ weights: [], metrics: {} })
  })
})
