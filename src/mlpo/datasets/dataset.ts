/**
 * Files together: one data set with its splits. Published splits are kept where the files have them, without what
 * they share; otherwise 80 % train, 10 % dev, 10 % test by canonical key (MLPO §5). No question is in two splits.
 */
import { splitOf, type Split, type Task } from '../task.ts'
import { ColumnMappingError, type ColumnMapping } from './column-mapping.ts'
import { importFile, type DatasetSource, type ImportedFile } from './import-file.ts'
import { DatasetFileError, problemText, type LineProblem } from './rows.ts'

export interface Dataset {
  /** As the user named it. */
  readonly source: string
  readonly files: readonly ImportedFile[]
  /** Files without anything to use, and why. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[]
  /** Whether the splits are the publisher's. */
  readonly published: boolean
  readonly splits: Readonly<Record<Split, readonly Task[]>>
  readonly shared: readonly Shared[]
}

/** A question that stands in two files; the one in `leftOut` is not used. */
export interface Shared {
  readonly key: string
  readonly kept: string
  readonly leftOut: string
}

/** Nothing to train or to evaluate on. */
export class EmptyDatasetError extends Error {
  override readonly name = 'EmptyDatasetError'
  constructor(
    readonly source: string,
    readonly problems: readonly LineProblem[],
  ) {
    const [first] = problems
    const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
    const why = first === undefined ? 'it is empty' : `${problemText(first)}${others}`
    super(
      `${source} has no usable question: ${why}. Each line, row or example needs a question and an answer.`,
    )
  }
}

const splitNames: readonly Split[] = ['test', 'dev', 'train']

/**
 * A file that cannot be read is refused by name and the others are used.
 * @throws EmptyDatasetError, or the reason of the first file where none can be read
 */
export async function importDataset(
  source: string,
  sources: readonly DatasetSource[],
  { mapping }: { readonly mapping?: ColumnMapping } = {},
): Promise<Dataset> {
  const files: ImportedFile[] = []
  const refused: { file: string; reason: string }[] = []
  const faults: unknown[] = []
  for (const each of sources) {
    try {
      files.push(withOwnIds(await importFile(each, mapping === undefined ? {} : { mapping }), files))
    } catch (error) {
      if (!(error instanceof DatasetFileError) && !(error instanceof ColumnMappingError)) throw error
      faults.push(error)
      refused.push({
        file: each.file.name,
        reason: error instanceof DatasetFileError ? error.reason : error.message,
      })
    }
  }
  if (files.length === 0 && faults.length > 0) throw faults[0]
  if (files.every(({ tasks }) => tasks.length === 0))
    throw new EmptyDatasetError(
      source,
      files.flatMap(({ problems }) => problems),
    )
  return { source, files, refused, ...splitFiles(files) }
}

/** Two files of the same title count from 1 each; ids must differ all the same. */
function withOwnIds(file: ImportedFile, others: readonly ImportedFile[]): ImportedFile {
  const taken = new Set(others.flatMap(({ tasks }) => tasks.map(({ id }) => id)))
  if (!file.tasks.some(({ id }) => taken.has(id))) return file
  const suffix = file.split ?? `file ${others.length + 1}`
  return { ...file, tasks: file.tasks.map((task) => ({ ...task, id: `${task.id} (${suffix})` })) }
}

/** Pure: what of which file serves which split. */
export function splitFiles(files: readonly ImportedFile[]): Pick<Dataset, 'published' | 'splits' | 'shared'> {
  const published =
    files.every(({ split }) => split !== null) &&
    files.some(({ split }) => split === 'train') &&
    files.some(({ split }) => split !== 'train')
  const owner = new Map<string, string>()
  const shared: Shared[] = []
  const splits: Record<Split, Task[]> = { train: [], dev: [], test: [] }
  const given = (split: Split) => published && files.some((file) => file.split === split)
  for (const file of published ? testsFirst(files) : files)
    for (const task of file.tasks) {
      const kept = owner.get(task.key)
      if (kept !== undefined) shared.push({ key: task.key, kept, leftOut: file.name })
      else {
        owner.set(task.key, file.name)
        const byKey = splitOf(task.key)
        const own =
          published && file.split !== null && (file.split !== 'train' || given(byKey)) ? file.split : byKey
        splits[own].push(task)
      }
    }
  return { published, splits, shared }
}

/** So that what train and test share stays in test. */
function testsFirst(files: readonly ImportedFile[]): ImportedFile[] {
  const place = ({ split }: ImportedFile) => splitNames.indexOf(split ?? 'train')
  return [...files].sort((a, b) => place(a) - place(b))
}
