/**
 * A user's own questions: one JSON object per line with `question` and `answer`, and if wanted `id`, `family`, `domain`,
 * `choices`, `answer_type`. A line that cannot be used is named and left out; a file without any usable one is refused.
 */
import * as v from 'valibot'
import { goldAnswer, GoldAnswerError, normaliseAnswer } from '../answers/check.ts'
import type { AnswerType, Task } from '../task.ts'
import { problemText, readJsonLines, type LineProblem } from './json-lines.ts'

export interface ImportedTasks {
  readonly tasks: readonly Task[]
  readonly problems: readonly LineProblem[]
  /** Lines left out because an earlier one asks the same. */
  readonly duplicates: number
}

export class EmptyDatasetError extends Error {
  override readonly name = 'EmptyDatasetError'
  constructor(
    readonly source: string,
    readonly problems: readonly LineProblem[],
  ) {
    const [first] = problems
    const why = first === undefined ? 'it is empty' : `${problemText(first)}${more(problems.length - 1)}`
    super(`${source} has no usable question: ${why}. Give one JSON object per line with question and answer.`)
  }
}

const words = v.pipe(v.string(), v.trim(), v.nonEmpty('it is empty'))
const row = v.object({
  question: words,
  answer: v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]),
  id: v.optional(words),
  family: v.optional(words, 'imported'),
  domain: v.optional(words, 'imported'),
  choices: v.optional(v.pipe(v.array(words), v.minLength(2, 'it needs two options or more'))),
  answer_type: v.optional(v.picklist(['number', 'choice', 'boolean', 'text', 'list', 'latex'])),
})
type Row = v.InferOutput<typeof row>

/** `source` names the file in messages. @throws EmptyDatasetError */
export function readTasks(text: string, { source }: { readonly source: string }): ImportedTasks {
  const { rows, problems } = readJsonLines(text, row)
  const bad = [...problems]
  const byKey = new Map<string, Task>()
  const ids = new Set<string>()
  let duplicates = 0
  for (const { line, value } of rows) {
    const task = taskOf(value, `${value.family}-${line}`)
    const reason = ids.has(task.id) ? `repeats the id "${task.id}"` : unusable(task)
    if (reason !== null) bad.push({ line, reason })
    else if (byKey.has(task.key)) duplicates += 1
    else {
      byKey.set(task.key, task)
      ids.add(task.id)
    }
  }
  bad.sort((a, b) => a.line - b.line)
  if (byKey.size === 0) throw new EmptyDatasetError(source, bad)
  return { tasks: [...byKey.values()], problems: bad, duplicates }
}

/** Options that the question does not show yet are appended, A first. */
function taskOf(
  { question, answer, choices, id, family, domain, answer_type }: Row,
  fallbackId: string,
): Task {
  const options = choices?.map((choice, i) => `(${String.fromCharCode(65 + i)}) ${choice}`).join(' ')
  const shown = choices === undefined || choices.every((choice) => question.includes(choice))
  return {
    id: id ?? fallbackId,
    key: `${family}/${question.toLowerCase().replace(/\s+/g, ' ')}`,
    family,
    domain,
    question: shown ? question : `${question} ${options ?? ''}`,
    answer: Array.isArray(answer) ? answer.join(', ') : String(answer),
    ...(choices === undefined ? {} : { choices }),
    answer_type: answer_type ?? typeOf(answer, { choices }),
  }
}

function typeOf(answer: Row['answer'], { choices }: Pick<Row, 'choices'>): AnswerType {
  if (choices !== undefined) return 'choice'
  if (Array.isArray(answer)) return 'list'
  if (typeof answer === 'boolean') return 'boolean'
  return normaliseAnswer(String(answer), 'number') === null ? 'text' : 'number'
}

function unusable(task: Task): string | null {
  try {
    goldAnswer(task)
    return null
  } catch (error) {
    if (error instanceof GoldAnswerError)
      return `has an answer that is not a ${task.answer_type}: ${JSON.stringify(task.answer)}`
    throw error
  }
}

function more(count: number): string {
  return count === 0 ? '' : ` (and ${count} more)`
}
