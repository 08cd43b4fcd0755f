/** Splits, repetitions and overlap: no question serves two purposes, and none is lost without a word. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitOf } from '../task.ts'
import { dataFile } from './data-file.ts'
import { importDataset } from './dataset.ts'
import { questionKey } from './key.ts'
import { reportLines, reportOf } from './report.ts'
import { splitNamed } from './split-name.ts'

type Pair = readonly [question: string, answer: string]

function source(name: string, pairs: readonly Pair[]) {
  const text = pairs.map(([question, answer]) => JSON.stringify({ question, answer })).join('\n')
  return {
    file: dataFile(name, new TextEncoder().encode(text)),
    title: name.replace(/\..*/, ''),
    split: splitNamed(name),
  }
}
const numbered = (count: number, word: string): Pair[] =>
  Array.from({ length: count }, (_, i) => [`${word} ${i}?`, `${i}`])

describe('keys', () => {
  test('do not depend on case, spacing or the order of options', () => {
    const text = fc.string()
    fc.assert(
      fc.property(text, fc.array(text), (stem, choices) => {
        const key = questionKey(stem, choices)
        expect(questionKey(`  ${stem.replaceAll(' ', '\n ')} `, [...choices].reverse())).toBe(key)
        expect(questionKey(stem.toLowerCase(), choices)).toBe(key)
      }),
    )
  })

  test('differ where the options do', () => {
    expect(questionKey('Which?', ['a', 'b'])).not.toBe(questionKey('Which?', ['a', 'c']))
  })
})

describe('splits', () => {
  test('without published ones every question goes where its key says, once', async () => {
    const { splits, published } = await importDataset('own', [source('own.jsonl', numbered(200, 'How many'))])
    expect(published).toBe(false)
    for (const split of ['train', 'dev', 'test'] as const)
      for (const { key } of splits[split]) expect(splitOf(key)).toBe(split)
    expect(Object.values(splits).flat()).toHaveLength(200)
  })

  test('published ones are kept; what train shares with test is used in test only', async () => {
    const train: Pair[] = [...numbered(100, 'Train'), ['Both   places?', '7']]
    const dataset = await importDataset('own', [
      source('train.jsonl', train),
      source('test.jsonl', [
        ['both places?', '7'],
        ['Test?', '1'],
      ]),
    ])
    const { splits, published, shared } = dataset
    expect(published).toBe(true)
    expect(splits.test.map(({ question }) => question)).toEqual(['both places?', 'Test?'])
    expect(shared).toEqual([{ key: 'both places?', kept: 'test.jsonl', leftOut: 'train.jsonl' }])
    // Without a published dev split a part of train serves as one.
    for (const { key } of splits.dev) expect(splitOf(key)).toBe('dev')
    expect(splits.dev.length + splits.train.length).toBe(100)
    expect(splits.dev.length).toBeGreaterThan(0)
  })

  test('no question is in two splits, and none is lost', async () => {
    const questions = fc.array(
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((word): Pair => [word, '1']),
      { maxLength: 12 },
    )
    const names = ['train.jsonl', 'dev.jsonl', 'test.jsonl', 'own.jsonl']
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), questions), { minLength: 1, maxLength: 4 }),
        async (files) => {
          const sources = files.map(([name, pairs]) => source(name, [...pairs, ['always', '1']]))
          const { splits } = await importDataset('own', sources)
          const used = Object.values(splits)
            .flat()
            .map(({ key }) => key)
          expect([...used].sort()).toEqual(
            [...new Set(files.flatMap(([, pairs]) => pairs.map(([question]) => question))), 'always'].sort(),
          )
        },
      ),
    )
  })

  test.each([
    ['gsm8k/test.jsonl', 'test'],
    ['data/validation-00000-of-00001.parquet', 'dev'],
    ['train-1000.jsonl', 'train'],
    ['auxiliary_train.csv', 'train'],
    ['dev/algebra.csv', 'dev'],
    ['test/train.csv', 'train'],
    ['contest.jsonl', null],
    ['web_of_lies.json', null],
  ])('%s is %s', (path, split) => {
    expect(splitNamed(path)).toBe(split)
  })

  test('ids differ where two files count alike', async () => {
    const sources = [source('train.jsonl', [['a', '1']]), source('test.jsonl', [['b', '1']])].map((each) => ({
      ...each,
      title: 'own',
    }))
    const { splits } = await importDataset('own', sources)
    const ids = Object.values(splits)
      .flat()
      .map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
  })
})

describe('the report', () => {
  const report = async () => {
    const train = source('train.jsonl', [
      ['1 + 1?', '2'],
      ['Who?', 'Ada'],
      ['1 + 1?', '3'],
      ['Shared?', '5'],
      ['Why?', ''],
    ])
    return reportOf(await importDataset('both files', [train, source('test.jsonl', [['shared?', '5']])]))
  }

  test('counts every line of every file', async () => {
    const { files, overlaps, questions } = await report()
    expect(files[0]).toMatchObject({
      read: 5,
      questions: 3,
      types: { number: 2, text: 1 },
      goldRight: 3,
      blank: 0,
    })
    expect(files[0]?.repeats).toEqual([{ line: 3, of: 1, sameAnswer: false }])
    expect(files[0]?.problems.map(({ line }) => line)).toEqual([5])
    expect(files[0]?.suggested).toEqual({ question: 'question', answer: 'answer' })
    expect(overlaps).toEqual([{ kept: 'test.jsonl', leftOut: 'train.jsonl', questions: 1 }])
    expect(questions).toBe(3)
  })

  test('as lines', async () => {
    expect(reportLines(await report(), { shown: 1 })).toEqual([
      'train.jsonl: questions and answers by column, 5 lines: 3 questions, 1 repeated, 1 left out, 0 blank.',
      '  answers: number 2, text 1 (mixed; each question is checked by its own type); 3 right against themselves',
      '  example: 1 + 1? → 2',
      '  example: Who? → Ada',
      '  line 3 repeats line 1 with another answer',
      '  line 5 has no gold answer in column "answer"',
      'test.jsonl: questions and answers by column, 1 line: 1 question, 0 repeated, 0 left out, 0 blank.',
      '  answers: number 1; 1 right against themselves',
      '  example: shared? → 5',
      'train.jsonl shares 1 question with test.jsonl, used there only.',
      expect.stringMatching(/^3 questions in 2 files: train \d, dev \d, test 1 \(as published\)\.$/),
    ])
  })
})
