/** Streams: named, repeatable, and even. */
import { describe, expect, test } from 'vitest'
import { quickStream, stream } from './random.ts'

describe.each([
  ['stream', stream],
  ['quickStream', quickStream],
])('%s', (_, make) => {
  const numbers = (count: number, ...names: readonly (string | number)[]) => {
    const random = make(1, ...names)
    return Array.from({ length: count }, () => random.uniform())
  }

  test('the same names give the same numbers, others give others', () => {
    expect(numbers(20, 'a', 3)).toEqual(numbers(20, 'a', 3))
    const all = [...numbers(20, 'a', 3), ...numbers(20, 'a', 4), ...numbers(20, 'b', 3)]
    expect(new Set(all).size).toBe(60)
  })

  test('numbers and pairs of neighbours fall evenly into their cells', () => {
    const drawn = numbers(64_000, 'even')
    const cells = new Array<number>(64).fill(0)
    for (let i = 0; i < drawn.length; i += 2) {
      const cell = 8 * Math.floor(8 * (drawn[i] ?? 0)) + Math.floor(8 * (drawn[i + 1] ?? 0))
      cells[cell] = (cells[cell] ?? 0) + 1
    }
    // Chi-square with 63 degrees of freedom: beyond 30 … 110 once in a thousand or less.
    const chiSquare = cells.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)
    expect(chiSquare).toBeGreaterThan(30)
    expect(chiSquare).toBeLessThan(110)
  })

  test('whole numbers reach both ends and nothing beyond; a shuffle loses nothing', () => {
    const random = make(2, 'int')
    const drawn = new Set(Array.from({ length: 200 }, () => random.int(-1, 2)))
    expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2])
    expect(random.shuffle([3, 1, 2]).sort()).toEqual([1, 2, 3])
  })
})
