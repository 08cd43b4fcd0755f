/**
 * MMLU: four options. As CSV (no header: question, A, B, C, D, letter; the file is named after the subject), or as
 * Parquet with `choices`, a number from 0 as `answer`, and `subject`.
 */
import { letterAt, lettered, noText, readings, slug, textIn, type Draft, type Format } from '../format.ts'
import type { Row, Table } from '../rows.ts'

const csvColumns = ['1', '2', '3', '4', '5', '6']

export const mmlu: Format = {
  name: 'mmlu',
  label: 'MMLU',
  fits: (table) => isCsv(table) || isTable(table),
  read(table, title) {
    const subject = slug(title.replace(/[_-](?:test|dev|val|validation|train)$/, ''))
    return isCsv(table)
      ? readings(table, (row) => csvDraft(row, subject))
      : readings(table, (row) => tableDraft(row, textIn(row, 'subject') ?? subject))
  },
}

function isCsv({ named, columns, rows }: Table): boolean {
  const letters = rows.filter((row) => /^[A-D]$/.test(textIn(row, '6')?.trim() ?? ''))
  return !named && columns.length === csvColumns.length && letters.length > rows.length / 2
}

function isTable({ columns, rows }: Table): boolean {
  return (
    ['question', 'subject', 'choices', 'answer'].every((column) => columns.includes(column)) &&
    rows.some(({ values }) => Array.isArray(values['choices']) && typeof values['answer'] === 'number')
  )
}

function csvDraft(row: Row, subject: string): Draft | string {
  const [question, ...rest] = csvColumns.map((column) => textIn(row, column))
  const letter = rest.pop()
  const choices = rest.filter((choice) => choice !== null)
  if (question == null) return noText('1')
  if (letter == null) return `${noText('6')}: there is no gold answer`
  return draftOf({ question, choices, letter, subject }, rest.length)
}

function tableDraft(row: Row, subject: string): Draft | string {
  const question = textIn(row, 'question')
  const { choices: given, answer } = row.values
  if (question === null) return noText('question')
  if (!Array.isArray(given)) return 'has no list in column "choices"'
  const choices = given.map(String).filter((choice) => choice.trim() !== '')
  if (typeof answer !== 'number' || !Number.isInteger(answer) || answer < 0)
    return `has no number of an option in column "answer": ${JSON.stringify(answer)}`
  return draftOf({ question, choices, letter: letterAt(answer), subject }, given.length)
}

function draftOf(
  {
    question,
    choices,
    letter,
    subject,
  }: Record<'question' | 'letter' | 'subject', string> & { readonly choices: readonly string[] },
  wanted: number,
): Draft | string {
  if (choices.length < wanted) return `has an empty option: ${choices.length} of ${wanted} are there`
  const shown = [question.trim(), ...lettered(choices.map((choice) => choice.trim()))].join('\n')
  return {
    ...{ question: shown, stem: question, answer: letter.trim(), choices, answer_type: 'choice' },
    ...{ family: `mmlu_${slug(subject)}`, domain: 'knowledge' },
  }
}
