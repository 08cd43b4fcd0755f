/**
 * What both places share: the preset, the team once it is loaded, the work that is being counted, the leader that a
 * run has trained, and what screen readers are told.
 */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { locateModel } from '../../engine/catalog.ts'
import type { Config } from '../../mlpo/config/config.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { QuestionSet } from '../../mlpo/question-set.ts'
import type { LabClient } from '../../workers/client-types.ts'
import type { TeamReport } from '../../workers/protocol.ts'
import { DownloadDeclinedError, missingDownloads, type Download } from '../team/downloads.ts'
import type { Link } from './link.ts'
import { timed } from './timedProgress.ts'
import type { TimedProgress } from './timedProgress.ts'

/** The leader of the last run with at least one finished step, or with an adapter from elsewhere. */
export interface TrainedLeader {
  readonly runId: string
  readonly config: Config
  /** Somebody's own, on which it was trained; null = generated ones. */
  readonly questions: QuestionSet | null
  readonly steps: number
  /** Name of the file that its adapter came from, before these steps. */
  readonly adapter: string | null
  /** After a reload the run is only in storage; the worker has to open it before its adapter can be used. */
  readonly open: () => Promise<void>
}

/** Put to the person at the page before anything is fetched from elsewhere. */
export interface DownloadQuestion {
  readonly downloads: readonly Download[]
  readonly answer: (agreed: boolean) => void
}

export interface LabState {
  readonly preset: Preset
  readonly team: TeamReport | null
  readonly progress: TimedProgress | null
  readonly trained: TrainedLeader | null
  /** While a run is open its team and settings stay. */
  readonly locked: boolean
  readonly announcement: string
  readonly downloadQuestion: DownloadQuestion | null
  choosePreset(preset: Preset): void
  setTrained(trained: TrainedLeader | null): void
  setLocked(locked: boolean): void
  announce(text: string): void
  /** Asks before it fetches models from elsewhere. Resolves when the team answers; rejects with an `ErrorValue`. */
  loadTeam(config: Config): Promise<void>
}

export type LabStore = StoreApi<LabState>

export function createLabStore({
  link,
  preset,
  modelBase,
}: {
  readonly link: Link
  readonly preset: Preset
  readonly modelBase: string
}): LabStore {
  const store = createStore<LabState>()((set, get) => ({
    preset,
    team: null,
    progress: null,
    trained: null,
    locked: false,
    announcement: '',
    downloadQuestion: null,
    choosePreset: (chosen) => set({ preset: chosen, team: null }),
    setTrained: (trained) => set({ trained }),
    setLocked: (locked) => set({ locked }),
    announce: (announcement) => set({ announcement }),
    async loadTeam(config) {
      // Another leader takes the place of the one that the adapter belongs to.
      if (get().trained?.config.leader !== config.leader) set({ trained: null })
      try {
        const client = await link.client()
        await agree(config, client)
        set({ team: await client.loadTeam(config) })
      } finally {
        set({ progress: null })
      }
    },
  }))

  async function agree(config: Config, client: LabClient): Promise<void> {
    const models = [...new Set([config.leader, ...config.peers])]
    if (models.every((model) => locateModel(model, modelBase).kind === 'page')) return
    const downloads = missingDownloads(models, { modelBase, stored: await client.storedModels() })
    if (downloads.length === 0) return
    const agreed = await new Promise<boolean>((answer) =>
      store.setState({ downloadQuestion: { downloads, answer } }),
    )
    store.setState({ downloadQuestion: null })
    if (!agreed) throw new DownloadDeclinedError()
    await client.keepStorage()
  }

  link.onEvents((events) => {
    for (const event of events) {
      if (event.type === 'progress')
        store.setState(({ progress }) => ({ progress: timed(progress, event.progress, performance.now()) }))
      else if (event.type !== 'round') store.setState({ progress: null })
      if (event.type === 'team') store.setState({ team: event.team })
    }
  })
  return store
}

export const LabContext = createContext<LabStore | null>(null)

export function useLab<T>(select: (state: LabState) => T): T {
  const store = useContext(LabContext)
  if (store === null) throw new Error('useLab stands outside of LabContext')
  return useStore(store, select)
}
