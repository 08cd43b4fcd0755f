/** The last run as storage has it, for a page that has just been opened: read without any engine and without its lock. */
import { readSession, type SessionSummary } from '../mlpo/session-file.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import type { StoredFolder } from '../storage/folder.ts'
import { storedRuns } from '../storage/run-library.ts'
import type { SavedRun } from './client-types.ts'

type ShownState = Pick<
  SessionSummary,
  'config' | 'step' | 'history' | 'evaluations' | 'rewards' | 'questions' | 'leftOut'
>

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

/** A stored run as the page shows it. */
export function savedRunOf(
  runId: string,
  {
    config,
    step,
    history: steps,
    evaluations,
    rewards,
    questions,
    leftOut,
    adapter,
  }: ShownState & Pick<SavedRun, 'adapter'>,
): SavedRun {
  return { runId, config, step, steps, evaluations, rewards, questions, leftOut, adapter }
}
