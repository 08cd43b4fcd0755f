/**
 * Every run that this browser keeps, with what people say about it. A deleted run is only marked, and goes for good a day
 * later, when somebody looks; until then it can be taken back.
 */
import { checkpointsIn, existingFolder, runsFolder, type CheckpointEntry } from './checkpoints.ts'
import { isNotFound, type StoredFolder } from './folder.ts'
import { lockRun, type LockRequester } from './locks.ts'
import {
  changeRunNotes,
  noNotes,
  readRunNotes,
  removeRunNotes,
  RunNotesError,
  type RunNotes,
} from './run-notes.ts'

export interface StoredRun {
  readonly id: string
  /** Milliseconds since 1970, of its last checkpoint. */
  readonly savedAt: number
  /** Of all its checkpoints. */
  readonly bytes: number
  /** Newest first. */
  readonly checkpoints: readonly StoredCheckpoint[]
  readonly notes: RunNotes
  /** Why its notes cannot be read; null where they can. */
  readonly notesProblem: string | null
}

export interface StoredCheckpoint extends Omit<CheckpointEntry, 'name'> {
  readonly file: Blob
}

const keptAfterDeletionMs = 24 * 60 * 60 * 1000

/** Runs with at least one checkpoint, deleted ones too, the last saved first. */
export async function allRuns(root: StoredFolder): Promise<readonly StoredRun[]> {
  const runs = await existingFolder(root, runsFolder)
  const found: StoredRun[] = []
  if (runs === null) return found
  for await (const folder of runs.values()) {
    const run = folder.kind === 'directory' ? await runIn(folder, root) : null
    if (run !== null) found.push(run)
  }
  return found.sort((a, b) => b.savedAt - a.savedAt)
}

/** Without those that were deleted. */
export async function storedRuns(root: StoredFolder): Promise<readonly StoredRun[]> {
  return (await allRuns(root)).filter(({ notes }) => notes.deletedAt === null)
}

/** So that it can still be taken back. @throws RunInUseError while a worker has it open */
export async function markDeleted(
  root: StoredFolder,
  runId: string,
  {
    now,
    locks,
    patienceMs,
  }: { readonly now: number; readonly locks: LockRequester; readonly patienceMs: number },
): Promise<void> {
  const release = await lockRun(runId, { locks, patienceMs })
  try {
    await changeRunNotes(root, runId, { change: { deletedAt: now }, locks })
  } finally {
    release()
  }
}

/** With its notes, for good. @throws RunInUseError while a worker has it open */
export async function removeRun(
  root: StoredFolder,
  runId: string,
  { locks, patienceMs = 500 }: { readonly locks: LockRequester; readonly patienceMs?: number },
): Promise<void> {
  const release = await lockRun(runId, { locks, patienceMs })
  try {
    const runs = await existingFolder(root, runsFolder)
    await runs?.removeEntry(runId, { recursive: true })
    await removeRunNotes(root, runId)
  } finally {
    release()
  }
}

/** Removes what was deleted long enough ago; what is open meanwhile stays until the next time. */
export async function removeOldDeleted(
  root: StoredFolder,
  { now, locks }: { readonly now: number; readonly locks: LockRequester },
): Promise<void> {
  for (const { id, notes } of await allRuns(root))
    if (notes.deletedAt !== null && now - notes.deletedAt > keptAfterDeletionMs)
      await removeRun(root, id, { locks }).catch(() => undefined)
}

async function runIn(folder: StoredFolder, root: StoredFolder): Promise<StoredRun | null> {
  const checkpoints: StoredCheckpoint[] = []
  let savedAt = 0
  let bytes = 0
  for (const { number, step, name } of await checkpointsIn(folder)) {
    const file = await fileIn(folder, name)
    if (file === null) continue
    checkpoints.push({ number, step, file })
    savedAt = Math.max(savedAt, file.lastModified)
    bytes += file.size
  }
  if (checkpoints.length === 0) return null
  return { id: folder.name, savedAt, bytes, checkpoints, ...(await notesOf(root, folder.name)) }
}

/** null when it has gone since it was listed: a run that is going on thins its checkpoints. */
async function fileIn(folder: StoredFolder, name: string): Promise<File | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile()
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

async function notesOf(
  root: StoredFolder,
  runId: string,
): Promise<Pick<StoredRun, 'notes' | 'notesProblem'>> {
  try {
    return { notes: await readRunNotes(root, runId), notesProblem: null }
  } catch (error) {
    if (!(error instanceof RunNotesError)) throw error
    return { notes: noNotes, notesProblem: error.message }
  }
}
