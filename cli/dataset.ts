/** Data sets for the command line: files from the disk, the network and the hub, and notes on what was left out. */
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseMapping, type ColumnMapping } from '../src/mlpo/datasets/column-mapping.ts'
import { importDataset, type Dataset } from '../src/mlpo/datasets/dataset.ts'
import type { DataFile } from '../src/mlpo/datasets/data-file.ts'
import { isDataFile } from '../src/mlpo/datasets/read-table.ts'
import { reportOf } from '../src/mlpo/datasets/report.ts'
import { problemText, type LineProblem } from '../src/mlpo/datasets/rows.ts'
import { findSources } from '../src/mlpo/datasets/sources.ts'
import type { Context } from './command.ts'
import type { Flag, Given } from './flags.ts'
import { InputError, type Io } from './io.ts'
import { readError } from './read-error.ts'

export const columnsFlag: Flag = {
  name: 'columns',
  value: 'PART=NAME,…',
  help: 'Which column is what, such as question=Q,answer=A,choices=A+B+C+D; nested.name leads into a nested column.',
  default: 'guessed from the names',
}

/** Several names make one data set. @throws what `findSources` and `importDataset` throw */
export async function openDataset(
  names: readonly string[],
  { given, context: { fetch, io } }: { readonly given: Given; readonly context: Context },
): Promise<Dataset> {
  const access = { fetch, signal: io.signal, local: localFiles }
  const found = []
  for (const name of names) found.push(...(await findSources(name, access)))
  return importDataset(names.join(' '), found, mappingOf(given))
}

function mappingOf(given: Given): { readonly mapping?: ColumnMapping } {
  const columns = given.values.get('columns')
  return columns === undefined ? {} : { mapping: parseMapping(columns) }
}

/** @throws InputError */
async function localFiles(path: string): Promise<DataFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw readError(path, cause)
  })
  if (!found.isDirectory()) return [diskFile(path)]
  const names = (await readdir(path)).filter(isDataFile).sort()
  if (names.length === 0)
    throw new InputError(
      `${path}: there is no data file (.jsonl, .json, .csv, .tsv, .parquet) in this folder.`,
    )
  return names.map((name) => diskFile(join(path, name)))
}

function diskFile(path: string): DataFile {
  const unreadable = (cause: unknown) => {
    throw readError(path, cause)
  }
  return {
    name: path,
    bytes: () => readFile(path).catch(unreadable),
    async *chunks() {
      try {
        for await (const chunk of createReadStream(path)) yield chunk as Uint8Array
      } catch (cause) {
        unreadable(cause)
      }
    },
  }
}

/** What was left out of a run's questions and why: a line for each kind of loss. `lab data check` says more. */
export function noteLosses(dataset: Dataset, io: Io): void {
  for (const { name, problems, repeats } of dataset.files) {
    noteProblems(problems, { file: name, io })
    if (repeats.length > 0) io.note(`${name}: ${repeats.length} repeated questions left out.`)
  }
  for (const { file, reason } of dataset.refused) io.note(`${file} is left out: ${reason}`)
  for (const { kept, leftOut, questions } of reportOf(dataset).overlaps)
    io.note(`${leftOut}: ${questions} questions left out that stand in ${kept} too.`)
}

/** Names lines that were left out: the first five, and how many more. */
export function noteProblems(
  problems: readonly LineProblem[],
  { file, io }: { readonly file: string; readonly io: Io },
): void {
  for (const problem of problems.slice(0, 5)) io.note(`${file}, ${problemText(problem)}: left out.`)
  if (problems.length > 5) io.note(`${file}: ${problems.length - 5} more left out.`)
}
