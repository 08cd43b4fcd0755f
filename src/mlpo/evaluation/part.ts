/** One seed and one decoding: from samples to the part of the report about them (MLPO §5). */
import { extractLeader } from '../answers/extract.ts'
import { copyRate, discrimination, overrules, type Decision } from '../decisions.ts'
import { thoughtToAnswer } from '../rewards/consistency.ts'
import { mean } from '../statistics.ts'
import type { Task } from '../task.ts'
import { voteScore } from '../vote.ts'
import { againstVote } from './against-vote.ts'
import { chosenScore, familyTable } from './choosers.ts'
import { contrastsOf } from './contrasts.ts'
import type { Cost } from './cost.ts'
import { passAtK, passKs } from './pass-at-k.ts'
import type {
  Behaviour,
  FamilyRow,
  LeaderStrata,
  PassCurve,
  PeersWorth,
  ProbeRow,
  ReportPart,
} from './report.ts'
import { byPeer, reportRow, scoredRows } from './rows.ts'
import type { LeaderSamples, Samples } from './samples.ts'
import { shapleyValues } from './shapley.ts'
import { asShare, differenceOf, finite, meanScores, shareOf } from './shares.ts'
import { naturalShares, reweighted } from './strata.ts'
import { finalOf, score, type Episode } from './told.ts'

/** @param flips of the sign-flip tests; 100,000 if left out. */
export function partOf(
  samples: Samples,
  { made, flips }: { readonly made: Cost; readonly flips?: number },
): ReportPart {
  const { seed, decoding, leaders } = samples
  const rows = scoredRows(samples)
  const names = leaders.map(({ name }) => name)
  return {
    ...{ seed, decoding, made },
    rows: rows.map((row) => reportRow(row, seed)),
    contrasts: contrastsOf(rows, { leaders: names, seed, ...(flips !== undefined && { flips }) }),
    families: familyRows(samples),
    strata: leaders.map((leader) => strataOf(leader, samples)),
    againstVote: leaders.map((leader) => againstVote(leader, samples)),
    behaviour: leaders.map((leader) => behaviourOf(leader, samples)),
    probes: leaders.flatMap((leader) => probeRows(leader, samples)),
    peersWorth: leaders.map((leader) => peersWorth(leader, seed)),
    many: leaders.flatMap((leader) => passCurves(leader, seed)),
  }
}

function familyRows({ shown, leaders, train }: Samples): FamilyRow[] {
  const table = familyTable(train.byPeer)
  const names = [...new Set(shown.flatMap((runs) => runs.map(({ task }) => task.family)))].sort()
  return names.map((family): FamilyRow => {
    const own = [...shown.entries()].filter(([, runs]) => runs[0]?.task.family === family)
    const runs = own.map(([, one]) => one)
    const of = <One>(all: readonly (readonly One[])[]) => own.map(([q]) => all[q] ?? [])
    return {
      family,
      n: own.length,
      vote: mean(meanScores(runs, ({ peers }) => voteScore(peers))),
      table: mean(meanScores(runs, (run) => chosenScore(table, byPeer(run)))),
      peers: (runs[0]?.[0]?.peers ?? []).map((_, peer) =>
        mean(meanScores(runs, ({ peers }) => Number(peers[peer]?.right))),
      ),
      leaders: leaders.map(({ name, team, alone }) => ({
        name,
        team: mean(meanScores(of(team), (episode) => score(finalOf(episode)))),
        alone: mean(meanScores(of(alone.map((told) => told.slice(0, shown[0]?.length))), score)),
      })),
    }
  })
}

function strataOf({ name, strata }: LeaderSamples, { drawnKs, shown, seed }: Samples): LeaderStrata {
  const peers = shown[0]?.[0]?.peers.length ?? 0
  const shares = naturalShares(drawnKs, peers)
  const byK = Array.from({ length: peers + 1 }, (_, k) => strata.filter((sample) => sample.k === k))
  const team = byK.map((own) => own.map(({ episode }) => score(finalOf(episode))))
  const alone = byK.map((own) => own.map(({ alone: told }) => score(told)))
  const vote = byK.map((own) => own.map(({ episode }) => voteScore(episode.peers)))
  const total = (scores: readonly (readonly number[])[]) =>
    asShare(reweighted(scores, { shares, drawn: drawnKs.length }))
  const share = (scores: readonly number[]) => (scores.length === 0 ? null : shareOf(scores, seed).share)
  return {
    leader: name,
    strata: byK.map((own, k) => ({
      ...{ k, n: own.length, naturalShare: shares[k] ?? 0 },
      ...{ team: share(team[k] ?? []), alone: share(alone[k] ?? []) },
      vote: finite(mean(vote[k] ?? [])),
    })),
    total: { team: total(team), alone: total(alone), vote: total(vote) },
  }
}

function behaviourOf({ name, team }: LeaderSamples, { shown }: Samples): Behaviour {
  const first = team.flatMap((episodes) => episodes[0] ?? [])
  const decisions = first.map((episode): Decision => ({ ...episode, ...finalOf(episode) }))
  const overruled = overrules(decisions)
  const consistent = first.flatMap((episode, q) => {
    const task = shown[q]?.[0]?.task
    return task === undefined ? [] : [isConsistent(task, episode)]
  })
  const checked = consistent.filter((one) => one !== null)
  return {
    leader: name,
    copyRates: (first[0]?.peers ?? []).map((_, peer) => finite(copyRate(decisions, peer))),
    overruleRate: finite(overruled['team/overrule_rate']),
    overruleRight: finite(overruled['team/overrule_right']),
    discrimination: finite(discrimination(decisions)),
    readable: mean(decisions.map(({ answer }) => Number(answer !== null))),
    thoughtsChecked: checked.length / Math.max(1, consistent.length),
    thoughtConsistent: finite(mean(checked.map(Number))),
    leaderTokens: mean(first.map((episode) => finalOf(episode).cost.generatedTokens)),
  }
}

/** null where nothing of the thought can be checked. */
function isConsistent(task: Task, { lastPeers, seats, ...episode }: Episode): boolean | null {
  const peerAnswers = seats.map((peer) => lastPeers[peer]?.answer ?? null)
  const parsed = extractLeader(finalOf(episode).text)
  const found = thoughtToAnswer(task, { parsed, peerAnswers })
  return found === null ? null : found === 1
}

function probeRows({ name, team, alone, probes }: LeaderSamples, { train, seed }: Samples): ProbeRow[] {
  const router = familyTable(train.bySeat)
  return probes.map(({ episodes, ...probe }): ProbeRow => {
    const scores = episodes.map((episode) => score(finalOf(episode)))
    const own = team.slice(0, episodes.length).flatMap((runs) => runs[0] ?? [])
    const share = (values: readonly number[]) => shareOf(values, seed).share
    return {
      leader: name,
      ...probe,
      n: episodes.length,
      team: share(scores),
      change: differenceOf(
        scores,
        own.map((episode) => score(finalOf(episode))),
        seed,
      ),
      alone: share(alone.slice(0, episodes.length).map(([told]) => Number(told?.right))),
      vote: share(episodes.map(({ peers }) => voteScore(peers))),
      router: share(
        episodes.map(({ family, peers, seats }) =>
          chosenScore(router, { family, seats: seats.flatMap((peer) => peers[peer] ?? []) }),
        ),
      ),
    }
  })
}

function peersWorth({ name, team, subsets, replaced }: LeaderSamples, seed: number): PeersWorth {
  const worth = subsets?.map(mean) ?? null
  return {
    leader: name,
    n: replaced[0]?.length ?? 0,
    subsets: worth,
    shapley: worth === null ? null : shapleyValues(worth),
    replaced: replaced.map((episodes) => {
      const before = team.slice(0, episodes.length).flatMap((runs) => (runs[0] ? [finalOf(runs[0])] : []))
      const after = episodes.map(finalOf)
      return {
        changed: mean(after.map(({ answer }, q) => Number(answer !== before[q]?.answer))),
        loss: differenceOf(before.map(score), after.map(score), seed),
      }
    }),
  }
}

function passCurves({ name, many }: LeaderSamples, seed: number): PassCurve[] {
  return many.map(({ prompt, told }) => {
    const samples = told[0]?.length ?? 0
    return {
      ...{ leader: name, prompt, n: told.length, samples },
      points: passKs(samples).map((k) => {
        const scores = told.map((own) =>
          passAtK({ samples, right: own.filter(({ right }) => right).length, k }),
        )
        return { k, share: shareOf(scores, seed).share }
      }),
    }
  })
}
