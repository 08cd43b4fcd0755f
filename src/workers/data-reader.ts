/**
 * What the worker that reads data sets does: files, texts, addresses and hub names in, one report out, with the questions
 * that a run could use. All of the work is `mlpo/datasets`; here are the browser's files, the preview, and the question
 * whether this leader can read them.
 */
import { guessMapping } from '../mlpo/datasets/column-mapping.ts'
import { dataFile, type DataFile } from '../mlpo/datasets/data-file.ts'
import { importDataset, type Dataset } from '../mlpo/datasets/dataset.ts'
import type { Fetch } from '../mlpo/datasets/download.ts'
import type { DatasetSource } from '../mlpo/datasets/import-file.ts'
import { readTable } from '../mlpo/datasets/read-table.ts'
import { reportOf } from '../mlpo/datasets/report.ts'
import { hubPrefix } from '../mlpo/datasets/hub.ts'
import { findSources } from '../mlpo/datasets/sources.ts'
import { questionSetOf } from '../mlpo/question-set.ts'
import { errorValue } from './errors.ts'
import { leaderReader } from './leader-reading.ts'
import { parseDataCommand } from './messages.ts'
import type {
  DataCommand,
  DataEvent,
  DataFileFound,
  DataFound,
  DataOrigin,
  DataReading,
  TablePreview,
} from './protocol.ts'

interface DataReaderParts {
  readonly send: (event: DataEvent) => void
  readonly fetch: Fetch
}

const previewRows = 5
const cellCharacters = 160
/** Lines of problems and of repetitions that are handed over per file. */
const listed = 200
/** The first rows of a file of lines are in here. Bytes. */
const headBytes = 262_144

/** Neither an address nor a name on the hub. */
class DataNameError extends Error {
  override readonly name = 'DataNameError'
  constructor(readonly given: string) {
    super(
      `"${given.slice(0, 80)}" is neither an address (https://…) nor a name on the hub (${hubPrefix}owner/name). Write one, or choose a file.`,
    )
  }
}

export function createDataReader(parts: DataReaderParts): (data: unknown) => void {
  return (data) => {
    readData(data, parts).then(
      (reading) => parts.send({ type: 'data', reading }),
      (thrown: unknown) => parts.send({ type: 'error', error: errorValue(thrown) }),
    )
  }
}

async function readData(data: unknown, { fetch }: DataReaderParts): Promise<DataReading> {
  const command = parseDataCommand(data)
  const sources = await sourcesOf(command.origins, fetch)
  const previews: TablePreview[] = []
  for (const { file } of sources) previews.push(...(await previewOf(file)))
  try {
    const mapping = command.mapping ?? undefined
    const name = nameOf(command.origins, sources)
    const dataset = await importDataset(name, sources, mapping === undefined ? {} : { mapping })
    return { previews, found: await foundIn(dataset, command, fetch), problem: null }
  } catch (thrown) {
    // Without a preview there is nothing to show beside the error.
    if (previews.length === 0) throw thrown
    return { previews, found: null, problem: errorValue(thrown) }
  }
}

async function sourcesOf(origins: readonly DataOrigin[], fetch: Fetch): Promise<DatasetSource[]> {
  const sources: DatasetSource[] = []
  for (const origin of origins) {
    const name = origin.kind === 'file' ? origin.file.name : origin.kind === 'text' ? 'pasted' : origin.name
    const local = () => {
      if (origin.kind === 'name') return Promise.reject(new DataNameError(origin.name))
      return Promise.resolve([origin.kind === 'file' ? browserFile(origin.file) : pasted(origin.text)])
    }
    sources.push(...(await findSources(origin.kind === 'name' ? name.trim() : name, { fetch, local })))
  }
  return sources
}

function browserFile(file: File): DataFile {
  return {
    name: file.name,
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
    async *chunks() {
      const reader = file.stream().getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
    },
  }
}

function pasted(text: string): DataFile {
  return dataFile('pasted', new TextEncoder().encode(text))
}

function nameOf(origins: readonly DataOrigin[], sources: readonly DatasetSource[]): string {
  const [first] = origins
  const [source] = sources
  if (first?.kind === 'name' && origins.length === 1) return first.name.trim()
  const others = sources.length > 1 ? ` and ${sources.length - 1} more` : ''
  return `${source?.file.name ?? 'nothing'}${others}`
}

/** None where the file cannot be read at all: then the import says why. */
async function previewOf(file: DataFile): Promise<TablePreview[]> {
  try {
    const { columns, rows } = await readTable(await headOf(file))
    const cells = rows
      .slice(0, previewRows)
      .map(({ values }) => columns.map((column) => cell(values[column])))
    return [{ file: file.name, columns, rows: cells }]
  } catch {
    return []
  }
}

/** The beginning of a file of lines, up to the end of one; other files as a whole. */
async function headOf(file: DataFile): Promise<DataFile> {
  if (!/\.(jsonl|ndjson|csv|tsv)$/i.test(file.name)) return file
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of file.chunks()) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= headBytes) break
  }
  const bytes = new Uint8Array(await new Blob(chunks.map((chunk) => chunk.slice())).arrayBuffer())
  const end = length < headBytes ? length : bytes.lastIndexOf(0x0a) + 1
  return dataFile(file.name, bytes.subarray(0, end > 0 ? end : length))
}

function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  return text.length > cellCharacters ? `${text.slice(0, cellCharacters)}…` : text
}

/** @throws TooFewQuestionsError */
async function foundIn(dataset: Dataset, command: DataCommand, fetch: Fetch): Promise<DataFound> {
  const { files, ...report } = reportOf(dataset, { examples: 3 })
  const reader = await leaderReader(command, fetch)
  const canRead = reader?.canRead
  const questions = questionSetOf(dataset, canRead === undefined ? {} : { canRead })
  return { report, files: files.map(shortened), questions, leader: reader?.reading() ?? null }
}

function shortened(report: DataFileFound['report']): DataFileFound {
  const { problems, repeats } = report
  return {
    report: {
      ...report,
      problems: problems.slice(0, listed).map((each) => ({ ...each, reason: each.reason.slice(0, 400) })),
      repeats: repeats.slice(0, listed),
      suggested: guessMapping(report.columns),
    },
    problems: problems.length,
    repeats: repeats.length,
  }
}
