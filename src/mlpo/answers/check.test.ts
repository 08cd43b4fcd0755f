import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { families } from '../families/families.ts'
import { leaderText, peerText } from '../prompts.ts'
import { stream } from '../random.ts'
import type { AnswerType, Difficulty } from '../task.ts'
import { GoldAnswerError, checkAnswer, goldAnswer, judgeLeader, judgePeer, normaliseAnswer } from './check.ts'

const options = ['Paris', 'Rome', 'K', 'Rome.']
const types: readonly AnswerType[] = ['number', 'choice', 'boolean', 'text', 'list', 'latex']

describe('numbers', () => {
  test.each([
    ['72', '72'],
    ['72.', '72'],
    ['72.0', '72'],
    ['007', '7'],
    ['+41', '41'],
    ['-5', '-5'],
    ['−5', '-5'],
    ['(-5)', '-5'],
    ['-0', '0'],
    ['**42**', '42'],
    ['1,000', '1000'],
    ['1,234,567.50', '1234567.5'],
    ['1 234', '1234'],
    ['$41', '41'],
    ['-$41', '-41'],
    ['\\$70,000', '70000'],
    ['$ 18.00', '18'],
    ['18 dollars', '18'],
    ['90°', '90'],
    ['10 m/s', '10'],
    ['50%', '50'],
    ['12.5 percent', '12.5'],
    ['5 apples are left', '5'],
    ['42. I hope it is correct.', '42'],
    ['1/2', '0.5'],
    ['4/6', '2/3'],
    ['-3/4', '-0.75'],
    ['1 / 2', '0.5'],
    ['2 1/2', '2.5'],
    ['.5', '0.5'],
    ['1.5e3', '1500'],
    ['12e-1', '1.2'],
    ['５', '5'],
    ['999999999999999999999999999998', '999999999999999999999999999998'],
  ])('%s is %s', (text, spelling) => {
    expect(normaliseAnswer(text, 'number')).toBe(spelling)
  })

  test.each([
    '',
    '.',
    '-',
    'seven',
    '1,00',
    '10 10',
    '3 hours and 20 minutes',
    '3:30',
    '05/01/2021',
    '2023-01-05',
    '1/0',
    'NaN',
    'infinity',
    '+-5',
    '1e9999',
    '1.2.3',
    '7, 8',
    '²x2',
  ])('%j is no number', (text) => {
    expect(normaliseAnswer(text, 'number')).toBeNull()
  })

  test('every spelling of a number is the same number', () => {
    const amount = fc.tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 99 }))
    fc.assert(
      fc.property(amount, ([whole, cents]) => {
        const value = `${whole}.${String(cents).padStart(2, '0')}`
        const commas = value.replace(/\B(?=(\d{3})+\.)/g, ',')
        const spellings = [value, `${value}0`, commas, ` ${value}.`, `**${value}**`, `${value} dollars`]
        if (whole >= 0) spellings.push(`+${value}`, `$${value}`)
        expect(new Set(spellings.map((text) => normaliseAnswer(text, 'number'))).size).toBe(1)
        expect(Number(normaliseAnswer(value, 'number'))).toBe(Number(value))
      }),
    )
  })
})

describe('choices', () => {
  test.each([
    ['B', 'B'],
    ['b', 'B'],
    ['(B)', 'B'],
    ['B.', 'B'],
    ['B)', 'B'],
    ['(A) Paris', 'A'],
    ['A. paris', 'A'],
    ['Paris', 'A'],
    ['"paris."', 'A'],
    ['K', 'C'],
  ])('%s is option %s', (text, letter) => {
    expect(normaliseAnswer(text, 'choice', options)).toBe(letter)
  })

  test.each(['E', '(A) Rome', 'Rome', 'Berlin', '', 'A or B'])('%j is no option', (text) => {
    expect(normaliseAnswer(text, 'choice', options)).toBeNull()
  })

  test('without options every letter counts, texts do not', () => {
    expect(normaliseAnswer('(R)', 'choice')).toBe('R')
    expect(normaliseAnswer('(B) Rome', 'choice')).toBe('B')
    expect(normaliseAnswer('Rome', 'choice')).toBeNull()
  })
})

describe('booleans, texts, lists', () => {
  test.each([
    ['Yes', 'boolean', 'yes'],
    ['true.', 'boolean', 'yes'],
    ['FALSE', 'boolean', 'no'],
    ['maybe', 'boolean', null],
    ['“Next  Tuesday”.', 'text', 'next tuesday'],
    ['] ] )', 'text', '] ] )'],
    ['   ', 'text', null],
    ['a, b, c', 'list', 'a b c'],
    ['[A b; c]', 'list', 'a b c'],
    ['"pear", "apple"', 'list', 'pear apple'],
    ['', 'list', null],
  ] as const)('%j as %s is %j', (text, type, spelling) => {
    expect(normaliseAnswer(text, type)).toBe(spelling)
  })

  test('the order of a list matters', () => {
    const task = { id: 't', answer: 'a b c', answer_type: 'list' } as const
    expect(checkAnswer(task, 'a, b, c').status).toBe('right')
    expect(checkAnswer(task, 'b, a, c').status).toBe('wrong')
  })
})

describe('checkAnswer', () => {
  test('canonical spellings are their own', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...types), (text, type) => {
        const once = normaliseAnswer(text, type, options)
        if (once !== null) expect(normaliseAnswer(once, type, options)).toBe(once)
      }),
      { numRuns: 500 },
    )
  })

  test('a task whose gold answer does not parse is refused', () => {
    const task = { id: 'gsm-7', answer: 'many', answer_type: 'number' } as const
    expect(() => checkAnswer(task, '7')).toThrow(GoldAnswerError)
    expect(() => goldAnswer({ id: 'm', answer: '\\frac{1}{', answer_type: 'latex' })).toThrow(/latex/)
  })

  test('nothing extracted, or not of the type, is unparseable', () => {
    const task = { id: 't', answer: '41', answer_type: 'number' } as const
    expect(checkAnswer(task, null)).toEqual({ status: 'unparseable', normalised: null })
    expect(checkAnswer(task, 'many').status).toBe('unparseable')
    expect(judgeLeader(task, '<think>x</think><answer>many</answer>').unparseable?.reason).toMatch(/many/)
  })

  test.each(families.map((family) => [family.name, family] as const))(
    'the right working of %s is right, the slipped one wrong, in both contracts',
    (_, family) => {
      for (let n = 0; n < 30; n++) {
        const random = stream(5, 'check', family.name, n)
        const problem = family.draw(random, (1 + (n % 3)) as Difficulty)
        const task = { ...problem, id: `${n}` }
        const right = problem.solve()
        const wrong = problem.slip(random)
        expect(judgePeer(task, peerText(right)).right).toBe(true)
        expect(judgePeer(task, peerText(wrong)).right).toBe(false)
        const thought = right.steps.join(' ')
        expect(judgeLeader(task, leaderText({ thought, answer: right.answer })).right).toBe(true)
        expect(judgeLeader(task, leaderText({ thought, answer: wrong.answer }))).toMatchObject({
          right: false,
          unparseable: null,
        })
      }
    },
  )
})
