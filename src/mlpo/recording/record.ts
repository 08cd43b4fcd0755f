/**
 * Turns what a session yields into the steps of a recording: some groups of each step in full, numbers rounded. Groups
 * whose rewards differ are kept first, because only they teach. Pure: whoever pulls the session hands its events in.
 */
import type { SessionEvent } from '../session.ts'
import type { Metrics, Stage, StageName } from '../stages.ts'
import type { PerToken, RecordedCompletion, RecordedGroup, RecordedStep, Recording } from './recording.ts'

type StageOf<Name extends StageName> = Extract<Stage, { readonly stage: Name }>
type Held = { readonly [Name in StageName]?: StageOf<Name> }

export interface Recorder {
  /** With the milliseconds that the event took. */
  take(event: SessionEvent, elapsedMs: number): void
  /** What there is so far. */
  recorded(): Pick<Recording, 'tokens' | 'functions' | 'weights' | 'metricKeys' | 'steps' | 'evaluations'>
}

/** A run that a recording cannot hold. */
export class UnrecordableError extends Error {
  override readonly name = 'UnrecordableError'
}

/** Keeps up to `groups` groups of each step. @throws UnrecordableError from `take` */
export function createRecorder({ groups }: { readonly groups: number }): Recorder {
  const tokens = new Map<string, number>()
  const metricKeys: string[] = []
  const steps: RecordedStep[] = []
  const evaluations: Recording['evaluations'][number][] = []
  let held: Held = {}
  let elapsed: Partial<Record<StageName, number>> = {}

  /** The place of a token in the recording's list. */
  const placeOf = (id: number, text: string) => {
    const key = JSON.stringify([id, text])
    const place = tokens.get(key) ?? tokens.size
    tokens.set(key, place)
    return place
  }
  return {
    take(event, elapsedMs) {
      if (event.type === 'sft')
        throw new UnrecordableError('Runs with traces first are not recorded: use --sft off.')
      if (event.type === 'evaluation') evaluations.push(event.evaluation)
      if (event.type !== 'stage') return
      const { stage } = event
      if (stage.stage === 'prompt') [held, elapsed] = [{}, {}]
      held = { ...held, [stage.stage]: stage }
      elapsed = { ...elapsed, [stage.stage]: (elapsed[stage.stage] ?? 0) + elapsedMs }
      if (stage.stage === 'update' && stage.metrics !== null) {
        metricKeys.push(...Object.keys(stage.metrics).filter((key) => !metricKeys.includes(key)))
        steps.push(recordedStep({ held, elapsed, metrics: stage.metrics, metricKeys, groups, placeOf }))
      }
    },
    recorded: () => ({
      tokens: [...tokens.keys()].map((key) => JSON.parse(key) as [number, string]),
      functions: held.score?.functions ?? [],
      weights: held.score?.weights ?? [],
      metricKeys,
      steps,
      evaluations,
    }),
  }
}

interface StepInput {
  readonly held: Held
  readonly elapsed: Partial<Record<StageName, number>>
  readonly metrics: Metrics
  readonly metricKeys: readonly string[]
  readonly groups: number
  readonly placeOf: (id: number, text: string) => number
}

function recordedStep({ held, elapsed, metrics, metricKeys, groups, placeOf }: StepInput): RecordedStep {
  const { prompt, sample, score, advantage, loss, update } = held
  if (!prompt || !sample || !score || !advantage || !loss || !update)
    throw new RangeError('A step ended without all of its stages.')
  const all = advantage.groups.map(({ advantages }, index) => ({
    index,
    teaches: advantages.some((value) => Math.abs(value) > 1e-9),
  }))
  const kept = [...all.filter((group) => group.teaches), ...all.filter((group) => !group.teaches)].slice(
    0,
    groups,
  )
  return {
    of: all.length,
    elapsedMs: Object.fromEntries(Object.entries(elapsed).map(([stage, ms]) => [stage, Math.round(ms)])),
    groups: kept.map(({ index }) =>
      recordedGroup(index, { prompt, sample, score, advantage, loss, placeOf }),
    ),
    loss: rounded(loss.loss),
    iteration: loss.iteration,
    update: {
      learningRate: update.learningRate,
      gradNorm: rounded(update.gradNorm),
      gradClipped: update.gradClipped,
      updateNorm: rounded(update.updateNorm),
      weightNorm: rounded(update.weightNorm),
    },
    metrics: metricKeys.map((key) => (metrics[key] === undefined ? null : rounded(metrics[key]))),
  }
}

interface GroupInput extends Pick<StepInput, 'placeOf'> {
  readonly prompt: StageOf<'prompt'>
  readonly sample: StageOf<'sample'>
  readonly score: StageOf<'score'>
  readonly advantage: StageOf<'advantage'>
  readonly loss: StageOf<'loss'>
}

function recordedGroup(index: number, input: GroupInput): RecordedGroup {
  const prompt = input.prompt.prompts[index]
  const advantage = input.advantage.groups[index]
  if (prompt === undefined || advantage === undefined) throw new RangeError(`The step has no group ${index}.`)
  return {
    prompt,
    mean: rounded(advantage.mean),
    std: rounded(advantage.std),
    completions: (input.sample.groups[index] ?? []).map((_, row) =>
      recordedCompletion({ index, row }, input),
    ),
  }
}

function recordedCompletion(
  { index, row }: { readonly index: number; readonly row: number },
  { sample, score, advantage, loss, placeOf }: GroupInput,
): RecordedCompletion {
  const rollout = sample.groups[index]?.[row]
  const scored = score.groups[index]?.[row]
  const lost = loss.groups[index]?.[row]
  if (!rollout || !scored || !lost) throw new RangeError(`Group ${index} has no completion ${row}.`)
  const { text, thought, answer, unparseable } = rollout
  const logprobs = decimals(lost.logprobs)
  const losses = compact(lost.losses.map(rounded))
  const gradients = compact(lost.gradients.map(rounded))
  const unlessEqual = (values: readonly number[]) =>
    JSON.stringify(decimals(values)) === JSON.stringify(logprobs) ? undefined : decimals(values)
  return {
    ...{ text, thought, answer },
    finish: rollout.finish === 'length' ? 'length' : undefined,
    tokens: rollout.ids.map((id, t) => placeOf(id, rollout.tokenTexts[t] ?? '')),
    unparseable: unparseable?.reason,
    right: scored.right,
    rewards: scored.rewards.map((reward) => reward && rounded(reward)),
    reward: scored.reward && rounded(scored.reward),
    advantage: rounded(advantage.groups[index]?.advantages[row] ?? 0),
    logprobs,
    sampled: unlessEqual(rollout.logprobs),
    old: unlessEqual(lost.oldLogprobs),
    entropies: decimals(lost.entropies),
    losses: JSON.stringify(losses) === JSON.stringify(gradients) ? undefined : losses,
    gradients,
  }
}

/** Five significant digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(5))
}

/** Three decimals, as the page shows them. */
function decimals(values: readonly number[]): PerToken {
  return compact(values.map((value) => Number(value.toFixed(3)) + 0))
}

/** One number where all are equal. */
function compact(values: readonly number[]): PerToken {
  const [first] = values
  return first !== undefined && values.every((value) => value === first) ? first : values
}
