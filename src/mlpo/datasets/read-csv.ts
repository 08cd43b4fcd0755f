/**
 * CSV to rows, with commas, semicolons or tabs, quoted as spreadsheets do. The first record names the columns, unless
 * it looks like data (MMLU's files have no names). A record that has too many or too few fields is named and left out.
 */
import { fileText, type DataFile } from './data-file.ts'
import { DatasetFileError, type LineProblem, type Row, type Table } from './rows.ts'

/** @throws DatasetFileError */
export async function readCsvTable(file: DataFile): Promise<Table> {
  const { default: papa } = await import('papaparse')
  const text = (await fileText(file)).replace(/^\uFEFF/, '')
  const records: CsvRecord[] = []
  const lines = lineCounter(text)
  let start = 0
  papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    step({ data, errors, meta }) {
      const [error] = errors.filter(({ type }) => type === 'Quotes')
      records.push({
        line: lines(start),
        fields: data,
        fault: error === undefined ? null : quoteFault(error.code),
      })
      start = meta.cursor
    },
  })
  // Behind the last line break there is nothing.
  if (records.at(-1)?.fields.join('') === '') records.pop()
  return tableOf(records, file.name)
}

/** What parts the first line into most fields; commas where nothing does. */
function delimiterOf(text: string): string {
  const [first = ''] = text
    .replace(/"[^"]*"/g, '')
    .trimStart()
    .split('\n')
  const count = (delimiter: string) => first.split(delimiter).length
  return [',', ';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best))
}

interface CsvRecord {
  /** Where it starts; a quoted field may go on over several. */
  readonly line: number
  readonly fields: readonly string[]
  readonly fault: string | null
}

function tableOf(records: readonly CsvRecord[], name: string): Table {
  const full = records.filter(
    ({ fields, fault }) => fault !== null || fields.some((field) => field.trim() !== ''),
  )
  const [first] = full
  if (first === undefined)
    throw new DatasetFileError(name, 'is empty. Give a header line and one line per question.')
  const named = looksLikeNames(first.fields)
  const columns = first.fields.map((field, i) => (named ? field.trim() : String(i + 1)))
  const rows: Row[] = []
  const problems: LineProblem[] = []
  for (const { line, fields, fault } of named ? full.slice(1) : full) {
    const reason = fault ?? widthFault(fields, columns)
    if (reason !== null) problems.push({ line, reason })
    else
      rows.push({ number: line, values: Object.fromEntries(columns.map((column, i) => [column, fields[i]])) })
  }
  return { unit: 'line', columns, rows, problems, blank: records.length - full.length, named }
}

/** Short, all different, none empty, none a number, and none an option letter: a question is longer than 40 characters or ends in "?". */
function looksLikeNames(fields: readonly string[]): boolean {
  const names = fields.map((field) => field.trim())
  return (
    new Set(names).size === names.length &&
    names.every(
      (name) => name !== '' && name.length <= 40 && /^[\p{L}_]/u.test(name) && !/[?.]$/.test(name),
    ) &&
    names.filter((name) => /^[A-D]$/.test(name)).length !== 1
  )
}

function widthFault(fields: readonly string[], columns: readonly string[]): string | null {
  if (fields.length === columns.length) return null
  return `has ${fields.length} fields instead of ${columns.length}. Put fields that contain a comma in quotes`
}

function quoteFault(code: string): string {
  return code === 'MissingQuotes'
    ? 'opens a quote that is never closed. Everything after it was read as part of that field'
    : 'has text behind a closing quote. Write a quote inside a quoted field twice'
}

/** Line of an offset; offsets must not fall. */
function lineCounter(text: string): (offset: number) => number {
  let [line, at] = [1, 0]
  return (offset) => {
    for (; at < offset; at++) if (text[at] === '\n') line += 1
    return line
  }
}
