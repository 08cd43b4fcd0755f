/**
 * Drop, keep or merge (MLPO §3), and what a trace must be. Pure: completions in, a choice out; which of several right
 * and wrong ones are taken is the random stream's.
 */
import { judgeLeader } from './answers/check.ts'
import type { Random } from './random.ts'
import type { Rejection, TraceCounts, TraceOutcome } from './sft-stages.ts'
import type { Rollout } from './stages.ts'
import type { Task } from './task.ts'

export type Choice =
  | { readonly kind: 'drop' }
  | { readonly kind: 'reject'; readonly reason: Rejection }
  | { readonly kind: 'keep'; readonly right: Rollout }
  /** `wrong` are the candidates in the order in which a writer tries them; at least one. */
  | { readonly kind: 'merge'; readonly wrong: readonly Rollout[]; readonly right: Rollout }

/** None right: drop. All right: keep one. Mixed: a wrong one to merge with a right one. */
export function chosen(task: Task, rollouts: readonly Rollout[], random: Random): Choice {
  const right = rollouts.filter(({ text }) => judgeLeader(task, text).right)
  const wrong = rollouts.filter((rollout) => !right.includes(rollout))
  if (right.length === 0) return { kind: 'drop' }
  const ended = right.filter(({ finish }) => finish === 'stop')
  if (ended.length === 0) return { kind: 'reject', reason: 'no end' }
  if (wrong.length === 0) return { kind: 'keep', right: random.pick(ended) }
  const told = wrong.filter(({ thought }) => thought !== null && thought !== '')
  if (told.length === 0) return { kind: 'reject', reason: 'no wrong thought' }
  return { kind: 'merge', wrong: random.shuffle(told), right: random.pick(ended) }
}

export interface Draft {
  readonly text: string
  /** With the end token. */
  readonly ids: readonly number[]
  /** The wrong completion in it; null in a completion that is kept. */
  readonly wrong: string | null
}

/** Why the draft is no trace; null when it is one. */
export function rejectionOf(
  task: Task,
  { text, ids }: Pick<Draft, 'text' | 'ids'>,
  { maxTokens, decode }: { readonly maxTokens: number; readonly decode: (ids: readonly number[]) => string },
): Rejection | null {
  const { right, unparseable } = judgeLeader(task, text)
  if (unparseable !== null) return 'unparseable'
  if (!right) return 'not right'
  if (ids.length > maxTokens) return 'too long'
  return decode(ids) === text ? null : 'not encodable'
}

export function counted(counts: TraceCounts, outcomes: readonly TraceOutcome[]): TraceCounts {
  const of = (kind: TraceOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === kind).length
  const rejected: Partial<Record<Rejection, number>> = { ...counts.rejected }
  for (const each of outcomes)
    if (each.outcome === 'rejected') rejected[each.reason] = (rejected[each.reason] ?? 0) + 1
  return {
    prompts: counts.prompts + outcomes.length,
    dropped: counts.dropped + of('dropped'),
    kept: counts.kept + of('kept'),
    merged: counts.merged + of('merged'),
    rejected,
  }
}
