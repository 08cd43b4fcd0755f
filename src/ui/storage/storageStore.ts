/** Storage' state: what is kept as the browser has it, what is about to be deleted, and what went wrong last. */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { KeptKind } from '../../storage/kept.ts'
import type { KeptReport, RunEntry } from '../../workers/client-types.ts'
import type { ErrorValue } from '../../workers/protocol.ts'
import { keptStore } from '../app/offline.ts'
import type { RunsSurroundings } from '../runs/runsContext.ts'
import { failureOf } from '../shared/failure.ts'
import { saveFile } from '../shared/saveFile.ts'

export interface StorageState {
  /** null before the browser has been asked. */
  readonly report: KeptReport | null
  /** About to be deleted, if whoever is asked agrees. */
  readonly asking: readonly KeptKind[] | null
  /** Those that deleting would lose, while that is being asked; null until they are read. */
  readonly runs: readonly RunEntry[] | null
  /** Runs that were exported since the question was put. */
  readonly exported: readonly string[]
  readonly working: boolean
  /** The browser was asked to keep all of it, and would not. */
  readonly refusedToKeep: boolean
  readonly problem: ErrorValue | null
  /** What has just been done, in words. */
  readonly done: string | null
  look(): Promise<void>
  ask(kinds: readonly KeptKind[]): Promise<void>
  exportRun(runId: string): Promise<void>
  /** null: no, leave everything as it is. */
  answer(kinds: readonly KeptKind[] | null): Promise<void>
  keep(): Promise<void>
}

export type StorageStore = StoreApi<StorageState>

export function createStorageStore({ link, train }: RunsSurroundings): StorageStore {
  /** Does the work, then looks again: what the browser has is what is shown, also after a failure. */
  const doing = async (work: () => Promise<Partial<StorageState>>) => {
    store.setState({ working: true, problem: null })
    const change = await work().catch((thrown: unknown) => ({ problem: failureOf(thrown) }))
    try {
      store.setState({ report: await (await link.client()).keptThings() })
    } catch (thrown) {
      store.setState({ problem: failureOf(thrown) })
    }
    store.setState({ ...change, working: false })
  }
  const remove = async (kinds: readonly KeptKind[]) => {
    await (await link.client()).removeKept(kinds)
    if (kinds.includes('runs') && train.getState().run !== null) train.getState().newRun()
    if (kinds.includes('page')) keptStore.setState({ kept: 'no' })
    return { done: 'Deleted.' }
  }
  const store: StorageStore = createStore<StorageState>()((set, get) => ({
    report: null,
    asking: null,
    runs: null,
    exported: [],
    working: false,
    refusedToKeep: false,
    problem: null,
    done: null,
    look: () => doing(() => Promise.resolve({})),
    async ask(kinds) {
      set({ asking: kinds, runs: null, exported: [], done: null, problem: null })
      if (!kinds.includes('runs')) return
      try {
        set({ runs: await (await link.client()).runs.list() })
      } catch (thrown) {
        set({ asking: null, problem: failureOf(thrown) })
      }
    },
    exportRun: (runId) =>
      doing(async () => {
        const { name, bytes } = await (await link.client()).runs.exportRun(runId)
        saveFile(name, new Blob([bytes], { type: 'application/zip' }))
        return { exported: [...get().exported, runId] }
      }),
    async answer(kinds) {
      set({ asking: null })
      if (kinds !== null) await doing(() => remove(kinds))
    },
    keep: () => doing(async () => ({ refusedToKeep: !(await (await link.client()).keepStorage()) })),
  }))
  return store
}

export const StorageContext = createContext<StorageStore | null>(null)

export function useStorage<T>(select: (state: StorageState) => T): T {
  const store = useContext(StorageContext)
  if (store === null) throw new Error('useStorage stands outside of StorageContext')
  return useStore(store, select)
}
