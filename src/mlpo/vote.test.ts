import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plurality, uniquePlurality, voteScore } from './vote.ts'

const peer = (answer: string | null, right = false) => ({ answer, right })

describe('vote', () => {
  test('an unparseable answer has no vote', () => {
    expect(uniquePlurality([null, null, '4'])).toBe('4')
    expect(plurality([null, null])).toEqual([])
  })

  test('a tie has no unique plurality, and the vote is right with probability 1/m', () => {
    expect(uniquePlurality(['4', '5'])).toBeNull()
    expect(voteScore([peer('4', true), peer('5'), peer('6')])).toBeCloseTo(1 / 3)
    expect(voteScore([peer('5'), peer('5'), peer('4', true)])).toBe(0)
    expect(voteScore([peer('5'), peer('4', true), peer('4', true)])).toBe(1)
  })

  test('the vote does not depend on the order of the peers', () => {
    const answers = fc.array(fc.option(fc.constantFrom('1', '2', '3')), { maxLength: 6 })
    fc.assert(
      fc.property(answers, (given) => {
        const reversed = plurality([...given].reverse())
        expect([...reversed].sort()).toEqual([...plurality(given)].sort())
      }),
    )
  })
})
