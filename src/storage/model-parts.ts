/** Where the part files of half-done downloads are in OPFS: one folder per model, named after the model's address. */
import { isNotFound, type StoredFolder } from './folder.ts'

export const partsFolder = 'model-parts'

export async function partsOf(root: StoredFolder, model: string): Promise<StoredFolder> {
  const all = await root.getDirectoryHandle(partsFolder, { create: true })
  return all.getDirectoryHandle(encodeURIComponent(model), { create: true })
}

/** Does nothing where there are none. */
export async function dropParts(root: StoredFolder, model: string): Promise<void> {
  try {
    const all = await root.getDirectoryHandle(partsFolder)
    await all.removeEntry(encodeURIComponent(model), { recursive: true })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Bytes that have arrived of each model that is not whole, by the model's address. */
export async function keptParts(root: StoredFolder): Promise<ReadonlyMap<string, number>> {
  const kept = new Map<string, number>()
  try {
    for await (const folder of (await root.getDirectoryHandle(partsFolder)).values())
      if (folder.kind === 'directory') kept.set(decodeURIComponent(folder.name), await bytesIn(folder))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return kept
}

async function bytesIn(folder: StoredFolder): Promise<number> {
  let bytes = 0
  for await (const file of folder.values()) if (file.kind === 'file') bytes += (await file.getFile()).size
  return bytes
}
