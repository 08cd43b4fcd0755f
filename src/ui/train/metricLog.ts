/**
 * Curves outside of React: one typed column per metric, all as long as the column of steps, growing by doubling. A chart
 * listens and reads; nothing is copied and nothing renders but the chart itself.
 */
import type { Metrics, StepRecord } from '../../mlpo/stages.ts'

export interface MetricLog {
  readonly length: number
  /** How often rows that had been told were taken back; what somebody worked out of them is then worth nothing. */
  readonly rewinds: number
  /** Views into the columns, valid until the next change. A value that a step lacks is NaN. */
  steps(): Float64Array
  column(key: string): Float64Array
  /** What is known of one step; null where nothing is. */
  at(step: number): Metrics | null
  /** A copy, without gaps, of these metrics or of all. */
  rows(keys?: readonly string[]): readonly StepRecord[]
  /** Rows from a later or equal step, as after a resume, make room. */
  append(step: number, metrics: Metrics): void
  replace(rows: readonly { readonly step: number; readonly metrics: Metrics }[]): void
  subscribe(listener: () => void): () => void
}

const firstCapacity = 64
const stepKey = '\u0000step'

export function createMetricLog(): MetricLog {
  const columns = new Map<string, Float64Array<ArrayBuffer>>()
  const listeners = new Set<() => void>()
  let length = 0
  let rewinds = 0
  let capacity = firstCapacity
  let announced = false

  const columnOf = (key: string) => {
    const held = columns.get(key)
    if (held !== undefined) return held
    const made = new Float64Array(capacity).fill(Number.NaN)
    columns.set(key, made)
    return made
  }
  const grow = () => {
    capacity *= 2
    for (const [key, column] of columns) {
      const larger = new Float64Array(capacity).fill(Number.NaN)
      larger.set(column)
      columns.set(key, larger)
    }
  }
  const push = (step: number, metrics: Metrics) => {
    const steps = columnOf(stepKey)
    const before = length
    while (length > 0 && (steps[length - 1] ?? 0) >= step) length -= 1
    if (length < before) rewinds += 1
    if (length === capacity) grow()
    for (const column of columns.values()) column[length] = Number.NaN
    columnOf(stepKey)[length] = step
    for (const [key, value] of Object.entries(metrics)) columnOf(key)[length] = value
    length += 1
  }
  const columnsOf = (keys?: readonly string[]) =>
    [...columns].filter(([key]) => key !== stepKey && (keys?.includes(key) ?? true))
  const metricsAt = (index: number, named: ReturnType<typeof columnsOf>): Metrics =>
    Object.fromEntries(
      named.flatMap(([key, column]) => {
        const value = column[index] ?? Number.NaN
        return Number.isNaN(value) ? [] : [[key, value] as const]
      }),
    )
  /** Once per task, however many rows came. */
  const announce = () => {
    if (announced) return
    announced = true
    queueMicrotask(() => {
      announced = false
      for (const listener of listeners) listener()
    })
  }

  return {
    get length() {
      return length
    },
    get rewinds() {
      return rewinds
    },
    steps: () => columnOf(stepKey).subarray(0, length),
    column: (key) => columnOf(key).subarray(0, length),
    at(step) {
      const index = columnOf(stepKey).subarray(0, length).indexOf(step)
      return index < 0 ? null : metricsAt(index, columnsOf())
    },
    rows(keys) {
      const named = columnsOf(keys)
      return Array.from({ length }, (_, at) => ({
        step: columnOf(stepKey)[at] ?? 0,
        metrics: metricsAt(at, named),
      }))
    },
    append(step, metrics) {
      push(step, metrics)
      announce()
    },
    replace(rows) {
      length = 0
      rewinds += 1
      for (const { step, metrics } of rows) push(step, metrics)
      announce()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Mean of the last `width` values at each point; gaps are left out. */
export function movingMean(
  values: ArrayLike<number>,
  { width = 10 }: { readonly width?: number } = {},
): Float64Array {
  return Float64Array.from({ length: values.length }, (_, at) => meanUpTo(values, { at, width }))
}

/** Mean of the `width` values that end at `at`; NaN where all of them are gaps. */
export function meanUpTo(
  values: ArrayLike<number>,
  { at, width }: { readonly at: number; readonly width: number },
): number {
  let sum = 0
  let count = 0
  for (let i = Math.max(0, at - width + 1); i <= at; i++) {
    const value = values[i] ?? Number.NaN
    if (Number.isNaN(value)) continue
    sum += value
    count += 1
  }
  return count === 0 ? Number.NaN : sum / count
}
