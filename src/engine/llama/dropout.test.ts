import { describe, expect, test } from 'vitest'
import { dropoutMask } from './dropout.ts'

const size = 100_000
const mask = (rate: number, { seed = 1, path = 'q_proj' } = {}) => dropoutMask({ rate, seed }, path, size)
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
/** Of what is kept. */
const overlap = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + Number(value !== 0 && b[i] !== 0), 0) / size

describe('a mask', () => {
  test.each([0.05, 0.3, 0.9])('leaves out a share of %d, and keeps the mean at 1', (rate) => {
    const found = mask(rate)
    const dropped = found.filter((value) => value === 0).length / size
    expect(Math.abs(dropped - rate)).toBeLessThan(0.006)
    expect(Math.abs(mean(found) - 1)).toBeLessThan(0.05)
    expect(new Set(found)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]))
  })

  test('of rate 0 leaves nothing out', () => {
    expect(new Set(mask(0))).toEqual(new Set([1]))
  })

  test('is the same for the same pass and module, and has nothing to do with any other', () => {
    expect(mask(0.5)).toEqual(mask(0.5))
    for (const other of [mask(0.5, { seed: 2 }), mask(0.5, { path: 'k_proj' })])
      expect(Math.abs(overlap(mask(0.5), other) - 1 / 4)).toBeLessThan(0.006)
  })
})
