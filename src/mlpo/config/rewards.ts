/** Settings of the rewards: which functions score a completion, and with what weights. */
import { many, numbers } from './field.ts'

export const rewardFields = {
  reward_funcs: many({
    label: 'Reward functions',
    help: 'What is rewarded or punished. Add one to shape behaviour, and watch how it is gamed.',
    source: 'U',
    default: ['accuracy', 'format'],
    minItems: 1,
    options: {
      accuracy: '1 if the answer is right.',
      format: '1 if both tags stand there once and in order.',
      length: 'Punishes completions near or over the limit.',
      repetition: 'Punishes repeated phrases.',
      overrule: '1 if right although the peers’ plurality was wrong.',
      copy: 'Punishes an answer that only one peer gave, and that is wrong.',
      tokens: 'A cost per token.',
    },
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
