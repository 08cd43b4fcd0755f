/** The browser, as far as stored models go; a test brings its own. */
import { originFolder, type StoredFolder } from './folder.ts'
import type { LockRequester } from './locks.ts'
import type { Caches } from './model-cache.ts'

export interface ModelBrowser {
  readonly caches: Caches
  readonly storage: () => Promise<StoredFolder>
  readonly locks: LockRequester
  readonly fetch: typeof globalThis.fetch
  /** Bytes that the page has and may have. */
  readonly estimate: () => Promise<StorageEstimate>
  /** Asks that nothing be deleted to make room for other pages. */
  readonly persist: () => Promise<boolean>
}

export function thisBrowser(): ModelBrowser {
  return {
    caches,
    storage: originFolder,
    locks: navigator.locks,
    fetch: (...given) => fetch(...given),
    estimate: () => navigator.storage.estimate(),
    persist: () => navigator.storage.persist(),
  }
}
