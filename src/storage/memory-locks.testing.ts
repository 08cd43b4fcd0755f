/** Web Locks between the tabs of one browser, for tests; exclusive locks only. */
import type { LockRequester } from './locks.ts'

export function memoryLocks(): LockRequester & { readonly held: () => readonly string[] } {
  const tails = new Map<string, Promise<unknown>>()
  const now = new Set<string>()
  return {
    held: () => [...now],
    request(name, { signal }, granted) {
      const before = tails.get(name) ?? Promise.resolve()
      const refused = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      })
      const held = Promise.race([before, refused]).then(async () => {
        now.add(name)
        await granted()
        now.delete(name)
      })
      tails.set(name, Promise.allSettled([before, held]))
      return held
    },
  }
}
