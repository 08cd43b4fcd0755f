/**
 * The batch that a step learns from: completions with their scores and advantages. Where `resample_degenerate` is on,
 * a group of equal rewards is drawn again, at most three times; what was discarded still counts in the metrics.
 */
import type { Engine, SampleId } from '../engine/engine.ts'
import { advantagesOf, type Advantages } from './advantage.ts'
import type { Config } from './config/config.ts'
import type { ScoreCustom } from './rewards/custom.ts'
import { rewardTerms } from './rewards/rewards.ts'
import type { GroupAdvantage, Progress, Rollout, Score, StepPrompt } from './stages.ts'
import { sampleRollouts, samplingOptions, type PromptPlan } from './step-sample.ts'
import { scoreRollouts } from './step-score.ts'
import type { StepTimer } from './step-timer.ts'

/** A prompt with its completions, [completion]. */
export interface SampledPrompt {
  readonly prompt: StepPrompt
  readonly rollouts: readonly Rollout[]
  readonly scores: readonly Score[]
}

export interface Batch {
  /** What is learnt from, in the order of the prompts. */
  readonly final: readonly SampledPrompt[]
  /** The same by baseline: [group][prompt]. */
  readonly groups: readonly (readonly SampledPrompt[])[]
  /** `groups`, and those that were discarded and drawn again. */
  readonly sampled: readonly (readonly SampledPrompt[])[]
}

interface SampleContext {
  readonly config: Config
  readonly leader: Engine
  readonly timer: StepTimer
  readonly scoreCustom: ScoreCustom
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

const attempts = 4

/** `plans` are grouped by baseline: [group][prompt]. */
export async function sampleBatch(
  plans: readonly (readonly PromptPlan[])[],
  { context, step }: { readonly context: SampleContext; readonly step: number },
): Promise<Batch> {
  const groups: (readonly SampledPrompt[])[] = plans.map(() => [])
  const sampled: (readonly SampledPrompt[])[] = []
  let open = plans.map((_, group) => group)
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt++) {
    const drawn = await sampleGroups(
      open.map((group) => plans[group] ?? []),
      { context, step, attempt },
    )
    for (const [i, group] of open.entries()) groups[group] = drawn[i] ?? []
    sampled.push(...drawn)
    open = context.config.resample_degenerate ? open.filter((group) => isDegenerate(groups[group] ?? [])) : []
  }
  return { final: groups.flat(), groups, sampled }
}

async function sampleGroups(
  groups: readonly (readonly PromptPlan[])[],
  {
    context,
    step,
    attempt,
  }: { readonly context: SampleContext; readonly step: number; readonly attempt: number },
): Promise<SampledPrompt[][]> {
  const { config, leader, timer, scoreCustom, signal, onProgress } = context
  const plans = groups.flat()
  const total = plans.reduce((sum, { count }) => sum + count * config.max_completion_length, 0)
  const options = samplingOptions(config, {
    ...(signal && { signal }),
    ...(onProgress && {
      onProgress: (done) =>
        onProgress({ what: 'sample', label: 'Sampling completions', done, total, unit: 'tokens' }),
    }),
  })
  const rollouts = await timer.measure('sample', () =>
    sampleRollouts(plans, { leader, options, idOf: ({ index }) => stepSampleId(step, index, attempt) }),
  )
  const sampled = await timer.measure('score', async () => {
    const scored: SampledPrompt[] = []
    for (const [p, { prompt, index }] of plans.entries()) {
      signal?.throwIfAborted()
      const own = rollouts[p] ?? []
      const id = stepSampleId(step, index, attempt)
      const scores = await scoreRollouts(prompt, own, { config, scoreCustom, id })
      scored.push({ prompt, rollouts: own, scores })
    }
    return scored
  })
  let next = 0
  return groups.map((group) => sampled.slice(next, (next += group.length)))
}

/** `attempt` 0 is the first; a redrawn prompt has other random numbers. */
export function stepSampleId(step: number, prompt: number, attempt: number): SampleId {
  return `step/${step}/prompt/${prompt}${attempt === 0 ? '' : `/again/${attempt}`}`
}

/** Rewards, advantages and their metrics; a group is all completions that share a baseline. */
export function batchAdvantages(groups: readonly (readonly SampledPrompt[])[], config: Config): Advantages {
  return advantagesOf(
    groups.map((group) => group.flatMap(({ scores }) => scores.map(({ rewards }) => rewards))),
    {
      ...rewardTerms(config),
      scaling: config.scale_rewards,
      aggregation: config.multi_objective_aggregation,
    },
  )
}

/** The advantages of each prompt's completions: a group's, cut where its prompts meet. */
export function promptAdvantages(
  groups: readonly (readonly SampledPrompt[])[],
  config: Config,
): GroupAdvantage[] {
  const { advantages, groups: spreads } = batchAdvantages(groups, config)
  return groups.flatMap((group, g) => {
    const { mean, std } = spreads[g] ?? { mean: 0, std: 0 }
    let next = 0
    return group.map(({ rollouts }) => ({
      mean,
      std,
      advantages: (advantages[g] ?? []).slice(next, (next += rollouts.length)),
    }))
  })
}

function isDegenerate(group: readonly SampledPrompt[]): boolean {
  const [first, ...rest] = group
    .flatMap(({ scores }) => scores.map(({ reward }) => reward))
    .filter((reward) => reward !== null)
  return rest.every((reward) => reward === first)
}
