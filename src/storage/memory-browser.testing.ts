/** A browser in memory, for tests: caches, files, locks, a limit to all of it, and a net with one server. */
import type { StoredFolder } from './folder.ts'
import { MemoryFolder } from './memory-folder.testing.ts'
import { memoryLocks } from './memory-locks.testing.ts'
import { MemoryServer } from './memory-server.testing.ts'
import type { AnswerCache, Caches } from './model-cache.ts'
import type { ModelBrowser } from './model-browser.ts'

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

  constructor(readonly root: MemoryFolder = new MemoryFolder()) {}

  readonly storage = (): Promise<StoredFolder> => Promise.resolve(this.root)
  readonly estimate = (): Promise<StorageEstimate> => Promise.resolve(this.room)
  readonly persist = (): Promise<boolean> => Promise.resolve((this.isPersistent = true))

  readonly caches: Caches = {
    open: async (name) => {
      const cache = this.#open.get(name) ?? new MemoryCache(() => this.#maybeFail())
      this.#open.set(name, cache)
      return cache
    },
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
