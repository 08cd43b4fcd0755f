/** The browser, as far as anything is stored in it; a test brings its own. */
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
  readonly persisted: () => Promise<boolean>
  /** Names of the locks that somebody has, in whatever tab. */
  readonly heldLocks: () => Promise<readonly string[]>
  /** null where the browser remembers nothing for the page. */
  readonly remembered: () => Remembered | null
  /** No visit is answered from what is kept, until the page is kept anew. */
  readonly leavePage: () => Promise<void>
}

/** What we use of `localStorage`. */
export interface Remembered {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  removeItem(key: string): void
}

export function thisBrowser(): ModelBrowser {
  return {
    caches,
    storage: originFolder,
    locks: navigator.locks,
    fetch: (...given) => fetch(...given),
    estimate: () => navigator.storage.estimate(),
    persist: () => navigator.storage.persist(),
    persisted: () => navigator.storage.persisted(),
    heldLocks: async () => ((await navigator.locks.query()).held ?? []).map(({ name }) => name ?? ''),
    remembered: thisMemory,
    leavePage,
  }
}

function thisMemory(): Remembered | null {
  try {
    return localStorage
  } catch {
    return null
  }
}

async function leavePage(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const here = new URL('./', document.baseURI).href
  for (const registration of await navigator.serviceWorker.getRegistrations())
    if (registration.scope === here) await registration.unregister()
}
