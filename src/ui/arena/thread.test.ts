import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RoundEvent } from '../../mlpo/stages.ts'
import { emptyThread, historyOf, partsOf, withEvent, withWords, wordsToRead } from './thread.ts'

const seats = 2
const after = (events: readonly RoundEvent[]) =>
  events.reduce((thread, event) => withEvent(thread, event, { seats }), emptyThread)
const begin = (round: number): RoundEvent => ({ kind: 'round', round, rounds: 1 })
const text = (speaker: number | 'leader', delta: string): RoundEvent => ({
  kind: 'text',
  round: 0,
  speaker,
  delta,
})
const answer = (speaker: number | 'leader', said: string): RoundEvent => ({
  kind: 'answer',
  round: 0,
  speaker,
  text: said,
  thought: null,
  answer: said,
  unparseable: null,
  right: null,
  tokens: 1,
  promptTokens: 1,
  elapsedMs: 1,
})

describe('withEvent', () => {
  test('interleaved speakers keep their own texts, whatever the order', () => {
    const deltas = fc.array(fc.record({ seat: fc.integer({ min: 0, max: 1 }), delta: fc.string() }))
    fc.assert(
      fc.property(deltas, (said) => {
        const thread = after([begin(0), ...said.map(({ seat, delta }) => text(seat, delta))])
        for (const seat of [0, 1]) {
          const own = said.filter((entry) => entry.seat === seat).map(({ delta }) => delta)
          expect(thread.rounds[0]?.peers[seat]?.text).toBe(own.join(''))
        }
      }),
    )
  })

  test('a round that was cut off is not handed on to the next', () => {
    const cut = after([begin(0), answer(0, 'a'), text('leader', '<think>')])
    expect(historyOf(cut)).toEqual([])
    const whole = after([begin(0), answer(0, 'a'), answer(1, 'b'), answer('leader', 'c')])
    expect(historyOf(whole)).toEqual([{ peers: ['a', 'b'], leader: 'c' }])
  })

  test('asking a round again replaces it', () => {
    const thread = after([begin(0), text(0, 'old'), begin(0), text(0, 'new')])
    expect(thread.rounds.map(({ peers }) => peers[0]?.text)).toEqual(['new'])
  })
})

describe('partsOf', () => {
  test('no prefix of a leader’s text ever shows a piece of a tag', () => {
    const whole = '<think>I check. 3 < 5.</think><answer>17</answer>'
    for (let length = 0; length <= whole.length; length++) {
      const parts = partsOf(whole.slice(0, length))
      expect('I check. 3 < 5.'.startsWith(parts.thought)).toBe(true)
      expect('17'.startsWith(parts.answer)).toBe(true)
    }
    expect(partsOf(whole)).toEqual({ thought: 'I check. 3 < 5.', answer: '17' })
  })
})

describe('words put into a peer’s mouth', () => {
  test('the leader has yet to read them, and the other peer keeps its own', () => {
    const { rounds } = after([begin(0), answer(0, 'a'), answer(1, 'b'), answer('leader', 'c')])
    const [held] = rounds
    const edited = held === undefined ? [] : [withWords(held, { seat: 1, text: 'x' })]
    expect(wordsToRead({ ...emptyThread, rounds: edited })).toEqual(['a', 'x'])
  })

  test('there is nothing to read while a peer still speaks, and after the leader has answered', () => {
    expect(wordsToRead(emptyThread)).toBeNull()
    expect(wordsToRead(after([begin(0), answer(0, 'a')]))).toBeNull()
    expect(wordsToRead(after([begin(0), answer(0, 'a'), answer(1, 'b'), answer('leader', 'c')]))).toBeNull()
  })
})
