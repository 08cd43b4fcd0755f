import { expect, it } from 'vitest'
import { lockRun, RunInUseError, type LockRequester } from './locks.ts'

/** Web Locks between the tabs of one browser, for exclusive locks only. */
function lockManager(): LockRequester {
  const tails = new Map<string, Promise<unknown>>()
  return {
    request(name, { signal }, granted) {
      const before = tails.get(name) ?? Promise.resolve()
      const refused = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
      const held = Promise.race([before, refused]).then(granted)
      tails.set(name, Promise.allSettled([before, held]))
      return held
    },
  }
}

it('lets one tab have a run, and the next when it lets go', async () => {
  const locks = lockManager()
  const release = await lockRun('run-1', { locks })
  const next = lockRun('run-1', { locks })
  release()
  ;(await next)()
})

it('refuses a second tab with a word on what to do', async () => {
  const locks = lockManager()
  await lockRun('run-1', { locks })
  const second = lockRun('run-1', { locks, patienceMs: 5 })
  await expect(second).rejects.toThrow(RunInUseError)
  await expect(second).rejects.toThrow('another tab')
})

it('keeps runs apart', async () => {
  const locks = lockManager()
  await lockRun('run-1', { locks })
  await lockRun('run-2', { locks, patienceMs: 5 })
})
