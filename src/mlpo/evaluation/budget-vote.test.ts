/** Equal budgets: as many votes as fit and no more, spread evenly over the voters. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { affordable, budgetVote, firstVoter, inTurn, wantsMore } from './budget-vote.ts'
import { costOf, currencies, meanCost, sumCosts } from './cost.ts'
import type { Told } from './told.ts'

const told = (answer: string | null, tokens = 5, promptTokens = 10): Told => ({
  text: '',
  thought: null,
  answer,
  right: answer === 'a',
  cost: costOf({ promptTokens, generatedTokens: tokens, milliseconds: 0 }),
})

const someTold = fc
  .tuple(fc.constantFrom('a', 'b', null), fc.integer({ min: 1, max: 9 }), fc.nat(9))
  .map(([answer, tokens, promptTokens]) => told(answer, tokens, promptTokens))

describe('votes within a budget', () => {
  test('fit it, and one more would not', () => {
    fc.assert(
      fc.property(
        fc.array(someTold, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...currencies),
        fc.integer({ min: 20, max: 120 }),
        (votes, currency, limit) => {
          const budget = { ...sumCosts([]), [currency]: limit }
          const spent = (of: readonly Told[]) => sumCosts(of.map(({ cost }) => cost))[currency]
          const taken = affordable(votes, currency, budget)
          expect(taken).toEqual(votes.slice(0, taken.length))
          expect(spent(taken)).toBeLessThanOrEqual(limit)
          if (taken.length < votes.length) {
            expect(spent(votes.slice(0, taken.length + 1))).toBeGreaterThan(limit)
            expect(wantsMore(votes, currency, budget)).toBe(false)
          }
        },
      ),
    )
  })

  test('are spread evenly: no voter has two votes more than another', () => {
    const samples = ['a', 'b', 'c'].map((answer) => [told(answer), told(answer), told(answer)])
    for (const first of [0, 1, 2])
      for (const generations of [1, 2, 4, 5, 8]) {
        const taken = affordable(inTurn(samples, first), 'generations', { ...sumCosts([]), generations })
        expect(taken).toHaveLength(generations)
        const counts = ['a', 'b', 'c'].map((answer) => taken.filter((one) => one.answer === answer).length)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      }
  })

  test('begin with another voter from question to question, the same for the same seed', () => {
    const firsts = Array.from({ length: 40 }, (_, q) => firstVoter(`q-${q}`, { voters: 3, seed: 1 }))
    expect(new Set(firsts)).toEqual(new Set([0, 1, 2]))
    expect(firstVoter('q-7', { voters: 3, seed: 1 })).toBe(firsts[7])
  })

  test('a tie of two, one of them right, is worth a half; there is always one vote', () => {
    const votes = [told('a'), told('b')]
    expect(budgetVote(votes, 'generations', { ...sumCosts([]), generations: 2 })).toBe(0.5)
    expect(budgetVote(votes, 'generations', sumCosts([]))).toBe(1)
  })
})

describe('costs', () => {
  test('add up, and the mean times their number is the sum', () => {
    const costs = [3, 4, 8].map((generatedTokens) =>
      costOf({ promptTokens: 10, generatedTokens, milliseconds: 2 }),
    )
    expect(sumCosts(costs)).toEqual({
      ...{ generations: 3, generatedTokens: 15, processedTokens: 45, milliseconds: 6 },
    })
    expect(meanCost(costs)).toEqual({
      ...{ generations: 1, generatedTokens: 5, processedTokens: 15, milliseconds: 2 },
    })
  })
})
