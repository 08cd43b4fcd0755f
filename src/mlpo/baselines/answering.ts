/** What several methods do to answer: ask the peers, ask the leader with and without them, take one peer's word. */
import type { Chooser } from '../evaluation/choosers.ts'
import { inTurn, affordable } from '../evaluation/budget-vote.ts'
import { sumCosts, type Cost } from '../evaluation/cost.ts'
import type { Shown } from '../evaluation/conditions.ts'
import { bySeat } from '../evaluation/rows.ts'
import { episodeCost, finalOf, score, type Told } from '../evaluation/told.ts'
import { untilSpent } from '../evaluate-budget.ts'
import type { Working } from '../evaluate-pool.ts'
import { alone, ownProposals, proposals, rounds, type Bench } from '../evaluate-team.ts'
import type { Task } from '../task.ts'
import { voteScore } from '../vote.ts'
import type { Exam, Line } from './method.ts'

/** One proposal of each peer for each question. */
export async function* proposed(bench: Bench, tasks: readonly Task[]): Working<Shown[]> {
  const told = yield* proposals(bench, { tasks, count: 1, label: 'peers' })
  return ownProposals(bench, { tasks, told, sample: 0 })
}

/** The leader with its team, all rounds, and alone. */
export async function* leaderLines({ bench, tasks }: Exam): Working<Line[]> {
  const shown = yield* proposed(bench, tasks)
  const episodes = yield* rounds(bench, { shown, sample: 0, label: 'leader with its team' })
  const lonely = yield* alone(bench, { tasks, count: 1, label: 'leader alone' })
  return [
    { way: 'team', scores: episodes.map((one) => score(finalOf(one))), costs: episodes.map(episodeCost) },
    votesLine(
      'alone',
      lonely.map((told) => told.slice(0, 1)),
    ),
  ]
}

/** The vote of what was told. @param votes [question][vote] */
export function votesLine(way: Line['way'], votes: readonly (readonly Told[])[]): Line {
  return {
    way,
    scores: votes.map(voteScore),
    costs: votes.map((own) => sumCosts(own.map(({ cost }) => cost))),
  }
}

/** The peer that the chooser believes is asked, and nobody else. */
export async function* chosenLine({ bench, tasks }: Exam, chooser: Chooser): Working<Line[]> {
  const shown = yield* proposed(bench, tasks)
  const votes = shown.map((one) => {
    const { family, seats } = bySeat(one)
    const seat = chooser({ family, answers: seats.map(({ answer }) => answer) })
    return one.peers.filter((_, peer) => peer === one.seats[seat])
  })
  return [votesLine('team', votes)]
}

/**
 * The leader alone, again and again, until its tokens, prompts included, are spent; then the vote. Greedy it would only
 * repeat itself, so that it is asked once. @param budgets [question]
 */
export async function* votesAlone({ bench, tasks }: Exam, budgets: readonly Cost[]): Working<Line[]> {
  const first = yield* alone(bench, { tasks, count: 1, label: 'leader alone' })
  if (bench.temperatures.leader === 0) return [votesLine('alone', first)]
  const label = 'leader alone, at equal tokens'
  const samples = yield* untilSpent({
    samples: first.map((told) => [told]),
    budgets,
    firsts: tasks.map(() => 0),
    async *more(questions, count) {
      const told = yield* alone(bench, { tasks: questions.flatMap((q) => tasks[q] ?? []), count, label })
      return told.map((own) => [own])
    },
  })
  const votes = samples.map((own, q) => {
    const budget = budgets[q] ?? sumCosts([])
    return affordable(inTurn(own, 0), 'processedTokens', budget)
  })
  return [votesLine('alone', votes)]
}

/** What the team of an earlier method cost, question by question. */
export function teamBudgets({ earlier }: Exam, method: string): readonly Cost[] {
  return earlier(method).lines.find(({ way }) => way === 'team')?.costs ?? []
}
