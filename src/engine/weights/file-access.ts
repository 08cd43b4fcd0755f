/**
 * Where a model's files come from: a web folder, a folder on disk, or files that the user picked. Readers ask for
 * ranges, so a 500 MB file is never in memory whole. Every failure is a `ModelFileError` that names the file.
 */
import { ModelFileError } from '../engine.ts'

/** One folder; `name` is a path inside it, with `/`. */
export interface FileAccess {
  /** The folder as the user knows it: a path or URL, for messages and for the model's id. */
  readonly location: string
  /** The file as the user knows it. */
  path(name: string): string
  exists(name: string): Promise<boolean>
  /** Bytes; null where the server does not tell (the file may exist all the same). */
  size(name: string): Promise<number | null>
  read(name: string): Promise<Uint8Array<ArrayBuffer>>
  /** Exactly `length` bytes, or a `ModelFileError`. */
  readRange(name: string, start: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

/** A file that a writer made, for whoever stores it. */
export interface FileToWrite {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Files that are at hand: picked by the user, read from storage, or made by a test. */
export function blobFiles(location: string, files: ReadonlyMap<string, Blob>): FileAccess {
  const path = (name: string) => `${location.replace(/\/$/, '')}/${name}`
  const blob = (name: string) => {
    const found = files.get(name)
    if (!found) throw missingFile(path(name))
    return found
  }
  return {
    location,
    path,
    exists: (name) => Promise.resolve(files.has(name)),
    size: (name) => Promise.resolve(files.get(name)?.size ?? null),
    async read(name) {
      return new Uint8Array(await blob(name).arrayBuffer())
    },
    async readRange(name, start, length) {
      const bytes = new Uint8Array(
        await blob(name)
          .slice(start, start + length)
          .arrayBuffer(),
      )
      if (bytes.length !== length) throw truncatedFile(path(name), start, length, bytes.length)
      return bytes
    },
  }
}

/** For files that broke on their way. */
export const fetchAgain = 'Fetch the file again.'

export function missingFile(path: string): ModelFileError {
  return new ModelFileError(path, 'a file', 'nothing')
}

export function truncatedFile(path: string, start: number, length: number, found: number): ModelFileError {
  return new ModelFileError(
    path,
    `${length} bytes from byte ${start}`,
    `only ${found}: the file is cut short`,
    fetchAgain,
  )
}
