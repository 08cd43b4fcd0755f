/** Settings of the rewards: which functions score a completion, and with what weights. */
import { rewardFunctions } from '../rewards/rewards.ts'
import type { RewardName } from '../rewards/rewards.ts'
import { many, numbers } from './field.ts'

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
}
