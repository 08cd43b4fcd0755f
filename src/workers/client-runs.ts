/** What the page itself does with kept runs: list, describe, delete, fork. No worker and no engine; the files are the truth. */
import { readSession, summariseSession, writeSession, type SessionSummary } from '../mlpo/session-file.ts'
import { checkpointName, existingFolder, openCheckpoints, runsFolder } from '../storage/checkpoints.ts'
import { readStored, type StoredFolder } from '../storage/folder.ts'
import type { ModelBrowser } from '../storage/model-browser.ts'
import { inUse, whenRunIsFree } from '../storage/locks.ts'
import { allRuns, markDeleted, removeOldDeleted, removeRun, type StoredRun } from '../storage/run-library.ts'
import { changeRunNotes } from '../storage/run-notes.ts'
import type { Fork, OpenIn, RunEntry, RunLibrary, SavedRun } from './client-types.ts'
import { errorValue, rejectingWithValue } from './errors.ts'
import { savedRunOf } from './saved-run.ts'
import { takeOver } from './take-over.ts'

/** A checkpoint that is not there any more: a run keeps its last two. */
class CheckpointGoneError extends Error {
  override readonly name = 'CheckpointGoneError'
  constructor(readonly checkpoint: number) {
    super(
      'This checkpoint is gone: the run has gone on since. Look at the list again and choose one that is kept.',
    )
  }
}

/** A fork that would be over before it begins. */
class ForkOverError extends Error {
  override readonly name = 'ForkOverError'
  constructor(
    readonly step: number,
    readonly steps: number,
  ) {
    super(`The run starts after step ${step}, but ends after ${steps}. Ask for more steps than ${step}.`)
  }
}

/** A worker of this tab lets go of its run when the stage that it is in has ended. */
const patienceMs = { here: 20_000, elsewhere: 1000 } as const

export function clientRuns(
  browser: () => ModelBrowser,
  { openHere, modelBase }: { readonly openHere: () => string | null; readonly modelBase: string },
): RunLibrary {
  const ask = <T>(work: (root: StoredFolder, browser: ModelBrowser) => Promise<T>): Promise<T> =>
    rejectingWithValue(async () => {
      const given = browser()
      return work(await given.storage(), given)
    })
  const openRuns = async () => {
    const { runs } = inUse(await browser().heldLocks())
    return (runId: string): OpenIn => {
      if (!runs.includes(runId)) return null
      return openHere() === runId ? 'this tab' : 'another tab'
    }
  }
  return {
    list: () =>
      ask(async (root, { locks }) => {
        await removeOldDeleted(root, { now: Date.now(), locks })
        const where = await openRuns()
        return Promise.all((await allRuns(root)).map((run) => entryOf(run, where(run.id))))
      }),
    openIn: (runId) => ask(async () => (await openRuns())(runId)),
    whenFree: (runId, signal) => ask((_root, { locks }) => whenRunIsFree(runId, { signal, locks })),
    remove: (runId) =>
      ask((root, { locks }) => {
        const patience = openHere() === runId ? patienceMs.here : patienceMs.elsewhere
        return markDeleted(root, runId, { now: Date.now(), locks, patienceMs: patience })
      }),
    describe: (runId, change) =>
      ask(async (root, { locks }) => {
        await changeRunNotes(root, runId, { change, locks })
      }),
    removeForGood: (runId) => ask((root, { locks }) => removeRun(root, runId, { locks })),
    fork: (fork) => ask((root) => forkRun(root, fork)),
    exportRun: (runId) => ask(async (root) => (await import('./run-bundle.ts')).exportRun(root, runId)),
    exportAdapter: (runId) =>
      ask(async (root) => (await import('./run-bundle.ts')).exportAdapter(root, runId)),
    importRun: (file) =>
      ask(async (root, { locks }) => (await import('./run-bundle.ts')).importRun(root, { file, locks })),
    importAdapter: (adapter) =>
      ask(async (root, given) =>
        (await import('./adapter-import.ts')).importAdapter(root, adapter, { browser: given, modelBase }),
      ),
    takeOver: (run) => ask((root) => takeOver(run, root)),
  }
}

async function entryOf(
  { id: runId, checkpoints, notes, ...rest }: StoredRun,
  openIn: OpenIn,
): Promise<RunEntry> {
  const read: { readonly number: number; readonly summary: SessionSummary }[] = []
  let problem: string | null = null
  for (const { number, file } of checkpoints) {
    try {
      const summary = await summariseSession(file)
      // An evaluation is saved by a checkpoint of its own, after the same step.
      if (!read.some((each) => each.summary.step === summary.step)) read.push({ number, summary })
    } catch (error) {
      problem ??= errorValue(error).message
    }
  }
  const [newest] = read
  const { savedAt, bytes, notesProblem } = rest
  return {
    ...{ runId, savedAt, bytes, notes, notesProblem, openIn },
    checkpoints: read.map(({ number, summary: { step } }) => ({ number, step })),
    state: newest === undefined ? null : savedRunOf(runId, { ...newest.summary, adapter: notes.adapter }),
    problem: newest === undefined ? problem : null,
  }
}

/** @throws CheckpointGoneError, ForkOverError, SessionFileError, StorageFullError */
async function forkRun(root: StoredFolder, { from, checkpoint, to, config }: Fork): Promise<SavedRun> {
  const runs = await existingFolder(root, runsFolder)
  const folder = runs === null ? null : await existingFolder(runs, from)
  const bytes = folder === null ? null : await readStored(folder, checkpointName(checkpoint))
  if (bytes === null) throw new CheckpointGoneError(checkpoint)
  const state = readSession(bytes)
  if (state.step >= config.max_steps) throw new ForkOverError(state.step, config.max_steps)
  // Other settings may mean other questions and proposals.
  await openCheckpoints(root, to).write(writeSession({ ...state, config, dataId: null }))
  return savedRunOf(to, { ...state, config, adapter: null })
}
