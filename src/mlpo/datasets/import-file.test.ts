/** Importing somebody's own questions: what can be used is kept, what cannot is named by its line. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMapping } from './column-mapping.ts'
import { dataFile } from './data-file.ts'
import { importFile } from './import-file.ts'

const read = (lines: readonly string[], columns?: string) =>
  importFile(
    { file: dataFile('own.jsonl', new TextEncoder().encode(lines.join('\n'))), title: 'own', split: null },
    columns === undefined ? {} : { mapping: parseMapping(columns) },
  )
const sum = '{"question": "What is 1 + 1?", "answer": 2}'

describe('importFile', () => {
  test('a malformed line is named and the rest kept', async () => {
    const { tasks, problems, blank } = await read([
      sum,
      '{"question": "What',
      '',
      '{"question": "And 2 + 2?", "answer": "4"}',
    ])
    expect(tasks.map(({ answer }) => answer)).toEqual(['2', '4'])
    expect(problems).toMatchObject([
      { line: 2, reason: expect.stringMatching(/^is not JSON.*: \{"question": "What$/) as string },
    ])
    expect(blank).toBe(1)
  })

  test.each([
    ['{"answer": 2}', 'question'],
    ['{"question": " ", "answer": 2}', 'question'],
    ['{"question": 7, "answer": 2}', 'question'],
    ['{"question": "q", "answer": {"a": 1}}', 'answer'],
    ['{"question": "q", "answer": "x", "answer_type": "essay"}', 'answer_type'],
    ['{"question": "q", "answer": "A", "choices": ["one"]}', 'choices'],
    ['{"question": "q", "answer": "A", "choices": "one, two"}', 'choices'],
  ])('%s is left out because of its %s', async (line, key) => {
    const { tasks, problems } = await read([sum, line])
    expect(tasks).toHaveLength(1)
    expect(problems[0]?.line).toBe(2)
    expect(problems[0]?.reason).toContain(`"${key}"`)
  })

  test('a gold answer that no answer could equal is left out', async () => {
    const { problems } = await read([
      sum,
      '{"question": "How many?", "answer": "many", "answer_type": "number"}',
    ])
    expect(problems).toEqual([
      { line: 2, unit: 'line', reason: 'has an answer that is not a number: "many"' },
    ])
  })

  test('options that the question does not show are appended, and the answer becomes a letter', async () => {
    const { tasks } = await read([
      '{"question": "Which?", "answer": "y", "choices": ["x", "y"]}',
      '{"question": "Which one?", "answer": 0, "choices": {"text": ["ant", "bee"], "label": ["A", "B"]}}',
    ])
    expect(tasks).toMatchObject([
      { question: 'Which? (A) x (B) y', answer: 'B', answer_type: 'choice' },
      { question: 'Which one? (A) ant (B) bee', answer: 'A', choices: ['ant', 'bee'] },
    ])
  })

  test('columns of any name, joined and nested ones too', async () => {
    const row = '{"q": {"text": "Which?"}, "right": "C", "A": "x", "B": "y", "C": "z", "topic": "letters"}'
    const { tasks } = await read([row], 'question=q.text,answer=right,choices=A+B+C,family=topic')
    expect(tasks).toMatchObject([{ choices: ['x', 'y', 'z'], answer: 'C', family: 'letters' }])
  })

  test('the same question twice counts once, and it is said whether the answers differ', async () => {
    const { tasks, repeats, problems } = await read([
      sum,
      '{"question": "what is  1 + 1?", "answer": 2.0}',
      '{"question": "WHAT IS 1 + 1?", "answer": 3}',
      '{"id": "a", "question": "p", "answer": 1}',
      '{"id": "a", "question": "q", "answer": 1}',
      '{"question": "Which?", "answer": "A", "choices": ["x", "y"]}',
      '{"question": "Which?", "answer": "B", "choices": ["y", "x"]}',
    ])
    expect(tasks).toHaveLength(3)
    expect(repeats).toEqual([
      { line: 2, of: 1, sameAnswer: true },
      { line: 3, of: 1, sameAnswer: false },
      { line: 7, of: 6, sameAnswer: true },
    ])
    expect(problems).toEqual([{ line: 5, unit: 'line', reason: 'repeats the id "a"' }])
  })

  test('every line is a question, a repetition, a problem or blank', async () => {
    const line = fc.oneof(
      fc
        .record({ question: fc.string(), answer: fc.oneof(fc.string(), fc.integer(), fc.constant(null)) })
        .map((row) => JSON.stringify(row)),
      fc.constantFrom('', ' ', '{', '[]', '7', sum),
      fc.string().map((text) => text.replaceAll('\n', ' ')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
        const usable = [sum, ...lines, sum]
        const { tasks, repeats, problems, blank, read: count } = await read(usable)
        expect(tasks.length + repeats.length + problems.length + blank).toBe(count)
        expect(count).toBe(usable.length)
      }),
    )
  })
})
