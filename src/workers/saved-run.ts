/** The last run as storage has it, for a page that has just been opened: read without any engine and without its lock. */
import { readSession } from '../mlpo/session-file.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import type { StoredFolder } from '../storage/folder.ts'
import { storedRuns } from '../storage/run-library.ts'
import { savedRunOf } from './client-runs.ts'
import type { SavedRun } from './client-types.ts'

/** null when there is none, or when the last one cannot be read. */
export async function readSavedRun(storage: () => Promise<StoredFolder>): Promise<SavedRun | null> {
  try {
    const root = await storage()
    const [last] = await storedRuns(root)
    const state = last === undefined ? null : await openCheckpoints(root, last.id).newest(readSession)
    if (last === undefined || state === null) return null
    return savedRunOf(last.id, { ...state, adapter: last.notes.adapter })
  } catch {
    return null
  }
}
