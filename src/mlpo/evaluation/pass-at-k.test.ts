import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { passAtK, passKs } from './pass-at-k.ts'

/** The share of all k-subsets of the samples that hold a right one. */
function bySubsets(samples: number, right: number, k: number): number {
  let subsets = 0
  let hits = 0
  for (let set = 0; set < 2 ** samples; set++) {
    const members = Array.from({ length: samples }, (_, i) => i).filter((i) => ((set >> i) & 1) === 1)
    if (members.length !== k) continue
    subsets += 1
    if (members.some((i) => i < right)) hits += 1
  }
  return hits / subsets
}

describe('pass@k', () => {
  test('is the share of all choices of k samples with a right one among them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), fc.nat(), (samples, a, b) => {
        const [right, k] = [a % (samples + 1), 1 + (b % samples)]
        expect(passAtK({ samples, right, k })).toBeCloseTo(bySubsets(samples, right, k), 10)
      }),
    )
  })

  test('at 64 of 64 is 1 with one right sample and 0 with none', () => {
    expect(passAtK({ samples: 64, right: 1, k: 64 })).toBe(1)
    expect(passAtK({ samples: 64, right: 0, k: 64 })).toBe(0)
    expect(() => passAtK({ samples: 8, right: 1, k: 9 })).toThrow(RangeError)
  })

  test('is shown at doublings', () => expect(passKs(64)).toEqual([1, 2, 4, 8, 16, 32, 64]))
})
