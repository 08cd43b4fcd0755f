/** Runs' state: the list as storage has it, which runs are chosen for curves and comparison, and what went wrong last. */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Config } from '../../mlpo/config/config.ts'
import type { RunNotesChange } from '../../storage/run-notes.ts'
import type { ExportOptions, RunEntry, RunLibrary, SavedRun } from '../../workers/client-types.ts'
import type { ErrorValue } from '../../workers/protocol.ts'
import { checkQuestions } from '../../mlpo/left-out-questions.ts'
import { failureOf } from '../shared/failure.ts'
import { prepareFork, type Run } from '../train/trainStore.ts'
import { namesOf } from './describe.ts'
import type { RunsSurroundings } from './runsContext.ts'
import { saveFile } from '../shared/saveFile.ts'

/** So many curves can be told apart in one chart. */
export const mostChosen = 6

export interface RunsState {
  /** null before it has been read. */
  readonly entries: readonly RunEntry[] | null
  /** By run. */
  readonly names: ReadonlyMap<string, string>
  readonly chosen: readonly string[]
  /** Deleted last, for undo. */
  readonly deleted: RunEntry | null
  readonly error: ErrorValue | null
  /** A file is being written or read. */
  readonly working: boolean
  refresh(): Promise<void>
  choose(runId: string, isChosen: boolean): void
  describe(runId: string, change: RunNotesChange): Promise<void>
  /** Marks it; it goes for good a day later. */
  remove(entry: RunEntry): Promise<void>
  restore(runId: string): Promise<void>
  removeForGood(runId: string): Promise<void>
  /** Puts it on Train, paused. */
  open(entry: RunEntry): void
  /** Puts its settings into Train's form, for a new run that goes on from the checkpoint. */
  fork(entry: RunEntry, checkpoint: RunEntry['checkpoints'][number]): void
  exportRun(runId: string, options: ExportOptions): Promise<void>
  exportAdapter(runId: string): Promise<void>
  importRun(file: File): Promise<void>
  /** `config` says which leader it is for. */
  importAdapter(files: readonly File[], config: Config): Promise<void>
  dismissError(): void
}

export type RunsStore = StoreApi<RunsState>

export function createRunsStore({ link, train, showRun, presets }: RunsSurroundings): RunsStore {
  /** Does the work, then reads the list anew: what storage has is what is shown. */
  const changing = async (work: (runs: RunLibrary) => Promise<unknown>) => {
    try {
      const { runs } = await link.client()
      await work(runs)
      const entries = await runs.list()
      const isThere = (runId: string) =>
        entries.some((entry) => entry.runId === runId && entry.notes.deletedAt === null)
      const isKept = ({ notes }: RunEntry) => notes.deletedAt === null
      const lists = [entries.filter(isKept), entries.filter((entry) => !isKept(entry))]
      const names = new Map(lists.flatMap((list) => [...namesOf(list, presets)]))
      store.setState(({ chosen }) => ({ entries, names, error: null, chosen: chosen.filter(isThere) }))
    } catch (thrown) {
      store.setState({ error: failureOf(thrown) })
    }
  }
  const onFiles = async (work: () => Promise<unknown>) => {
    store.setState({ working: true })
    await work()
    store.setState({ working: false })
  }
  const leaveIfShown = (runId: string, fits: (run: Run) => boolean = () => true) => {
    const { run, newRun } = train.getState()
    if (run?.runId === runId && fits(run)) newRun()
  }
  /** Of a run without its own questions: with those that Train has, if they are the same. Otherwise null, and said so. */
  const withQuestions = (state: SavedRun): SavedRun | null => {
    if (state.leftOut === null) return state
    const { questions } = train.getState()
    try {
      checkQuestions(state.leftOut, questions, state.config)
      return { ...state, questions }
    } catch (thrown) {
      store.setState({ error: failureOf(thrown) })
      return null
    }
  }
  const store: RunsStore = createStore<RunsState>()((set) => ({
    entries: null,
    names: new Map(),
    chosen: [],
    deleted: null,
    error: null,
    working: false,
    refresh: () => changing(() => Promise.resolve()),
    choose: (runId, isChosen) =>
      set(({ chosen }) => {
        const others = chosen.filter((each) => each !== runId)
        return { chosen: isChosen ? [...others, runId].slice(-mostChosen) : others }
      }),
    describe: (runId, change) => changing((runs) => runs.describe(runId, change)),
    async remove(entry) {
      // What Train has paused here is left first, so that nothing of it is open; what it shows only, once it is gone.
      leaveIfShown(entry.runId, ({ saved }) => !saved)
      await changing((runs) => runs.remove(entry.runId))
      if (store.getState().error !== null) return
      leaveIfShown(entry.runId)
      set({ deleted: entry })
    },
    async restore(runId) {
      await changing((runs) => runs.describe(runId, { deletedAt: null }))
      set(({ deleted }) => (deleted?.runId === runId ? { deleted: null } : {}))
    },
    async removeForGood(runId) {
      await changing((runs) => runs.removeForGood(runId))
      set(({ deleted }) => (deleted?.runId === runId ? { deleted: null } : {}))
    },
    open({ runId, state: stored }) {
      // One that is over needs no questions to be looked at.
      const isOver = stored !== null && stored.step >= stored.config.max_steps
      const state = stored && (isOver ? stored : withQuestions(stored))
      if (state === null) return
      const shown = train.getState().run
      if (shown?.runId !== runId) {
        if (shown !== null) train.getState().newRun()
        showRun(state)
      }
      location.hash = '#/train'
    },
    fork(entry, { number, step }) {
      const state = entry.state && withQuestions(entry.state)
      if (state === null) return
      const { config, rewards, questions } = state
      const origin = {
        runId: entry.runId,
        name: store.getState().names.get(entry.runId) ?? entry.runId,
        checkpoint: number,
        step,
      }
      const more = Math.max(config.max_steps, step + Math.max(10, config.eval_every))
      prepareFork(train, { origin, config: { ...config, max_steps: more }, rewards, questions })
      location.hash = '#/train'
    },
    exportRun: (runId, options) =>
      onFiles(() => changing(async (runs) => saveZip(await runs.exportRun(runId, options)))),
    exportAdapter: (runId) =>
      onFiles(() => changing(async (runs) => saveZip(await runs.exportAdapter(runId)))),
    importRun: (file) => onFiles(() => changing((runs) => runs.importRun(file))),
    importAdapter: (files, config) =>
      onFiles(() => changing((runs) => runs.importAdapter({ files, config }))),
    dismissError: () => set({ error: null }),
  }))
  return store
}

export const RunsStoreContext = createContext<RunsStore | null>(null)

export function useRuns<T>(select: (state: RunsState) => T): T {
  const store = useContext(RunsStoreContext)
  if (store === null) throw new Error('useRuns stands outside of RunsStoreContext')
  return useStore(store, select)
}

export function useName(runId: string): string {
  return useRuns(({ names }) => names.get(runId) ?? runId)
}

function saveZip({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }): void {
  saveFile(name, new Blob([bytes], { type: 'application/zip' }))
}
