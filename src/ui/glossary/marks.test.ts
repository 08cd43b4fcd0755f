import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { markPhrases } from './markPhrases.ts'
import { addWord, createTermScope, isMarked } from './termScope.ts'

const phrases = {
  'a vote': 'vote',
  vote: 'vote',
  group: 'group',
  'group of peers': 'team',
  '95 %': 'interval',
} as const

describe('phrases in a text', () => {
  test('leave the text as it is', () => {
    const word = fc.constantFrom(...Object.keys(phrases), ' ', 'votes', '.', 'x', 'the ')
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join('')
        expect(
          markPhrases(text, phrases)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })

  test('are marked once for each term, the longer one first', () => {
    expect(markPhrases('One group of peers: a vote, another vote.', phrases)).toEqual([
      { text: 'One ', term: null },
      { text: 'group of peers', term: 'team' },
      { text: ': ', term: null },
      { text: 'a vote', term: 'vote' },
      { text: ', another vote.', term: null },
    ])
  })

  test('are whole words', () => {
    expect(markPhrases('groups, regroup, group', phrases).filter(({ term }) => term !== null)).toEqual([
      { text: 'group', term: 'group' },
    ])
    expect(markPhrases('(95 %)', phrases)[1]).toEqual({ text: '95 %', term: 'interval' })
  })
})

describe('the words of a place', () => {
  test('are marked at the first of each term in the page, whichever came first', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }))), (moves) => {
        const scope = createTermScope()
        let there: { readonly id: string; readonly at: number; readonly leave: () => void }[] = []
        moves.forEach(([leaves, at], count) => {
          const gone = leaves ? there[Math.floor(at * there.length)] : undefined
          gone?.leave()
          there = there.filter((word) => word !== gone)
          const id = `w${count}`
          if (!leaves) there.push({ id, at, leave: addWord(scope, 'reward', id, placeAt(at)) })
          const marked = there.filter((word) => isMarked(scope.getState(), 'reward', word.id))
          const first = there.toSorted((a, b) => a.at - b.at).slice(0, 1)
          expect(marked).toEqual(first)
        })
      }),
    )
  })

  test('do not take marks from words of other terms', () => {
    const scope = createTermScope()
    addWord(scope, 'reward', 'a', placeAt(0))
    addWord(scope, 'group', 'b', placeAt(1))
    expect(isMarked(scope.getState(), 'reward', 'a')).toBe(true)
    expect(isMarked(scope.getState(), 'group', 'b')).toBe(true)
  })
})

/** Stands in for a node of a page; the larger `at`, the later it is read. */
function placeAt(at: number) {
  return {
    at,
    compareDocumentPosition(this: { readonly at: number }, other: Node) {
      return (other as unknown as { readonly at: number }).at > this.at ? 4 : 2
    },
  }
}
