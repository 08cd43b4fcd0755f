/**
 * SelectLLM (MLPO §5): from the question alone, logistic regression predicts which peers will be right; the k likeliest
 * are asked and vote. k is the one that was best on tuning questions, the smaller of equal ones; without any tuning
 * question, on the training ones.
 */
import type { PreparedTask } from '../batches.ts'
import type { Working } from '../evaluate-pool.ts'
import { mean } from '../statistics.ts'
import type { Answer } from '../vote.ts'
import { voteScore } from '../vote.ts'
import { proposed, votesLine } from './answering.ts'
import { fitLogistic, hashedGrams, probabilities, type Example } from './logistic.ts'
import type { Exam, Method } from './method.ts'

/** One question with what each peer says to it. */
interface Asked {
  readonly question: string
  /** By index of the peer. */
  readonly peers: readonly { readonly answer: Answer; readonly right: boolean }[]
}

/** Peers, the likeliest to be right first; of equal ones the first. */
export type Ranking = (question: string) => readonly number[]

export const selectLlm: Method = {
  name: 'select-llm',
  label: 'SelectLLM',
  description:
    'A classifier of the question’s words chooses the peers that vote; how many, is chosen on dev.',
  needs: [],
  plan: null,
  async *answer(exam) {
    const { bench, tasks } = exam
    const train = await exam.train()
    const ranking = fittedRanking(train, bench.team.peers.length)
    const k = bestCount(yield* tuningQuestions(exam, train), { ranking, most: bench.team.peers.length })
    const shown = yield* proposed(bench, tasks)
    const votes = shown.map(({ task, peers }) => {
      const chosen = ranking(task.question).slice(0, k)
      return peers.filter((_, peer) => chosen.includes(peer))
    })
    return [votesLine('team', votes)]
  },
}

async function* tuningQuestions({ bench, tuning }: Exam, train: readonly PreparedTask[]): Working<Asked[]> {
  if (tuning.length === 0)
    return train.map(({ task: { question }, proposals }) => ({
      question,
      peers: proposals.flatMap((own) => own[0] ?? []),
    }))
  const shown = yield* proposed(bench, tuning)
  return shown.map(({ task: { question }, peers }) => ({ question, peers }))
}

export function fittedRanking(train: readonly PreparedTask[], peers: number): Ranking {
  const examples = train.map(({ task, proposals }): Example => ({
    features: hashedGrams(task.question),
    labels: proposals.map((own) => mean(own.map(({ right }) => Number(right)))),
  }))
  const weights = fitLogistic(examples, { labels: peers })
  return (question) => {
    const likely = probabilities(weights, hashedGrams(question))
    return [...likely.keys()].sort((a, b) => (likely[b] ?? 0) - (likely[a] ?? 0) || a - b)
  }
}

/** How many peers to ask: with the best vote on these questions, and no more than needed for it. */
export function bestCount(
  asked: readonly Asked[],
  { ranking, most }: { readonly ranking: Ranking; readonly most: number },
): number {
  const ranked = asked.map(({ question, peers }) => ranking(question).flatMap((peer) => peers[peer] ?? []))
  const accuracy = (k: number) => mean(ranked.map((peers) => voteScore(peers.slice(0, k))))
  let best = 1
  for (let k = 2; k <= most; k++) if (accuracy(k) > accuracy(best)) best = k
  return best
}
