/** What the page itself does with kept runs: list, describe, delete, fork. No worker and no engine; the files are the truth. */
import type { Config } from '../mlpo/config/config.ts'
import type { SessionState } from '../mlpo/session-state.ts'
import {
  looksLikeSession,
  readSession,
  summariseSession,
  writeSession,
  type SessionSummary,
} from '../mlpo/session-file.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import type { StoredFolder } from '../storage/folder.ts'
import type { ModelBrowser } from '../storage/model-browser.ts'
import { inUse, whenRunIsFree } from '../storage/locks.ts'
import { allRuns, markDeleted, removeOldDeleted, removeRun, type StoredRun } from '../storage/run-library.ts'
import { changeRunNotes } from '../storage/run-notes.ts'
import type { Fork, OpenIn, RunEntry, RunLibrary, SavedRun } from './client-types.ts'
import { errorValue, rejectingWithValue } from './errors.ts'
import { savedRunOf } from './saved-run.ts'
import { takeOver } from './take-over.ts'

/** A checkpoint that is not there any more: a run keeps its last two, and fewer milestones the longer it goes on. */
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

/** Traces are learnt from before the first step or never: a checkpoint that has begun so, or has not, goes on so. */
class ForkTracesError extends Error {
  override readonly name = 'ForkTracesError'
  constructor(readonly sft: Config['sft']) {
    super(
      `A fork of this checkpoint goes on ${sft === 'off' ? 'without traces' : 'with its traces'}. Set “Traces first” ` +
        `back to ${sft}, or begin with an untrained leader instead.`,
    )
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
    exportRun: (runId, options) =>
      ask(async (root) => (await import('./run-bundle.ts')).exportRun(root, runId, options)),
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
  { id: runId, checkpoints, notes, savedAt, bytes, notesProblem }: StoredRun,
  openIn: OpenIn,
): Promise<RunEntry> {
  const { read, summary, problem } = await readable(checkpoints)
  return {
    ...{ runId, savedAt, bytes, notes, notesProblem, openIn, problem },
    checkpoints: read,
    state: summary && savedRunOf(runId, { ...summary, adapter: notes.adapter }),
  }
}

interface Readable {
  readonly read: RunEntry['checkpoints']
  /** Of the newest of them. */
  readonly summary: SessionSummary | null
  readonly problem: string | null
}

/** Only the newest is read for what it says; of the others, as they may be many, the name says the step. */
async function readable(checkpoints: StoredRun['checkpoints']): Promise<Readable> {
  const read: { readonly number: number; readonly step: number }[] = []
  let summary: SessionSummary | null = null
  let problem: string | null = null
  for (const { number, file, step: named } of checkpoints) {
    let step = named
    try {
      if (summary === null || step === null) {
        const said: SessionSummary = await summariseSession(file)
        summary ??= said
        step = said.step
      } else if (!(await looksLikeSession(file))) continue
    } catch (error) {
      problem ??= errorValue(error).message
      continue
    }
    // An evaluation is saved by a checkpoint of its own, after the same step.
    if (!read.some((each) => each.step === step)) read.push({ number, step })
  }
  return { read, summary, problem: summary === null ? problem : null }
}

/** @throws CheckpointGoneError, ForkOverError, ForkTracesError, SessionFileError, StorageFullError */
async function forkRun(root: StoredFolder, { from, checkpoint, to, config }: Fork): Promise<SavedRun> {
  const bytes = await openCheckpoints(root, from).numbered(checkpoint)
  if (bytes === null) throw new CheckpointGoneError(checkpoint)
  const state = readSession(bytes)
  if (state.step >= config.max_steps) throw new ForkOverError(state.step, config.max_steps)
  checkTraces(state, config)
  // Other settings may mean other questions and proposals.
  const forked = { ...state, config, leftOut: null, dataId: null }
  await openCheckpoints(root, to).write(writeSession(forked), forked)
  return savedRunOf(to, { ...forked, adapter: null })
}

function checkTraces({ sft, config: { sft: begun } }: SessionState, { sft: wanted }: Config): void {
  const isHeeded = (wanted === 'off') === (sft === null)
  if (wanted !== begun && !isHeeded && sft?.phase !== 'done') throw new ForkTracesError(begun)
}
