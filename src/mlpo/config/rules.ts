/**
 * Combinations that are refused, each with its reason. A rule names the setting to change; it assumes that every
 * value is within its own field's bounds.
 */
import { rewardFunctions } from '../rewards/rewards.ts'
import type { Settings, Key } from './fields.ts'

export interface RuleProblem {
  readonly key: Key
  readonly reason: string
  readonly allowed: string
}

type Rule = (config: Settings) => RuleProblem | null

const smoothOrCapped: readonly Settings['loss_type'][] = ['cispo', 'sapo', 'vespo']

const rules: readonly Rule[] = [
  ({ peers, peer_roles }) =>
    peer_roles.length === 1 || peer_roles.length === peers.length
      ? null
      : {
          key: 'peer_roles',
          reason: `has ${peer_roles.length} roles for ${peers.length} peers`,
          allowed: 'one for all, or one for each of peers',
        },
  ({ refresh_proposals, proposal_rounds }) =>
    refresh_proposals !== null && proposal_rounds === 1
      ? {
          key: 'refresh_proposals',
          reason: 'has nothing to renew: there are proposals of the first round alone',
          allowed: 'null, or any with proposal_rounds 2',
        }
      : null,
  ({ max_model_length, max_completion_length, max_proposal_length }) => {
    const longest = Math.max(max_completion_length, max_proposal_length)
    return max_model_length === null || max_model_length > longest
      ? null
      : {
          key: 'max_model_length',
          reason: 'leaves no room for a prompt',
          allowed: `more than max_completion_length and max_proposal_length (${longest}), or null`,
        }
  },
  ({ loss_type, epsilon_high }) =>
    loss_type === 'cispo' && epsilon_high < 1
      ? {
          key: 'epsilon_high',
          reason: 'is, with cispo, the cap on the ratio itself: below 1 it would scale down unchanged tokens',
          allowed: 'at least 1 with cispo; 5 is its default',
        }
      : null,
  ({ loss_type, delta }) =>
    delta !== null && smoothOrCapped.includes(loss_type)
      ? { key: 'delta', reason: `has no effect with ${loss_type}`, allowed: 'null' }
      : null,
  ({ loss_type, rollout_correction }) =>
    loss_type === 'vespo' && rollout_correction !== 'none' && rollout_correction !== 'auto'
      ? { key: 'rollout_correction', reason: 'has no effect with vespo', allowed: 'auto or none' }
      : null,
  ({ group_by, num_generations, proposals_per_peer }) =>
    group_by === 'task' && num_generations % proposals_per_peer !== 0
      ? {
          key: 'num_generations',
          reason: `does not spread evenly over the ${proposals_per_peer} variants of a task`,
          allowed: `a multiple of proposals_per_peer (${proposals_per_peer}) with group_by task`,
        }
      : null,
  ({ multi_objective_aggregation, scale_rewards }) =>
    multi_objective_aggregation === 'normalize_then_sum' && scale_rewards === 'none'
      ? {
          key: 'scale_rewards',
          reason: 'is ignored by normalize_then_sum, which always divides',
          allowed: 'group or batch',
        }
      : null,
  ({ reward_funcs, reward_weights }) =>
    reward_funcs.length === reward_weights.length
      ? null
      : {
          key: 'reward_weights',
          reason: `has ${reward_weights.length} weights for ${reward_funcs.length} reward functions`,
          allowed: 'one weight for each of reward_funcs',
        },
  ({ custom_rewards, custom_reward_weights }) =>
    custom_rewards.length === custom_reward_weights.length
      ? null
      : {
          key: 'custom_reward_weights',
          reason: `has ${custom_reward_weights.length} weights for ${custom_rewards.length} own rewards`,
          allowed: 'one weight for each of custom_rewards',
        },
  ({ custom_rewards }) => {
    const bad = custom_rewards.find((name, i) => !isFreeName(name) || custom_rewards.indexOf(name) !== i)
    return bad === undefined
      ? null
      : {
          key: 'custom_rewards',
          reason: `holds ${JSON.stringify(bad)}, which cannot be the name of an own reward`,
          allowed: 'different names of letters, digits, _ and -, other than those of reward_funcs',
        }
  },
  ({ reward_weights, custom_reward_weights }) =>
    [...reward_weights, ...custom_reward_weights].some((weight) => weight !== 0)
      ? null
      : { key: 'reward_weights', reason: 'are all 0: nothing would be learnt', allowed: 'one that is not 0' },
  ({ warmup_steps, max_steps }) =>
    warmup_steps > max_steps
      ? {
          key: 'warmup_steps',
          reason: 'is longer than the run',
          allowed: `at most max_steps (${max_steps})`,
        }
      : null,
  ({ rollout_correction_clip_min: low, rollout_correction_clip_max: high }) =>
    low !== null && low >= high
      ? { key: 'rollout_correction_clip_min', reason: 'is not below the largest', allowed: `below ${high}` }
      : null,
]

/** Metrics are called `rewards/<name>/mean`. */
function isFreeName(name: string): boolean {
  return /^[a-z][\w-]*$/i.test(name) && !Object.hasOwn(rewardFunctions, name)
}

/** Every rule that the configuration breaks. */
export function brokenRules(config: Settings): readonly RuleProblem[] {
  return rules.map((rule) => rule(config)).filter((problem) => problem !== null)
}
