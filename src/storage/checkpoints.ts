/**
 * A run's checkpoints: numbered files, of which the last two are kept; runs stay until somebody deletes them
 * (`run-library.ts`). Reading takes the newest that is whole and falls back to the one before it. What is in a checkpoint
 * is the caller's business: bytes go in, a `read` function judges them on the way out.
 */
import { isNotFound, readStored, unfinished, writeNew, type StoredFolder } from './folder.ts'

const kept = 2
const ending = '.run'

export interface Checkpoints {
  /** Whole or not at all. @throws StorageFullError */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /**
   * What `read` makes of the newest checkpoint that it accepts; null when there is no checkpoint. When it refuses all,
   * what it threw at the newest one is thrown.
   */
  newest<T>(read: (bytes: Uint8Array<ArrayBuffer>) => T): Promise<T | null>
}

export const runsFolder = 'runs'

/** Makes no folder before the first checkpoint is written. */
export function openCheckpoints(root: StoredFolder, runId: string): Checkpoints {
  let own: Promise<StoredFolder> | null = null
  const make = async () => {
    const runs = await root.getDirectoryHandle(runsFolder, { create: true })
    return runs.getDirectoryHandle(runId, { create: true })
  }
  return {
    async write(bytes) {
      const folder = await (own ??= make())
      const numbers = await checkpointNumbers(folder)
      await writeNew(folder, checkpointName((numbers[0] ?? 0) + 1), bytes)
      await tidy(folder)
    },
    async newest(read) {
      const runs = await existingFolder(root, runsFolder)
      const folder = runs === null ? null : await existingFolder(runs, runId)
      return folder === null ? null : newestIn(folder, read)
    },
  }
}

async function newestIn<T>(
  folder: StoredFolder,
  read: (bytes: Uint8Array<ArrayBuffer>) => T,
): Promise<T | null> {
  const refusals: unknown[] = []
  for (const number of await checkpointNumbers(folder)) {
    const bytes = await readStored(folder, checkpointName(number))
    if (bytes === null) continue
    try {
      return read(bytes)
    } catch (error) {
      refusals.push(error)
    }
  }
  if (refusals.length > 0) throw refusals[0]
  return null
}

/** Drops what a crash left unfinished, and all but the last checkpoints. */
async function tidy(folder: StoredFolder): Promise<void> {
  const unwanted = (await checkpointNumbers(folder)).slice(kept).map(checkpointName)
  for await (const { name } of folder.values()) if (name.endsWith(unfinished)) unwanted.push(name)
  for (const name of unwanted) await folder.removeEntry(name)
}

/** Numbers of the whole checkpoints, newest first. */
export async function checkpointNumbers(folder: StoredFolder): Promise<number[]> {
  const numbers: number[] = []
  for await (const { name } of folder.values()) {
    const [, digits] = /^(\d+)\.run$/.exec(name) ?? []
    if (digits !== undefined) numbers.push(Number(digits))
  }
  return numbers.sort((a, b) => b - a)
}

export function checkpointName(number: number): string {
  return `${String(number).padStart(6, '0')}${ending}`
}

export async function existingFolder(folder: StoredFolder, name: string): Promise<StoredFolder | null> {
  try {
    return await folder.getDirectoryHandle(name)
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}
