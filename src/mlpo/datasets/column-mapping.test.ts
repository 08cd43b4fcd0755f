import { describe, expect, test } from 'vitest'
import { ColumnMappingError, guessMapping, parseMapping, resolveMapping, valueAt } from './column-mapping.ts'

describe('a guess', () => {
  test.each([
    [['question', 'answer'], { question: 'question', answer: 'answer' }],
    [['Prompt', 'Target', 'note'], { question: 'Prompt', answer: 'Target' }],
    [['id', 'problem', 'solution'], { id: 'id', question: 'problem', answer: 'solution' }],
    [['question', 'answer', 'solution'], { question: 'question', answer: 'answer' }],
    [['question', 'choices', 'answerKey'], { question: 'question', choices: 'choices', answer: 'answerKey' }],
    [['question', 'A', 'B', 'C', 'answer'], { question: 'question', choices: 'A+B+C', answer: 'answer' }],
    [
      ['question', 'option_a', 'option_b', 'label'],
      { question: 'question', choices: 'option_a+option_b', answer: 'label' },
    ],
    [['x', 'y'], {}],
  ])('for %j', (columns, mapping) => {
    expect(guessMapping(columns)).toEqual(mapping)
  })
})

describe('a mapping', () => {
  test('is read from pairs, and overrules the guess', () => {
    const given = parseMapping('question = text , answer=gold.value')
    expect(given).toEqual({ question: 'text', answer: 'gold.value' })
    expect(resolveMapping(['question', 'text', 'gold'], given)).toEqual({
      question: 'text',
      answer: 'gold.value',
    })
  })

  test.each(['question', 'question=', 'quest=a', ''])('%j is refused with an example', (text) => {
    expect(() => parseMapping(text)).toThrow(ColumnMappingError)
    expect(() => parseMapping(text)).toThrow(/such as question=Q,answer=A/)
  })

  test('a column that is not there is named, with those that are', () => {
    expect(() => resolveMapping(['q', 'a'], { question: 'qq', answer: 'a' })).toThrow(
      'There is no column "qq" for question. Its columns are q, a.',
    )
    expect(() => resolveMapping(['question', 'x'])).toThrow(
      /No column is known to hold the answer\. Its columns are question, x\./,
    )
  })

  test('leads into nested columns and joins columns', () => {
    const row = { a: { b: [1], 'c.d': 2 }, 'e.f': 3, A: 'x', B: 'y' }
    expect(valueAt(row, 'a.b')).toEqual([1])
    expect(valueAt(row, 'e.f')).toBe(3)
    expect(valueAt(row, 'A+B')).toEqual(['x', 'y'])
    expect(valueAt(row, 'a.z.y')).toBeUndefined()
  })
})
