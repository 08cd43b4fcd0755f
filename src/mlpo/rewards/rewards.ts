/**
 * All reward functions, by the names that `reward_funcs` takes. A new one is one file beside this one and one line
 * here.
 */
import { accuracy } from './accuracy.ts'
import { consistency } from './consistency.ts'
import { copy } from './copy.ts'
import { deferral } from './deferral.ts'
import { format } from './format.ts'
import { length } from './length.ts'
import { overrule } from './overrule.ts'
import { random } from './random.ts'
import { repetition } from './repetition.ts'
import type { RewardFunction, ScoreInput } from './reward.ts'
import { tokens } from './tokens.ts'

export const rewardFunctions = {
  accuracy,
  format,
  length,
  repetition,
  overrule,
  copy,
  deferral,
  consistency,
  tokens,
  random,
} satisfies Readonly<Record<string, RewardFunction>>

export type RewardName = keyof typeof rewardFunctions

/** Names and weights of everything that scores a completion: `reward_funcs`, then one's own. */
export function rewardTerms({
  reward_funcs,
  reward_weights,
  custom_rewards,
  custom_reward_weights,
}: {
  readonly reward_funcs: readonly RewardName[]
  readonly reward_weights: readonly number[]
  readonly custom_rewards: readonly string[]
  readonly custom_reward_weights: readonly number[]
}): { readonly names: readonly string[]; readonly weights: readonly number[] } {
  return {
    names: [...reward_funcs, ...custom_rewards],
    weights: [...reward_weights, ...custom_reward_weights],
  }
}

/** Raw scores in the order of `names`; null = skipped. @throws GoldAnswerError when the task's answer does not parse. */
export function scoreCompletion(
  names: readonly RewardName[],
  { task, completion, chance }: ScoreInput,
): (number | null)[] {
  return names.map((name) => rewardFunctions[name].score(task, completion, chance))
}
