import { expect, it } from 'vitest'
import { MemoryFolder } from './memory-folder.testing.ts'
import { proposalCache } from './proposal-cache.ts'

it('gives back all lines of a set, in order, and those of no other', async () => {
  const root = new MemoryFolder()
  const cache = proposalCache(root)
  expect(await cache.read('a')).toBeNull()
  await cache.append('a', 'one\n')
  await cache.append('b', 'other\n')
  await cache.append('a', 'zwö\nthree\n')
  expect(await proposalCache(root).read('a')).toBe('one\nzwö\nthree\n')
})

it('is only a cache: without room the run goes on', async () => {
  const root = new MemoryFolder()
  const cache = proposalCache(root)
  root.failWith(new DOMException('no room', 'QuotaExceededError'))
  await cache.append('a', 'one\n')
  expect(await cache.read('a')).toBe('')
})
