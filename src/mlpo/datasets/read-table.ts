/** The reader of a file, by its ending, or where that says nothing by its first bytes. */
import type { DataFile } from './data-file.ts'
import { readCsvTable } from './read-csv.ts'
import { readJsonTable } from './read-json.ts'
import { readJsonlTable } from './read-jsonl.ts'
import { readParquetTable } from './read-parquet.ts'
import { DatasetFileError, type Table } from './rows.ts'

type Reader = (file: DataFile) => Promise<Table>

const readers: Readonly<Record<string, Reader>> = {
  jsonl: readJsonlTable,
  ndjson: readJsonlTable,
  json: readJsonOrLines,
  csv: readCsvTable,
  tsv: readCsvTable,
  parquet: readParquetTable,
}

/** Whether a name looks like a data file: for folders and for the hub's listings. */
export function isDataFile(name: string): boolean {
  return endingOf(name) in readers
}

/** @throws DatasetFileError */
export async function readTable(file: DataFile): Promise<Table> {
  const reader = readers[endingOf(file.name)]
  return reader === undefined ? readByContent(file) : reader(file)
}

async function readByContent(file: DataFile): Promise<Table> {
  const head = await firstBytes(file)
  if (head.startsWith('PAR1')) return readParquetTable(file)
  if (head.startsWith('\x1f\x8b') || head.startsWith('PK'))
    throw new DatasetFileError(file.name, 'is compressed. Unpack it first.')
  if (/^\s*[[{]/.test(head)) return readJsonOrLines(file)
  if (head.trim() === '') return readJsonlTable(file)
  return head.split('\n')[0]?.includes(',') === true ? readCsvTable(file) : readJsonlTable(file)
}

/** Some call JSON lines `.json`: two lines in a row that are objects each. A list has commas behind its objects. */
async function readJsonOrLines(file: DataFile): Promise<Table> {
  const areLines = /^\s*\{.*\}\s*\n\s*\{.*\}\s*$/m.test(await firstBytes(file))
  return areLines ? readJsonlTable(file) : readJsonTable(file)
}

/** The first 64 kB or so, byte by byte as characters, enough to tell formats apart. */
async function firstBytes(file: DataFile): Promise<string> {
  for await (const chunk of file.chunks()) return new TextDecoder('latin1').decode(chunk.subarray(0, 65_536))
  return ''
}

function endingOf(name: string): string {
  return /\.([a-z]+)$/i.exec(name.replace(/[?#].*$/, ''))?.[1]?.toLowerCase() ?? ''
}
