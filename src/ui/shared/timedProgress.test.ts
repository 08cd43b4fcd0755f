import { expect, test } from 'vitest'
import type { Progress } from '../../mlpo/stages.ts'
import { timed } from './timedProgress.ts'

const work = (done: number, label = 'Fetching'): Progress => ({
  what: 'download',
  label,
  done,
  total: 100,
  unit: 'bytes',
})

test('steady work ends when it was said to end', () => {
  const first = timed(null, work(0), 1000)
  expect(first.leftMs).toBeNull()
  expect(timed(first, work(25), 3000).leftMs).toBe(6000)
})

test('no time is given from a moment’s work, for none, or when all is done', () => {
  const first = timed(null, work(10), 0)
  expect(timed(first, work(20), 100).leftMs).toBeNull()
  expect(timed(first, work(10), 9000).leftMs).toBeNull()
  expect(timed(first, work(100), 9000).leftMs).toBeNull()
})

test('other work, or work that begins again, is timed anew', () => {
  const first = timed(null, work(50), 0)
  expect(timed(first, work(60, 'Loading'), 9000).sinceMs).toBe(9000)
  expect(timed(first, work(0), 9000).sinceMs).toBe(9000)
})
