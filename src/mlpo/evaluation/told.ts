/** What somebody said to a question, read, judged and counted: what every row of the evaluation is made of. */
import type { Answer } from '../vote.ts'
import { sumCosts, type Cost } from './cost.ts'

export interface Told {
  readonly text: string
  readonly thought: string | null
  /** Normalised; null = unparseable, which is wrong. */
  readonly answer: Answer
  readonly right: boolean
  readonly cost: Cost
}

/** One question put to the team once. */
export interface Episode {
  readonly taskId: string
  readonly family: string
  /** Round 0 as the leader was shown it, by index of the peer. */
  readonly peers: readonly Told[]
  /** The peer in each seat. */
  readonly seats: readonly number[]
  /** The leader after each round, t = 0…T−1. */
  readonly rounds: readonly Told[]
  /** Everything written up to the end of each round, peers included. */
  readonly costs: readonly Cost[]
}

/** The team's answer is the last round's. */
export function finalOf({ rounds }: Episode): Told {
  const last = rounds.at(-1)
  if (last === undefined) throw new RangeError('an episode has at least one round')
  return last
}

export function episodeCost({ costs }: Episode): Cost {
  return costs.at(-1) ?? sumCosts([])
}

export function score({ right }: { readonly right: boolean }): number {
  return Number(right)
}
