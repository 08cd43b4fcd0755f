/**
 * All samples of one seed and one decoding (MLPO §5), for `evaluation/part.ts` to count. Samples are shared between
 * rows: the peers propose once, and what one row has of a leader alone the next one takes.
 */
import type { Adapter } from '../engine/engine.ts'
import { prepareAnswers } from './answers/check.ts'
import { firstVoter } from './evaluation/budget-vote.ts'
import { checkCompany, type Shown } from './evaluation/conditions.ts'
import { meanCost } from './evaluation/cost.ts'
import type { Decoding, ReportSizes } from './evaluation/report.ts'
import { byPeer, bySeat } from './evaluation/rows.ts'
import type { LeaderSamples, Samples, TemperatureSamples } from './evaluation/samples.ts'
import { filledUp, rightPeers } from './evaluation/strata.ts'
import { episodeCost, finalOf, score, type Told } from './evaluation/told.ts'
import { untilSpent } from './evaluate-budget.ts'
import { sampleLeader } from './evaluate-leader.ts'
import type { Working } from './evaluate-pool.ts'
import { alone, ownProposals, peerProposals, proposals, rounds, type Bench } from './evaluate-team.ts'
import { hasGold } from './proposal-file.ts'
import { mean } from './statistics.ts'
import type { Task } from './task.ts'
import type { TeamPeer } from './team.ts'

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

/** The untrained leader, and, where there is one, the trained one against it. */
export function leadersToCompare(adapter: Adapter | null): readonly LabLeader[] {
  const untrained: LabLeader = { name: 'untrained', label: 'Untrained leader', adapter: null }
  return adapter === null ? [untrained] : [untrained, { name: 'trained', label: 'Trained leader', adapter }]
}

export interface OncePlan {
  readonly decoding: Decoding
  readonly leaders: readonly LabLeader[]
  readonly sizes: ReportSizes
  readonly unseen: TeamPeer | null
  readonly questions: LabQuestions
}

/** The untrained leader's temperatures that are tried. */
const temperatures = [0, 0.3, 0.6, 1] as const

/** Questions whose proposals are drawn at a time in search of rare numbers of right peers. */
const reserveChunk = 64

export async function* sampleOnce(bench: Bench, plan: OncePlan): Working<Samples> {
  const team = yield* askPeers(bench, plan)
  const { main, drawn, shown, ks, train } = team
  const asked = yield* askLeaders(bench, { plan, team })
  const last: Bench = { ...bench, leader: plan.leaders.at(-1)?.name ?? '' }
  const { decoding } = plan
  return {
    ...asked,
    ...{ seed: bench.settings.seed, decoding, shown, drawnKs: ks },
    train: { byPeer: train.map(byPeer), bySeat: train.map(bySeat) },
    ...(yield* equalBudgets(last, { main, drawn, leaders: asked.leaders, decoding })),
  }
}

/** What the peers say, and who would take a peer's seat. */
interface Peers {
  readonly main: readonly Task[]
  /** [question][peer][sample] */
  readonly drawn: readonly (readonly (readonly Told[])[])[]
  /** [question][run] */
  readonly shown: readonly (readonly Shown[])[]
  /** Of the main set, then of the reserve. */
  readonly ks: readonly number[]
  readonly extra: readonly Shown[]
  readonly train: readonly Shown[]
  /** To the probed questions. */
  readonly unseen: readonly Told[] | null
}

async function* askPeers(bench: Bench, { decoding, sizes, unseen, questions }: OncePlan): Working<Peers> {
  await prepareAnswers(Object.values(questions).flat())
  const main = questions.main.filter(hasGold)
  checkCompany(main)
  const runs = decoding === 'greedy' ? 1 : sizes.runs
  const drawn = yield* proposals(bench, { tasks: main, count: runs, label: 'peers' })
  const shown = main.map((task, q) =>
    Array.from({ length: runs }, (_, sample) =>
      ownProposals(bench, { tasks: [task], told: [drawn[q] ?? []], sample }),
    ).flat(),
  )
  const reserve = questions.reserve.filter(hasGold)
  const strata = yield* searchStrata(bench, { main: shown, reserve, sizes })
  const train = yield* trainProposals(bench, questions.train.filter(hasGold))
  const probed = main.slice(0, sizes.probes)
  const others = unseen === null ? null : yield* unseenProposals(bench, { member: unseen, tasks: probed })
  return { main, drawn, shown, ...strata, train, unseen: others }
}

async function* askLeaders(
  bench: Bench,
  { plan, team }: { readonly plan: OncePlan; readonly team: Peers },
): Working<Pick<Samples, 'leaders' | 'trainAlone' | 'bestTemperature'>> {
  const { decoding, sizes, questions } = plan
  const { shown, extra, train, unseen } = team
  const manySamples = decoding === 'greedy' ? 1 : sizes.manySamples
  const said = team.drawn.map((peers) => peers.flat())
  const leaders: LeaderSamples[] = []
  let trainAlone: Told[] = []
  let bestTemperature: TemperatureSamples | null = null
  for (const { name, label, adapter } of plan.leaders) {
    await bench.team.leader.setAdapter(adapter)
    const own: Bench = { ...bench, leader: name }
    const samples = yield* sampleLeader(own, { name, label, shown, extra, said, unseen, sizes, manySamples })
    leaders.push(samples)
    if (leaders.length > 1) continue
    const tasks = train.map(({ task }) => task)
    const lonely = yield* alone(own, { tasks, count: 1, label: `${label} alone on training questions` })
    trainAlone = lonely.flatMap(([told]) => told ?? [])
    if (decoding === 'sampled')
      bestTemperature = yield* searchTemperature(own, { tuning: questions.tuning, shown, leader: samples })
  }
  return { leaders, trainAlone, bestTemperature }
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
    readonly leader: LeaderSamples
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
      ? leader.team.flatMap((own) => own[0] ?? [])
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
