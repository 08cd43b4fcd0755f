import { expect, it } from 'vitest'
import { holdWhileAlive, lockModel, lockRun, RunInUseError, whenGone, type LockRequester } from './locks.ts'
import { memoryLocks } from './memory-locks.testing.ts'

it('lets one tab have a run, and the next when it lets go', async () => {
  const locks = memoryLocks()
  const release = await lockRun('run-1', { locks })
  const next = lockRun('run-1', { locks })
  release()
  ;(await next)()
})

it('refuses a second tab with a word on what to do', async () => {
  const locks = memoryLocks()
  await lockRun('run-1', { locks })
  const second = lockRun('run-1', { locks, patienceMs: 5 })
  await expect(second).rejects.toThrow(RunInUseError)
  await expect(second).rejects.toThrow('another tab')
})

it('tells when a worker is gone, and not before', async () => {
  const granted: string[] = []
  const holders = new Map<string, () => void>()
  const locks: LockRequester = {
    async request(name, _options, holding) {
      const before = holders.get(name)
      if (before === undefined) holders.set(name, () => undefined)
      else await new Promise<void>((resolve) => holders.set(name, resolve))
      granted.push(name)
      return holding()
    },
  }
  await holdWhileAlive('leader 1', locks)
  const gone = whenGone('leader 1', new AbortController().signal, locks)
  await Promise.resolve()
  expect(granted).toEqual(['leader-lab/worker/leader 1'])
  holders.get('leader-lab/worker/leader 1')?.()
  await gone
  expect(granted).toHaveLength(2)
})

it('lets a worker speak only once its lock is held', async () => {
  let grant = () => undefined as unknown
  const locks: LockRequester = {
    request: (_name, _options, holding) => new Promise((resolve) => (grant = () => resolve(holding()))),
  }
  let maySpeak = false
  const alive = holdWhileAlive('peer 1', locks).then(() => (maySpeak = true))
  await Promise.resolve()
  expect(maySpeak).toBe(false)
  grant()
  await alive
  expect(maySpeak).toBe(true)
})

it('keeps runs apart', async () => {
  const locks = memoryLocks()
  await lockRun('run-1', { locks })
  await lockRun('run-2', { locks, patienceMs: 5 })
})

it('lets one change a stored model at a time, and whoever waits may give up', async () => {
  const locks = memoryLocks()
  const waiting = new AbortController()
  const release = await lockModel('https://lab.test/m/', { signal: new AbortController().signal, locks })
  const second = lockModel('https://lab.test/m/', { signal: waiting.signal, locks })
  waiting.abort(new Error('given up'))
  await expect(second).rejects.toThrow('given up')
  const third = lockModel('https://lab.test/m/', { signal: new AbortController().signal, locks })
  release()
  ;(await third)()
})
