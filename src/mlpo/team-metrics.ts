/**
 * How a batch's completions relate to what the peers proposed (MLPO §5, §7): `team/…` keys. Prompts without a team are
 * left out; a share over nothing is absent rather than 0.
 */
import { copyRate, discrimination, overrules, type Decision } from './decisions.ts'
import type { Proposal } from './stages.ts'
import { mean } from './statistics.ts'
import type { SampledPrompt } from './step-batch.ts'
import { voteScore } from './vote.ts'

export function teamMetrics(sampled: readonly SampledPrompt[]): Record<string, number> {
  const teams = sampled.flatMap(({ prompt }) => (prompt.proposals === null ? [] : [byPeer(prompt.proposals)]))
  const decisions = sampled.flatMap(({ prompt: { task, proposals }, rollouts, scores }) =>
    proposals === null
      ? []
      : rollouts.map(({ answer }, c): Decision => ({
          family: task.family,
          peers: byPeer(proposals),
          answer,
          right: scores[c]?.right ?? false,
        })),
  )
  return present({
    'team/majority_accuracy': mean(teams.map(voteScore)),
    'team/oracle_accuracy': mean(teams.map((peers) => Number(peers.some(({ right }) => right)))),
    ...perPeer(teams, 'team/peer_', (peer) => [
      '_accuracy',
      mean(teams.map((peers) => Number(peers[peer]?.right))),
    ]),
    ...perPeer(teams, 'team/copy_rate/', (peer) => ['', copyRate(decisions, peer)]),
    ...overrules(decisions),
    'team/discrimination': discrimination(decisions),
  })
}

function byPeer(proposals: readonly Proposal[]): readonly Proposal[] {
  return [...proposals].sort((a, b) => a.peer - b.peer)
}

function perPeer(
  teams: readonly (readonly Proposal[])[],
  prefix: string,
  measure: (peer: number) => readonly [suffix: string, value: number],
): Record<string, number> {
  const count = teams[0]?.length ?? 0
  return Object.fromEntries(
    Array.from({ length: count }, (_, peer) => {
      const [suffix, value] = measure(peer)
      return [`${prefix}${peer}${suffix}`, value]
    }),
  )
}

/** Without the values that are not numbers: means over nothing. */
export function present(metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)))
}
