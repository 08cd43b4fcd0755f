/**
 * A run's checkpoints: numbered files, of which the last two are kept. Reading takes the newest that is whole and falls
 * back to the one before it. What is in a checkpoint is the caller's business: bytes go in, a `read` function judges
 * them on the way out.
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

export interface StoredRun {
  readonly id: string
  /** Milliseconds since 1970, of its last checkpoint. */
  readonly savedAt: number
}

const runsFolder = 'runs'
/** Older runs go when a new one begins: nothing shows them yet, and adapters of large models fill a disk. */
const keptRuns = 8

/** Makes no folder before the first checkpoint is written. */
export function openCheckpoints(root: StoredFolder, runId: string): Checkpoints {
  let own: Promise<StoredFolder> | null = null
  const make = async () => {
    const runs = await root.getDirectoryHandle(runsFolder, { create: true })
    await dropOldRuns(root, runs, runId)
    return runs.getDirectoryHandle(runId, { create: true })
  }
  return {
    async write(bytes) {
      const folder = await (own ??= make())
      const numbers = await numbersIn(folder)
      await writeNew(folder, nameOf((numbers[0] ?? 0) + 1), bytes)
      await tidy(folder)
    },
    async newest(read) {
      const runs = await existing(root, runsFolder)
      const folder = runs === null ? null : await existing(runs, runId)
      return folder === null ? null : newestIn(folder, read)
    },
  }
}

/** Runs with at least one checkpoint, the last saved first. */
export async function storedRuns(root: StoredFolder): Promise<readonly StoredRun[]> {
  const runs = await existing(root, runsFolder)
  const found: StoredRun[] = []
  if (runs === null) return found
  for await (const folder of runs.values()) {
    if (folder.kind !== 'directory') continue
    const [newest] = await numbersIn(folder)
    if (newest === undefined) continue
    const file = await (await folder.getFileHandle(nameOf(newest))).getFile()
    found.push({ id: folder.name, savedAt: file.lastModified })
  }
  return found.sort((a, b) => b.savedAt - a.savedAt)
}

async function newestIn<T>(
  folder: StoredFolder,
  read: (bytes: Uint8Array<ArrayBuffer>) => T,
): Promise<T | null> {
  const refusals: unknown[] = []
  for (const number of await numbersIn(folder)) {
    const bytes = await readStored(folder, nameOf(number))
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
  const unwanted = (await numbersIn(folder)).slice(kept).map(nameOf)
  for await (const { name } of folder.values()) if (name.endsWith(unfinished)) unwanted.push(name)
  for (const name of unwanted) await folder.removeEntry(name)
}

async function dropOldRuns(root: StoredFolder, runs: StoredFolder, keep: string): Promise<void> {
  const others = (await storedRuns(root)).filter(({ id }) => id !== keep)
  for (const { id } of others.slice(keptRuns - 1)) await runs.removeEntry(id, { recursive: true })
}

/** Numbers of the whole checkpoints, newest first. */
async function numbersIn(folder: StoredFolder): Promise<number[]> {
  const numbers: number[] = []
  for await (const { name } of folder.values()) {
    const [, digits] = /^(\d+)\.run$/.exec(name) ?? []
    if (digits !== undefined) numbers.push(Number(digits))
  }
  return numbers.sort((a, b) => b - a)
}

function nameOf(number: number): string {
  return `${String(number).padStart(6, '0')}${ending}`
}

async function existing(folder: StoredFolder, name: string): Promise<StoredFolder | null> {
  try {
    return await folder.getDirectoryHandle(name)
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}
