/**
 * What rewards are tried on: the completions of a step that was made here, or a text that somebody typed. Pure, and scored
 * as a run scores them.
 */
import { combineRewards } from '../../mlpo/advantage.ts'
import type { Config } from '../../mlpo/config/config.ts'
import type { ReadOutcome, RewardInput } from '../../mlpo/rewards/custom.ts'
import { completionContext } from '../../mlpo/rewards/context.ts'
import { rewardChance } from '../../mlpo/rewards/random.ts'
import { scoreCompletion } from '../../mlpo/rewards/rewards.ts'
import type { Task } from '../../mlpo/task.ts'
import type { StepData } from './step.ts'

/** Rows that a trial shows; a loop in code is found with the first. */
const mostSamples = 16

/** Prompt by prompt, so that a trial sees several questions. */
export function samplesOfStep(
  { prompt, sample }: Pick<StepData, 'prompt' | 'sample'>,
  { maxTokens }: { readonly maxTokens: number },
): readonly RewardInput[] {
  const prompts = prompt?.prompts ?? []
  const perPrompt = Math.max(1, Math.floor(mostSamples / Math.max(1, prompts.length)))
  return prompts
    .flatMap(({ task, proposals }, group) =>
      (sample?.groups[group] ?? [])
        .slice(0, perPrompt)
        .map((rollout) => ({ task, completion: completionContext(rollout, { proposals, maxTokens }) })),
    )
    .slice(0, mostSamples)
}

/** There is no tokenizer on the page: words and signs are counted. */
export function typedSample(
  task: Task,
  text: string,
  { maxTokens }: { readonly maxTokens: number },
): RewardInput {
  const ids = (text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []).map((_, index) => index)
  const finish = ids.length >= maxTokens ? 'length' : 'stop'
  return { task, completion: completionContext({ text, ids, finish }, { proposals: null, maxTokens }) }
}

export interface TriedRow {
  /** By name, in the order of the columns; null = skipped; undefined = not reached. */
  readonly scores: readonly (number | null | undefined)[]
  /** Weighted sum; null where all skipped, undefined where one was not reached. */
  readonly reward: number | null | undefined
}

/** Rows of the table: functions first, then one's own, as in a run. */
export function triedRows(
  inputs: readonly RewardInput[],
  { config, own }: { readonly config: Config; readonly own: readonly (readonly ReadOutcome[])[] },
): readonly TriedRow[] {
  const weights = [...config.reward_weights, ...config.custom_reward_weights]
  return inputs.map(({ task, completion }, index) => {
    const scores = [
      ...scoreCompletion(config.reward_funcs, {
        ...{ task, completion },
        chance: rewardChance(config.seed, 'trial', index),
      }),
      ...own.map((outcomes) => {
        const outcome = outcomes[index]
        return outcome?.status === 'score' ? outcome.value : undefined
      }),
    ]
    const known = scores.filter((score) => score !== undefined)
    return { scores, reward: known.length < scores.length ? undefined : combineRewards(known, weights) }
  })
}
