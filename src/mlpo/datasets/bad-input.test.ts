/** What goes wrong with files: each is named with its place and what to do, and costs nothing but itself. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ColumnMappingError, parseMapping } from './column-mapping.ts'
import { dataFile, type DataFile } from './data-file.ts'
import { importDataset, EmptyDatasetError } from './dataset.ts'
import { importFile } from './import-file.ts'
import { DatasetFileError } from './rows.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
/** One byte per character. */
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const utf16 = (text: string) =>
  Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])])
const read = (name: string, content: Uint8Array | string, columns?: string) =>
  importFile(
    {
      file: dataFile(name, typeof content === 'string' ? utf8(content) : content),
      title: 'own',
      split: null,
    },
    columns === undefined ? {} : { mapping: parseMapping(columns) },
  )
const good = '{"question": "What is 1 + 1?", "answer": 2}'

describe('gold answers', () => {
  test.each([
    ['is missing', '{"question": "q"}', 'has no gold answer in column "answer"'],
    ['is null', '{"question": "q", "answer": null}', 'has no gold answer in column "answer"'],
    ['is empty', '{"question": "q", "answer": " "}', 'has no gold answer in column "answer"'],
    ['is an empty list', '{"question": "q", "answer": []}', 'has no gold answer in column "answer" but []'],
    [
      'is a list of numbers',
      '{"question": "q", "answer": [1]}',
      'has no gold answer in column "answer" but [1]',
    ],
    [
      'is the index of no option',
      '{"question": "q", "answer": 2, "choices": ["a", "b"]}',
      'has no gold answer in column "answer" but 2',
    ],
    [
      'is no option',
      '{"question": "q", "answer": "D", "choices": ["a", "b"]}',
      'has an answer that is none of its 2 options: "D"',
    ],
  ])('one that %s is left out', async (_, line, reason) => {
    const { tasks, problems } = await read('own.jsonl', `${good}\n${line}`)
    expect(tasks).toHaveLength(1)
    expect(problems).toEqual([{ line: 2, unit: 'line', reason }])
  })

  test('answers of mixed types are each checked by their own', async () => {
    const rows = [2, 'Ada', true, ['a', 'b'], '$\\frac12$'].map((answer, i) =>
      JSON.stringify({ question: `q${i}`, answer }),
    )
    const { tasks, problems, goldRight } = await read('own.jsonl', rows.join('\n'))
    expect(problems).toEqual([])
    expect(tasks.map(({ answer_type }) => answer_type)).toEqual([
      'number',
      'text',
      'boolean',
      'list',
      'latex',
    ])
    expect(goldRight).toBe(5)
  })
})

describe('size', () => {
  test('a line of 1 MB is named with its length, and the lines around it are kept', async () => {
    const long = JSON.stringify({ question: 'x'.repeat(1_000_000), answer: 1 })
    const { tasks, problems } = await read(
      'own.jsonl',
      [good, long, '{"question": "p", "answer": 3}'].join('\n'),
    )
    expect(tasks.map(({ answer }) => answer)).toEqual(['2', '3'])
    expect(problems).toEqual([
      {
        line: 2,
        unit: 'line',
        reason: expect.stringMatching(/^has 1,000,\d{3} characters; at most 500,000 are read$/) as string,
      },
    ])
  })

  test('a question that no model could read is left out whatever the format', async () => {
    const { problems } = await read('own.csv', `question,answer\n${'x'.repeat(200_000)},1\nshort?,2\n`)
    expect(problems).toEqual([
      { line: 2, unit: 'line', reason: 'has a question of 200,000 characters; at most 100,000 are taken' },
    ])
  })

  test('lines that are cut anywhere by chunks are read whole', async () => {
    const content = utf8(`${good}\r\n\n{"question": "Größe?", "answer": "ü"}\n`)
    for (const size of [1, 2, 3, 7]) {
      const file: DataFile = {
        name: 'own.jsonl',
        bytes: () => Promise.resolve(content),
        async *chunks() {
          for (let at = 0; at < content.length; at += size) yield content.slice(at, at + size)
        },
      }
      const { tasks, blank, read } = await importFile({ file, title: 'own', split: null })
      expect(tasks.map(({ question }) => question)).toEqual(['What is 1 + 1?', 'Größe?'])
      expect({ blank, read }).toEqual({ blank: 1, read: 3 })
    }
  })
})

describe('encodings', () => {
  test('a line that is not UTF-8 is named with its byte and column', async () => {
    const { tasks, problems } = await read(
      'own.jsonl',
      latin1(`${good}\n{"question": "Café?", "answer": 1}\n`),
    )
    expect(tasks).toHaveLength(1)
    expect(problems).toEqual([
      {
        line: 2,
        unit: 'line',
        reason: 'is not UTF-8: byte 0xE9 at column 18. It may be Windows-1252 or Latin-1; save it as UTF-8.',
      },
    ])
  })

  test('a CSV or JSON file that is not UTF-8 is refused with line and column', async () => {
    const csv = read('own.csv', latin1('question,answer\nWo?,hier\nWann?,früh\n'))
    await expect(csv).rejects.toThrow('own.csv: is not UTF-8: byte 0xFC at line 3, column 9.')
    await expect(read('own.json', latin1('[{"question": "é"}]'))).rejects.toThrow(/line 1, column 16/)
  })

  test('UTF-16 with its mark, and UTF-8 with one, are read', async () => {
    for (const name of ['own.jsonl', 'own.json']) {
      expect((await read(name, utf16(name === 'own.json' ? `[${good}]` : `${good}\n`))).tasks).toHaveLength(1)
      expect((await read(name, `\uFEFF${name === 'own.json' ? `[${good}]` : good}`)).tasks).toHaveLength(1)
    }
    expect((await read('own.csv', utf16('question,answer\nWo?,hier\n'))).tasks).toHaveLength(1)
  })

  test('a compressed file is refused', async () => {
    await expect(read('own.jsonl.gz', Uint8Array.of(0x1f, 0x8b, 8, 0))).rejects.toThrow(
      /is compressed\. Unpack it first/,
    )
  })
})

describe('JSON', () => {
  test('a fault is named by line and column', async () => {
    const file = read('own.json', '[\n  {"question": "q", "answer": 1},\n  {"question" "q"}\n]')
    await expect(file).rejects.toThrow(DatasetFileError)
    await expect(file).rejects.toThrow(/own\.json: is not JSON from line 3, column 15 on/)
  })

  test('what is no object is named, and a file without a list refused', async () => {
    expect(
      (await read('own.json', `[${good}, 7, "x"]`)).problems.map(({ line, reason }) => [line, reason]),
    ).toEqual([
      [2, 'is not an object: 7'],
      [3, 'is not an object: "x"'],
    ])
    await expect(read('own.json', '3')).rejects.toThrow(/holds no list of examples/)
  })

  test('JSON lines that are called .json are read as lines', async () => {
    expect(await read('own.json', `${good}\n{"question": "p", "answer": 3}\n`)).toMatchObject({
      unit: 'line',
      read: 2,
      problems: [],
    })
  })
})

describe('CSV', () => {
  test('a record with too few or too many fields is named by its line, behind a field of several lines', async () => {
    const text = 'question,answer\n"What,\nexactly?",1\nonly one\nWho?,Ada,too much\nWhere?,here\n'
    const { tasks, problems, read: count } = await read('own.csv', text)
    expect(tasks.map(({ question }) => question)).toEqual(['What,\nexactly?', 'Where?'])
    expect(problems.map(({ line, reason }) => [line, reason.replace(/\..*/, '')])).toEqual([
      [4, 'has 1 fields instead of 2'],
      [5, 'has 3 fields instead of 2'],
    ])
    expect(count).toBe(4)
  })

  test('a quote that is never closed is named', async () => {
    const { problems } = await read('own.csv', 'question,answer\nWho?,Ada\n"Where?,here\nWhen?,now\n')
    expect(problems).toMatchObject([
      { line: 3, reason: expect.stringMatching(/opens a quote that is never closed/) as string },
    ])
  })

  test('semicolons and tabs part fields too', async () => {
    expect((await read('own.csv', 'question;answer\nWho, then?;Ada\n')).tasks).toMatchObject([
      { answer: 'Ada' },
    ])
    expect((await read('own.tsv', 'question\tanswer\nWho, then?\tAda\n')).tasks).toMatchObject([
      { answer: 'Ada' },
    ])
  })

  test('an empty file is refused', async () => {
    await expect(read('own.csv', '\n\n')).rejects.toThrow(
      'own.csv: is empty. Give a header line and one line per question.',
    )
  })
})

describe('Parquet', () => {
  const nested = readFileSync(new URL('fixtures/nested.parquet', import.meta.url))

  test('nested columns are reached by a path, and a row without a value there is named', async () => {
    const { tasks, problems } = await read('n.parquet', nested, 'question=item.prompt,answer=item.gold.value')
    expect(tasks).toMatchObject([
      { question: 'How many legs has a spider?', answer: '8', answer_type: 'number' },
      { answer: '6' },
    ])
    expect(problems).toEqual([
      { line: 3, unit: 'row', reason: 'has no gold answer in column "item.gold.value"' },
    ])
  })

  test('a path that ends at an object says what is inside', async () => {
    const { problems } = await read('n.parquet', nested, 'question=item.prompt,answer=item.gold')
    expect(problems[0]?.reason).toBe(
      'has an object in column "item.gold", with value, source. Map what is inside, such as item.gold.value',
    )
  })

  test('without a mapping the columns are listed', async () => {
    await expect(read('n.parquet', nested)).rejects.toThrow(ColumnMappingError)
    await expect(read('n.parquet', nested)).rejects.toThrow(
      'No column is known to hold the question. Its columns are item, weight. Say which one does, such as question=NAME,answer=NAME.',
    )
  })

  test('a torn file and a file that is none are refused', async () => {
    await expect(read('n.parquet', nested.subarray(0, 700))).rejects.toThrow(
      /n\.parquet: cannot be read as Parquet/,
    )
    await expect(read('n.parquet', 'question,answer')).rejects.toThrow(DatasetFileError)
  })
})

describe('a data set of several files', () => {
  const source = (name: string, text: string) => ({
    file: dataFile(name, utf8(text)),
    title: name,
    split: null,
  })

  test('uses the good ones and names the others', async () => {
    const { refused, splits } = await importDataset('both', [source('a.jsonl', good), source('b.csv', '')])
    expect(Object.values(splits).flat()).toHaveLength(1)
    expect(refused).toEqual([
      { file: 'b.csv', reason: 'is empty. Give a header line and one line per question.' },
    ])
  })

  test.each([
    ['an empty file', '', /own\.jsonl has no usable question: it is empty/],
    ['only bad lines', 'x\ny', /line 1 is not JSON.*: x \(and 1 more\)/],
  ])('%s is refused, with the reason', async (_, text, message) => {
    const dataset = importDataset('own.jsonl', [source('own.jsonl', text)])
    await expect(dataset).rejects.toThrow(EmptyDatasetError)
    await expect(dataset).rejects.toThrow(message)
  })
})
