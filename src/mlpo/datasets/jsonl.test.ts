/** Importing questions: what can be used is kept, what cannot is named by its line, and nothing usable is refused. */
import { describe, expect, test } from 'vitest'
import { EmptyDatasetError, readTasks } from './jsonl.ts'

const read = (...lines: readonly string[]) => readTasks(lines.join('\n'), { source: 'own.jsonl' })
const sum = '{"question": "What is 1 + 1?", "answer": 2}'

describe('readTasks', () => {
  test('a malformed line is named and the rest kept', () => {
    const { tasks, problems } = read(
      sum,
      '{"question": "What',
      '',
      '{"question": "And 2 + 2?", "answer": "4"}',
    )
    expect(tasks.map(({ answer }) => answer)).toEqual(['2', '4'])
    expect(problems).toEqual([{ line: 2, reason: 'is not JSON: {"question": "What' }])
  })

  test.each([
    ['{"answer": 2}', 'question'],
    ['{"question": " ", "answer": 2}', 'question'],
    ['{"question": "q", "answer": {"a": 1}}', 'answer'],
    ['{"question": "q", "answer": "x", "answer_type": "essay"}', 'answer_type'],
    ['{"question": "q", "answer": "A", "choices": ["one"]}', 'choices'],
  ])('%s is left out because of its %s', (line, key) => {
    const { tasks, problems } = read(sum, line)
    expect(tasks).toHaveLength(1)
    expect(problems[0]?.line).toBe(2)
    expect(problems[0]?.reason).toContain(`"${key}"`)
  })

  test('a gold answer that no answer could equal is left out', () => {
    const { problems } = read(sum, '{"question": "How many?", "answer": "many", "answer_type": "number"}')
    expect(problems).toEqual([{ line: 2, reason: 'has an answer that is not a number: "many"' }])
  })

  test('the type follows from the answer where it is not given', () => {
    const { tasks } = read(
      sum,
      '{"question": "Is it?", "answer": true}',
      '{"question": "Sort them.", "answer": ["a", "b"]}',
      '{"question": "Which?", "answer": "B", "choices": ["x", "y"]}',
      '{"question": "Who?", "answer": "Ada"}',
    )
    expect(tasks.map(({ answer_type }) => answer_type)).toEqual([
      'number',
      'boolean',
      'list',
      'choice',
      'text',
    ])
    expect(tasks[3]?.question).toBe('Which? (A) x (B) y')
  })

  test('the same question twice counts once, the same id twice is named', () => {
    const { tasks, duplicates, problems } = read(
      sum,
      '{"question": "what is  1 + 1?", "answer": 2}',
      '{"id": "a", "question": "p", "answer": 1}',
      '{"id": "a", "question": "q", "answer": 1}',
    )
    expect(tasks).toHaveLength(2)
    expect(duplicates).toBe(1)
    expect(problems).toEqual([{ line: 4, reason: 'repeats the id "a"' }])
  })

  test.each([
    ['an empty file', '', /own\.jsonl has no usable question: it is empty/],
    ['only bad lines', 'x\ny', /line 1 is not JSON: x \(and 1 more\)/],
  ])('%s is refused, with the reason', (_, text, message) => {
    expect(() => read(text)).toThrow(EmptyDatasetError)
    expect(() => read(text)).toThrow(message)
  })
})
