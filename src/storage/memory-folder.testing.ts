/**
 * OPFS in memory, for tests: what has been closed or moved is there for the next one to open, what has not is lost, as
 * after a crash; a file that is written in place keeps all of it. `crashBefore` makes the next operation of that kind fail,
 * and `limit` every write that would make the whole larger.
 */
import type { StoredAccess, StoredFile, StoredFolder, StoredWriter } from './folder.ts'

export type Crash = 'write' | 'close' | 'move'

interface Failure {
  readonly error: Error
  /** Of the file's name. */
  readonly part: string
}

/** By the whole tree. */
interface Shared {
  crash: Crash | Failure | null
  clock: number
  readonly root: MemoryFolder
  mostBytes: number
}

export class CrashError extends Error {
  override readonly name = 'CrashError'
}

export class MemoryFolder implements StoredFolder {
  readonly kind = 'directory'
  readonly folders = new Map<string, MemoryFolder>()
  readonly files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; modified: number }>()
  readonly #shared: Shared

  constructor(
    readonly name = '',
    shared: Shared | null = null,
  ) {
    this.#shared = shared ?? { crash: null, clock: 0, root: this, mostBytes: Number.POSITIVE_INFINITY }
  }

  /** The size of everything in it. */
  size(): number {
    const files = [...this.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
    return [...this.folders.values()].reduce((sum, folder) => sum + folder.size(), files)
  }

  /** Of the whole tree, from now on. */
  limit(mostBytes: number): void {
    this.#shared.mostBytes = mostBytes
  }

  crashBefore(crash: Crash): void {
    this.#shared.crash = crash
  }

  /** The next write to such a file fails like this. */
  failWith(error: Error, { in: part = '' }: { readonly in?: string } = {}): void {
    this.#shared.crash = { error, part }
  }

  async getDirectoryHandle(
    name: string,
    { create = false }: { readonly create?: boolean } = {},
  ): Promise<MemoryFolder> {
    const found = this.folders.get(name) ?? (create ? new MemoryFolder(name, this.#shared) : null)
    if (found === null) throw notFound(name)
    this.folders.set(name, found)
    return found
  }

  async getFileHandle(
    name: string,
    { create = false }: { readonly create?: boolean } = {},
  ): Promise<StoredFile> {
    if (!this.files.has(name) && !create) throw notFound(name)
    if (!this.files.has(name)) this.#put(name, new Uint8Array(0))
    return this.#handle(name)
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.files.delete(name) && !this.folders.delete(name)) throw notFound(name)
  }

  async *values(): AsyncGenerator<StoredFile | StoredFolder> {
    yield* [...this.folders.values()]
    for (const name of [...this.files.keys()]) yield this.#handle(name)
  }

  #handle(name: string): StoredFile {
    return {
      kind: 'file',
      name,
      getFile: async () => {
        const file = this.files.get(name)
        if (file === undefined) throw notFound(name)
        return new File([file.bytes], name, { lastModified: file.modified })
      },
      createWritable: async ({ keepExistingData = false } = {}) => this.#writer(name, keepExistingData),
      createSyncAccessHandle: async () => this.#access(name),
      move: async (target) => {
        this.#maybeCrash('move', name)
        const file = this.files.get(name)
        if (file === undefined) throw notFound(name)
        this.files.delete(name)
        this.files.set(target, file)
      },
    }
  }

  #writer(name: string, keep: boolean): StoredWriter {
    let bytes = keep ? (this.files.get(name)?.bytes ?? new Uint8Array(0)) : new Uint8Array(0)
    let position = 0
    return {
      write: async (data) => {
        this.#maybeCrash('write', name)
        const grown = new Uint8Array(Math.max(bytes.length, position + data.length))
        grown.set(bytes)
        grown.set(data, position)
        bytes = grown
        position += data.length
      },
      seek: async (to) => {
        position = to
      },
      close: async () => {
        this.#maybeCrash('close', name)
        this.#put(name, bytes)
      },
    }
  }

  /** What is written is there at once, closed or not. */
  #access(name: string): StoredAccess {
    const bytes = () => this.files.get(name)?.bytes ?? new Uint8Array(0)
    return {
      write: (data, { at }) => {
        this.#maybeCrash('write', name)
        const grown = new Uint8Array(Math.max(bytes().length, at + data.length))
        grown.set(bytes())
        grown.set(data, at)
        this.#put(name, grown)
        return data.length
      },
      truncate: (size) => this.#put(name, bytes().slice(0, size)),
      flush: () => undefined,
      close: () => undefined,
    }
  }

  #put(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    const { root, mostBytes } = this.#shared
    const more = bytes.length - (this.files.get(name)?.bytes.length ?? 0)
    if (more > 0 && root.size() + more > mostBytes) throw new DOMException('no room', 'QuotaExceededError')
    this.files.set(name, { bytes, modified: ++this.#shared.clock })
  }

  #maybeCrash(operation: Crash, file: string): void {
    const { crash } = this.#shared
    if (crash === null) return
    const isDue = typeof crash === 'string' ? crash === operation : file.includes(crash.part)
    if (!isDue) return
    this.#shared.crash = null
    throw typeof crash === 'string' ? new CrashError(`crashed before ${operation}`) : crash.error
  }
}

function notFound(name: string): DOMException {
  return new DOMException(`${name} is not there`, 'NotFoundError')
}
