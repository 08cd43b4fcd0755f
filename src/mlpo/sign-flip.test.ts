/** The test of MLPO §5: exact where it can be, honest where nothing differs, blind to order and sign. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stream } from './random.ts'
import { signFlipTest } from './sign-flip.ts'

/** By its definition: the share of all sign vectors whose sum is at least as far from 0. */
function byDefinition(differences: readonly number[]): number {
  const bar = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - 1e-9
  let far = 0
  for (let signs = 0; signs < 2 ** differences.length; signs++) {
    const sum = differences.reduce((all, value, i) => all + ((signs >> i) & 1 ? value : -value), 0)
    if (Math.abs(sum) >= bar) far += 1
  }
  return far / 2 ** differences.length
}

/** As an evaluation has them: differences of means over up to four samples. */
const difference = fc.integer({ min: -4, max: 4 }).map((quarters) => quarters / 4)

describe('signFlipTest', () => {
  test('equals the count of all flips where there are few questions', () => {
    fc.assert(
      fc.property(fc.array(difference, { maxLength: 10 }), (differences) => {
        const p = signFlipTest(differences, { random: stream(1), flips: 2000 })
        expect(p).toBeCloseTo(byDefinition(differences), 12)
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    ['sizes that all differ', Array.from({ length: 12 }, (_, i) => (i % 4 === 0 ? -1 : 1) * (1 + i / 7))],
    ['one size', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1]],
    ['long and short runs', [1, 1, 1, 1, 1, 1, 1, -1, 0.5, 0.5, 1 / 3, -(1 - 2 / 3)]],
  ])('drawn flips agree with all flips: %s', (_, differences) => {
    const exact = byDefinition(differences)
    const flips = 4000
    const drawn = signFlipTest(differences, { random: stream(4, 'drawn'), flips })
    // Five standard errors of a share of 4,000.
    expect(Math.abs(drawn - exact)).toBeLessThan(5 * Math.sqrt((exact * (1 - exact)) / flips) + 1 / flips)
  })

  test('is (1 + b)/(1 + B): never 0, and 1 when nothing differs', () => {
    expect(signFlipTest(new Array<number>(200).fill(1), { random: stream(1), flips: 99 })).toBe(0.01)
    expect(signFlipTest([0, 0, 0], { random: stream(1), flips: 99 })).toBe(1)
    expect(signFlipTest([], { random: stream(1), flips: 99 })).toBe(1)
  })

  test('neither order, nor direction, nor questions without a difference matter', () => {
    fc.assert(
      fc.property(fc.array(difference, { minLength: 12, maxLength: 60 }), fc.nat(), (differences, seed) => {
        const p = (of: readonly number[]) => signFlipTest(of, { random: stream(5), flips: 50 })
        const first = p(differences)
        expect(p(stream(seed).shuffle(differences))).toBe(first)
        expect(p(differences.map((value) => -value))).toBe(first)
        expect(p([...differences, 0, 0])).toBe(first)
      }),
      { numRuns: 40 },
    )
  })

  test('at most 5 % false positives where two rows are equally good, with one sample and with three', () => {
    const datasets = 400
    for (const samples of [1, 3]) {
      let rejected = 0
      for (let dataset = 0; dataset < datasets; dataset++) {
        const random = stream(7, 'null', samples, dataset)
        const p = signFlipTest(nullDifferences(samples, random), { random, flips: 999 })
        if (p <= 0.05) rejected += 1
      }
      // P(Binomial(400, 0.05) > 35) < 0.001; below 5 rejections the test would be asleep.
      expect(rejected).toBeLessThanOrEqual(35)
      expect(rejected).toBeGreaterThanOrEqual(5)
    }
  })
})

/** 80 questions of unequal difficulty; both rows are right with the question's own chance in each sample. */
function nullDifferences(samples: number, random: ReturnType<typeof stream>): number[] {
  return Array.from({ length: 80 }, () => {
    const chance = random.uniform()
    const right = () => Array.from({ length: samples }, () => Number(random.uniform() < chance))
    const score = () => right().reduce((sum, value) => sum + value, 0) / samples
    return score() - score()
  })
}
