/** `lab data check`, and the other commands on a data set: what is used, what is left out, and how it is said. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fakeFlags, lab } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-data-'))
afterAll(() => rmSync(folder, { recursive: true }))
function fileOf(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

type Line = Readonly<Record<string, unknown>>
const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Line)
const jsonLines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')
/** The fake peers answer 3 or 4. */
const sums = Array.from({ length: 60 }, (_, i) => ({
  question: `What is ${i} + 3 - ${i}?`,
  answer: `#### 3`,
}))

describe('lab data check', () => {
  test('prints types, examples, repetitions and what cannot be read, and counts every line', async () => {
    const file = fileOf(
      'own.jsonl',
      `{"q": "1 + 2?", "a": 3}\n{"q": "Who?", "a": "Ada"}\n{\n\n{"q": "1 + 2?", "a": 4}\n`,
    )
    const { code, out } = await lab(['data', 'check', file, '--columns', 'question=q,answer=a'])
    expect(code).toBe(0)
    expect(out.slice(0, -1)).toEqual([
      `${file}: questions and answers by column, 5 lines: 2 questions, 1 repeated, 1 left out, 1 blank.`,
      '  answers: number 1, text 1 (mixed; each question is checked by its own type); 2 right against themselves',
      '  example: 1 + 2? → 3',
      '  example: Who? → Ada',
      '  line 5 repeats line 1 with another answer',
      expect.stringMatching(/^ {2}line 3 is not JSON.*: \{$/),
    ])
    expect(out.at(-1)).toMatch(
      /^2 questions in 1 file: train \d, dev \d, test \d \(by the question’s text\)\.$/,
    )
  })

  test('a folder is one data set with its published splits; --json is the report', async () => {
    const path = join(folder, 'gsm')
    mkdirSync(path)
    writeFileSync(join(path, 'LICENSE'), 'free')
    writeFileSync(join(path, 'train.jsonl'), jsonLines(sums))
    writeFileSync(join(path, 'test.jsonl'), jsonLines([{ ...sums[0], question: ' what IS 0 + 3 - 0?' }]))
    const [report] = parsed((await lab(['data', 'check', path, '--json', '--examples', '1'])).out)
    expect(report).toMatchObject({
      ...{ questions: 60, published: true, refused: [] },
      files: [
        { name: join(path, 'test.jsonl'), format: 'GSM8K', types: { number: 1 }, read: 1 },
        {
          name: join(path, 'train.jsonl'),
          split: 'train',
          read: 60,
          goldRight: 60,
          examples: [{ answer: '3' }],
        },
      ],
      overlaps: [{ kept: join(path, 'test.jsonl'), leftOut: join(path, 'train.jsonl'), questions: 1 }],
    })
  })

  test('a data set on the hub, by its flags', async () => {
    const asked: string[] = []
    const fetch = (address: string) => {
      asked.push(address)
      const body = address.endsWith('/parquet')
        ? '{"main": {"test": ["https://hub/0.parquet"]}}'
        : 'no parquet'
      return Promise.resolve(new Response(body))
    }
    const args = ['data', 'check', 'hub:own/one', '--subset', 'main', '--split', 'test']
    const { code, notes } = await lab(args, { fetch })
    expect(asked).toEqual(['https://huggingface.co/api/datasets/own/one/parquet', 'https://hub/0.parquet'])
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(/^lab: hub:own\/one\/main\/test\/0\.parquet: cannot be read as Parquet/)
  })

  test.each([
    [['data'], 2, /say what to check, such as lab data check questions\.jsonl/],
    [['data', 'look', 'x'], 2, /say what to check/],
    [['data', 'check', 'x.csv', '--split', 'test'], 2, /--split is for names on the hub; "x\.csv" is none/],
    [['data', 'check', '/nonexistent/x.csv'], 1, /no such file/],
    [['data', 'check', folder, '--columns', 'question'], 1, /maps no column/],
    [['data', 'check', 'hub:own/one'], 1, /hub:own\/one cannot be reached .*You may be offline/],
    [['data', 'check', 'https://example.org/x.csv'], 1, /https:\/\/example\.org\/x\.csv cannot be reached/],
    [['data', 'check', 'hub:own/one?revison=x'], 1, /Did you mean revision\?/],
  ])('%j ends with exit code %i and one line that says why', async (args, exitCode, message) => {
    const { code, out, notes } = await lab(args)
    expect({ code, out }).toEqual({ code: exitCode, out: [] })
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(message)
  })

  test('a folder without data files is refused', async () => {
    const path = join(folder, 'empty')
    mkdirSync(path)
    expect((await lab(['data', 'check', path])).notes.at(-1)).toMatch(/there is no data file \(\.jsonl, /)
  })
})

describe('other commands on a data set', () => {
  const dataset = fileOf('sums.jsonl', `{\n${jsonLines(sums)}`)

  test('evaluate shows GSM8K’s strict-match and flexible-extract apart', async () => {
    const args = ['evaluate', ...fakeFlags, '--dataset', dataset, '--max-proposal-length', '64']
    const { code, out, notes } = await lab([...args, '--json'])
    expect(code).toBe(0)
    expect(notes).toContainEqual(expect.stringMatching(/sums\.jsonl, line 1 is not JSON.*: left out\.$/))
    const number = expect.any(Number) as number
    const scores = { leader_team: number, leader_alone: number, peers: [number, number] }
    const [line] = parsed(out)
    const family = (line?.['eval'] as { families: Record<string, unknown> }).families['gsm8k']
    expect(line?.['eval']).toMatchObject({ dataset })
    expect(family).toMatchObject({
      strict_match: scores,
      flexible_extract: scores,
    })
    const table = (await lab(args)).out
    expect(table.filter((row) => row.endsWith('strict-match'))).toHaveLength(1)
    expect(table.filter((row) => row.endsWith('flexible-extract'))).toHaveLength(1)
  })

  test('train and proposals use its questions, and the run says which', async () => {
    const args = [...fakeFlags, '--dataset', dataset, '--easy-threshold', 'null', '--json']
    const { code, out } = await lab(['train', ...args, '--steps', '1'])
    expect(code).toBe(0)
    expect(parsed(out)[0]).toMatchObject({ dataset })
    const written = parsed((await lab(['proposals', ...args])).out)
    expect(written).toHaveLength(12)
    for (const { task } of written)
      expect(task).toMatchObject({ family: 'gsm8k', answer: '3', answer_type: 'number' })
  })

  test('questions in LaTeX train and evaluate like others', async () => {
    const rows = sums.map((_, i) => ({
      problem: `Half of $${i}$ and six?`,
      solution: '\\boxed{\\frac{6}{2}}',
    }))
    const file = fileOf('math.jsonl', jsonLines(rows))
    const args = [
      ...fakeFlags,
      '--dataset',
      file,
      '--max-proposal-length',
      '64',
      '--easy-threshold',
      'null',
      '--json',
    ]
    expect((await lab(['train', ...args, '--steps', '1'])).code).toBe(0)
    const [line] = parsed((await lab(['evaluate', ...args])).out)
    // The peers say 3, which is 6/2, with some luck.
    expect((line?.['eval'] as { oracle: number }).oracle).toBeGreaterThan(0)
  })

  test('ask asks one of its questions', async () => {
    const { code, out } = await lab(['ask', '--dataset', dataset, ...fakeFlags, '--rounds', '1'])
    expect(code).toBe(0)
    expect(out[0]).toMatch(/^What is \d+ \+ 3 - \d+\?$/)
  })

  test('a data set too small for a split says so', async () => {
    const one = fileOf('one.jsonl', jsonLines(sums.slice(0, 1)))
    const { code, notes } = await lab(['evaluate', ...fakeFlags, '--dataset', one])
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(/no question falls into the (dev|test) split\. Add more/)
  })
})
