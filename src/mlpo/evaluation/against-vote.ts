/**
 * Where the vote of the peers is right, tied or wrong, and what a leader makes of it (MLPO §5): a leader that leads is
 * right where the vote is wrong, and does not lose what the vote has already.
 */
import { mean } from '../statistics.ts'
import { voteScore } from '../vote.ts'
import type { AgainstVote } from './report.ts'
import type { LeaderSamples, Samples } from './samples.ts'
import { finite, shareOf } from './shares.ts'
import { finalOf, score } from './told.ts'

type Outcome = AgainstVote['outcomes'][number]

export function againstVote(
  { name, team, alone }: LeaderSamples,
  { shown, seed }: Pick<Samples, 'shown' | 'seed'>,
): AgainstVote {
  const questions = shown.flatMap(([run], q) => {
    const [episode, lonely] = [team[q]?.[0], alone[q]?.[0]]
    if (run === undefined || episode === undefined || lonely === undefined) return []
    return [
      {
        vote: outcomeOf(voteScore(run.peers)),
        team: score(finalOf(episode)),
        alone: score(lonely),
        oracle: Number(run.peers.some(({ right }) => right)),
      },
    ]
  })
  const share = (scores: readonly number[]) => (scores.length === 0 ? null : shareOf(scores, seed).share)
  return {
    leader: name,
    outcomes: (['right', 'tied', 'wrong'] as const).map((vote): Outcome => {
      const own = questions.filter((question) => question.vote === vote)
      return {
        ...{ vote, n: own.length },
        team: share(own.map((question) => question.team)),
        alone: share(own.map((question) => question.alone)),
        oracle: finite(mean(own.map((question) => question.oracle))),
      }
    }),
  }
}

function outcomeOf(vote: number): Outcome['vote'] {
  return vote === 1 ? 'right' : vote === 0 ? 'wrong' : 'tied'
}
