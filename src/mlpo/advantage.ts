/**
 * Group-relative advantages (MLPO §4; TRL `scale_rewards`, `multi_objective_aggregation`).
 * Plain arrays in, plain arrays out. A reward that a function skipped is null and is left out of sums, means and
 * deviations; a completion that every function skipped has no reward and the advantage 0.
 */
import { mean, sampleStd } from './statistics.ts'

export type RewardScaling = 'none' | 'group' | 'batch'
export type RewardAggregation = 'sum_then_normalize' | 'normalize_then_sum'
export type Reward = number | null

/** What a group's baseline is made of. */
export interface GroupSpread {
  readonly mean: number
  /** Sample standard deviation (n − 1). */
  readonly std: number
  /** All rewards are equal (or there are none): the group teaches nothing. */
  readonly degenerate: boolean
}

export interface Advantages {
  /** Combined rewards, [group][completion]. */
  readonly rewards: readonly (readonly Reward[])[]
  /** [group][completion]. */
  readonly advantages: readonly (readonly number[])[]
  readonly groups: readonly GroupSpread[]
  /** TRL's keys: `reward`, `reward_std`, `frac_reward_zero_std`, `rewards/<name>/{mean,std}`. */
  readonly metrics: Readonly<Record<string, number>>
}

export interface AdvantageSettings {
  readonly names: readonly string[]
  readonly weights: readonly number[]
  readonly scaling?: RewardScaling
  readonly aggregation?: RewardAggregation
}

/** Added to a deviation before dividing by it, as in TRL. */
const STD_FLOOR = 1e-4
/** Deviations below this count as none (TRL: torch.isclose to 0). */
const ZERO_STD = 1e-8

/** Σ_j w_j r_j over the functions that did not skip; null when all did. `scores` is [function]. */
export function combineRewards(scores: readonly Reward[], weights: readonly number[]): Reward {
  let sum: Reward = null
  scores.forEach((score, j) => {
    if (score !== null) sum = (sum ?? 0) + score * (weights[j] ?? 0)
  })
  return sum
}

/** A_g = (r_g − mean) / (std + 1e-4), or undivided with `none`. Rewards and advantages are [group][completion]. */
export function groupAdvantages(
  rewards: readonly (readonly Reward[])[],
  { scaling = 'none' }: { scaling?: RewardScaling } = {},
): number[][] {
  const batchStd = sampleStd(rewards.flatMap(scored))
  return rewards.map((group) => {
    const { mean: centre, std } = spreadOf(group)
    const divisor = scaling === 'none' ? 1 : (scaling === 'group' ? std : batchStd) + STD_FLOOR
    return group.map((reward) => (reward === null ? 0 : (reward - centre) / divisor))
  })
}

/** From raw scores, [group][completion][function], to advantages and the metrics of the batch. */
export function advantagesOf(
  scores: readonly (readonly (readonly Reward[])[])[],
  { names, weights, scaling = 'none', aggregation = 'sum_then_normalize' }: AdvantageSettings,
): Advantages {
  const rewards = scores.map((group) => group.map((row) => combineRewards(row, weights)))
  const groups = rewards.map(spreadOf)
  const normalizeFirst = aggregation === 'normalize_then_sum'
  const advantages = normalizeFirst ? normalizedSum(scores, weights) : groupAdvantages(rewards, { scaling })
  const all = rewards.flatMap(scored)
  const batchStd = sampleStd(all)
  const wholeBatch = normalizeFirst || scaling === 'batch'
  return {
    rewards,
    advantages,
    groups,
    metrics: {
      ...functionMetrics(scores, names),
      ...(all.length > 0 && { reward: mean(all) }),
      reward_std: batchStd,
      frac_reward_zero_std: wholeBatch ? Number(batchStd < ZERO_STD) : degenerateShare(rewards, groups),
    },
  }
}

/** GDPO: each function normalised within its group, then added, then normalised over the batch. */
function normalizedSum(
  scores: readonly (readonly (readonly Reward[])[])[],
  weights: readonly number[],
): number[][] {
  const sums = scores.map((group) => {
    const spreads = weights.map((_, j) => spreadOf(group.map((row) => row[j] ?? null)))
    return group.map((row) => {
      const normal = row.map((score, j) => {
        const spread = spreads[j]
        return score === null || spread === undefined
          ? null
          : (score - spread.mean) / (spread.std + STD_FLOOR)
      })
      return combineRewards(normal, weights)
    })
  })
  const all = sums.flatMap(scored)
  const centre = mean(all)
  const divisor = sampleStd(all) + STD_FLOOR
  return sums.map((group) => group.map((sum) => (sum === null ? 0 : (sum - centre) / divisor)))
}

function spreadOf(group: readonly Reward[]): GroupSpread {
  const values = scored(group)
  const std = sampleStd(values)
  return { mean: values.length === 0 ? 0 : mean(values), std, degenerate: std < ZERO_STD }
}

/** Share of rows, not of groups, as groups may differ in size. */
function degenerateShare(rewards: readonly (readonly Reward[])[], groups: readonly GroupSpread[]): number {
  const rows = rewards.reduce((sum, group) => sum + group.length, 0)
  const flat = rewards.reduce((sum, group, g) => sum + (groups[g]?.degenerate ? group.length : 0), 0)
  return rows === 0 ? 0 : flat / rows
}

function functionMetrics(
  scores: readonly (readonly (readonly Reward[])[])[],
  names: readonly string[],
): Record<string, number> {
  const metrics: Record<string, number> = {}
  names.forEach((name, j) => {
    const values = scored(scores.flat().map((row) => row[j] ?? null))
    if (values.length === 0) return
    metrics[`rewards/${name}/mean`] = mean(values)
    metrics[`rewards/${name}/std`] = sampleStd(values)
  })
  return metrics
}

function scored(rewards: readonly Reward[]): number[] {
  return rewards.filter((reward) => reward !== null)
}
