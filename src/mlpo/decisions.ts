/**
 * What leaders make of what their peers say (MLPO §5): copying, overruling, telling right from wrong. The same
 * arithmetic serves the metrics of a step and the evaluation. A mean over nothing is NaN.
 */
import type { Proposal } from './stages.ts'
import { mean } from './statistics.ts'
import { uniquePlurality } from './vote.ts'

/** One completion of a prompt with a team. */
export interface Decision {
  readonly family: string
  /** By index of the peer. */
  readonly peers: readonly Pick<Proposal, 'answer' | 'right'>[]
  readonly answer: string | null
  readonly right: boolean
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
