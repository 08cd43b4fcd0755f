/** Rules about the updates: an adapter that stands still, one that runs away, and completions that are not the policy's. */
import { promptStyleName } from '../prompts.ts'
import { evidenceOf, type Case, type Rule } from './rule.ts'

/** All updates together, as a share of the weights: below it the policy is the one that the run began with. */
const standingStill = 2e-3
/** Fall of the mean reward that is no noise of a few batches. */
const fall = 0.12
/** Share of its first entropy that a policy has left when it says one thing only. */
const entropyLeft = 0.15
/** Nats per token from the reference. */
const farFromReference = 0.5
/** Mean distance of the sampler's log-probabilities from the trainer's, nats. */
const samplerApart = 0.05
const mostlyClipped = 0.3

const still: Rule = ({ config, windows }) => {
  const moved = windows.total('lora/update_norm') / windows.last('lora/weight_norm')
  const usual = usualRate(config)
  if (!(moved < standingStill) || config.learning_rate >= usual) return null
  return {
    rule: 'still',
    title: config.learning_rate === 0 ? 'The adapter does not move.' : 'The adapter hardly moves.',
    explanation: `With a learning rate of ${config.learning_rate} all updates together are ${share(moved)} of the adapter’s weights: the leader is the one that the run began with.`,
    evidence: evidenceOf(windows, ['lora/update_norm', 'lora/weight_norm', 'learning_rate']),
    change: { learning_rate: usual },
  }
}

const unlearns: Rule = ({ config, windows }) => {
  const lost = windows.first('reward') - windows.last('reward')
  const usual = usualRate(config)
  if (!(lost >= fall)) return null
  const rate = Math.min(usual, config.learning_rate / 4)
  return {
    rule: 'unlearns',
    title: 'The leader unlearns: its reward falls.',
    explanation:
      'The updates are larger than the evidence of a batch bears, and each batch is sampled from what the last one broke. Take smaller steps.',
    evidence: evidenceOf(windows, ['reward', 'rewards/format/mean', 'grad_norm', 'lora/update_norm']),
    change: { learning_rate: rate },
  }
}

const collapsed: Rule = ({ config, windows }) => {
  const [before, after] = [windows.first('entropy'), windows.last('entropy')]
  const better = windows.last('reward') - windows.first('reward') >= 0.05
  if (!(after < entropyLeft * before) || better) return null
  return {
    rule: 'entropy-collapsed',
    title: 'The entropy has collapsed, and the reward has not risen.',
    explanation:
      'The leader is certain of what it says without being right more often, and what it never tries it cannot learn. Smaller steps keep it trying.',
    evidence: evidenceOf(windows, ['entropy', 'reward', 'frac_reward_zero_std']),
    change: { learning_rate: config.learning_rate / 4 },
  }
}

const ranAway: Rule = ({ config, windows }) =>
  windows.last('kl') > farFromReference
    ? {
        rule: 'kl',
        title: 'The policy has run far away from its reference.',
        explanation:
          'Far from the model that it was, a leader forgets how to write. Hold it more strongly, by beta.',
        evidence: evidenceOf(windows, ['kl', 'reward', 'entropy']),
        change: { beta: config.beta === 0 ? 0.01 : Math.min(10, 4 * config.beta) },
      }
    : null

const offPolicy: Rule = ({ config, windows }) => {
  const apart = windows.last('sampling/sampling_logp_difference/mean')
  const { top_p, top_k, min_p } = config
  const cut = top_p < 1 || top_k > 0 || (min_p ?? 0) > 0
  if (!cut && !(apart > samplerApart)) return null
  return {
    rule: 'off-policy',
    title: 'The completions are not drawn from the policy that is trained.',
    explanation: cut
      ? 'Tokens that the sampler leaves out have a probability in the loss all the same, so that the gradient is biased. Sample from all of them.'
      : 'Sampler and trainer give the same tokens different probabilities. A correction weighs the loss by their ratio.',
    evidence: evidenceOf(windows, [
      'sampling/sampling_logp_difference/mean',
      'sampling/importance_sampling_ratio/mean',
      'reward',
    ]),
    change: cut ? { top_p: 1, top_k: 0, min_p: null } : { rollout_correction: 'sequence_mask' },
  }
}

const clipped: Rule = ({ config, windows }) =>
  windows.last('clip_ratio/region_mean') > mostlyClipped
    ? {
        rule: 'clipped',
        title: 'Most of what a batch teaches is clipped away.',
        explanation:
          'The ratio to the old policy has left its bounds for many tokens, and those count no more. Learn from each batch less often.',
        evidence: evidenceOf(windows, ['clip_ratio/region_mean', 'reward']),
        change:
          config.num_iterations > 1
            ? { num_iterations: Math.floor(config.num_iterations / 2) }
            : { learning_rate: config.learning_rate / 4 },
      }
    : null

export const policyRules = { still, unlearns, collapsed, ranAway, offPolicy, clipped } as const

/** The defaults of MLPO §4. */
function usualRate({ leader }: Case['config']): number {
  return promptStyleName(leader) === 'nano' ? 2e-3 : 5e-5
}

function share(value: number): string {
  return value === 0 ? 'nothing' : `${(100 * value).toPrecision(2)} %`
}
