/** The place where a team is put together: the draft of the team, what this device can run, and what is stored here. */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { catalogEntry } from '../../engine/catalog.ts'
import { probeDevice, type DeviceReport } from '../../engine/device.ts'
import { fitOf, type Fit } from '../../engine/fit.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { StorageRoom, StoredModel } from '../../workers/client-types.ts'
import type { ErrorValue, Wanted } from '../../workers/protocol.ts'
import { failureOf } from '../shared/failure.ts'
import type { LabStore } from '../shared/labStore.ts'
import type { Link } from '../shared/link.ts'
import { draftOfTeam, modelsOf, presetOfTeam, sameTeam, type TeamDraft } from './teamDraft.ts'

export interface TeamState {
  readonly draft: TeamDraft
  /** null until it is known. */
  readonly probe: DeviceReport | null
  readonly modelBase: string
  /** null until somebody has looked. */
  readonly stored: readonly StoredModel[] | null
  readonly estimate: StorageRoom | null
  readonly storageProblem: ErrorValue | null
  edit(change: (draft: TeamDraft) => TeamDraft): void
  /** Makes it the page's team. */
  use(): void
  /** Back to the page's team. */
  reset(): void
  /** Will it run here? null for what the catalogue does not know, and until the device has been looked at. */
  fit(model: string, role: 'leader' | 'peer'): Fit | null
  lookAtStorage(): Promise<void>
  remove(model: StoredModel): Promise<void>
}

export type TeamStore = StoreApi<TeamState>

export interface TeamStoreOptions {
  readonly link: Link
  readonly lab: LabStore
  readonly presets: readonly Preset[]
  readonly modelBase: string
  readonly wanted: Wanted
}

export function createTeamStore({
  link,
  lab,
  presets,
  modelBase,
  wanted: { engine, backend },
}: TeamStoreOptions): TeamStore {
  const current = () => draftOfTeam(lab.getState().preset.config)
  const store = createStore<TeamState>()((set, get) => ({
    draft: current(),
    probe: null,
    modelBase,
    stored: null,
    estimate: null,
    storageProblem: null,
    edit: (change) => set(({ draft }) => ({ draft: change(draft) })),
    use() {
      const { draft } = get()
      if (sameTeam(draft, current())) return
      lab.getState().choosePreset(presetOfTeam(draft, { presets, present: lab.getState().preset.config }))
      lab.getState().announce('This is the team now.')
    },
    reset: () => set({ draft: current() }),
    fit(model, role) {
      const { probe } = get()
      const entry = catalogEntry(model)
      if (probe === null || entry === undefined) return null
      const usesGpu = engine === null ? probe.kind === 'hardware-webgpu' : probe.kind !== 'no-webgpu'
      const on =
        usesGpu && engine !== 'tfjs' && (backend !== 'wasm' || engine === 'webllm') ? 'webllm' : 'wasm'
      return fitOf({ entry, role, on, probe, memory: memoryBytes() })
    },
    async lookAtStorage() {
      try {
        const client = await link.client()
        const [stored, estimate] = await Promise.all([client.storedModels(), client.storageEstimate()])
        set({ stored, estimate, storageProblem: null })
      } catch (thrown) {
        set({ storageProblem: failureOf(thrown) })
      }
    },
    async remove(model) {
      try {
        await (await link.client()).removeModel(model.model)
        lab.getState().announce('Deleted.')
        await get().lookAtStorage()
      } catch (thrown) {
        set({ storageProblem: failureOf(thrown) })
      }
    },
  }))
  lab.subscribe(({ preset }, before) => {
    if (preset !== before.preset) store.setState({ draft: current() })
  })
  return store
}

/**
 * Asks the browser once; the answer needs no permission and starts nothing. Not before somebody considers a model that is
 * not the page's own: a browser without a GPU writes a warning into its console.
 */
export async function lookAtDevice(store: TeamStore): Promise<void> {
  const { probe, draft } = store.getState()
  if (probe !== null || modelsOf(draft).every((model) => catalogEntry(model) === undefined)) return
  store.setState({ probe: await probeDevice('gpu' in navigator ? navigator.gpu : undefined) })
}

/** Chromium rounds it down, to 8 GB at most; other browsers do not tell. */
function memoryBytes(): number | null {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number }
  return deviceMemory === undefined ? null : deviceMemory * 1e9
}

export const TeamContext = createContext<TeamStore | null>(null)

export function useTeamStore(): TeamStore {
  const store = useContext(TeamContext)
  if (store === null) throw new Error('useTeam stands outside of TeamContext')
  return store
}

export function useTeam<T>(select: (state: TeamState) => T): T {
  return useStore(useTeamStore(), select)
}
