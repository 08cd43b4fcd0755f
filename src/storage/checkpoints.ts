/**
 * A run's checkpoints: numbered files that say after which step they were written. The last two are kept, and a few
 * milestones to fork from, spread over the run; runs stay until somebody deletes them (`run-library.ts`). Reading takes
 * the newest that is whole and falls back to the one before it. What is in a checkpoint is the caller's business: bytes
 * go in, a `read` function judges them on the way out.
 */
import {
  isNotFound,
  readStored,
  StorageFullError,
  unfinished,
  writeNew,
  type NewFile,
  type StoredFolder,
} from './folder.ts'

const lastKept = 2
const mostMilestones = 8

export interface Checkpoints {
  /**
   * Whole or not at all. Where there is no room, milestones make some, the oldest first.
   * @throws StorageFullError
   */
  write(bytes: Uint8Array<ArrayBuffer>, after: { readonly step: number }): Promise<void>
  /**
   * What `read` makes of the newest checkpoint that it accepts; null when there is no checkpoint. When it refuses all,
   * what it threw at the newest one is thrown.
   */
  newest<T>(read: (bytes: Uint8Array<ArrayBuffer>) => T): Promise<T | null>
  /** As it was written; null where there is none of that number any more. */
  numbered(number: number): Promise<Uint8Array<ArrayBuffer> | null>
}

export interface CheckpointEntry {
  /** Counts the run's checkpoints: an evaluation is saved by one of its own, after the same step. */
  readonly number: number
  /** null where its name does not tell, as names once did not. */
  readonly step: number | null
  readonly name: string
}

export const runsFolder = 'runs'

/** Makes no folder before the first checkpoint is written. */
export function openCheckpoints(root: StoredFolder, runId: string): Checkpoints {
  let own: Promise<StoredFolder> | null = null
  const make = async () => {
    const runs = await root.getDirectoryHandle(runsFolder, { create: true })
    return runs.getDirectoryHandle(runId, { create: true })
  }
  const existing = async () => {
    const runs = await existingFolder(root, runsFolder)
    return runs === null ? null : existingFolder(runs, runId)
  }
  return {
    async write(bytes, { step }) {
      const folder = await (own ??= make())
      const [newest] = await checkpointsIn(folder)
      const name = checkpointName((newest?.number ?? 0) + 1, step)
      await writeMakingRoom(folder, { name, bytes, what: newest === undefined ? 'run' : 'checkpoint' })
      await tidy(folder)
    },
    async newest(read) {
      const folder = await existing()
      return folder === null ? null : newestIn(folder, read)
    },
    async numbered(number) {
      const folder = await existing()
      const found = folder && (await checkpointsIn(folder)).find((entry) => entry.number === number)
      return folder && found ? readStored(folder, found.name) : null
    },
  }
}

/**
 * Of a run's checkpoints, newest first, those that stay: the last two, and of every milestone the last. Milestones are the
 * multiples of the smallest power of two of which fewer than eight fit into the steps that are done: 0, 1, … 7; from step
 * 8 on 0, 2, … 14; from step 16 on 0, 4, … 28. So what is none now will never be one, and can go at once.
 */
export function checkpointsToKeep<T extends Pick<CheckpointEntry, 'step'>>(
  newestFirst: readonly T[],
): readonly T[] {
  const steps = newestFirst.map(({ step }) => step)
  const spacing = milestoneSpacing(Math.max(0, ...steps.map((step) => step ?? 0)))
  const isMilestone = (step: number | null, place: number) =>
    step !== null && step % spacing === 0 && steps.indexOf(step) === place
  return newestFirst.filter(({ step }, place) => place < lastKept || isMilestone(step, place))
}

function milestoneSpacing(steps: number): number {
  let spacing = 1
  while (steps >= mostMilestones * spacing) spacing *= 2
  return spacing
}

async function writeMakingRoom(folder: StoredFolder, file: NewFile): Promise<void> {
  try {
    await writeNew(folder, file)
  } catch (error) {
    if (!(error instanceof StorageFullError)) throw error
    if (!(await dropMilestones(folder, { bytes: file.bytes.length }))) throw error
    await writeNew(folder, file)
  }
}

/** The oldest first, until so many bytes are free. False where there is none to drop. */
async function dropMilestones(folder: StoredFolder, { bytes }: { readonly bytes: number }): Promise<boolean> {
  let freed = 0
  for (const { name } of (await checkpointsIn(folder)).slice(lastKept).reverse()) {
    if (freed >= bytes) break
    const { size } = await (await folder.getFileHandle(name)).getFile()
    await folder.removeEntry(name)
    freed += size
  }
  return freed > 0
}

async function newestIn<T>(
  folder: StoredFolder,
  read: (bytes: Uint8Array<ArrayBuffer>) => T,
): Promise<T | null> {
  const refusals: unknown[] = []
  for (const { name } of await checkpointsIn(folder)) {
    const bytes = await readStored(folder, name)
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

/** Drops what a crash left unfinished, and all checkpoints that need not stay. */
async function tidy(folder: StoredFolder): Promise<void> {
  const all = await checkpointsIn(folder)
  const kept = checkpointsToKeep(all)
  const unwanted = all.filter((entry) => !kept.includes(entry)).map(({ name }) => name)
  for await (const { name } of folder.values()) if (name.endsWith(unfinished)) unwanted.push(name)
  for (const name of unwanted) await folder.removeEntry(name)
}

/** The whole ones, newest first. */
export async function checkpointsIn(folder: StoredFolder): Promise<readonly CheckpointEntry[]> {
  const found: CheckpointEntry[] = []
  for await (const { name } of folder.values()) {
    const [, number, step] = /^(\d+)(?:-step-(\d+))?\.run$/.exec(name) ?? []
    if (number !== undefined)
      found.push({ number: Number(number), step: step === undefined ? null : Number(step), name })
  }
  return found.sort((a, b) => b.number - a.number)
}

function checkpointName(number: number, step: number): string {
  return `${String(number).padStart(6, '0')}-step-${step}.run`
}

export async function existingFolder(folder: StoredFolder, name: string): Promise<StoredFolder | null> {
  try {
    return await folder.getDirectoryHandle(name)
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}
