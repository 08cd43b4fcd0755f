/**
 * A team asked many questions at once (MLPO §1, §5): proposals of round 0, the leader alone, and whole rounds under any
 * condition. Random numbers are named by question, speaker, round and sample, never by leader or condition, so that two
 * leaders, or a leader with and without its team's own proposals, differ by what is compared alone.
 */
import { judgeLeader, judgePeer } from './answers/check.ts'
import type { Config } from './config/config.ts'
import { sumCosts, type Cost } from './evaluation/cost.ts'
import { viewed, type Shown } from './evaluation/conditions.ts'
import type { Episode, Told } from './evaluation/told.ts'
import type { Ask, SamplePool, TakeOptions, Working, Written } from './evaluate-pool.ts'
import { seatOrder } from './seats.ts'
import type { Task } from './task.ts'
import type { Team, TeamPeer } from './team.ts'

export type TeamSettings = Pick<
  Config,
  'seed' | 'max_completion_length' | 'max_proposal_length' | 'eval_rounds' | 'permute_seats'
>

export interface Bench {
  readonly team: Team
  readonly pool: SamplePool
  readonly settings: TeamSettings
  /** 0 = greedy. */
  readonly temperatures: { readonly peers: number; readonly leader: number }
  /** Whose adapter the leader has now, as the key of what it writes. */
  readonly leader: string
  readonly signal?: AbortSignal
}

/** Round 0: [question][peer][sample]. */
export async function* proposals(
  bench: Bench,
  {
    tasks,
    count,
    label,
  }: { readonly tasks: readonly Task[]; readonly count: number; readonly label: string },
): Working<Told[][][]> {
  const all: Told[][][] = tasks.map(() => [])
  for (const [peer, member] of bench.team.peers.entries()) {
    const told = yield* peerProposals(bench, { tasks, count, label, peer, member })
    for (const [q, samples] of told.entries()) all[q]?.push(samples)
  }
  return all
}

/** One peer's, or those of somebody who would take its seat: [question][sample]. */
export async function* peerProposals(
  bench: Bench,
  {
    tasks,
    count,
    label,
    peer,
    member: { engine, role, style, fingerprint },
  }: {
    readonly tasks: readonly Task[]
    readonly count: number
    readonly label: string
    /** Names the random numbers. */
    readonly peer: number | 'unseen'
    readonly member: TeamPeer
  },
): Working<Told[][]> {
  const asks = tasks.map(({ id, question }): Ask => {
    const name = `evaluate/${id}/peer/${peer}/round/0`
    const key = `${name}/${fingerprint}/${bench.temperatures.peers}`
    return { id: name, key, count, prompt: engine.render(style.peer({ role, question })) }
  })
  const written = yield* bench.pool.take(engine, asks, writing(bench, { who: peer, label }))
  return tasks.map((task, q) => (written[q] ?? []).map((one) => told(judgePeer(task, one.text), one)))
}

/** The leader without its team: [question][sample]. */
export async function* alone(
  bench: Bench,
  {
    tasks,
    count,
    label,
  }: { readonly tasks: readonly Task[]; readonly count: number; readonly label: string },
): Working<Told[][]> {
  const { leader, style } = bench.team
  const asks = tasks.map(({ id, question }): Ask => {
    const name = `evaluate/${id}/alone`
    const key = `${bench.leader}/${name}/${bench.temperatures.leader}`
    return { id: name, key, count, prompt: leader.render(style.leader({ question, solutions: null })) }
  })
  const written = yield* bench.pool.take(leader, asks, writing(bench, { who: 'leader', label }))
  return tasks.map((task, q) => (written[q] ?? []).map((one) => told(judgeLeader(task, one.text), one)))
}

/** Question by question, what its peers propose in their own seats. `sample` is which of their samples. */
export function ownProposals(
  { settings }: Bench,
  {
    tasks,
    told,
    sample,
  }: {
    readonly tasks: readonly Task[]
    /** [question][peer][sample] */
    readonly told: readonly (readonly (readonly Told[])[])[]
    readonly sample: number
  },
): Shown[] {
  const { seed, permute_seats: permute } = settings
  return tasks.map((task, q): Shown => {
    const peers = (told[q] ?? []).flatMap((samples) => samples[sample] ?? [])
    const seats = seatOrder({ taskId: task.id, peers: peers.length, seed, permute })
    return { task, peers, seats, frozen: peers.map(() => false), view: 'all' }
  })
}

/** All rounds of the team on what is shown in round 0. */
export async function* rounds(
  bench: Bench,
  {
    shown,
    sample,
    label,
  }: {
    readonly shown: readonly Shown[]
    /** Which of the leader's samples: names the random numbers. */
    readonly sample: number
    readonly label: string
  },
): Working<Episode[]> {
  const written: Told[][] = shown.map(() => [])
  const costs: Cost[][] = shown.map(() => [])
  let current = shown
  for (let round = 0; round < bench.settings.eval_rounds; round++) {
    if (round > 0) {
      const leader = written.map((texts) => texts.at(-1)?.text ?? '')
      current = yield* revised(bench, { shown: current, leader, round, sample, label })
    }
    const outputs = yield* leaderWrites(bench, { shown: current, round, sample, label })
    for (const [q, output] of outputs.entries()) {
      written[q]?.push(output)
      const spoke =
        round === 0 ? current[q]?.peers : current[q]?.peers.filter((_, peer) => !isFrozen(current[q], peer))
      const before = costs[q]?.at(-1) ?? sumCosts([])
      costs[q]?.push(sumCosts([before, output.cost, ...(spoke ?? []).map(({ cost }) => cost)]))
    }
  }
  return shown.map(({ task: { id, family }, peers, seats }, q) => ({
    ...{ taskId: id, family, peers, lastPeers: current[q]?.peers ?? [], seats },
    ...{ rounds: written[q] ?? [], costs: costs[q] ?? [] },
  }))
}

/** The same prompt many times: [question][sample], the leader's first round with its team. */
export async function* manyDecisions(
  bench: Bench,
  {
    shown,
    count,
    label,
  }: { readonly shown: readonly Shown[]; readonly count: number; readonly label: string },
): Working<Told[][]> {
  const asks = shown.map((one): Ask => ({
    ...leaderAsk(bench, one),
    id: `evaluate/${one.task.id}/team/many`,
    count,
    key: null,
  }))
  const written = yield* bench.pool.take(bench.team.leader, asks, writing(bench, { who: 'leader', label }))
  return shown.map(({ task }, q) => (written[q] ?? []).map((one) => told(judgeLeader(task, one.text), one)))
}

async function* leaderWrites(
  bench: Bench,
  {
    shown,
    round,
    sample,
    label,
  }: {
    readonly shown: readonly Shown[]
    readonly round: number
    readonly sample: number
    readonly label: string
  },
): Working<Told[]> {
  const asks = shown.map((one): Ask => {
    const id = `evaluate/${one.task.id}/team/round/${round}`
    return { ...leaderAsk(bench, one), id, count: 1, first: sample, key: null }
  })
  const written = yield* bench.pool.take(bench.team.leader, asks, writing(bench, { who: 'leader', label }))
  return shown.flatMap(({ task }, q) => {
    const one = written[q]?.[0]
    return one === undefined ? [] : [told(judgeLeader(task, one.text), one)]
  })
}

function leaderAsk({ team }: Bench, { task, peers, seats, view }: Shown): Pick<Ask, 'prompt'> {
  const solutions = seats.map((peer) => viewed(peers[peer]?.text ?? '', view))
  return { prompt: team.leader.render(team.style.leader({ question: task.question, solutions })) }
}

/** Round t > 0: each peer has its own solution and the leader's output, thought included. */
async function* revised(
  bench: Bench,
  {
    shown,
    leader,
    round,
    sample,
    label,
  }: {
    readonly shown: readonly Shown[]
    /** [question] */
    readonly leader: readonly string[]
    readonly round: number
    readonly sample: number
    readonly label: string
  },
): Working<Shown[]> {
  const next = shown.map(({ peers }) => [...peers])
  for (const [peer, { engine, role, style }] of bench.team.peers.entries()) {
    const going = [...shown.entries()].filter(([, one]) => !isFrozen(one, peer))
    const asks = going.map(([q, { task, peers }]): Ask => {
      const own = peers[peer]?.text ?? ''
      const messages = style.revise({ role, question: task.question, own, leader: leader[q] ?? '' })
      const id = `evaluate/${task.id}/peer/${peer}/round/${round}`
      return { id, key: null, count: 1, first: sample, prompt: engine.render(messages) }
    })
    const written = yield* bench.pool.take(engine, asks, writing(bench, { who: peer, label }))
    for (const [a, [q, { task }]] of going.entries()) {
      const one = written[a]?.[0]
      const row = next[q]
      if (one !== undefined && row !== undefined) row[peer] = told(judgePeer(task, one.text), one)
    }
  }
  return shown.map((one, q) => ({ ...one, peers: next[q] ?? [] }))
}

function isFrozen(one: Shown | undefined, peer: number): boolean {
  return one?.frozen[peer] ?? false
}

function writing(
  { settings, temperatures, leader, signal }: Bench,
  { who, label }: { readonly who: 'leader' | 'unseen' | number; readonly label: string },
): TakeOptions {
  const [maxTokens, temperature] =
    who === 'leader'
      ? [settings.max_completion_length, temperatures.leader]
      : [settings.max_proposal_length, temperatures.peers]
  const speaker = who === 'leader' ? `leader/${leader}` : `peer/${who}`
  return { speaker, maxTokens, temperature, label, ...(signal && { signal }) }
}

function told(
  { thought, answer, right }: Pick<Told, 'thought' | 'answer' | 'right'>,
  { text, cost }: Written,
): Told {
  return { text, thought, answer, right, cost }
}
