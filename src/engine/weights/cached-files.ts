/** A model folder that stands whole in the browser's caches (`storage` put it there): no network is asked. */
import { missingFile, truncatedFile, type FileAccess } from './file-access.ts'

/** `folder` is the address that the files came from; `match` finds the stored answer for a file's name. */
export function cachedFiles(
  folder: string,
  match: (name: string) => Promise<Response | undefined>,
): FileAccess {
  const path = (name: string) => folder + name
  const stored = async (name: string) => {
    const response = await match(name)
    if (response === undefined) throw missingFile(path(name))
    return response
  }
  return {
    location: folder,
    path,
    exists: async (name) => (await match(name)) !== undefined,
    size: async (name) => (await (await match(name))?.blob())?.size ?? null,
    async read(name) {
      return new Uint8Array(await (await stored(name)).arrayBuffer())
    },
    async readRange(name, start, length) {
      const part = (await (await stored(name)).blob()).slice(start, start + length)
      if (part.size !== length) throw truncatedFile(path(name), start, length, part.size)
      return new Uint8Array(await part.arrayBuffer())
    },
  }
}
