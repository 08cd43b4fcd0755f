import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createMetricLog, movingMean } from './metricLog.ts'

describe('metric log', () => {
  test('keeps every row, across its growth', () => {
    const log = createMetricLog()
    for (let step = 1; step <= 300; step++) log.append(step, { reward: step / 2 })
    expect(log.length).toBe(300)
    expect([...log.column('reward')]).toEqual(Array.from({ length: 300 }, (_, i) => (i + 1) / 2))
  })

  test('a metric that comes later has gaps before, and none after it are invented', () => {
    const log = createMetricLog()
    log.append(1, { reward: 1 })
    log.append(2, { reward: 2, kl: 3 })
    log.append(3, { reward: 4 })
    expect([...log.column('kl')]).toEqual([Number.NaN, 3, Number.NaN])
  })

  test('a step that is done again replaces itself and all after it', () => {
    const log = createMetricLog()
    for (const step of [1, 2, 3]) log.append(step, { reward: step })
    log.append(2, { reward: 9 })
    expect([...log.steps()]).toEqual([1, 2])
    expect([...log.column('reward')]).toEqual([1, 9])
  })

  test('gives back the rows that were put in, without the gaps', () => {
    const log = createMetricLog()
    const rows = [
      { step: 1, metrics: { reward: 1 } },
      { step: 2, metrics: { reward: 2, kl: 3 } },
      { step: 5, metrics: { reward: 4 } },
    ]
    log.replace(rows)
    expect(log.rows()).toEqual(rows)
  })

  test('many rows in one task are announced once', async () => {
    const log = createMetricLog()
    const listener = vi.fn()
    log.subscribe(listener)
    for (const step of [1, 2, 3]) log.append(step, {})
    await Promise.resolve()
    expect(listener).toHaveBeenCalledOnce()
  })
})

describe('movingMean', () => {
  test('lies between the least and the greatest value', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, (given) => {
        for (const mean of movingMean(given)) {
          expect(mean).toBeGreaterThanOrEqual(Math.min(...given) - 1e-6)
          expect(mean).toBeLessThanOrEqual(Math.max(...given) + 1e-6)
        }
      }),
    )
  })

  test('of width 1 changes nothing', () => {
    expect([...movingMean([3, 1, 2], { width: 1 })]).toEqual([3, 1, 2])
  })
})
