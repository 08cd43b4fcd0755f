/** A run's metrics as a rule reads them: the mean of a key over its first and over its last steps. */

/** Columns of a run, one value per finished step; a value that a step lacks is NaN. */
export interface MetricColumns {
  readonly length: number
  column(key: string): ArrayLike<number>
}

/** Steps that are averaged: one batch alone says little. */
export const windowSteps = 8

/** Fewer, and nothing is said. */
export const leastSteps = 4

export interface Windows {
  /** Steps of the run. */
  readonly length: number
  /** Means; NaN where no step of the window has the metric. */
  first(key: string): number
  last(key: string): number
  /** Sum over all steps. */
  total(key: string): number
}

/** The two windows never overlap: in a short run both are half of it. */
export function windowsOf(columns: MetricColumns): Windows {
  const { length } = columns
  const width = Math.min(windowSteps, Math.floor(length / 2))
  return {
    length,
    first: (key) => meanOf(columns.column(key), 0, width),
    last: (key) => meanOf(columns.column(key), length - width, length),
    total: (key) => totalOf(columns.column(key)),
  }
}

function meanOf(column: ArrayLike<number>, from: number, to: number): number {
  const values = present(column, from, to)
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Over the whole run at every step: nothing is copied. */
function totalOf(column: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < column.length; i++) {
    const value = column[i]
    if (value !== undefined && !Number.isNaN(value)) total += value
  }
  return total
}

function present(column: ArrayLike<number>, from: number, to: number): number[] {
  const values: number[] = []
  for (let i = Math.max(0, from); i < Math.min(to, column.length); i++) {
    const value = column[i]
    if (value !== undefined && !Number.isNaN(value)) values.push(value)
  }
  return values
}
