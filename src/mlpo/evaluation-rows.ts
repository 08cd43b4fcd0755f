/**
 * What one evaluation saw, question by question, and what follows from it (MLPO §5): shares with intervals, by family,
 * by number of right peers, and the paired comparison of two evaluations on the same questions.
 * Independent of the order of the questions, intervals included.
 */
import { copyRate, discrimination, overrules, type Decision } from './decisions.ts'
import { bootstrapDifference, bootstrapMean, mean, wilson, type Interval } from './statistics.ts'
import { stream } from './random.ts'
import type { Evaluation, Share } from './stages.ts'
import { voteScore } from './vote.ts'

export type Decoding = Evaluation['decoding']

export interface PeerOutcome {
  /** Normalised; null = unparseable. */
  readonly answer: string | null
  readonly right: boolean
}

export interface EvaluationRow {
  readonly taskId: string
  readonly family: string
  /** Round 0, by index of the peer. */
  readonly peers: readonly PeerOutcome[]
  /** The leader with its team, after each round; never empty. */
  readonly rounds: readonly PeerOutcome[]
  readonly alone: PeerOutcome
  /** Of the last round's completion and the one written alone: those with both tags, once and in order. */
  readonly validFormats: 0 | 1 | 2
  /** Of the last round's completion. */
  readonly leaderTokens: number
  /** Where a data set is scored in two ways (GSM8K): right by flexible-extract. Everything above is strict-match. */
  readonly flexible?: {
    /** Round 0, by index of the peer. */
    readonly peers: readonly boolean[]
    readonly leaderTeam: boolean
    readonly leaderAlone: boolean
  }
}

export interface EvaluationRows {
  readonly step: number
  readonly decoding: Decoding
  readonly rows: readonly EvaluationRow[]
}

/** `seed` is for the bootstrap alone. @throws RangeError without any row. */
export function summarise(
  { step, decoding, rows: unordered }: EvaluationRows,
  { seed }: { readonly seed: number },
): Evaluation {
  const rows = [...unordered].sort(byTask)
  if (rows.length === 0) throw new RangeError('There is no question to evaluate on.')
  const random = () => stream(seed, 'bootstrap')
  const team = rows.map(teamScore)
  const votes = rows.map(({ peers }) => voteScore(peers))
  const peers = (rows[0]?.peers ?? []).map((_, peer) =>
    shareOf(rows.map((row) => Number(row.peers[peer]?.right))),
  )
  const best = peers.reduce((at, { value }, peer) => (value > (peers[at]?.value ?? 0) ? peer : at), 0)
  const rounds = (rows[0]?.rounds ?? []).map((_, t) =>
    shareOf(rows.map((row) => Number(row.rounds[t]?.right))),
  )
  return {
    step,
    n: rows.length,
    decoding,
    leaderTeam: shareOf(team),
    leaderAlone: shareOf(rows.map(aloneScore)),
    majority: asShare(bootstrapMean(votes, { random: random() })),
    bestPeer: peers[best] ?? { value: 0, low: 0, high: 0 },
    bestPeerIndex: best,
    peers,
    oracle: shareOf(rows.map(oracleScore)),
    gainOverMajority: asShare(bootstrapDifference(team, votes, { random: random() })),
    formatValid: mean(rows.map(({ validFormats }) => validFormats / 2)),
    families: familiesOf(rows),
    detail: {
      rounds,
      byRightPeers: byRightPeers(rows),
      ...teamUse(rows),
      sharedSlips: mean(rows.map((row) => Number(sharesASlip(row)))),
      leaderTokens: mean(rows.map(({ leaderTokens }) => leaderTokens)),
    },
  }
}

export interface Comparison {
  readonly n: number
  /** After minus before, paired over questions. */
  readonly leaderTeam: Share
  readonly leaderAlone: Share
}

/** @throws RangeError when the two are not about the same questions. */
export function compareEvaluations(
  before: EvaluationRows,
  after: EvaluationRows,
  { seed }: { readonly seed: number },
): Comparison {
  const first = [...before.rows].sort(byTask)
  const second = [...after.rows].sort(byTask)
  if (first.length !== second.length || first.some(({ taskId }, i) => taskId !== second[i]?.taskId))
    throw new RangeError('The two evaluations are about different questions and cannot be compared.')
  const change = (score: (row: EvaluationRow) => number) =>
    asShare(bootstrapDifference(second.map(score), first.map(score), { random: stream(seed, 'bootstrap') }))
  return { n: first.length, leaderTeam: change(teamScore), leaderAlone: change(aloneScore) }
}

function teamScore({ rounds }: EvaluationRow): number {
  return Number(rounds.at(-1)?.right)
}

function aloneScore({ alone }: EvaluationRow): number {
  return Number(alone.right)
}

function oracleScore({ peers }: EvaluationRow): number {
  return Number(peers.some(({ right }) => right))
}

/** One completion per question: Wilson's interval. */
function shareOf(scores: readonly number[]): Share {
  return asShare(
    wilson(
      scores.reduce((sum, score) => sum + score, 0),
      scores.length,
    ),
  )
}

function asShare({ estimate, low, high }: Interval): Share {
  return { value: estimate, low, high }
}

function familiesOf(rows: readonly EvaluationRow[]): Evaluation['families'] {
  const names = [...new Set(rows.map(({ family }) => family))].sort()
  return names.map((family) => {
    const own = rows.filter((row) => row.family === family)
    return {
      family,
      n: own.length,
      leaderTeam: mean(own.map(teamScore)),
      leaderAlone: mean(own.map(aloneScore)),
      majority: mean(own.map(({ peers }) => voteScore(peers))),
      peers: (own[0]?.peers ?? []).map((_, peer) => mean(own.map((row) => Number(row.peers[peer]?.right)))),
      ...flexibleOf(own),
    }
  })
}

/** Only where every question of the family is scored in two ways. */
function flexibleOf(rows: readonly EvaluationRow[]): Pick<Evaluation['families'][number], 'flexible'> {
  const scores = rows.flatMap(({ flexible }) => (flexible === undefined ? [] : [flexible]))
  if (scores.length < rows.length) return {}
  const share = (right: (score: (typeof scores)[number]) => boolean | undefined) =>
    mean(scores.map((score) => Number(right(score))))
  return {
    flexible: {
      leaderTeam: share(({ leaderTeam }) => leaderTeam),
      leaderAlone: share(({ leaderAlone }) => leaderAlone),
      peers: (scores[0]?.peers ?? []).map((_, peer) => share(({ peers }) => peers[peer])),
    },
  }
}

/** Two or more peers give the same wrong answer. */
function sharesASlip({ peers }: EvaluationRow): boolean {
  const wrong = peers.flatMap(({ answer, right }) => (right || answer === null ? [] : [answer]))
  return new Set(wrong).size < wrong.length
}

function byRightPeers(rows: readonly EvaluationRow[]): NonNullable<Evaluation['detail']>['byRightPeers'] {
  const most = rows[0]?.peers.length ?? 0
  return Array.from({ length: most + 1 }, (_, k) => {
    const own = rows.filter(({ peers }) => peers.filter(({ right }) => right).length === k)
    const over = (score: (row: EvaluationRow) => number) => (own.length === 0 ? null : mean(own.map(score)))
    return {
      k,
      n: own.length,
      leaderTeam: over(teamScore),
      leaderAlone: over(aloneScore),
      majority: over(({ peers }) => voteScore(peers)),
    }
  })
}

function teamUse(
  rows: readonly EvaluationRow[],
): Pick<
  NonNullable<Evaluation['detail']>,
  'copyRates' | 'discrimination' | 'overruleRate' | 'overruleRight'
> {
  const decisions = rows.map(({ family, peers, rounds }): Decision => {
    const last = rounds.at(-1)
    return { family, peers, answer: last?.answer ?? null, right: last?.right ?? false }
  })
  const overruled = overrules(decisions)
  return {
    copyRates: (rows[0]?.peers ?? []).map((_, peer) => finite(copyRate(decisions, peer))),
    discrimination: finite(discrimination(decisions)),
    overruleRate: finite(overruled['team/overrule_rate']),
    overruleRight: finite(overruled['team/overrule_right']),
  }
}

/** A mean over nothing is no number. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

function byTask(a: EvaluationRow, b: EvaluationRow): number {
  return a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : 0
}
