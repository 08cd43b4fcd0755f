/**
 * The rows of the report (MLPO §5): everybody who could answer the main set, what it scores and what it costs. Every
 * row is scored on the same questions, so that any two can be compared question by question.
 */
import { mean } from '../statistics.ts'
import { voteScore } from '../vote.ts'
import { affordable, budgetVote, firstVoter, inTurn } from './budget-vote.ts'
import { bestSeat, chosenScore, familyTable, stacker, type Chooser, type Solved } from './choosers.ts'
import { currencies, meanCost, sumCosts, type Cost, type Currency } from './cost.ts'
import type { Shown } from './conditions.ts'
import type { ReportRow } from './report.ts'
import type { LeaderSamples, Samples } from './samples.ts'
import { meanScores, shareOf, type Scores } from './shares.ts'
import { episodeCost, finalOf, score, type Told } from './told.ts'

/** A row before its interval. */
export interface ScoredRow {
  readonly id: string
  readonly label: string
  /** [question] */
  readonly scores: Scores
  readonly cost: Cost | null
}

export function reportRow({ id, label, scores, cost }: ScoredRow, seed: number): ReportRow {
  return { id, label, n: scores.length, ...shareOf(scores, seed), cost }
}

export function scoredRows(samples: Samples): ScoredRow[] {
  const main = samples.leaders.at(-1)
  return [
    ...samples.leaders.flatMap((leader) => leaderRows(leader, samples)),
    ...(main === undefined ? [] : budgetRows(main, samples)),
    ...temperatureRows(samples),
    ...peerRows(samples),
    ...tableRows(samples),
  ]
}

export function budgetId(of: 'vote' | 'alone', currency: Currency): string {
  return `${of}/${currency}`
}

function leaderRows(
  { name, label, team, alone, permuted }: LeaderSamples,
  { shown, decoding }: Samples,
): ScoredRow[] {
  const runs = shown[0]?.length ?? 1
  const first = team[0]?.[0]
  const early = (first?.rounds ?? []).slice(0, -1).map((_, t): ScoredRow => ({
    id: `${name}/team/${t}`,
    label: `${label} + team, after round ${t}`,
    scores: meanScores(team, ({ rounds }) => Number(rounds[t]?.right)),
    cost: meanCost(team.flat().flatMap(({ costs }) => costs[t] ?? [])),
  }))
  const own = alone.map((told) => told.slice(0, runs))
  const rows: ScoredRow[] = [
    {
      id: `${name}/team`,
      label: `${label} + team`,
      scores: meanScores(team, (episode) => score(finalOf(episode))),
      cost: meanCost(team.flat().map(episodeCost)),
    },
    ...early,
    {
      id: `${name}/alone`,
      label: `${label} alone`,
      scores: meanScores(own, score),
      cost: meanOf(own.flat()),
    },
    {
      id: `${name}/permuted`,
      label: `${label} + team, seats permuted`,
      scores: permuted.map((episode) => score(finalOf(episode))),
      cost: meanCost(permuted.map(episodeCost)),
    },
  ]
  if (decoding === 'sampled' && runs > 1)
    rows.push({
      id: `${name}/vote-of-runs`,
      label: `${label} + team, vote of ${runs} whole runs`,
      scores: team.map((episodes) => voteScore(episodes.map(finalOf))),
      cost: meanCost(team.map((episodes) => sumCosts(episodes.map(episodeCost)))),
    })
  return rows.filter(({ scores }) => scores.length > 0)
}

/** Votes for what the main leader's team costs on the same question. Greedy, a second sample says the same: no rows. */
function budgetRows(
  { label, team, alone }: LeaderSamples,
  { shown, proposals, decoding, seed }: Samples,
): ScoredRow[] {
  if (decoding === 'greedy') return []
  const votes = {
    vote: proposals.map((own, question) => {
      const taskId = shown[question]?.[0]?.task.id ?? ''
      return inTurn(own, firstVoter(taskId, { voters: own.length, seed }))
    }),
    alone: alone.map((own) => inTurn([own], 0)),
  } as const
  const labels = { vote: 'Vote of the peers', alone: `${label} alone, vote` } as const
  return (['vote', 'alone'] as const).flatMap((of) =>
    currencies.map((currency): ScoredRow => {
      const budget = (question: number) => meanCost((team[question] ?? []).map(episodeCost))
      const fitting = votes[of].map((own, question) => affordable(own, currency, budget(question)))
      return {
        id: budgetId(of, currency),
        label: `${labels[of]}, the team’s ${currencyNames[currency]}`,
        scores: votes[of].map((own, question) => budgetVote(own, currency, budget(question))),
        cost: meanCost(fitting.map((own) => sumCosts(own.map(({ cost }) => cost)))),
      }
    }),
  )
}

const currencyNames: Readonly<Record<Currency, string>> = {
  generations: 'generations',
  generatedTokens: 'written tokens',
  processedTokens: 'processed tokens',
}

function temperatureRows({ bestTemperature, leaders: [untrained] }: Samples): ScoredRow[] {
  if (bestTemperature === null || untrained === undefined) return []
  const { temperature, episodes } = bestTemperature
  return [
    {
      id: `${untrained.name}/best-temperature`,
      label: `${untrained.label} + team, best temperature (${temperature})`,
      scores: episodes.map((episode) => score(finalOf(episode))),
      cost: meanCost(episodes.map(episodeCost)),
    },
  ]
}

function peerRows({ shown, train }: Samples): ScoredRow[] {
  const peers = shown[0]?.[0]?.peers ?? []
  const best = bestSeat(train.byPeer)
  const one = (peer: number) => ({
    scores: meanScores(shown, (run) => Number(run.peers[peer]?.right)),
    cost: meanOf(shown.flat().flatMap((run) => run.peers[peer] ?? [])),
  })
  const all = meanCost(shown.flat().map(({ peers: own }) => sumCosts(own.map(({ cost }) => cost))))
  return [
    {
      id: 'vote',
      label: 'Vote of the peers',
      scores: meanScores(shown, (run) => voteScore(run.peers)),
      cost: all,
    },
    ...peers.map((_, peer): ScoredRow => ({
      id: `peer/${peer}`,
      label: `Peer ${peer + 1} alone`,
      ...one(peer),
    })),
    { id: 'best-peer', label: `Best single peer on training questions (peer ${best + 1})`, ...one(best) },
    {
      id: 'oracle',
      label: 'Oracle: at least one peer is right',
      scores: meanScores(shown, ({ peers: own }) => Number(own.some(({ right }) => right))),
      cost: null,
    },
  ]
}

function tableRows(samples: Samples): ScoredRow[] {
  const { shown, train } = samples
  const all = meanCost(shown.flat().map(({ peers }) => sumCosts(peers.map(({ cost }) => cost))))
  const chosen = (chooser: Chooser, view: (run: Shown) => Solved) =>
    meanScores(shown, (run) => chosenScore(chooser, view(run)))
  const isSeated = shown.some((runs) => runs.some(({ seats }) => seats.some((peer, seat) => peer !== seat)))
  const table = familyTable(train.byPeer)
  const believed = shown.flat().flatMap((run) => run.peers[table(question(byPeer(run)))] ?? [])
  const rows: ScoredRow[] = [
    {
      id: 'table',
      label: 'Table: family → peer',
      scores: chosen(table, byPeer),
      cost: meanOf(believed),
    },
    {
      id: 'stacker',
      label: 'Table: family and pattern of agreement → peer',
      scores: chosen(stacker(train.byPeer), byPeer),
      cost: all,
    },
  ]
  if (isSeated)
    rows.push({
      id: 'table-of-seats',
      label: 'Table: family → seat',
      scores: chosen(familyTable(train.bySeat), bySeat),
      cost: all,
    })
  return [...rows, bestStrategy(samples)]
}

/** What a leader could do without reading anything: the same in every question, chosen on training questions. */
function bestStrategy({ shown, train, trainAlone, leaders: [untrained] }: Samples): ScoredRow {
  const alone = untrained?.alone.map((told) => told.slice(0, shown[0]?.length ?? 1)) ?? []
  const best = bestSeat(train.byPeer)
  const peers = meanCost(shown.flat().map(({ peers: own }) => sumCosts(own.map(({ cost }) => cost))))
  const strategies: readonly (Omit<ScoredRow, 'id'> & { readonly onTrain: number })[] = [
    {
      label: `follow peer ${best + 1}`,
      onTrain: mean(train.byPeer.map(({ seats }) => Number(seats[best]?.right))),
      scores: meanScores(shown, (run) => Number(run.peers[best]?.right)),
      cost: meanOf(shown.flat().flatMap((run) => run.peers[best] ?? [])),
    },
    {
      label: 'take the vote',
      onTrain: mean(train.byPeer.map(({ seats }) => voteScore(seats))),
      scores: meanScores(shown, (run) => voteScore(run.peers)),
      cost: peers,
    },
    {
      label: 'own working',
      onTrain: mean(trainAlone.map(score)),
      scores: meanScores(alone, score),
      cost: meanOf(alone.flat()),
    },
  ]
  const chosen = strategies.reduce((a, b) => (b.onTrain > a.onTrain ? b : a))
  const { label, scores, cost } = chosen
  return { id: 'best-strategy', label: `Best fixed strategy (${label})`, scores, cost }
}

export function byPeer({ task: { family }, peers }: Shown): Solved {
  return { family, seats: peers }
}

export function bySeat({ task: { family }, peers, seats }: Shown): Solved {
  return { family, seats: seats.flatMap((peer) => peers[peer] ?? []) }
}

function question({ family, seats }: Solved) {
  return { family, answers: seats.map(({ answer }) => answer) }
}

function meanOf(told: readonly Told[]): Cost {
  return meanCost(told.map(({ cost }) => cost))
}
