/**
 * One line of a chart, kept as uPlot takes it and grown with its metric log: a redraw works out the new points alone and
 * copies none of the history. A gap is null, because uPlot takes a NaN for the lowest value.
 */
import { meanUpTo } from './metricLog.ts'
import type { MetricLog } from './metricLog.ts'
import type { LineSpec } from './plotSpec.ts'

export interface LineColumn {
  /** The same array every time, as long as the log; valid until the next change. */
  values(): readonly (number | null)[]
  /** NaN for a gap, and beyond the end. */
  at(index: number): number
}

export function createLineColumn(
  log: MetricLog,
  { key, smooth = 1 }: Pick<LineSpec, 'key' | 'smooth'>,
): LineColumn {
  const held: (number | null)[] = []
  let rewinds = log.rewinds
  const values = () => {
    if (log.rewinds !== rewinds) {
      rewinds = log.rewinds
      held.length = 0
    }
    if (held.length === log.length) return held
    const column = log.column(key)
    for (let at = held.length; at < log.length; at++) {
      const value = meanUpTo(column, { at, width: smooth })
      held.push(Number.isNaN(value) ? null : value)
    }
    return held
  }
  return { values, at: (index) => values()[index] ?? Number.NaN }
}
