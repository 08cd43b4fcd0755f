/** Every known data set is recognised by its shape, and its rows become questions with the right type of answer. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dataFile } from '../data-file.ts'
import { importFile } from '../import-file.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const imported = (name: string, text: string, title = 'sample') =>
  importFile({ file: dataFile(name, bytes(text)), title, split: null })
const bbh = (...examples: readonly (readonly [string, string])[]) =>
  JSON.stringify({ canary: 'c', examples: examples.map(([input, target]) => ({ input, target })) })
const lines = (...rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')

describe('BBH', () => {
  test.each([
    [
      'letters',
      [
        ['Pick.\nOptions:\n(A) red\n(B) blue', '(B)'],
        ['Pick again.\nOptions:\n(A) one\n(B) two', '(A)'],
      ],
      'choice',
      ['B', 'A'],
    ],
    [
      'yes and no',
      [
        ['Is it?\nOptions:\n- Yes\n- No', 'No'],
        ['Is it so?', 'Yes'],
      ],
      'boolean',
      ['No', 'Yes'],
    ],
    [
      'true and false',
      [
        ['True and False is', 'False'],
        ['not False is', 'True'],
      ],
      'boolean',
      ['False', 'True'],
    ],
    [
      'valid and invalid',
      [
        ['Sound?\nOptions:\n- valid \n- invalid', 'invalid'],
        ['And?\nOptions:\n- valid \n- invalid', 'valid'],
      ],
      'text',
      ['invalid', 'valid'],
    ],
    [
      'numbers',
      [
        ['2 - 9 =', '-7'],
        ['2 + 9 =', '11'],
      ],
      'number',
      ['-7', '11'],
    ],
    [
      'brackets',
      [
        ['Close: < (', ') >'],
        ['Close: [', ']'],
      ],
      'text',
      [') >', ']'],
    ],
    [
      'words to sort',
      [
        ['Sort: List: pear apple', 'apple pear'],
        ['Sort: List: fig date', 'date fig'],
      ],
      'list',
      ['apple pear', 'date fig'],
    ],
  ] as const)('a file of %s', async (_, examples, type, answers) => {
    const file = await imported('toy.json', bbh(...examples), 'toy_task')
    expect(file).toMatchObject({
      format: 'bbh',
      unit: 'example',
      read: 2,
      problems: [],
      repeats: [],
      goldRight: 2,
    })
    expect(file.tasks.map(({ answer }) => answer)).toEqual(answers)
    for (const task of file.tasks) expect(task).toMatchObject({ answer_type: type, family: 'bbh_toy_task' })
  })

  test('options are read off the question, which stays as it is', async () => {
    const question = 'Pick one.\nOptions:\n(A) red\n(B) deep blue'
    const [task] = (await imported('toy.json', bbh([question, '(B)']))).tasks
    expect(task).toMatchObject({ question, choices: ['red', 'deep blue'], answer: 'B' })
  })

  test('a target that is no option is left out by name, and does not change the type of the others', async () => {
    const good = Array.from({ length: 12 }, (_, i) => [`Pick ${i}.\nOptions:\n(A) x\n(B) y`, '(A)'] as const)
    const file = await imported('toy.json', bbh(...good, ['Last.\nOptions:\n(A) x, y', 'x, z']))
    expect(file.tasks).toHaveLength(12)
    expect(file.problems).toEqual([
      { line: 13, unit: 'example', reason: 'has an answer that is none of its 1 options: "x, z"' },
    ])
  })

  test('an example without a target has no gold answer', async () => {
    const text = JSON.stringify({ examples: [{ input: '1 + 1 =', target: '2' }, { input: '2 + 2 =' }] })
    expect((await imported('toy.json', text)).problems).toEqual([
      { line: 2, unit: 'example', reason: 'has no text in column "target": there is no gold answer' },
    ])
  })
})

describe('GSM8K', () => {
  const working = 'She has 4 * 250 = <<4*250=1000>>1000 beads.\nThen 1000 + 20 = 1020.\n#### 1,020'

  test('the gold answer stands behind the last ####', async () => {
    const file = await imported('test.jsonl', lines({ question: 'How many beads?', answer: working }))
    expect(file).toMatchObject({ format: 'gsm8k', unit: 'line', goldRight: 1 })
    expect(file.tasks).toMatchObject([
      { answer: '1,020', answer_type: 'number', family: 'gsm8k', domain: 'math' },
    ])
  })

  test('a line without #### is left out', async () => {
    const file = await imported(
      'test.jsonl',
      lines({ question: 'a', answer: working }, { question: 'b', answer: '12' }),
    )
    expect(file.problems).toEqual([
      { line: 2, unit: 'line', reason: 'has no "####" in column "answer": there is no gold answer' },
    ])
  })
})

describe('MATH', () => {
  const problem = {
    problem: 'What is half of $\\frac{2}{3}$?',
    level: 'Level 1',
    type: 'Counting & Probability',
  }
  const solution = 'It is $\\frac{1}{2} \\cdot \\frac23 = \\boxed{\\frac{1}{3}}$.'

  test('the gold answer is the last box, and the field the family', async () => {
    const file = await imported('math.jsonl', lines({ ...problem, solution }))
    expect(file).toMatchObject({ format: 'math', goldRight: 1 })
    expect(file.tasks).toMatchObject([
      { answer: '\\frac{1}{3}', answer_type: 'latex', family: 'math_counting_probability' },
    ])
  })

  test('one problem per file, as it is published', async () => {
    expect((await imported('17.json', JSON.stringify({ ...problem, solution }))).tasks).toHaveLength(1)
  })

  test('a copy with the answer in a column of its own', async () => {
    const file = await imported(
      'math.jsonl',
      lines({ problem: 'p', solution: 'long', answer: '2x', subject: 'Algebra' }),
    )
    expect(file.tasks).toMatchObject([{ answer: '2x', family: 'math_algebra' }])
  })

  test('a solution without a box has no gold answer', async () => {
    const file = await imported(
      'math.jsonl',
      lines({ ...problem, solution }, { problem: 'q', solution: 'So 3.' }),
    )
    expect(file.problems.map(({ line }) => line)).toEqual([2])
    expect(file.problems[0]?.reason).toContain('\\boxed')
  })
})

describe('MMLU', () => {
  const expected = [
    {
      answer: 'C',
      choices: ['eight', 'nine', 'eleven', 'twelve'],
      answer_type: 'choice',
      family: 'mmlu_number_games',
    },
    { answer: 'A', family: 'mmlu_workshop' },
    { answer: 'B', family: 'mmlu_workshop' },
  ]

  test('Parquet, with options as a list and the answer as a number from 0', async () => {
    const file = dataFile('0.parquet', readFileSync(new URL('../fixtures/mmlu.parquet', import.meta.url)))
    const { tasks, ...rest } = await importFile({ file, title: 'all', split: null })
    expect(rest).toMatchObject({ format: 'mmlu', unit: 'row', read: 3, problems: [], goldRight: 3 })
    expect(tasks).toMatchObject(expected)
    expect(tasks[1]?.question).toBe(
      'Which tool cuts wood?\n(A) a saw\n(B) a spoon\n(C) a pillow\n(D) a cloud',
    )
  })

  test('CSV without a header, named after its subject', async () => {
    const text =
      '"Which tool, if any, cuts wood?",a saw,a spoon,a pillow,a cloud,A\nWhich floats?,lead,cork,iron,gold,B\n'
    const { tasks, ...rest } = await imported('workshop_test.csv', text, 'workshop_test')
    expect(rest).toMatchObject({ format: 'mmlu', unit: 'line', read: 2, problems: [] })
    expect(tasks).toMatchObject([{ answer: 'A', family: 'mmlu_workshop' }, { answer: 'B' }])
  })

  test('a hidden answer (−1) and an empty option are left out', async () => {
    const row = { question: 'Which?', subject: 's', choices: ['a', 'b', 'c', 'd'], answer: 1 }
    const file = await imported(
      'x.jsonl',
      lines(
        row,
        { ...row, question: 'p', answer: -1 },
        { ...row, question: 'q', choices: ['a', '', 'c', 'd'] },
      ),
    )
    expect(file.problems.map(({ reason }) => reason)).toEqual([
      'has no number of an option in column "answer": -1',
      'has an empty option: 3 of 4 are there',
    ])
  })
})
