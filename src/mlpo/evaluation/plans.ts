/**
 * Two sizes of an evaluation on the page, and about how many generations each takes. The command line takes its numbers
 * one by one; the protocol's own are in `sizes.ts`.
 */
import type { Config } from '../config/config.ts'
import type { Decoding, ReportSizes } from './report.ts'
import { mostPeersForSubsets, reportSizes } from './sizes.ts'

export type PlanName = 'quick' | 'thorough'

export interface EvaluationPlan {
  readonly sizes: ReportSizes
  readonly decodings: readonly Decoding[]
  readonly seeds: readonly number[]
}

type PlanConfig = Pick<Config, 'families' | 'eval_size' | 'eval_decoding' | 'task_count' | 'seed'>

/** A claim takes as many. */
const thoroughSeeds = 5

export function evaluationPlan(name: PlanName, config: PlanConfig): EvaluationPlan {
  const { families, eval_size: usual, eval_decoding: decoding, task_count: solved, seed } = config
  // Some controls show a question the proposals to another one of its family.
  const least = 2 * families.length
  if (name === 'quick') {
    const questions = Math.max(least, Math.min(60, usual))
    return {
      sizes: {
        ...{ questions, runs: 1, leastPerK: 0, reserve: 0, probes: Math.min(24, usual, questions) },
        ...{ train: Math.min(48, solved), tuning: 0, manyQuestions: 0, manySamples: 1, texts: questions },
      },
      decodings: [decoding === 'greedy' ? 'greedy' : 'sampled'],
      seeds: [seed],
    }
  }
  const questions = Math.max(least, usual)
  return {
    sizes: {
      ...reportSizes(questions),
      ...{ reserve: questions, probes: Math.ceil(questions / 2), train: Math.min(256, solved) },
      ...{ tuning: Math.ceil(questions / 4), manyQuestions: Math.ceil(questions / 10), manySamples: 16 },
    },
    decodings: ['greedy', 'sampled'],
    seeds: Array.from({ length: thoroughSeeds }, (_, s) => seed + s),
  }
}

export interface Evaluated {
  readonly peers: number
  readonly rounds: number
  readonly leaders: number
  /** Seats that are always permuted are no condition of their own. */
  readonly permuted: boolean
}

/**
 * How often models are asked, about. Exact for greedy decoding without a reserve, prompts that come again included;
 * otherwise it depends on how often the peers are right, and on how long they speak.
 */
export function generationsOf({ sizes, decodings, seeds }: EvaluationPlan, team: Evaluated): number {
  const once = decodings.map(
    (decoding) => peersAsk(sizes, { decoding, team }) + leadersAsk(sizes, { decoding, team }),
  )
  return Math.round(seeds.length * once.reduce((sum, count) => sum + count, 0))
}

interface Once {
  readonly decoding: Decoding
  readonly team: Evaluated
}

/** A leader's prompt holds what its team wrote: a vote that may process as many tokens asks about so much more often. */
const cheaperVotes = 2

function peersAsk(
  { questions, runs, reserve, train, tuning, leastPerK }: ReportSizes,
  { decoding, team: { peers, rounds } }: Once,
): number {
  const searched = leastPerK > 0 ? reserve : 0
  if (decoding === 'greedy') return peers * (questions + searched + train)
  const votes = Math.max(peers * runs, cheaperVotes * rounds * (peers + 1))
  return questions * votes + peers * (searched + train + tuning)
}

function leadersAsk(sizes: ReportSizes, { decoding, team }: Once): number {
  const { questions, runs, probes, train, tuning, leastPerK, reserve, manyQuestions, manySamples } = sizes
  const { peers, rounds, leaders, permuted } = team
  const isSampled = decoding === 'sampled'
  /** The proposals are there; so many peers revise theirs. */
  const episode = (revising: number) => rounds + (rounds - 1) * Math.max(0, revising)
  const filled = leastPerK > 0 ? Math.min(reserve, ((peers + 1) * leastPerK) / 2) : 0
  const many = isSampled && manySamples > 1 ? manyQuestions * (2 * manySamples - runs) : 0
  const each =
    (isSampled ? runs : 1) * questions * (episode(peers) + 1) +
    (permuted ? 0 : questions * episode(peers)) +
    filled * (episode(peers) + 1) +
    probes * (2 * episode(0) + episode(peers) + episode(peers - 1) + episode(peers - 2)) +
    probes * (subsetsOf(peers).reduce((sum, size) => sum + episode(size), 0) + peers * episode(peers - 1)) +
    many
  const temperatures = isSampled && tuning > 0 ? (4 * tuning + questions) * episode(peers) : 0
  const ownVotes = isSampled ? questions * Math.max(0, cheaperVotes * rounds * (peers + 1) - runs) : 0
  return leaders * each + train + temperatures + ownVotes
}

/** Sizes of all sets of peers but none and all; of more peers there are too many. */
function subsetsOf(peers: number): number[] {
  if (peers > mostPeersForSubsets) return []
  return Array.from({ length: 2 ** peers - 2 }, (_, set) => (set + 1).toString(2).replaceAll('0', '').length)
}
