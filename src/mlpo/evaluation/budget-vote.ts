/**
 * Votes that cost as much as the team did (MLPO §5): voters speak in turn, so that the votes are spread evenly, until
 * the next one would no longer fit the question's budget. Who speaks first changes from question to question.
 */
import { stream } from '../random.ts'
import type { Cost, Currency } from './cost.ts'
import type { Told } from './told.ts'
import { voteScore } from '../vote.ts'

/** Who speaks first to this question. */
export function firstVoter(
  taskId: string,
  { voters, seed }: { readonly voters: number; readonly seed: number },
): number {
  return stream(seed, 'first voter', taskId).int(0, voters - 1)
}

/** Samples in the order of their turns: one of each voter, then the second of each. @param samples [voter][sample] */
export function inTurn(samples: readonly (readonly Told[])[], first: number): Told[] {
  const rounds = Math.min(...samples.map(({ length }) => length))
  return Array.from({ length: rounds }, (_, sample) =>
    samples.flatMap((_, turn) => samples[(first + turn) % samples.length]?.[sample] ?? []),
  ).flat()
}

/** The votes that fit: always the first one, then as long as the sum stays within the budget. */
export function affordable(votes: readonly Told[], currency: Currency, budget: Cost): readonly Told[] {
  let spent = 0
  const end = votes.findIndex(({ cost }, vote) => (spent += cost[currency]) > budget[currency] && vote > 0)
  return end === -1 ? votes : votes.slice(0, end)
}

/** Whether one more vote could fit; every vote costs at least 1 of anything. */
export function wantsMore(votes: readonly Told[], currency: Currency, budget: Cost): boolean {
  return votes.reduce((sum, { cost }) => sum + cost[currency], 0) + 1 <= budget[currency]
}

/** Chance that the vote of what fits is right. */
export function budgetVote(votes: readonly Told[], currency: Currency, budget: Cost): number {
  return voteScore(affordable(votes, currency, budget))
}
