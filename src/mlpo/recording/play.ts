/** A recorded step as the stages that the session had yielded, of the groups that were kept. The inverse of `record.ts`. */
import type { Metrics, Rollout, Stage } from '../stages.ts'
import type { PerToken, RecordedCompletion, RecordedStep, Recording } from './recording.ts'

/** In their order; `index` counts from 0. */
export function stagesOfStep(recording: Recording, index: number): readonly Stage[] {
  const recorded = recording.steps[index]
  if (recorded === undefined) throw new RangeError(`The recording has no step ${index + 1}.`)
  const { functions, weights, tokens } = recording
  const step = index + 1
  const { groups, iteration, loss, update } = recorded
  const completions = groups.map((group) => group.completions)
  const each = <T>(make: (completion: RecordedCompletion) => T) => completions.map((group) => group.map(make))
  return [
    { step, stage: 'prompt', prompts: groups.map(({ prompt }) => prompt) },
    { step, stage: 'sample', groups: each((completion) => rolloutOf(completion, { tokens, step })) },
    {
      ...{ step, stage: 'score', functions, weights },
      groups: each(({ right, rewards, reward }) => ({ right, rewards, reward })),
    },
    {
      ...{ step, stage: 'advantage' },
      groups: groups.map(({ mean, std, completions: own }) => ({
        ...{ mean, std },
        advantages: own.map(({ advantage }) => advantage),
      })),
    },
    { step, stage: 'loss', iteration, loss, groups: each(tokenLossOf) },
    {
      step,
      stage: 'update',
      iteration,
      ...update,
      adapterVersion: step,
      metrics: metricsOf(recording, index),
    },
  ]
}

/** Everything that was measured in the step. */
export function metricsOf({ steps, metricKeys }: Recording, index: number): Metrics {
  const values = steps[index]?.metrics ?? []
  return Object.fromEntries(
    metricKeys.flatMap((key, at) => {
      const value = values[at]
      return value == null ? [] : [[key, value]]
    }),
  )
}

/** Milliseconds that the stage took when it was recorded. */
export function elapsedOf({ elapsedMs }: RecordedStep, { stage }: Stage): number {
  return elapsedMs[stage] ?? 0
}

function rolloutOf(
  completion: RecordedCompletion,
  { tokens, step }: { readonly tokens: Recording['tokens']; readonly step: number },
): Rollout {
  const { text, finish = 'stop', thought, answer, unparseable, logprobs, sampled = logprobs } = completion
  return {
    ...{ text, finish, thought, answer },
    ids: completion.tokens.map((at) => tokens[at]?.[0] ?? 0),
    tokenTexts: completion.tokens.map((at) => tokens[at]?.[1] ?? ''),
    logprobs: spread(sampled, completion.tokens.length),
    adapterVersion: step - 1,
    unparseable: unparseable === undefined ? null : { reason: unparseable },
  }
}

function tokenLossOf(completion: RecordedCompletion) {
  const { tokens, logprobs, old = logprobs, entropies, gradients, losses = gradients } = completion
  const all = (values: PerToken) => spread(values, tokens.length)
  return {
    logprobs: all(logprobs),
    oldLogprobs: all(old),
    entropies: all(entropies),
    losses: all(losses),
    gradients: all(gradients),
  }
}

function spread(values: PerToken, length: number): readonly number[] {
  return typeof values === 'number' ? Array.from({ length }, () => values) : values
}
