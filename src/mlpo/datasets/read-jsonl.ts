/** JSON lines to rows: one object per line. A line that is none is named and left out; the rest is kept. */
import { notUtf8, textLines, type DataFile, type TextLine } from './data-file.ts'
import { quote, type LineProblem, type Row, type Table } from './rows.ts'

/** Characters; a question of a few pages has 10,000, and no model here reads more than 100,000. */
const longestLine = 500_000

export async function readJsonlTable(file: DataFile): Promise<Table> {
  const columns = new Set<string>()
  const rows: Row[] = []
  const problems: LineProblem[] = []
  let blank = 0
  for await (const line of textLines(file)) {
    if (line.text?.replace(/^\uFEFF/, '').trim() === '') blank += 1
    else {
      const read = readLine(line)
      if (typeof read === 'string') problems.push({ line: line.number, reason: read })
      else {
        for (const column of Object.keys(read)) columns.add(column)
        rows.push({ number: line.number, values: read })
      }
    }
  }
  return { unit: 'line', columns: [...columns], rows, problems, blank, named: true }
}

/** The object, or why there is none. */
function readLine({ text, bytes }: TextLine): Row['values'] | string {
  if (text === null) return notUtf8(bytes).replace('line 1, ', '')
  if (text.length > longestLine)
    return `has ${text.length.toLocaleString('en')} characters; at most ${longestLine.toLocaleString('en')} are read`
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    return `is not JSON${columnOf(cause)}: ${quote(text.trim())}`
  }
  return isRecord(value) ? value : `is not a JSON object: ${quote(text.trim())}`
}

/** Where the parser stopped; not every browser's says so. */
function columnOf(cause: unknown): string {
  const position = /position (\d+)/.exec(String(cause))?.[1]
  return position === undefined ? '' : ` from column ${Number(position) + 1} on`
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
