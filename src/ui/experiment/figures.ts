/** What an expectation may be about: TRL's metrics of a step, and the figures of an evaluation on held-out questions. */
import type { Evaluation } from '../../mlpo/stages.ts'

interface Words {
  readonly name: string
  readonly label: string
}

export type Figure =
  | (Words & { readonly of: 'step' })
  | (Words & { readonly of: 'evaluation'; readonly read: (evaluation: Evaluation) => number })

const step = (name: string, label: string): Figure => ({ of: 'step', name, label })
const evaluated = (name: string, label: string, read: (evaluation: Evaluation) => number): Figure => ({
  of: 'evaluation',
  name,
  label,
  read,
})

export const figures: readonly Figure[] = [
  step('reward', 'Reward, mean of a step'),
  step('rewards/accuracy/mean', 'Accuracy reward, mean of a step'),
  step('rewards/format/mean', 'Format reward, mean of a step'),
  step('entropy', 'Entropy, nats'),
  step('completions/mean_length', 'Length, mean of a step'),
  step('completions/clipped_ratio', 'Share of completions cut off'),
  step('frac_reward_zero_std', 'Share of idle groups'),
  step('clip_ratio/region_mean', 'Share of tokens clipped'),
  step('kl', 'KL to the reference'),
  step('grad_norm', 'Gradient norm'),
  step('lora/weight_norm', 'Size of the adapter'),
  evaluated('eval/team', 'Held-out accuracy, leader with team', ({ leaderTeam }) => leaderTeam.value),
  evaluated('eval/alone', 'Held-out accuracy, leader alone', ({ leaderAlone }) => leaderAlone.value),
  evaluated('eval/vote', 'Held-out accuracy, vote of the peers', ({ majority }) => majority.value),
  evaluated('eval/gain', 'Leader with team minus vote', ({ gainOverMajority }) => gainOverMajority.value),
  evaluated('eval/format', 'Share of well-formed answers', ({ formatValid }) => formatValid),
]

export function figureNamed(name: string): Figure | undefined {
  return figures.find((figure) => figure.name === name)
}
