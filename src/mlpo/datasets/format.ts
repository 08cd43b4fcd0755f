/** What a known data set is to the importer: how to recognise its tables and how to read their rows. */
import type { AnswerType } from '../task.ts'
import type { Row, Table } from './rows.ts'

export type FormatName = 'bbh' | 'gsm8k' | 'math' | 'mmlu' | 'columns'

/** A question before it has an id and before its gold answer was checked. */
export interface Draft {
  /** As the models see it, options included. */
  readonly question: string
  /** The question without its options; the key is made of it. */
  readonly stem: string
  readonly answer: string
  readonly choices?: readonly string[]
  readonly answer_type: AnswerType
  readonly family: string
  readonly domain: string
  readonly id?: string
}

/** A row's question, or why there is none, reading on after "line 3". */
export interface Reading {
  readonly row: number
  readonly draft: Draft | string
}

export interface Format {
  readonly name: FormatName
  /** For people: "GSM8K". */
  readonly label: string
  fits(table: Table): boolean
  /** `title` is what the file is about, such as a task of BBH: its name without ending, or the hub's config. */
  read(table: Table, title: string): readonly Reading[]
}

/** One draft per row, by a function of the row alone. */
export function readings(table: Table, draftOf: (row: Row) => Draft | string): Reading[] {
  return table.rows.map((row) => ({ row: row.number, draft: draftOf(row) }))
}

/** The text in a column, or null where there is none to use. */
export function textIn({ values }: Row, column: string): string | null {
  const value = values[column]
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

export function noText(column: string): string {
  return `has no text in column "${column}"`
}

export function letterAt(index: number): string {
  return String.fromCharCode(65 + index)
}

/** "(A) one", "(B) two". */
export function lettered(choices: readonly string[]): string[] {
  return choices.map((choice, i) => `(${letterAt(i)}) ${choice}`)
}

/** A name fit for a family: lower case, words joined by underscores. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
}
