/**
 * How a batch's completions relate to what the peers proposed (MLPO §5, §7): `team/…` keys. Prompts without a team are
 * left out; a share over nothing is absent rather than 0.
 */
import type { Proposal } from './stages.ts'
import { mean } from './statistics.ts'
import type { SampledPrompt } from './step-batch.ts'
import { uniquePlurality, voteScore } from './vote.ts'

/** One completion of a prompt with a team. */
export interface Decision {
  readonly family: string
  /** By index of the peer. */
  readonly peers: readonly Pick<Proposal, 'answer' | 'right'>[]
  readonly answer: string | null
  readonly right: boolean
}

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

/** Over the completions in whose prompt peer i stands alone with its answer: how often the leader gives it too. */
export function copyRate(decisions: readonly Decision[], peer: number): number {
  const alone = decisions.filter(({ peers }) => {
    const answer = peers[peer]?.answer ?? null
    return answer !== null && peers.filter((other) => other.answer === answer).length === 1
  })
  return mean(alone.map(({ peers, answer }) => Number(answer === peers[peer]?.answer)))
}

/** How often the answer differs from a unique plurality, and how often rightly then. */
export function overrules(decisions: readonly Decision[]): Record<string, number> {
  const judged = decisions.flatMap(({ peers, answer, right }) => {
    const winner = uniquePlurality(peers.map((peer) => peer.answer))
    return winner === null || answer === null ? [] : [{ overruled: answer !== winner, right }]
  })
  return {
    'team/overrule_rate': mean(judged.map(({ overruled }) => Number(overruled))),
    'team/overrule_right': mean(
      judged.filter(({ overruled }) => overruled).map(({ right }) => Number(right)),
    ),
  }
}

/**
 * P(leader takes p | p right) − P(leader takes p | p wrong) over peers p with an answer, within each family, then
 * averaged over the families that have both, each by its number of pairs.
 */
export function discrimination(decisions: readonly Decision[]): number {
  const families = new Map<string, { right: number[]; wrong: number[] }>()
  for (const { family, peers, answer } of decisions) {
    const taken = families.get(family) ?? { right: [], wrong: [] }
    families.set(family, taken)
    for (const peer of peers)
      if (peer.answer !== null) taken[peer.right ? 'right' : 'wrong'].push(Number(peer.answer === answer))
  }
  let sum = 0
  let pairs = 0
  for (const { right, wrong } of families.values()) {
    if (right.length === 0 || wrong.length === 0) continue
    const count = right.length + wrong.length
    sum += count * (mean(right) - mean(wrong))
    pairs += count
  }
  return sum / pairs
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
