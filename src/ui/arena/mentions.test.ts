import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mentionsOf } from './mentions.ts'

const seats = (thought: string) => mentionsOf(thought).flatMap(({ seat }) => seat ?? [])

test.each([
  ['I follow Peer 2.', [1]],
  ['I check peer 1. 8 * 2 = 16.', [0]],
  ['1, 2 and 3 agree.', [0, 1, 2]],
  ['14 + 9 = 23. 1 and 3 agree.', [0, 2]],
  ['8 * 2 = 16. 39 - 16 = 23.', []],
])('%j names the peers it means', (thought, expected) => expect(seats(thought)).toEqual(expected))

test('no letter of a thought is lost', () => {
  fc.assert(
    fc.property(fc.string(), (thought) => {
      expect(
        mentionsOf(`${thought} Peer 1`)
          .map(({ text }) => text)
          .join(''),
      ).toBe(`${thought} Peer 1`)
    }),
  )
})
