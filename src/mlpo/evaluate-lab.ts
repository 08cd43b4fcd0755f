/**
 * The whole evaluation of MLPO §5: every row, by number of right peers, under every control, for each seed and decoding,
 * as one report. Samples are shared between rows: the peers propose once. An async generator: it yields progress after
 * each batch, and whoever stops pulling ends it. It leaves the leader with the last adapter that it measured.
 */
import type { Adapter } from '../engine/engine.ts'
import type { Config } from './config/config.ts'
import { firstVoter } from './evaluation/budget-vote.ts'
import { claimsOf, corrected } from './evaluation/contrasts.ts'
import type { Shown } from './evaluation/conditions.ts'
import { meanCost } from './evaluation/cost.ts'
import { partOf } from './evaluation/part.ts'
import {
  reportVersion,
  type Decoding,
  type EvaluationReport,
  type ReportPart,
  type ReportSetup,
  type ReportSizes,
} from './evaluation/report.ts'
import { byPeer, bySeat } from './evaluation/rows.ts'
import type { LeaderSamples, Samples, TemperatureSamples } from './evaluation/samples.ts'
import { filledUp, rightPeers } from './evaluation/strata.ts'
import { episodeCost, finalOf, score, type Told } from './evaluation/told.ts'
import { untilSpent } from './evaluate-budget.ts'
import { mostPeersForSubsets, sampleLeader } from './evaluate-leader.ts'
import { createSamplePool, type Working } from './evaluate-pool.ts'
import { alone, ownProposals, peerProposals, proposals, rounds, type Bench } from './evaluate-team.ts'
import { hasGold } from './proposal-file.ts'
import { mean } from './statistics.ts'
import type { Task } from './task.ts'
import type { Team, TeamPeer } from './team.ts'

export interface LabQuestions {
  readonly main: readonly Task[]
  /** Where questions for rare numbers of right peers come from. */
  readonly reserve: readonly Task[]
  readonly train: readonly Task[]
  /** For the untrained leader's temperature: held-out questions that are in none of the others. */
  readonly tuning: readonly Task[]
}

export interface LabLeader {
  readonly name: string
  readonly label: string
  readonly adapter: Adapter | null
}

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

/** The untrained leader's temperatures that are tried. */
const temperatures = [0, 0.3, 0.6, 1] as const

/** Questions whose proposals are drawn at a time in search of rare numbers of right peers. */
const reserveChunk = 64

export async function* evaluateFully(input: LabInput): Working<EvaluationReport> {
  const parts: ReportPart[] = []
  let leaders: readonly LabLeader[] = []
  for (const seed of input.seeds) {
    leaders = await input.leaders(seed)
    const own: ReportPart[] = []
    for (const decoding of input.decodings) {
      const run: Run = { ...input, seed, decoding, leaders }
      const name = `Seed ${seed}, ${decoding === 'greedy' ? 'greedy' : 'temperature 1'}`
      own.push(yield* labelled(name, evaluateOnce(run)))
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

interface Run extends Omit<LabInput, 'leaders'> {
  readonly seed: number
  readonly decoding: Decoding
  readonly leaders: readonly LabLeader[]
}

function setupOf(
  { config, split, seeds, sizes, unseen }: LabInput,
  leaders: readonly LabLeader[],
): ReportSetup {
  const leftOut = [
    'Trained baselines (GRPO alone, SFT only, deferral leader, SelectLLM): they are trained first.',
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

async function* evaluateOnce(run: Run): Working<ReportPart> {
  const { team, config, seed, decoding, sizes, flips, signal } = run
  const pool = createSamplePool({ seed, now: run.now })
  const temperature = decoding === 'greedy' ? 0 : 1
  const bench: Bench = {
    ...{ team, pool, leader: '', settings: { ...config, seed } },
    temperatures: { peers: temperature, leader: temperature },
    ...(signal && { signal }),
  }
  const questions = run.questions(seed)
  const main = questions.main.filter(hasGold)
  const runs = decoding === 'greedy' ? 1 : sizes.runs
  const drawn = yield* proposals(bench, { tasks: main, count: runs, label: 'peers' })
  const shown = main.map((task, q) =>
    Array.from({ length: runs }, (_, sample) =>
      ownProposals(bench, { tasks: [task], told: [drawn[q] ?? []], sample }),
    ).flat(),
  )
  const strata = yield* searchStrata(bench, {
    main: shown,
    reserve: questions.reserve.filter(hasGold),
    sizes,
  })
  const train = yield* trainProposals(bench, questions.train.filter(hasGold))
  const unseen =
    run.unseen === null
      ? null
      : yield* unseenProposals(bench, { member: run.unseen, tasks: main.slice(0, sizes.probes) })
  const leaders: LeaderSamples[] = []
  let trainAlone: Told[] = []
  let bestTemperature: TemperatureSamples | null = null
  for (const { name, label, adapter } of run.leaders) {
    await team.leader.setAdapter(adapter)
    const own: Bench = { ...bench, leader: name }
    const manySamples = decoding === 'greedy' ? 1 : sizes.manySamples
    const said = drawn.map((peers) => peers.flat())
    const plan = { name, label, shown, extra: strata.extra, said, unseen, sizes, manySamples }
    leaders.push(yield* sampleLeader(own, plan))
    if (leaders.length > 1) continue
    const tasks = train.map(({ task }) => task)
    const lonely = yield* alone(own, { tasks, count: 1, label: `${label} alone on training questions` })
    trainAlone = lonely.flatMap(([told]) => told ?? [])
    if (decoding === 'sampled')
      bestTemperature = yield* searchTemperature(own, { tuning: questions.tuning, shown, leader: leaders[0] })
  }
  const samples: Samples = {
    ...{ seed, decoding, shown, drawnKs: strata.ks, trainAlone, bestTemperature },
    train: { byPeer: train.map(byPeer), bySeat: train.map(bySeat) },
    ...(yield* equalBudgets(
      { ...bench, leader: run.leaders.at(-1)?.name ?? '' },
      { main, drawn, leaders, decoding },
    )),
  }
  return partOf(samples, { made: pool.made(), ...(flips !== undefined && { flips }) })
}

/** Proposals of more questions until every k has enough, and which of these to ask. */
async function* searchStrata(
  bench: Bench,
  {
    main,
    reserve,
    sizes,
  }: {
    readonly main: readonly (readonly Shown[])[]
    readonly reserve: readonly Task[]
    readonly sizes: ReportSizes
  },
): Working<{ readonly ks: readonly number[]; readonly extra: readonly Shown[] }> {
  const seen = main.flatMap(([first]) => first ?? [])
  const kOf = ({ peers }: Shown) => rightPeers(peers)
  const counts = () =>
    Array.from({ length: bench.team.peers.length + 1 }, (_, k) => seen.filter((one) => kOf(one) === k).length)
  for (let start = 0; start < reserve.length; start += reserveChunk) {
    if (counts().every((count) => count >= sizes.leastPerK)) break
    const tasks = reserve.slice(start, start + reserveChunk)
    const told = yield* proposals(bench, { tasks, count: 1, label: 'peers, more questions' })
    seen.push(...ownProposals(bench, { tasks, told, sample: 0 }))
  }
  const ks = seen.map(kOf)
  const taken = filledUp(ks, { main: main.length, least: sizes.leastPerK })
  return { ks, extra: taken.slice(main.length).flatMap((q) => seen[q] ?? []) }
}

async function* trainProposals(bench: Bench, tasks: readonly Task[]): Working<Shown[]> {
  const told = yield* proposals(bench, { tasks, count: 1, label: 'peers on training questions' })
  return ownProposals(bench, { tasks, told, sample: 0 })
}

async function* unseenProposals(
  bench: Bench,
  { member, tasks }: { readonly member: TeamPeer; readonly tasks: readonly Task[] },
): Working<Told[]> {
  const told = yield* peerProposals(bench, {
    tasks,
    count: 1,
    label: 'the unseen peer',
    peer: 'unseen',
    member,
  })
  return told.flatMap(([first]) => first ?? [])
}

/** The best of a few temperatures on questions of its own, the peers at 1; then the main set at that one. */
async function* searchTemperature(
  bench: Bench,
  {
    tuning,
    shown,
    leader,
  }: {
    readonly tuning: readonly Task[]
    readonly shown: readonly (readonly Shown[])[]
    readonly leader: LeaderSamples | undefined
  },
): Working<TemperatureSamples | null> {
  const tasks = tuning.filter(hasGold)
  if (tasks.length === 0) return null
  const told = yield* proposals(bench, { tasks, count: 1, label: 'peers on tuning questions' })
  const own = ownProposals(bench, { tasks, told, sample: 0 })
  const at = (temperature: number): Bench => ({ ...bench, temperatures: { peers: 1, leader: temperature } })
  const tried: { temperature: number; accuracy: number }[] = []
  for (const temperature of temperatures) {
    const label = `untrained leader at temperature ${temperature}`
    const episodes = yield* rounds(at(temperature), { shown: own, sample: 0, label })
    tried.push({ temperature, accuracy: mean(episodes.map((episode) => score(finalOf(episode)))) })
  }
  const { temperature } = tried.reduce((a, b) => (b.accuracy > a.accuracy ? b : a))
  const first = shown.flatMap((runs) => runs[0] ?? [])
  const episodes =
    temperature === 1
      ? (leader?.team.flatMap((own) => own[0] ?? []) ?? [])
      : yield* rounds(at(temperature), {
          shown: first,
          sample: 0,
          label: 'untrained leader at its best temperature',
        })
  return { temperature, tried, episodes }
}

/** More samples of the peers, and of the last leader alone, for votes that cost what its team cost. */
async function* equalBudgets(
  bench: Bench,
  {
    main,
    drawn,
    leaders,
    decoding,
  }: {
    readonly main: readonly Task[]
    readonly drawn: readonly (readonly (readonly Told[])[])[]
    readonly leaders: readonly LeaderSamples[]
    readonly decoding: Decoding
  },
): Working<Pick<Samples, 'proposals' | 'leaders'>> {
  const last = leaders.at(-1)
  if (decoding === 'greedy' || last === undefined) return { proposals: drawn, leaders }
  const budgets = last.team.map((episodes) => meanCost(episodes.map(episodeCost)))
  const tasksOf = (questions: readonly number[]) => questions.flatMap((q) => main[q] ?? [])
  const votes = yield* untilSpent({
    samples: drawn,
    budgets,
    firsts: main.map(({ id }) =>
      firstVoter(id, { voters: bench.team.peers.length, seed: bench.settings.seed }),
    ),
    more: (questions, count) =>
      proposals(bench, { tasks: tasksOf(questions), count, label: 'peers, votes at equal budget' }),
  })
  const own = yield* untilSpent({
    samples: last.alone.map((told) => [told]),
    budgets,
    firsts: main.map(() => 0),
    async *more(questions, count) {
      const label = `${last.label} alone, votes at equal budget`
      const told = yield* alone(bench, { tasks: tasksOf(questions), count, label })
      return told.map((samples) => [samples])
    },
  })
  const voting = { ...last, alone: own.map(([told]) => told ?? []) }
  return { proposals: votes, leaders: [...leaders.slice(0, -1), voting] }
}
