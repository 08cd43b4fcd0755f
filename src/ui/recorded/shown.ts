/**
 * The recording as Train's own views see it: a store of the shape that a live run has, filled up to a position. Its
 * controls are the player's, so that the same keys work.
 */
import { createStore } from 'zustand/vanilla'
import { elapsedOf, metricsOf, stagesOfStep } from '../../mlpo/recording/play.ts'
import type { Recording } from '../../mlpo/recording/recording.ts'
import { draftFrom, withReset, withText } from '../train/draft.ts'
import { evaluationRows } from '../train/evaluationRows.ts'
import { createMetricLog } from '../train/metricLog.ts'
import { withStage } from '../train/step.ts'
import type { StepData, StepTotals } from '../train/step.ts'
import type { TrainState, TrainStore } from '../train/trainStore.ts'
import { finishedSteps, whole } from './position.ts'
import type { Position } from './position.ts'

export function createShown(
  recording: Recording,
  {
    control,
    leave,
    seek,
  }: {
    readonly control: TrainState['control']
    readonly leave: () => void
    readonly seek: (step: number) => void
  },
): TrainStore {
  const { config, steps } = recording
  return createStore<TrainState>()((set) => ({
    draft: draftFrom(config),
    fork: null,
    run: {
      ...{ runId: 'recorded', config, questions: null, mode: 'paused', step: 0 },
      ...{ saved: false, adapter: null, error: null },
    },
    isElsewhere: false,
    sft: null,
    current: null,
    whole: null,
    kept: {
      steps: steps.map((_, index) => index + 1),
      get: (step) => stepAt(recording, whole(step)),
    },
    opened: null,
    compared: null,
    evaluations: [],
    left: null,
    // Nobody writes rewards for a run that is over.
    codes: [],
    questions: null,
    group: 0,
    row: 0,
    metrics: createMetricLog(),
    evaluationLog: createMetricLog(),
    edit: (key, text) => set(({ draft }) => ({ draft: withText(draft, key, text) })),
    reset: (key) => set(({ draft }) => ({ draft: withReset(draft, key) })),
    change: (change) => set(({ draft }) => ({ draft: change(draft) })),
    setCode: () => undefined,
    renameCode: () => undefined,
    setQuestions: () => undefined,
    readData: () => Promise.reject(new Error('a recorded run reads no data')),
    tryRewards: () => Promise.resolve([]),
    control,
    newRun: leave,
    // The recorded run is not diagnosed: there is nothing to begin anew.
    retry: leave,
    setFork: (fork) => set({ fork }),
    // The player's own position is the step that is shown.
    openStep: (step) => step !== null && seek(step),
    compareWith: (compared) => set({ compared }),
    selectGroup: (group) => set({ group, row: 0 }),
    selectRow: (row) => set({ row }),
  }))
}

export function showPosition(
  shown: TrainStore,
  {
    recording,
    position,
    playing,
  }: { readonly recording: Recording; readonly position: Position; readonly playing: boolean },
): void {
  const { run, metrics, evaluationLog, evaluations: before } = shown.getState()
  const finished = finishedSteps(position)
  if (finished !== metrics.length) metrics.replace(rowsUntil(recording, finished))
  const evaluations = recording.evaluations.filter(({ step }) => step <= finished)
  if (evaluations.length !== before.length) evaluationLog.replace(evaluationRows(evaluations))
  shown.setState({
    run: run && { ...run, mode: playing ? 'running' : 'paused', step: finished },
    current: stepAt(recording, position),
    ...(evaluations.length !== before.length && { evaluations }),
  })
}

function rowsUntil(recording: Recording, finished: number) {
  return Array.from({ length: finished }, (_, index) => ({
    step: index + 1,
    metrics: metricsOf(recording, index),
  }))
}

function stepAt(recording: Recording, { step, stages }: Position): StepData | null {
  const recorded = recording.steps[step - 1]
  if (recorded === undefined) return null
  const data = stagesOfStep(recording, step - 1)
    .slice(0, stages)
    .reduce<StepData | null>(
      (held, stage) => withStage(held, stage, { elapsedMs: elapsedOf(recorded, stage) }),
      null,
    )
  return data && { ...data, totals: totalsOf(recording, step - 1) }
}

/** From what was measured over all groups; null where all of them were kept. */
function totalsOf(recording: Recording, index: number): StepTotals | null {
  const recorded = recording.steps[index]
  if (recorded === undefined || recorded.of === recorded.groups.length) return null
  const { reward = 0, frac_reward_zero_std: idle = 0 } = metricsOf(recording, index)
  return {
    groups: recorded.of,
    completions: recorded.of * recording.config.num_generations,
    meanReward: reward,
    teachingGroups: Math.round(recorded.of * (1 - idle)),
  }
}
