/**
 * Anybody's table: a question and an answer per row, under names that are guessed or given. The answer's type follows
 * from the row itself unless `answer_type` says it: options make a choice, a list a list, a number a number.
 */
import { normaliseBoolean } from '../../answers/boolean.ts'
import { normaliseLatex } from '../../answers/latex/normalise.ts'
import { normaliseNumber } from '../../answers/number.ts'
import type { AnswerType } from '../../task.ts'
import { resolveMapping, valueAt, type ColumnMapping } from '../column-mapping.ts'
import { letterAt, lettered, readings, type Draft, type Format } from '../format.ts'
import { isRecord } from '../read-jsonl.ts'

export const answerTypes: readonly AnswerType[] = ['number', 'choice', 'boolean', 'text', 'list', 'latex']

/** `read` throws ColumnMappingError when question or answer cannot be found. */
export function columnsFormat(given: ColumnMapping = {}): Format {
  return {
    name: 'columns',
    label: 'questions and answers by column',
    fits: () => true,
    read(table) {
      const mapping = resolveMapping(table.columns, given)
      const allBoolean = table.rows.every(({ values }) => {
        const answer = valueAt(values, mapping.answer)
        return (
          typeof answer === 'boolean' || (typeof answer === 'string' && normaliseBoolean(answer) !== null)
        )
      })
      return readings(table, ({ values }) => draftOf(values, { mapping, allBoolean }))
    },
  }
}

interface Context {
  readonly mapping: ReturnType<typeof resolveMapping>
  /** Every answer of the file is yes, no, true or false. */
  readonly allBoolean: boolean
}

function draftOf(
  values: Readonly<Record<string, unknown>>,
  { mapping, allBoolean }: Context,
): Draft | string {
  const stem = valueAt(values, mapping.question)
  if (typeof stem !== 'string' || stem.trim() === '') return fault('text', mapping.question, stem)
  const choices = mapping.choices === undefined ? null : choicesOf(valueAt(values, mapping.choices))
  if (typeof choices === 'string') return `has a wrong "${mapping.choices ?? ''}": ${choices}`
  const given = valueAt(values, mapping.answer)
  const answer = answerText(given, choices)
  if (answer === null) return fault('gold answer', mapping.answer, given)
  const type = mapping.answer_type === undefined ? undefined : valueAt(values, mapping.answer_type)
  const named = answerTypes.find((known) => known === type)
  if (type != null && named === undefined)
    return `has a wrong "${mapping.answer_type ?? ''}": ${JSON.stringify(type)} is none of ${answerTypes.join(', ')}`
  const optional = (part: 'id' | 'family' | 'domain') => nameIn(values, mapping[part])
  const id = optional('id')
  return {
    ...{ question: shown(stem.trim(), choices), stem, answer },
    ...{ family: optional('family') ?? 'imported', domain: optional('domain') ?? 'imported' },
    ...(choices !== null && { choices }),
    answer_type: named ?? typeOf(given, { answer, choices, allBoolean }),
    ...(id !== null && { id }),
  }
}

/** Options that the question does not show yet are appended, A first. */
function shown(question: string, choices: readonly string[] | null): string {
  if (choices === null || choices.every((choice) => question.includes(choice))) return question
  return `${question} ${lettered(choices).join(' ')}`
}

/** The options, null where the row has none, or what is wrong with them. */
function choicesOf(value: unknown): readonly string[] | null | string {
  if (value === undefined || value === null || value === '') return null
  const list = typeof value === 'string' ? jsonList(value) : isRecord(value) ? value['text'] : value
  if (!Array.isArray(list)) return 'it is not a list of options'
  const texts = list.map((entry: unknown) => (isRecord(entry) ? entry['text'] : entry))
  const options = texts.filter((text) => typeof text === 'string' || typeof text === 'number').map(String)
  if (options.length < texts.length || options.some((text) => text.trim() === ''))
    return 'an option is no text'
  return options.length < 2 ? 'it needs two options or more' : options.map((text) => text.trim())
}

function jsonList(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A whole number with options is the index of one, from 0. */
function answerText(value: unknown, choices: readonly string[] | null): string | null {
  if (
    typeof value === 'number' &&
    choices !== null &&
    Number.isInteger(value) &&
    !choices.includes(String(value))
  )
    return value >= 0 && value < choices.length ? letterAt(value) : null
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const isList = Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string')
  return isList ? value.join(', ') : null
}

function typeOf(
  given: unknown,
  {
    answer,
    choices,
    allBoolean,
  }: { readonly answer: string; readonly choices: readonly string[] | null; readonly allBoolean: boolean },
): AnswerType {
  if (choices !== null) return 'choice'
  if (Array.isArray(given)) return 'list'
  if (typeof given === 'boolean' || allBoolean) return 'boolean'
  if (normaliseNumber(answer) !== null) return 'number'
  return /\\[a-z]|\$.*\$/i.test(answer) && normaliseLatex(answer) !== null ? 'latex' : 'text'
}

function nameIn(values: Readonly<Record<string, unknown>>, column: string | undefined): string | null {
  const value = column === undefined ? null : valueAt(values, column)
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? String(value).trim()
    : null
}

function fault(wanted: string, column: string, value: unknown): string {
  const empty = value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
  if (empty) return `has no ${wanted} in column "${column}"`
  if (!isRecord(value))
    return `has no ${wanted} in column "${column}" but ${JSON.stringify(value).slice(0, 60)}`
  const keys = Object.keys(value)
  return `has an object in column "${column}", with ${keys.join(', ')}. Map what is inside, such as ${column}.${keys[0] ?? ''}`
}
