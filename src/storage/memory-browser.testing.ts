/** A browser in memory, for tests: caches, files, locks, a limit to all of it, and a net with one server. */
import type { StoredFolder } from './folder.ts'
import { MemoryFolder } from './memory-folder.testing.ts'
import { memoryLocks } from './memory-locks.testing.ts'
import { MemoryServer } from './memory-server.testing.ts'
import type { AnswerCache, Caches } from './model-cache.ts'
import type { ModelBrowser, Remembered } from './model-browser.ts'

class MemoryCache implements AnswerCache {
  readonly #answers = new Map<string, Response>()

  constructor(readonly maybeFail: () => void) {}

  async match(address: string): Promise<Response | undefined> {
    return this.#answers.get(address)?.clone()
  }

  async put(address: string, answer: Response): Promise<void> {
    this.maybeFail()
    const { headers } = answer
    this.#answers.set(address, new Response(await answer.arrayBuffer(), { headers }))
  }

  async delete(address: string): Promise<boolean> {
    return this.#answers.delete(address)
  }

  async keys(): Promise<readonly { readonly url: string }[]> {
    return [...this.#answers.keys()].map((url) => ({ url }))
  }
}

export class MemoryBrowser implements ModelBrowser {
  readonly #open = new Map<string, MemoryCache>()
  #failure: Error | null = null
  readonly server = new MemoryServer()
  readonly fetch = this.server.fetch
  readonly locks = memoryLocks()
  room: StorageEstimate = {}
  isPersistent = false
  /** Whether a service worker answers for the page. */
  isPageKept = false
  readonly memory = new Map<string, string>()

  constructor(readonly root: MemoryFolder = new MemoryFolder()) {}

  readonly storage = (): Promise<StoredFolder> => Promise.resolve(this.root)
  readonly estimate = (): Promise<StorageEstimate> => Promise.resolve(this.room)
  readonly persist = (): Promise<boolean> => Promise.resolve((this.isPersistent = true))
  readonly persisted = (): Promise<boolean> => Promise.resolve(this.isPersistent)
  readonly heldLocks = (): Promise<readonly string[]> => Promise.resolve(this.locks.held())
  readonly leavePage = (): Promise<void> => Promise.resolve(void (this.isPageKept = false))
  readonly remembered = (): Remembered => memoryOf(this.memory)

  readonly caches: Caches = {
    open: async (name) => {
      const cache = this.#open.get(name) ?? new MemoryCache(() => this.#maybeFail())
      this.#open.set(name, cache)
      return cache
    },
    keys: async () => [...this.#open.keys()],
    delete: async (name) => this.#open.delete(name),
  }

  /** The next answer that is put into a cache fails like this. */
  failPutWith(error: Error): void {
    this.#failure = error
  }

  #maybeFail(): void {
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) throw failure
  }
}

function memoryOf(held: Map<string, string>): Remembered {
  return {
    get length() {
      return held.size
    },
    key: (index) => [...held.keys()][index] ?? null,
    getItem: (key) => held.get(key) ?? null,
    removeItem: (key) => void held.delete(key),
  }
}
