import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestSeat, chosenScore, familyTable, patternOf, stacker, type Solved } from './choosers.ts'

/** Which of three seats are right; wrong ones agree on "w". */
const solved = (family: string, right: readonly boolean[]): Solved => ({
  family,
  seats: right.map((is) => ({ answer: is ? 'r' : 'w', right: is })),
})
const many = (count: number, one: Solved) => new Array<Solved>(count).fill(one)
const anySolved = fc
  .tuple(fc.constantFrom('x', 'y'), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
  .map(([family, right]) => solved(family, right))

describe('the table family → seat', () => {
  const train = [...many(5, solved('x', [true, false, false])), ...many(4, solved('y', [false, false, true]))]

  test('believes the best seat of each family', () => {
    const table = familyTable(train)
    expect(table({ family: 'x', answers: ['a', 'b', 'c'] })).toBe(0)
    expect(table({ family: 'y', answers: ['a', 'b', 'c'] })).toBe(2)
  })

  test('believes the best seat of all in a family that it has not seen, and the first without any', () => {
    expect(familyTable(train)({ family: 'z', answers: ['a', 'b', 'c'] })).toBe(bestSeat(train))
    expect(familyTable([])({ family: 'z', answers: ['a', 'b', 'c'] })).toBe(0)
  })

  test('is on its training questions at least as good as any single seat', () => {
    fc.assert(
      fc.property(fc.array(anySolved, { minLength: 1, maxLength: 20 }), (of) => {
        const right = (score: (one: Solved) => number) => of.reduce((sum, one) => sum + score(one), 0)
        const table = right((one) => chosenScore(familyTable(of), one))
        for (const seat of [0, 1, 2])
          expect(table).toBeGreaterThanOrEqual(right(({ seats }) => Number(seats[seat]?.right)))
      }),
    )
  })
})

describe('the stacker', () => {
  test('turns from the family’s best seat when the others agree and have been right', () => {
    const train = [
      ...many(30, solved('x', [true, false, false])),
      ...many(10, solved('x', [true, true, true])),
    ]
    const agreeing: Solved = {
      family: 'x',
      seats: [
        { answer: 'p', right: false },
        { answer: 'q', right: true },
        { answer: 'q', right: true },
      ],
    }
    const seat = (of: readonly Solved[]) => stacker(of)({ family: 'x', answers: ['p', 'q', 'q'] })
    expect(seat(train)).toBe(0)
    expect(seat([...train.slice(20), ...many(60, agreeing)])).toBe(1)
  })

  test('with one question in a cell leans on all of them', () => {
    const train = [...many(50, solved('x', [true, false, true])), solved('y', [false, true, false])]
    expect(stacker(train)({ family: 'y', answers: ['w', 'r', 'w'] })).toBe(0)
  })

  test('a pattern says who agrees, not on what', () => {
    expect(patternOf(['7', '7', '9'])).toBe('aab')
    expect(patternOf(['9', '9', '7'])).toBe('aab')
    expect(patternOf([null, '7', null])).toBe('-a-')
  })
})
