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
  test('are marked at the first of each term that is there', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), (moves) => {
        const scope = createTermScope()
        const there: { readonly id: string; readonly leave: () => void }[] = []
        moves.forEach((move, count) => {
          const gone = move < 2 ? there.splice(move, 1) : []
          if (move < 2) gone.forEach(({ leave }) => leave())
          else there.push({ id: `w${count}`, leave: addWord(scope, 'reward', `w${count}`) })
          const marked = there.filter(({ id }) => isMarked(scope.getState(), 'reward', id))
          expect(marked).toEqual(there.slice(0, 1))
        })
      }),
    )
  })

  test('do not take marks from words of other terms', () => {
    const scope = createTermScope()
    addWord(scope, 'reward', 'a')
    addWord(scope, 'group', 'b')
    expect(isMarked(scope.getState(), 'reward', 'a')).toBe(true)
    expect(isMarked(scope.getState(), 'group', 'b')).toBe(true)
  })
})
