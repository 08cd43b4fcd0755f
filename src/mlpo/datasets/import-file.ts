/**
 * One file to questions, every line accounted for: a question, a repetition of an earlier one, a problem with its
 * reason, or blank. Bytes in, plain data out; where the bytes are from is for `sources.ts`.
 */
import { checkAnswer, goldAnswer, GoldAnswerError } from '../answers/check.ts'
import type { Split, Task } from '../task.ts'
import type { ColumnMapping } from './column-mapping.ts'
import type { DataFile } from './data-file.ts'
import type { Draft, Format, FormatName } from './format.ts'
import { columnsFormat } from './formats/columns.ts'
import { formats } from './formats/formats.ts'
import { questionKey } from './key.ts'
import { readTable } from './read-table.ts'
import type { LineProblem, RowUnit, Table } from './rows.ts'

/** A file, and what is known of it from where it was found. */
export interface DatasetSource {
  readonly file: DataFile
  /** What it is about: a task of BBH, a subject of MMLU. */
  readonly title: string
  /** As it was published; null where nothing says so. */
  readonly split: Split | null
}

/** A question that an earlier one of the file asks as well; left out. */
export interface Repeat {
  readonly line: number
  /** The line of the earlier one. */
  readonly of: number
  /** Whether both have the same gold answer; if not, one of them is wrong. */
  readonly sameAnswer: boolean
}

export interface ImportedFile {
  readonly name: string
  readonly title: string
  readonly split: Split | null
  readonly format: FormatName
  /** The format for people. */
  readonly label: string
  readonly unit: RowUnit
  readonly columns: readonly string[]
  readonly tasks: readonly Task[]
  readonly problems: readonly LineProblem[]
  readonly repeats: readonly Repeat[]
  readonly blank: number
  /** All lines, rows or examples: the sum of the four above. */
  readonly read: number
  /** Questions whose gold answer is right when it is checked against itself. */
  readonly goldRight: number
}

/** @throws DatasetFileError, ColumnMappingError */
export async function importFile(
  { file, title, split }: DatasetSource,
  { mapping }: { readonly mapping?: ColumnMapping } = {},
): Promise<ImportedFile> {
  const table = await readTable(file)
  const format = formatOf(table, mapping)
  const { tasks, problems, repeats } = collected(table, { format, title })
  return {
    ...{ name: file.name, title, split, format: format.name, label: format.label },
    ...{ unit: table.unit, columns: table.columns, tasks, problems, repeats, blank: table.blank },
    read: table.rows.length + table.problems.length + table.blank,
    goldRight: tasks.filter((task) => checkAnswer(task, task.answer).status === 'right').length,
  }
}

/** A given mapping says that the table is nobody's known one. */
function formatOf(table: Table, mapping: ColumnMapping | undefined): Format {
  const known = mapping === undefined ? formats.find((format) => format.fits(table)) : undefined
  return known ?? columnsFormat(mapping)
}

function collected(
  table: Table,
  { format, title }: { readonly format: Format; readonly title: string },
): Pick<ImportedFile, 'tasks' | 'problems' | 'repeats'> {
  const problems: LineProblem[] = table.problems.map((problem) => ({ unit: table.unit, ...problem }))
  const repeats: Repeat[] = []
  const byKey = new Map<string, { readonly task: Task; readonly line: number }>()
  const ids = new Set<string>()
  for (const { row: line, draft } of table.rows.length === 0 ? [] : format.read(table, title)) {
    const task = typeof draft === 'string' ? draft : usable(taskOf(draft, `${title}-${line}`), { ids })
    const earlier = typeof task === 'string' ? undefined : byKey.get(task.key)
    if (typeof task === 'string') problems.push({ line, unit: table.unit, reason: task })
    else if (earlier !== undefined)
      repeats.push({ line, of: earlier.line, sameAnswer: meant(earlier.task) === meant(task) })
    else {
      byKey.set(task.key, { task, line })
      ids.add(task.id)
    }
  }
  problems.sort((a, b) => a.line - b.line)
  return { tasks: [...byKey.values()].map(({ task }) => task), problems, repeats }
}

function taskOf({ stem, id, ...draft }: Draft, fallbackId: string): Task {
  return { ...draft, id: id ?? fallbackId, key: questionKey(stem, draft.choices) }
}

/** The gold answer whatever the order of the options: a choice's text, not its letter. */
function meant(task: Task): string {
  const gold = goldAnswer(task)
  const option = task.answer_type === 'choice' ? task.choices?.[gold.charCodeAt(0) - 65] : undefined
  return option?.toLowerCase() ?? gold
}

/** Longer than any prompt that the models here can read. Characters. */
const longestQuestion = 100_000

/** The task with its choice as a letter, or why it cannot be used. */
function usable(task: Task, { ids }: { readonly ids: ReadonlySet<string> }): Task | string {
  if (ids.has(task.id)) return `repeats the id "${task.id}"`
  if (task.question.length > longestQuestion)
    return `has a question of ${task.question.length.toLocaleString('en')} characters; at most ${longestQuestion.toLocaleString('en')} are taken`
  try {
    const gold = goldAnswer(task)
    return task.answer_type === 'choice' ? { ...task, answer: gold } : task
  } catch (error) {
    if (!(error instanceof GoldAnswerError)) throw error
    const answer = JSON.stringify(task.answer)
    return task.answer_type === 'choice' && task.choices !== undefined
      ? `has an answer that is none of its ${task.choices.length} options: ${answer}`
      : `has an answer that is not a ${task.answer_type}: ${answer}`
  }
}
