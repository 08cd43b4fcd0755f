/**
 * The whole evaluation of MLPO §5: every row, by number of right peers, under every control, for each seed and decoding,
 * as one report. An async generator: it yields progress after each batch, and whoever stops pulling ends it. It leaves
 * the leader with the last adapter that it measured.
 */
import type { Config } from './config/config.ts'
import { claimsOf, corrected } from './evaluation/contrasts.ts'
import { partOf } from './evaluation/part.ts'
import {
  reportVersion,
  type Decoding,
  type EvaluationReport,
  type ReportPart,
  type ReportSetup,
  type ReportSizes,
} from './evaluation/report.ts'
import { mostPeersForSubsets } from './evaluate-leader.ts'
import { sampleOnce, type LabLeader, type LabQuestions } from './evaluate-once.ts'
import { createSamplePool, type Working } from './evaluate-pool.ts'
import type { Bench } from './evaluate-team.ts'
import type { Team, TeamPeer } from './team.ts'

export interface LabInput {
  readonly team: Team
  readonly config: Config
  readonly split: 'dev' | 'test'
  readonly seeds: readonly number[]
  readonly decodings: readonly Decoding[]
  readonly sizes: ReportSizes
  readonly questions: (seed: number) => LabQuestions
  /** The untrained one first, the one that the report is about last; the same names for every seed. */
  readonly leaders: (seed: number) => Promise<readonly LabLeader[]>
  readonly unseen: TeamPeer | null
  readonly command: string | null
  /** Milliseconds, from any origin. */
  readonly now: () => number
  readonly signal?: AbortSignal
  /** Of the sign-flip tests. */
  readonly flips?: number
}

export async function* evaluateFully(input: LabInput): Working<EvaluationReport> {
  const parts: ReportPart[] = []
  let leaders: readonly LabLeader[] = []
  for (const seed of input.seeds) {
    leaders = await input.leaders(seed)
    const own: ReportPart[] = []
    for (const decoding of input.decodings) {
      const name = `Seed ${seed}, ${decoding === 'greedy' ? 'greedy' : 'temperature 1'}`
      own.push(yield* labelled(name, evaluateOnce(input, { seed, decoding, leaders })))
    }
    parts.push(...corrected(own))
  }
  return {
    version: reportVersion,
    title: `${input.config.leader} and its team, ${input.split} split`,
    command: input.command,
    setup: setupOf(input, leaders),
    parts,
    claims: claimsOf(parts),
  }
}

function setupOf(
  { config, split, seeds, sizes, unseen }: LabInput,
  leaders: readonly LabLeader[],
): ReportSetup {
  const leftOut = [
    'Trained baselines (GRPO alone, SFT only, deferral leader, SelectLLM): they have a comparison of their own.',
    ...(leaders.length < 2 ? ['Everything about training: no trained leader was given.'] : []),
    ...(unseen === null ? ['Unseen peer: none was given.'] : []),
    ...(config.permute_seats ? ['Seats permuted: they always are.'] : []),
    ...(config.peers.length > mostPeersForSubsets ? ['Subsets of peers: there are too many.'] : []),
  ]
  return {
    ...{ split, seeds, sizes, leftOut },
    ...{ leader: config.leader, peers: config.peers, rounds: config.eval_rounds },
    leaders: leaders.map(({ name, label }) => ({ name, label })),
  }
}

async function* labelled<Result>(name: string, work: Working<Result>): Working<Result> {
  for (;;) {
    const { done, value } = await work.next()
    if (done) return value
    yield { ...value, label: `${name}: ${value.label}` }
  }
}

async function* evaluateOnce(
  { team, config, sizes, unseen, questions, now, flips, signal }: LabInput,
  {
    seed,
    decoding,
    leaders,
  }: { readonly seed: number; readonly decoding: Decoding; readonly leaders: readonly LabLeader[] },
): Working<ReportPart> {
  const pool = createSamplePool({ seed, now })
  const temperature = decoding === 'greedy' ? 0 : 1
  const bench: Bench = {
    ...{ team, pool, leader: '', settings: { ...config, seed } },
    temperatures: { peers: temperature, leader: temperature },
    ...(signal && { signal }),
  }
  const samples = yield* sampleOnce(bench, { decoding, leaders, sizes, unseen, questions: questions(seed) })
  return partOf(samples, { made: pool.made(), ...(flips !== undefined && { flips }) })
}
