/**
 * The whole evaluation of MLPO §5: every row, by number of right peers, under every control, for each seed and decoding,
 * as one report. An async generator: it yields progress after each batch, and whoever stops pulling ends it. It leaves
 * the leader with the last adapter that it measured.
 */
import type { Config } from './config/config.ts'
import { questionSet } from './evaluation/asked-questions.ts'
import { claimsOf, corrected } from './evaluation/contrasts.ts'
import { partOf } from './evaluation/part.ts'
import {
  reportVersion,
  type Decoding,
  type EvaluationReport,
  type QuestionSet,
  type ReportPart,
  type ReportSetup,
  type ReportSizes,
} from './evaluation/report.ts'
import { mostPeersForSubsets } from './evaluation/sizes.ts'
import { sampleOnce, type LabLeader, type LabQuestions } from './evaluate-once.ts'
import { createSamplePool, type Working } from './evaluate-pool.ts'
import type { Bench } from './evaluate-team.ts'
import type { Progress } from './stages.ts'
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
  /** Whether every seed has a trained leader of its own, or all have the same. */
  readonly trainings: 'none' | 'one' | 'one per seed'
  /** Milliseconds, from any origin. */
  readonly now: () => number
  readonly signal?: AbortSignal
  /** Of the sign-flip tests. */
  readonly flips?: number
  /** After each seed: the report as it would be if this seed were the last. */
  readonly onSeed?: (report: EvaluationReport) => void
}

/** A batch is done. */
export interface LabProgress extends Progress {
  /** Made so far, or not needed again, of all seeds and decodings. */
  readonly generations: number
}

type LabWork<Result> = AsyncGenerator<LabProgress, Result, void>

export async function* evaluateFully(input: LabInput): LabWork<EvaluationReport> {
  const parts: ReportPart[] = []
  const questions: QuestionSet[] = []
  const seeds: number[] = []
  let report = reportOf(input, { seeds, leaders: [], parts, questions })
  let answered = 0
  for (const seed of input.seeds) {
    const leaders = await input.leaders(seed)
    const own: ReportPart[] = []
    for (const decoding of input.decodings) {
      const once = yield* evaluateOnce(input, { seed, decoding, leaders, before: answered })
      answered = once.answered
      own.push(once.part)
      questions.push(once.questions)
    }
    parts.push(...corrected(own))
    seeds.push(seed)
    report = reportOf(input, { seeds, leaders, parts, questions })
    input.onSeed?.(report)
  }
  return report
}

function reportOf(
  input: LabInput,
  {
    seeds,
    leaders,
    parts,
    questions,
  }: {
    readonly seeds: readonly number[]
    readonly leaders: readonly LabLeader[]
    readonly parts: readonly ReportPart[]
    readonly questions: readonly QuestionSet[]
  },
): EvaluationReport {
  return {
    version: reportVersion,
    title: `${input.config.leader} and its team, ${input.split} split`,
    command: input.command,
    setup: setupOf(input, { seeds: [...seeds], leaders }),
    parts: [...parts],
    claims: claimsOf(parts),
    questions: [...questions],
  }
}

function setupOf(
  { config, split, sizes, unseen, ...input }: LabInput,
  { seeds, leaders }: { readonly seeds: readonly number[]; readonly leaders: readonly LabLeader[] },
): ReportSetup {
  const trainings = { none: 0, one: 1, 'one per seed': seeds.length }[input.trainings]
  const leftOut = [
    'Trained baselines (GRPO alone, SFT only, deferral leader, SelectLLM): they have a comparison of their own.',
    ...(leaders.length < 2 ? ['Everything about training: no trained leader was given.'] : []),
    ...(trainings === 1 && seeds.length > 1
      ? [
          'Other trainings: each seed asks the same leader other questions. A claim about a method takes five trainings.',
        ]
      : []),
    ...(unseen === null ? ['Unseen peer: none was given.'] : []),
    ...(config.permute_seats ? ['Seats permuted: they always are.'] : []),
    ...(config.peers.length > mostPeersForSubsets ? ['Subsets of peers: there are too many.'] : []),
  ]
  return {
    ...{ split, seeds, sizes, leftOut },
    ...{ leader: config.leader, peers: config.peers, rounds: config.eval_rounds },
    ...{ leaders: leaders.map(({ name, label }) => ({ name, label })), trainings },
  }
}

async function* counted<Result>(
  work: Working<Result>,
  { name, generations }: { readonly name: string; readonly generations: () => number },
): LabWork<Result> {
  for (;;) {
    const { done, value } = await work.next()
    if (done) return value
    yield { ...value, label: `${name}: ${value.label}`, generations: generations() }
  }
}

async function* evaluateOnce(
  { team, config, sizes, unseen, questions, now, flips, signal }: LabInput,
  {
    seed,
    decoding,
    leaders,
    before,
  }: {
    readonly seed: number
    readonly decoding: Decoding
    readonly leaders: readonly LabLeader[]
    /** Generations before this one. */
    readonly before: number
  },
): LabWork<{ readonly part: ReportPart; readonly questions: QuestionSet; readonly answered: number }> {
  const pool = createSamplePool({ seed, now })
  const temperature = decoding === 'greedy' ? 0 : 1
  const bench: Bench = {
    ...{ team, pool, leader: '', settings: { ...config, seed } },
    temperatures: { peers: temperature, leader: temperature },
    ...(signal && { signal }),
  }
  const plan = { decoding, leaders, sizes, unseen, questions: questions(seed) }
  const samples = yield* counted(sampleOnce(bench, plan), {
    name: `Seed ${seed}, ${decoding === 'greedy' ? 'greedy' : 'temperature 1'}`,
    generations: () => before + pool.answered(),
  })
  return {
    part: partOf(samples, { made: pool.made(), ...(flips !== undefined && { flips }) }),
    questions: questionSet(samples, sizes),
    answered: before + pool.answered(),
  }
}
