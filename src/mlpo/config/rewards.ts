/** Settings of the rewards: which functions score a completion, and with what weights. */
import { rewardFunctions } from '../rewards/rewards.ts'
import type { RewardName } from '../rewards/rewards.ts'
import { many, numbers, texts, whole } from './field.ts'

const descriptions = Object.fromEntries(
  Object.entries(rewardFunctions).map(([name, { description }]) => [name, description]),
) as Record<RewardName, string>

export const rewardFields = {
  reward_funcs: many({
    label: 'Reward functions',
    help: 'What is rewarded or punished. Add one to shape behaviour, and watch how it is gamed.',
    source: 'U',
    default: ['accuracy', 'format'],
    minItems: 1,
    options: descriptions,
  }),
  reward_weights: numbers({
    label: 'Reward weights',
    help: 'One weight for each reward function, in the same order. Their ratio says what a point of one is worth in the other.',
    source: 'U',
    symbol: 'w_j',
    default: [1, 0.1],
    min: -100,
    max: 100,
  }),
  custom_rewards: texts({
    label: 'Own rewards',
    help: 'Names of rewards that you wrote yourself. Their code is given with the run, never by a link or a file of settings.',
    source: 'C',
    default: [],
    minItems: 0,
    maxItems: 8,
  }),
  custom_reward_weights: numbers({
    label: 'Own reward weights',
    help: 'One weight for each of your own rewards, in the same order.',
    source: 'C',
    symbol: 'w_j',
    default: [],
    min: -100,
    max: 100,
  }),
  custom_reward_timeout: whole({
    label: 'Time for your own reward',
    help: 'A call of your code that takes longer is ended, and the step with it. Raise it for code that computes a lot.',
    source: 'C',
    unit: 'ms',
    default: 1000,
    min: 1,
    max: 60000,
  }),
}
