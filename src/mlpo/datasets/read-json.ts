/**
 * A JSON file to rows: an array of objects, an object that holds one such array (BBH's `examples`, the hub's `rows`),
 * or a single object (a problem of MATH). Examples are counted from 1, because JSON's lines say nothing about them.
 */
import { fileText, type DataFile } from './data-file.ts'
import { isRecord } from './read-jsonl.ts'
import { DatasetFileError, quote, type LineProblem, type Row, type Table } from './rows.ts'

const advice = 'Give an array of objects, an object with such an array, or JSON lines.'

/** @throws DatasetFileError */
export async function readJsonTable(file: DataFile): Promise<Table> {
  const examples = examplesOf(parsed((await fileText(file)).replace(/^\uFEFF/, ''), file.name))
  if (examples === null) throw new DatasetFileError(file.name, `holds no list of examples. ${advice}`)
  const columns = new Set<string>()
  const rows: Row[] = []
  const problems: LineProblem[] = []
  for (const [i, example] of examples.entries()) {
    if (isRecord(example)) {
      for (const column of Object.keys(example)) columns.add(column)
      rows.push({ number: i + 1, values: example })
    } else {
      const reason = `is not an object: ${quote(JSON.stringify(example))}`
      problems.push({ line: i + 1, unit: 'example', reason })
    }
  }
  return { unit: 'example', columns: [...columns], rows, problems, blank: 0, named: true }
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DatasetFileError(name, `is not JSON${placeOf(cause, text)}. ${advice}`)
  }
}

function placeOf(cause: unknown, text: string): string {
  const position = /position (\d+)/.exec(String(cause))?.[1]
  if (position === undefined) return ''
  const before = text.slice(0, Number(position)).split('\n')
  return ` from line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} on`
}

/** The longest list of objects in an object is its examples; an object without any is an example itself. */
function examplesOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[]
  if (!isRecord(value)) return null
  const lists: (readonly unknown[])[] = Object.values(value).filter((entry) => Array.isArray(entry))
  const objects = lists.filter((list) => list.some(isRecord)).sort((a, b) => b.length - a.length)
  return objects[0] ?? (Object.keys(value).length > 0 ? [value] : null)
}
