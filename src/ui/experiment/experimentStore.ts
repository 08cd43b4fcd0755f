/**
 * The experiment that the address names, put on the page: its settings into the form, its team into the places, its
 * restrictions in front of the controls, its expectations beside the run. Settings changed by hand stay out of the address;
 * “Share” makes a link of those.
 */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { parseConfig, withSetting } from '../../mlpo/config/config.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { LabStore } from '../shared/labStore.ts'
import { draftOfTeam, ownTeam, sameTeam } from '../team/teamDraft.ts'
import { draftOf } from '../train/draft.ts'
import type { TrainStore } from '../train/trainStore.ts'
import { accessOf } from './controls.ts'
import type { Access, ControlName } from './controls.ts'
import type { Experiment, LinkProblem } from './experiment.ts'
import { readLink } from './readLink.ts'
import type { ReadLink } from './readLink.ts'
import { watchExpectations } from './watchExpectations.ts'
import type { Standing } from './expectation.ts'
import { writeLink } from './writeLink.ts'

export interface ExperimentState {
  readonly experiment: Experiment
  /** What of the link was not used, until somebody has read it. */
  readonly problems: readonly LinkProblem[]
  /** Of the experiment's expectations, in their order. */
  readonly standings: readonly Standing[]
  /** What screen readers are told of them. */
  readonly announcement: string
  /** The query of an address, as if somebody had opened it. Refused while a run is open. */
  open(search: string): void
  showEverything(): void
  closeProblems(): void
  /** The lesson beside the page; null for none. */
  showLesson(lesson: string | null): void
}

export type ExperimentStore = StoreApi<ExperimentState>

export function createExperimentStore({
  lab,
  train,
  search,
}: {
  readonly lab: LabStore
  readonly train: TrainStore
  readonly search: string
}): ExperimentStore {
  const first = readLink(search)
  const store: ExperimentStore = createStore<ExperimentState>()((set, get) => {
    const rewrite = (change: Partial<Experiment>) => {
      const experiment = { ...get().experiment, ...change }
      set({ experiment })
      const address = writeLink(experiment, { keep: location.search })
      history.replaceState(history.state, '', address + location.hash)
    }
    return {
      experiment: first.experiment,
      problems: first.problems,
      standings: [],
      announcement: '',
      open(search) {
        if (lab.getState().locked) return
        const read = readLink(search)
        apply(read, { lab, train })
        set({ problems: read.problems, standings: [] })
        // A lesson that opens something stays beside it.
        rewrite({ ...read.experiment, lesson: read.experiment.lesson ?? get().experiment.lesson })
        watch()
      },
      showEverything: () => rewrite({ showAll: true }),
      closeProblems: () => set({ problems: [] }),
      showLesson: (lesson) => rewrite({ lesson }),
    }
  })
  const watch = watchExpectations({
    train,
    expectations: () => store.getState().experiment.expectations,
    changed: (standings, announcement) => store.setState({ standings, announcement }),
  })
  apply(first, { lab, train })
  watch()
  return store
}

/** The team of a link may be one that no preset has; the other settings go into the form. */
function apply(
  { experiment: { preset, config } }: ReadLink,
  { lab, train }: { lab: LabStore; train: TrainStore },
) {
  const base = presetWithTeam(preset, config)
  if (base !== lab.getState().preset) lab.getState().choosePreset(base)
  train.setState({ draft: draftOf(config, { from: base.config }) })
}

function presetWithTeam(preset: Preset, { leader, peers, peer_roles }: Experiment['config']): Preset {
  const team = { ...withSetting(preset.config, 'leader', leader), peers, peer_roles }
  if (sameTeam(draftOfTeam(preset.config), draftOfTeam(team))) return preset
  return ownTeam(parseConfig(team))
}

/** Whether an address asks for more than a preset and a device, which it could before there were such links. */
export function isExperiment({ preset, config, ...rest }: Experiment): boolean {
  const { hidden, locked, expectations, note, needs } = rest
  return (
    hidden.length + locked.length + expectations.length > 0 ||
    note !== '' ||
    needs.questions !== null ||
    needs.rewards.length > 0 ||
    JSON.stringify(config) !== JSON.stringify(preset.config)
  )
}

export const ExperimentContext = createContext<ExperimentStore | null>(null)

export function useExperimentStore(): ExperimentStore {
  const store = useContext(ExperimentContext)
  if (store === null) throw new Error('useExperiment stands outside of ExperimentContext')
  return store
}

export function useExperiment<T>(select: (state: ExperimentState) => T): T {
  return useStore(useExperimentStore(), select)
}

/** Whether the link leaves this control open; of several names the strictest decides. */
export function useAccess(...names: readonly ControlName[]): Access {
  return useExperiment(({ experiment }) => accessOf(names, experiment))
}
