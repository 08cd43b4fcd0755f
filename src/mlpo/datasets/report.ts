/**
 * What an import found, as data for a preview and as lines for people: types, examples, repetitions, what train and
 * test share, and everything that could not be read, by file and line.
 */
import type { AnswerType, Split, Task } from '../task.ts'
import { guessMapping, type ColumnMapping } from './column-mapping.ts'
import type { Dataset } from './dataset.ts'
import type { ImportedFile, Repeat } from './import-file.ts'
import { problemText, type LineProblem, type RowUnit } from './rows.ts'

export interface FileReport {
  readonly name: string
  readonly format: string
  readonly split: Split | null
  readonly unit: RowUnit
  /** Lines, rows or examples: questions + repeats + problems + blank. */
  readonly read: number
  readonly questions: number
  readonly types: Readonly<Partial<Record<AnswerType, number>>>
  readonly goldRight: number
  readonly repeats: readonly Repeat[]
  readonly problems: readonly LineProblem[]
  readonly blank: number
  readonly columns: readonly string[]
  /** What the columns' names suggest: where a form for the mapping starts. */
  readonly suggested: ColumnMapping
  readonly examples: readonly Task[]
}

export interface DatasetReport {
  readonly source: string
  readonly files: readonly FileReport[]
  readonly refused: Dataset['refused']
  readonly questions: number
  readonly published: boolean
  readonly splits: Readonly<Record<Split, number>>
  /** Questions in two files at once, by the pair of files. */
  readonly overlaps: readonly {
    readonly kept: string
    readonly leftOut: string
    readonly questions: number
  }[]
}

export function reportOf(
  dataset: Dataset,
  { examples = 2 }: { readonly examples?: number } = {},
): DatasetReport {
  const { source, files, refused, published, splits } = dataset
  const sizes = { train: splits.train.length, dev: splits.dev.length, test: splits.test.length }
  return {
    ...{ source, refused, published, splits: sizes, overlaps: overlapsOf(dataset) },
    files: files.map((file) => fileReport(file, examples)),
    questions: sizes.train + sizes.dev + sizes.test,
  }
}

function fileReport(file: ImportedFile, examples: number): FileReport {
  const { name, label, split, unit, read, tasks, goldRight, repeats, problems, blank, columns } = file
  return {
    ...{ name, format: label, split, unit, read, questions: tasks.length, types: counted(tasks), goldRight },
    ...{
      repeats,
      problems,
      blank,
      columns,
      suggested: guessMapping(columns),
      examples: tasks.slice(0, examples),
    },
  }
}

function counted(tasks: readonly Task[]): FileReport['types'] {
  const counts: Partial<Record<AnswerType, number>> = {}
  for (const { answer_type: type } of tasks) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

function overlapsOf({ shared }: Dataset): DatasetReport['overlaps'] {
  const counts = new Map<string, DatasetReport['overlaps'][number]>()
  for (const { kept, leftOut } of shared) {
    const pair = `${kept}\n${leftOut}`
    counts.set(pair, { kept, leftOut, questions: (counts.get(pair)?.questions ?? 0) + 1 })
  }
  return [...counts.values()]
}

/** For people. `shown` bounds what is listed of each kind; what is not listed is counted. */
export function reportLines(
  report: DatasetReport,
  { shown = 5 }: { readonly shown?: number } = {},
): string[] {
  const { files, refused, overlaps, questions, splits, published } = report
  return [
    ...files.flatMap((file) => fileLines(file, shown)),
    ...refused.map(({ file, reason }) => `${file}: cannot be used: ${reason}`),
    ...overlaps.map(
      ({ kept, leftOut, questions: count }) =>
        `${leftOut} shares ${plural(count, 'question')} with ${kept}, used there only.`,
    ),
    `${plural(questions, 'question')} in ${plural(files.length, 'file')}: train ${splits.train}, dev ${splits.dev}, test ${splits.test} ` +
      (published ? '(as published).' : '(by the question’s text).'),
  ]
}

function fileLines(file: FileReport, shown: number): string[] {
  const { name, format, unit, read, questions, types, goldRight, repeats, problems, blank, examples } = file
  const kinds = Object.entries(types).map(([type, count]) => `${type} ${count}`)
  const mixed = kinds.length > 1 ? ' (mixed; each question is checked by its own type)' : ''
  const parts = [
    plural(questions, 'question'),
    `${repeats.length} repeated`,
    `${problems.length} left out`,
    `${blank} blank`,
  ]
  return [
    `${name}: ${format}, ${plural(read, unit)}: ${parts.join(', ')}.`,
    ...(kinds.length === 0
      ? []
      : [`  answers: ${kinds.join(', ')}${mixed}; ${goldRight} right against themselves`]),
    ...examples.map((task) => `  example: ${oneLine(task.question)} → ${oneLine(task.answer)}`),
    ...listed(
      repeats.map((repeat) => `  ${repeatText(repeat, unit)}`),
      shown,
    ),
    ...listed(
      problems.map((problem) => `  ${problemText(problem)}`),
      shown,
    ),
  ]
}

export function repeatText({ line, of, sameAnswer }: Repeat, unit: RowUnit): string {
  return `${unit} ${line} repeats ${unit} ${of}${sameAnswer ? '' : ' with another answer'}`
}

function listed(lines: readonly string[], shown: number): string[] {
  const rest = lines.length - shown
  return rest > 0 ? [...lines.slice(0, shown), `  … and ${rest} more`] : [...lines]
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return flat.length > 120 ? `${flat.slice(0, 60)} … ${flat.slice(-58)}` : flat
}
