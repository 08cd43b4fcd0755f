import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shapleyValues } from './shapley.ts'

const worth = fc
  .integer({ min: 1, max: 4 })
  .chain((peers) =>
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 ** peers, maxLength: 2 ** peers }),
  )

describe('Shapley values', () => {
  test('add up to what the whole team gains over nobody', () => {
    fc.assert(
      fc.property(worth, (of) => {
        const sum = shapleyValues(of).reduce((all, value) => all + value, 0)
        expect(sum).toBeCloseTo((of.at(-1) ?? 0) - (of[0] ?? 0), 10)
      }),
    )
  })

  test('of a sum of peers are the peers’ own parts; who adds nothing is worth nothing', () => {
    const parts = [0.2, 0, 0.5]
    const of = Array.from({ length: 8 }, (_, set) =>
      parts.reduce((sum, part, peer) => sum + (((set >> peer) & 1) === 1 ? part : 0), 0.1),
    )
    for (const [peer, value] of shapleyValues(of).entries()) expect(value).toBeCloseTo(parts[peer] ?? NaN, 12)
  })

  test('of two who only help together are equal', () => {
    expect(shapleyValues([0, 0, 0, 1])).toEqual([0.5, 0.5])
    expect(() => shapleyValues([0, 1, 1])).toThrow(RangeError)
  })
})
