/**
 * What every reader of a file makes of it: rows of named values, and the places that could not be read. A row keeps
 * its number in the file, so that whatever is found wrong with it later can be looked up there.
 */

export interface LineProblem {
  /** From 1, in the unit below. */
  readonly line: number
  /** What the file is counted in; lines where nothing is said. */
  readonly unit?: RowUnit
  /** Reads on after "line 3": "is not JSON". */
  readonly reason: string
}

/** Rows of a Parquet file and examples of a JSON file have no line of their own. */
export type RowUnit = 'line' | 'row' | 'example'

export interface Row {
  /** From 1, in the table's unit. */
  readonly number: number
  readonly values: Readonly<Record<string, unknown>>
}

export interface Table {
  readonly unit: RowUnit
  /** In the order of the file; of JSON lines in the order of first use. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  readonly problems: readonly LineProblem[]
  /** Empty lines, which are neither rows nor problems. */
  readonly blank: number
  /** Whether `columns` stood in the file; else they are numbers from "1". */
  readonly named: boolean
}

/** A file that yields nothing at all; `reason` reads on after the file's name and says what to do. */
export class DatasetFileError extends Error {
  override readonly name = 'DatasetFileError'
  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(`${file}: ${reason}`)
  }
}

/** "line 3 is not JSON". */
export function problemText({ line, unit = 'line', reason }: LineProblem): string {
  return `${unit} ${line} ${reason}`
}

/** Beginning of a text for a message. */
export function quote(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
