/**
 * One step as far as it has come: every stage adds what it made. Pure; also the sentences of the rail.
 */
import type { Stage, StageName } from '../../mlpo/stages.ts'
import { counted, decimal, figure } from '../shared/format.ts'
import { teaches } from './arithmetic.ts'

type StageOf<Name extends StageName> = Extract<Stage, { readonly stage: Name }>

/** Of the whole step, where only some of its groups are at hand. */
export interface StepTotals {
  readonly groups: number
  readonly completions: number
  readonly meanReward: number
  readonly teachingGroups: number
}

export interface StepData {
  readonly step: number
  /** null where all groups are here. */
  readonly totals: StepTotals | null
  readonly prompt: StageOf<'prompt'> | null
  readonly sample: StageOf<'sample'> | null
  readonly score: StageOf<'score'> | null
  readonly advantage: StageOf<'advantage'> | null
  /** The last iteration's. */
  readonly loss: StageOf<'loss'> | null
  readonly update: StageOf<'update'> | null
  readonly last: StageName
  /** Whether the last iteration's update is in. */
  readonly complete: boolean
  readonly elapsedMs: Readonly<Partial<Record<StageName, number>>>
}

export const stageNames: readonly StageName[] = ['prompt', 'sample', 'score', 'advantage', 'loss', 'update']

function emptyStep(step: number): StepData {
  return {
    step,
    totals: null,
    prompt: null,
    sample: null,
    score: null,
    advantage: null,
    loss: null,
    update: null,
    last: 'prompt',
    complete: false,
    elapsedMs: {},
  }
}

export function withStage(
  data: StepData | null,
  stage: Stage,
  { elapsedMs }: { readonly elapsedMs: number },
): StepData {
  const held =
    data !== null && data.step === stage.step && stage.stage !== 'prompt' ? data : emptyStep(stage.step)
  return {
    ...held,
    [stage.stage]: stage,
    last: stage.stage,
    complete: stage.stage === 'update' && stage.metrics !== null,
    elapsedMs: { ...held.elapsedMs, [stage.stage]: (held.elapsedMs[stage.stage] ?? 0) + elapsedMs },
  }
}

/** The stage that comes next; after a loss always its update, after an update the next loss or the next step. */
export function nextStage(data: StepData | null): StageName {
  if (data === null || data.complete) return 'prompt'
  if (data.last === 'update') return 'loss'
  return stageNames[stageNames.indexOf(data.last) + 1] ?? 'prompt'
}

export function totalMs({ elapsedMs }: StepData): number {
  return Object.values(elapsedMs).reduce((sum, ms) => sum + ms, 0)
}

/** What a stage has made, in a few words; null before it has run. */
export function summaryOf(data: StepData, stage: StageName): string | null {
  switch (stage) {
    case 'prompt': {
      if (data.prompt === null) return null
      const { prompts } = data.prompt
      const proposals = Math.max(...prompts.map(({ proposals }) => proposals?.length ?? 0))
      return `${counted(data.totals?.groups ?? prompts.length, 'question')}${proposals > 0 ? `, ${counted(proposals, 'proposal')} each` : ''}`
    }
    case 'sample':
      return data.sample === null
        ? null
        : counted(data.totals?.completions ?? data.sample.groups.flat().length, 'completion')
    case 'score': {
      const rewards =
        data.score?.groups.flat().flatMap(({ reward }) => (reward === null ? [] : [reward])) ?? []
      return data.score === null ? null : `mean reward ${decimal(data.totals?.meanReward ?? mean(rewards))}`
    }
    case 'advantage':
      return data.advantage === null
        ? null
        : `${data.totals?.teachingGroups ?? teachingGroups(data.advantage)} of ${data.totals?.groups ?? data.advantage.groups.length} groups teach`
    case 'loss':
      return data.loss === null ? null : `loss ${figure(data.loss.loss)}`
    case 'update':
      return data.update === null ? null : `adapter moved by ${figure(data.update.updateNorm)}`
  }
}

/** Groups whose rewards differ: the others have no gradient. */
export function teachingGroups({ groups }: StageOf<'advantage'>): number {
  return groups.filter(({ advantages }) => teaches(advantages)).length
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
