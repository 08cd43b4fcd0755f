/** The arithmetic behind a shown advantage, as numbers to be put into the formula. Pure. */
import type { Config } from '../../mlpo/config/config.ts'
import type { GroupAdvantage, Score } from '../../mlpo/stages.ts'
import { decimal, signed } from '../shared/format.ts'

export interface ArithmeticLine {
  readonly formula: string
  readonly numbers: string
}

/** TRL's guard against a division by zero. */
const guard = '1e-4'

/** r = Σ w_j r_j of one completion, skipped functions left out. */
export function rewardLine(
  score: Score,
  { functions, weights }: { readonly functions: readonly string[]; readonly weights: readonly number[] },
): ArithmeticLine {
  const terms = functions.flatMap((name, j) => {
    const value = score.rewards[j]
    return value == null ? [] : [`${decimal(weights[j] ?? 1)} × ${decimal(value)} (${name})`]
  })
  const total = score.reward === null ? 'every function skipped' : decimal(score.reward)
  return { formula: 'r = Σ w · reward', numbers: `${terms.join(' + ') || '0'} = ${total}` }
}

export function advantageLines(
  {
    rewards,
    row,
    group,
  }: { readonly rewards: readonly (number | null)[]; readonly row: number; readonly group: GroupAdvantage },
  config: Pick<Config, 'scale_rewards' | 'group_by' | 'multi_objective_aggregation'>,
): readonly ArithmeticLine[] {
  const reward = rewards[row] ?? null
  const advantage = group.advantages[row] ?? 0
  if (reward === null)
    return [{ formula: 'A', numbers: '0, because no reward function scored this completion' }]
  if (config.multi_objective_aggregation === 'normalize_then_sum') {
    return [
      {
        formula: 'A',
        numbers: `${signed(advantage)}: each reward normalised in its group, added, normalised again`,
      },
    ]
  }
  const counted = rewards.filter((value) => value !== null)
  const sum = counted.map((value) => decimal(value)).join(' + ')
  const mean: ArithmeticLine =
    config.group_by === 'task'
      ? {
          formula: 'mean(r)',
          numbers: `${decimal(group.mean, { digits: 4 })}, over all variants of the task`,
        }
      : {
          formula: 'mean(r)',
          numbers: `(${sum}) ÷ ${counted.length} = ${decimal(group.mean, { digits: 4 })}`,
        }
  const difference = `${decimal(reward)} − ${decimal(group.mean, { digits: 4 })}`
  if (config.scale_rewards === 'none') {
    return [mean, { formula: 'A = r − mean(r)', numbers: `${difference} = ${signed(advantage)}` }]
  }
  return [
    mean,
    {
      formula: `A = (r − mean(r)) ÷ (std + ${guard})`,
      numbers: `(${difference}) ÷ (${decimal(group.std, { digits: 4 })} + ${guard}) = ${signed(advantage)}`,
    },
  ]
}

/** Rewards from lowest to highest of the group as [0, 1], for the bars; equal rewards stand in the middle. */
export function positions(rewards: readonly (number | null)[], mean: number): (value: number) => number {
  const known = [...rewards.filter((value) => value !== null), mean]
  const low = Math.min(...known)
  const high = Math.max(...known)
  return high - low < 1e-9 ? () => 0.5 : (value) => (value - low) / (high - low)
}

/** A group of equal advantages, all 0, has no gradient. */
export function teaches(advantages: readonly number[]): boolean {
  return advantages.some((advantage) => !isZero(advantage))
}

/** An advantage that is 0 but for the rounding of its mean. */
export function isZero(advantage: number): boolean {
  return Math.abs(advantage) < 1e-9
}
