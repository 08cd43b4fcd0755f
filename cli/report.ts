/** Evaluations as lines: fixed keys for scripts, a short table for people. */
import type { Comparison } from '../src/mlpo/evaluation-rows.ts'
import type { Evaluation, Share } from '../src/mlpo/stages.ts'

/** Numbers from 0 to 1; every share with its 95 % interval under `…_low` and `…_high`. */
export function evaluationKeys(
  evaluation: Evaluation,
  change: Comparison | null = null,
): Record<string, unknown> {
  const { step, n, decoding, detail } = evaluation
  return {
    step,
    n,
    decoding,
    ...shareKeys('leader_team', evaluation.leaderTeam),
    ...shareKeys('leader_alone', evaluation.leaderAlone),
    ...shareKeys('majority', evaluation.majority),
    ...shareKeys('best_peer', evaluation.bestPeer),
    best_peer_index: evaluation.bestPeerIndex,
    ...shareKeys('oracle', evaluation.oracle),
    ...shareKeys('gain_over_majority', evaluation.gainOverMajority),
    ...(change === null
      ? {}
      : {
          ...shareKeys('leader_team_change', change.leaderTeam),
          ...shareKeys('leader_alone_change', change.leaderAlone),
        }),
    format_valid: evaluation.formatValid,
    peers: evaluation.peers.map(({ value }) => value),
    families: Object.fromEntries(
      evaluation.families.map(({ family, n, leaderTeam, leaderAlone, majority, peers, flexible }) => [
        family,
        {
          ...{ n, leader_team: leaderTeam, leader_alone: leaderAlone, majority, peers },
          ...(flexible !== undefined && {
            strict_match: { leader_team: leaderTeam, leader_alone: leaderAlone, peers },
            flexible_extract: {
              leader_team: flexible.leaderTeam,
              leader_alone: flexible.leaderAlone,
              peers: flexible.peers,
            },
          }),
        },
      ]),
    ),
    ...(detail === undefined ? {} : detailKeys(detail)),
  }
}

/** One line. `title` says what was evaluated, such as "after step 10". */
export function evaluationText(
  evaluation: Evaluation,
  { title, change }: { readonly title: string; readonly change: Comparison | null },
): string {
  const { n, decoding, leaderTeam, leaderAlone, majority, bestPeer, oracle, gainOverMajority } = evaluation
  return [
    `${title} (${n} questions, ${decoding})`,
    `leader + team ${interval(leaderTeam)}`,
    `alone ${interval(leaderAlone)}`,
    `vote ${percent(majority.value)}`,
    `best peer ${percent(bestPeer.value)}`,
    `oracle ${percent(oracle.value)}`,
    `gain over vote ${interval(gainOverMajority)}`,
    ...(change === null
      ? []
      : [`change ${interval(change.leaderTeam)}`, `change alone ${interval(change.leaderAlone)}`]),
  ].join(' · ')
}

/** One line per family. */
export function familyTable({ families }: Evaluation): string[] {
  const width = Math.max(...families.map(({ family }) => family.length))
  const cell = (value: number) => percent(value).padStart(8)
  return [
    `${'family'.padEnd(width)}     n   + team    alone     vote`,
    ...families.flatMap(({ family, n, leaderTeam, leaderAlone, majority, flexible }) => [
      `${family.padEnd(width)} ${String(n).padStart(5)} ${cell(leaderTeam)} ${cell(leaderAlone)} ${cell(majority)}` +
        (flexible === undefined ? '' : '  strict-match'),
      ...(flexible === undefined
        ? []
        : [
            `${' '.repeat(width)}       ${cell(flexible.leaderTeam)} ${cell(flexible.leaderAlone)}           flexible-extract`,
          ]),
    ]),
  ]
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`
}

function interval({ value, low, high }: Share): string {
  return `${percent(value)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
}

function shareKeys(name: string, { value, low, high }: Share): Record<string, number> {
  return { [name]: value, [`${name}_low`]: low, [`${name}_high`]: high }
}

function detailKeys(detail: NonNullable<Evaluation['detail']>): Record<string, unknown> {
  return {
    rounds: detail.rounds.map(({ value }) => value),
    by_right_peers: detail.byRightPeers.map(({ k, n, leaderTeam, leaderAlone, majority }) => ({
      ...{ k, n },
      ...{ leader_team: leaderTeam, leader_alone: leaderAlone, majority },
    })),
    copy_rates: detail.copyRates,
    discrimination: detail.discrimination,
    overrule_rate: detail.overruleRate,
    overrule_right: detail.overruleRight,
    leader_tokens: detail.leaderTokens,
    shared_slips: detail.sharedSlips,
  }
}
