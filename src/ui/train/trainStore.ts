/**
 * Train's state: the settings before a run, the run, the step in progress and the last whole one, the evaluations, and
 * what is selected. Curves stand apart in two metric logs, which React never sees.
 */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Config, Key } from '../../mlpo/config/config.ts'
import type { ColumnMapping } from '../../mlpo/datasets/column-mapping.ts'
import type { CustomReward, ReadOutcome, RewardInput } from '../../mlpo/rewards/custom.ts'
import type { Evaluation } from '../../mlpo/stages.ts'
import type { QuestionSet } from '../../mlpo/question-set.ts'
import type { SavedRun } from '../../workers/client-types.ts'
import type { DataOrigin, DataReading, ErrorValue, RunControl, RunMode } from '../../workers/protocol.ts'
import type { LabStore } from '../shared/labStore.ts'
import type { Link } from '../shared/link.ts'
import { draftFrom, draftOf, withReset, withText } from './draft.ts'
import type { Draft } from './draft.ts'
import { evaluationRows } from './evaluationRows.ts'
import { noSteps, type KeptSteps } from './keptSteps.ts'
import { createMetricLog } from './metricLog.ts'
import type { MetricLog } from './metricLog.ts'
import { rememberCodes, rememberedCodes } from './ownCodes.ts'
import { createRunner } from './runner.ts'
import type { SftData } from './sft.ts'
import type { StepData } from './step.ts'

export interface Run {
  readonly runId: string
  readonly config: Config
  /** What it trains on in place of generated questions. */
  readonly questions: QuestionSet | null
  readonly mode: RunMode
  /** Finished steps. */
  readonly step: number
  /** Known from storage only: no worker has it open yet. */
  readonly saved: boolean
  /** Name of the file that its adapter came from, before any step. */
  readonly adapter: string | null
  readonly error: ErrorValue | null
}

/** A checkpoint that the next run goes on from, with settings of its own. */
export interface ForkOrigin {
  readonly runId: string
  readonly name: string
  readonly checkpoint: number
  readonly step: number
}

interface ReadDataOptions {
  readonly mapping: ColumnMapping | null
  readonly signal: AbortSignal
}

export interface TrainState {
  readonly draft: Draft
  /** null where the next run begins with an untrained leader. */
  readonly fork: ForkOrigin | null
  readonly run: Run | null
  /** Another tab has the run open, as far as this one has noticed. */
  readonly isElsewhere: boolean
  /** Phase 1; null where the run has none, or has not begun it. */
  readonly sft: SftData | null
  readonly current: StepData | null
  /** The last step whose update is in. */
  readonly whole: StepData | null
  /** Finished steps that can be laid out in full. */
  readonly kept: KeptSteps
  /** The finished step that somebody has opened; null = the present one. */
  readonly opened: number | null
  /** The step that the shown one is compared with. */
  readonly compared: number | null
  readonly evaluations: readonly Evaluation[]
  /** The last step of a run that was left, to try rewards on. */
  readonly left: StepData | null
  /** Code of rewards that were written here, in the form or not; never from a link. */
  readonly codes: readonly CustomReward[]
  /** What the next run trains on in place of generated questions. */
  readonly questions: QuestionSet | null
  readonly group: number
  readonly row: number
  readonly metrics: MetricLog
  readonly evaluationLog: MetricLog
  edit(key: Key, text: string): void
  reset(key: Key): void
  /** Several settings at once, which are refused or taken together. */
  change(change: (draft: Draft) => Draft): void
  setCode(reward: CustomReward): void
  renameCode(from: string, to: string): void
  /** Own rewards of that configuration, each on every input up to the first that it cannot score. */
  tryRewards(config: Config, inputs: readonly RewardInput[]): Promise<readonly (readonly ReadOutcome[])[]>
  /** null: generated questions again. */
  setQuestions(questions: QuestionSet | null): void
  /** Reads somebody's own questions for a run with the settings of the form. */
  readData(origins: readonly DataOrigin[], given: ReadDataOptions): Promise<DataReading>
  control(control: RunControl): void
  /** Leaves the run and goes back to the settings. */
  newRun(): void
  /** Leaves the run and begins another with these settings. */
  retry(config: Config): void
  /** null: the next run begins with an untrained leader after all. */
  setFork(fork: ForkOrigin | null): void
  /** null: back to the present. */
  openStep(step: number | null): void
  compareWith(step: number | null): void
  selectGroup(group: number): void
  selectRow(row: number): void
}

export type TrainStore = StoreApi<TrainState>

export function createTrainStore({ link, lab }: { readonly link: Link; readonly lab: LabStore }): TrainStore {
  const metrics = createMetricLog()
  const evaluationLog = createMetricLog()
  const store: TrainStore = createStore<TrainState>()((set, get) => ({
    draft: draftFrom(lab.getState().preset.config),
    fork: null,
    run: null,
    isElsewhere: false,
    sft: null,
    current: null,
    whole: null,
    kept: noSteps,
    opened: null,
    compared: null,
    evaluations: [],
    left: null,
    codes: rememberedCodes(),
    questions: null,
    group: 0,
    row: 0,
    metrics,
    evaluationLog,
    edit: (key, text) => set(({ draft }) => ({ draft: withText(draft, key, text) })),
    reset: (key) => set(({ draft }) => ({ draft: withReset(draft, key) })),
    change: (change) => set(({ draft }) => ({ draft: change(draft) })),
    setCode: (reward) => set(({ codes }) => ({ codes: withCodes(codes, [reward]) })),
    renameCode: (from, to) =>
      set(({ codes }) => ({
        codes: codes
          .filter(({ name }) => name !== to)
          .map((each) => (each.name === from ? { name: to, code: each.code } : each)),
      })),
    setQuestions: (questions) => set({ questions }),
    async readData(origins, { mapping, signal }) {
      const { config, from } = get().draft
      return (await link.client()).readData({ origins, mapping, config: config ?? from }, { signal })
    },
    async tryRewards({ custom_rewards, custom_reward_timeout: timeLimitMs }, inputs) {
      const client = await link.client()
      const outcomes: (readonly ReadOutcome[])[] = []
      for (const name of custom_rewards) {
        const reward = get().codes.find((each) => each.name === name)
        outcomes.push(reward === undefined ? [] : await client.tryReward({ reward, inputs, timeLimitMs }))
      }
      return outcomes
    },
    control: (control) => void runner.control(control),
    newRun: () => void runner.leave(),
    retry: (config) => {
      set(({ draft }) => ({ draft: draftOf(config, { from: draft.from }) }))
      void runner.leave().then(() => runner.control('run'))
    },
    setFork: (fork) => set({ fork }),
    openStep: (opened) => set({ opened, row: 0 }),
    compareWith: (compared) => set({ compared }),
    selectGroup: (group) => set({ group, row: 0 }),
    selectRow: (row) => set({ row }),
  }))
  const runner = createRunner({ store, link, lab })
  lab.subscribe(({ preset }, before) => {
    if (preset !== before.preset) store.setState({ draft: draftFrom(preset.config), fork: null })
  })
  store.subscribe(
    ({ run }) => lab.getState().locked !== (run !== null) && lab.getState().setLocked(run !== null),
  )
  store.subscribe(({ codes }, before) => codes !== before.codes && rememberCodes(codes))
  return store
}

/** Puts the last run, read from storage, on the page as a paused one. */
export function showSaved(store: TrainStore, saved: SavedRun): void {
  const { runId, config, step, steps, evaluations, adapter, rewards, questions } = saved
  const { metrics, evaluationLog, draft } = store.getState()
  metrics.replace(steps)
  evaluationLog.replace(evaluationRows(evaluations))
  const mode = step >= config.max_steps ? 'finished' : 'paused'
  store.setState(({ codes }) => ({
    run: { runId, config, questions, mode, step, adapter, saved: true, error: null },
    evaluations,
    // Whoever leaves this run for a new one finds its settings.
    draft: draftOf(config, { from: draft.from }),
    codes: withCodes(codes, rewards),
    questions,
  }))
}

/** The settings of a run in the form, for a new run that goes on from one of its checkpoints. */
export function prepareFork(
  store: TrainStore,
  {
    origin,
    config,
    rewards,
    questions,
  }: {
    readonly origin: ForkOrigin
    readonly config: Config
    readonly rewards: readonly CustomReward[]
    readonly questions: QuestionSet | null
  },
): void {
  if (store.getState().run !== null) store.getState().newRun()
  store.setState(({ draft, codes }) => ({
    fork: origin,
    draft: draftOf(config, { from: draft.from }),
    codes: withCodes(codes, rewards),
    questions,
  }))
}

/** New ones take the place of those of the same name. */
function withCodes(
  codes: readonly CustomReward[],
  rewards: readonly CustomReward[],
): readonly CustomReward[] {
  if (rewards.length === 0) return codes
  return [...codes.filter(({ name }) => !rewards.some((each) => each.name === name)), ...rewards]
}

export const TrainContext = createContext<TrainStore | null>(null)

export function useTrainStore(): TrainStore {
  const store = useContext(TrainContext)
  if (store === null) throw new Error('useTrain stands outside of TrainContext')
  return store
}

export function useTrain<T>(select: (state: TrainState) => T): T {
  return useStore(useTrainStore(), select)
}
