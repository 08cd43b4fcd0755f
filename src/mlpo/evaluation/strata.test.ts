import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stream } from '../random.ts'
import { mean } from '../statistics.ts'
import { filledUp, naturalShares, reweighted } from './strata.ts'

describe('filling up', () => {
  test('keeps the main set and takes more only of what is short', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 80 }),
        fc.nat(6),
        (ks, least) => {
          const taken = filledUp(ks, { main: 5, least })
          expect(taken.slice(0, 5)).toEqual([0, 1, 2, 3, 4])
          for (const k of [0, 1, 2, 3]) {
            const all = ks.filter((own) => own === k).length
            const inMain = ks.slice(0, 5).filter((own) => own === k).length
            const got = taken.filter((q) => ks[q] === k).length
            expect(got).toBe(Math.max(inMain, Math.min(all, least)))
          }
        },
      ),
    )
  })
})

describe('the reweighted total', () => {
  test('without anything filled up is the plain mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom(0, 1)), {
          minLength: 1,
          maxLength: 40,
        }),
        (questions) => {
          const ks = questions.map(([k]) => k)
          const scores = [0, 1, 2].map((k) =>
            questions.filter(([own]) => own === k).map(([, score]) => score),
          )
          const { estimate } = reweighted(scores, { shares: naturalShares(ks, 2), drawn: ks.length })
          expect(estimate).toBeCloseTo(mean(questions.map(([, score]) => score)), 12)
        },
      ),
    )
  })

  test('covers the truth about as often as it says, though rare strata were filled up', () => {
    // k = 0 is one question in twenty and never answered; k = 1 is answered in 60 of 100.
    const truth = 0.95 * 0.6
    let covered = 0
    for (let trial = 0; trial < 300; trial++) {
      const random = stream(3, 'strata', trial)
      const ks = Array.from({ length: 300 }, () => Number(random.uniform() < 0.95))
      const taken = filledUp(ks, { main: 60, least: 12 })
      const scores = [0, 1].map((k) =>
        taken.filter((q) => ks[q] === k).map(() => (k === 0 ? 0 : Number(random.uniform() < 0.6))),
      )
      const { low, high } = reweighted(scores, { shares: naturalShares(ks, 1), drawn: ks.length })
      if (low <= truth && truth <= high) covered += 1
    }
    expect(covered / 300).toBeGreaterThan(0.9)
    expect(covered / 300).toBeLessThan(0.99)
  })
})
