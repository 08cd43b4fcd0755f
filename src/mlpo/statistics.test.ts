import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalQuantile, tQuantile } from './quantiles.ts'
import { stream } from './random.ts'
import {
  bootstrapDifference,
  bootstrapMean,
  holm,
  mean,
  pairedDifferences,
  sampleStd,
  tInterval,
  wilson,
} from './statistics.ts'

describe('mean and sampleStd', () => {
  test('known values', () => {
    expect(mean([1, 2, 3, 4])).toBe(2.5)
    expect(sampleStd([1, 2, 3, 4])).toBeCloseTo(1.2909944487358056, 14)
    expect(mean([])).toBeNaN()
    expect(sampleStd([3])).toBe(0)
  })

  test('equal values have exactly their mean and no deviation', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 2, max: 30 }),
        (x, n) => {
          const values = new Array<number>(n).fill(x)
          expect(mean(values)).toBe(x + 0)
          expect(sampleStd(values)).toBe(0)
        },
      ),
    )
  })
})

describe('quantiles', () => {
  test.each([
    [0.975, 1.959963984540054],
    [0.5, 0],
    [0.995, 2.5758293035489004],
    [0.025, -1.959963984540054],
  ])('normal %f', (share, z) => expect(normalQuantile(share)).toBeCloseTo(z, 9))

  test.each([
    [1, 12.706204736432095],
    [2, 4.302652729911275],
    [4, 2.7764451051977987],
    [9, 2.2621571627409915],
    [30, 2.0422724563012373],
    [1000, 1.9623390808264078],
  ])('t at 0.975 with %i degrees', (degrees, t) => expect(tQuantile(0.975, degrees)).toBeCloseTo(t, 8))

  test('shares outside (0, 1) are refused', () => {
    expect(() => normalQuantile(1)).toThrow(RangeError)
  })
})

describe('wilson', () => {
  test.each([
    [8, 10, 0.4901625, 0.9433178],
    [0, 10, 0, 0.2775328],
    [10, 10, 0.7224672, 1],
    [500, 1000, 0.4690696, 0.5309304],
  ])('%i of %i', (right, trials, low, high) => {
    const interval = wilson(right, trials)
    expect(interval.low).toBeCloseTo(low, 6)
    expect(interval.high).toBeCloseTo(high, 6)
  })

  test('holds the share, stays within 0 and 1, and mirrors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (trials, n) => {
        const right = n % (trials + 1)
        const { low, estimate, high } = wilson(right, trials)
        expect(0 <= low && low <= estimate && estimate <= high && high <= 1).toBe(true)
        expect(wilson(trials - right, trials).low).toBeCloseTo(1 - high, 10)
      }),
    )
  })

  test('no trials say nothing', () => {
    expect(wilson(0, 0)).toMatchObject({ low: 0, high: 1 })
  })
})

describe('tInterval', () => {
  test('five seeds', () => {
    const { estimate, low, high } = tInterval([1, 2, 3, 4, 5])
    expect(estimate).toBe(3)
    expect(high - 3).toBeCloseTo(1.96324316, 7)
    expect(3 - low).toBeCloseTo(1.96324316, 7)
  })

  test('one value says nothing', () => {
    expect(tInterval([4]).low).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('bootstrap', () => {
  const values = Array.from({ length: 200 }, (_, i) => Number(i % 3 === 0))

  test('the same stream gives the same interval', () => {
    const run = () => bootstrapMean(values, { random: stream(1, 'bootstrap'), resamples: 300 })
    expect(run()).toEqual(run())
  })

  test('for a share it is close to Wilson', () => {
    const interval = bootstrapMean(values, { random: stream(1, 'bootstrap') })
    const { low, high } = wilson(67, 200)
    expect(interval.estimate).toBeCloseTo(0.335, 12)
    expect(Math.abs(interval.low - low)).toBeLessThan(0.015)
    expect(Math.abs(interval.high - high)).toBeLessThan(0.015)
  })

  test('covers the truth about as often as it says', () => {
    let covered = 0
    for (let trial = 0; trial < 200; trial++) {
      const random = stream(2, 'coverage', trial)
      const sample = Array.from({ length: 60 }, () => random.normal())
      const { low, high } = bootstrapMean(sample, { random, resamples: 200 })
      if (low <= 0 && 0 <= high) covered += 1
    }
    expect(covered / 200).toBeGreaterThan(0.88)
    expect(covered / 200).toBeLessThan(0.99)
  })

  test('a difference is paired: what both share leaves no width', () => {
    const shifted = values.map((value) => value + 0.25)
    const interval = bootstrapDifference(shifted, values, { random: stream(3), resamples: 50 })
    expect(interval).toEqual({ estimate: 0.25, low: 0.25, high: 0.25 })
    expect(() => pairedDifferences([1], [1, 2])).toThrow(RangeError)
  })
})

describe('holm', () => {
  test('a known family', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])
    ;[0.03, 0.06, 0.06, 0.02].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 12))
  })

  test('adjusted values are at least the raw ones, at most Bonferroni’s, and keep the order', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(p, { maxLength: 8 }), (ps) => {
        const adjusted = holm(ps)
        ps.forEach((raw, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(raw)
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, raw * ps.length) + 1e-12)
          ps.forEach((other, j) => {
            if (raw < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? 1)
          })
        })
      }),
    )
  })
})
