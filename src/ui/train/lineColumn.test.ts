import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLineColumn } from './lineColumn.ts'
import { createMetricLog, movingMean } from './metricLog.ts'
import type { MetricLog } from './metricLog.ts'

/** Counts what is read of the columns. */
function counted(log: MetricLog) {
  let reads = 0
  const column = (key: string) =>
    new Proxy(log.column(key), {
      get(target, property) {
        if (typeof property === 'string' && /^\d+$/.test(property)) reads += 1
        const value: unknown = Reflect.get(target, property, target)
        return value
      },
    })
  const watched: MetricLog = {
    get length() {
      return log.length
    },
    get rewinds() {
      return log.rewinds
    },
    ...{ steps: log.steps, column, at: log.at, rows: log.rows, append: log.append },
    ...{ replace: log.replace, subscribe: log.subscribe },
  }
  return { log: watched, reads: () => reads }
}

describe('a line of a chart', () => {
  test('is at every moment what the whole column would give, gaps as null', () => {
    const value = fc.oneof(fc.double({ min: -9, max: 9, noNaN: true }), fc.constant(undefined))
    const row = fc.record({ step: fc.integer({ min: 1, max: 12 }), value })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (rows, smooth) => {
        const log = createMetricLog()
        const line = createLineColumn(log, { key: 'reward', smooth })
        for (const { step, value: reward } of rows) {
          log.append(step, reward === undefined ? {} : { reward })
          const whole = movingMean(log.column('reward'), { width: smooth })
          expect(line.values()).toEqual([...whole].map((mean) => (Number.isNaN(mean) ? null : mean)))
        }
      }),
    )
  })

  test('grows in place: a new point costs its own window, however long the history is', () => {
    const { log, reads } = counted(createMetricLog())
    const line = createLineColumn(log, { key: 'reward', smooth: 10 })
    for (let step = 1; step <= 10_000; step++) log.append(step, { reward: step })
    const held = line.values()
    const before = reads()
    log.append(10_001, { reward: 1 })
    expect(line.values()).toBe(held)
    expect(held).toHaveLength(10_001)
    expect(reads() - before).toBeLessThanOrEqual(10)
  })

  test('asked twice between two steps it reads nothing', () => {
    const { log, reads } = counted(createMetricLog())
    const line = createLineColumn(log, { key: 'reward', smooth: 3 })
    for (const step of [1, 2, 3]) log.append(step, { reward: step })
    expect(line.at(2)).toBe(2)
    const before = reads()
    expect(line.at(2)).toBe(2)
    expect(line.at(7)).toBeNaN()
    expect(reads()).toBe(before)
  })

  test('is made anew where steps are done again, or another run is put in', () => {
    const log = createMetricLog()
    const line = createLineColumn(log, { key: 'reward' })
    for (const step of [1, 2, 3]) log.append(step, { reward: step })
    expect(line.values()).toEqual([1, 2, 3])
    log.append(2, { reward: 9 })
    expect(line.values()).toEqual([1, 9])
    log.replace([{ step: 1, metrics: { reward: 5 } }])
    expect(line.values()).toEqual([5])
  })
})
