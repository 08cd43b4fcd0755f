/** Model files on disk for the command line and for tests: a folder, read by range. */
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelFileError } from '../src/engine/engine.ts'
import { missingFile, truncatedFile, type FileAccess } from '../src/engine/weights/file-access.ts'

export function nodeFiles(folder: string): FileAccess {
  const path = (name: string) => join(folder, name)
  const size = async (name: string) => {
    const found = await stat(path(name)).catch(() => null)
    return found?.isFile() ? found.size : null
  }
  return {
    location: folder,
    path,
    size,
    exists: async (name) => (await size(name)) !== null,
    async read(name) {
      const bytes = await readFile(path(name)).catch((cause: unknown) => {
        throw fileError(path(name), cause)
      })
      return new Uint8Array(bytes)
    },
    async readRange(name, start, length) {
      const file = await open(path(name)).catch((cause: unknown) => {
        throw fileError(path(name), cause)
      })
      try {
        const bytes = new Uint8Array(length)
        let filled = 0
        while (filled < length) {
          const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled)
          if (bytesRead === 0) throw truncatedFile(path(name), start, length, filled)
          filled += bytesRead
        }
        return bytes
      } finally {
        await file.close()
      }
    },
  }
}

function fileError(path: string, cause: unknown): ModelFileError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? missingFile(path)
    : new ModelFileError(path, 'a readable file', String(cause))
}
