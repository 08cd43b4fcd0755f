/**
 * All methods of the comparison (MLPO §5), in the order in which they run: what a method needs stands before it. A new
 * one is one file beside this one and one line here. ACC-Collab and SCoRe, which the paper names, are not here.
 */
import { nearestName } from '../../common/nearest.ts'
import { bestOfN } from './best-of-n.ts'
import { bestPeer } from './best-peer.ts'
import { randomReward, rateZero } from './controls.ts'
import { debate } from './debate.ts'
import { deferral } from './deferral.ts'
import { familyTable } from './family-table.ts'
import { grpo, grpoWithTraces } from './grpo.ts'
import { grpoSameTokens, grpoWithTracesSameTokens } from './grpo-same-tokens.ts'
import { grpoVote, grpoWithTracesVote } from './grpo-vote.ts'
import type { Method } from './method.ts'
import { mlpo, mlpoWithoutTraces } from './mlpo.ts'
import { selectLlm } from './select-llm.ts'
import { selfConsistency } from './self-consistency.ts'
import { sftOnly } from './sft-only.ts'
import { untrained } from './untrained.ts'
import { vote } from './vote.ts'

export const methods: readonly Method[] = [
  untrained,
  vote,
  bestPeer,
  familyTable,
  selectLlm,
  debate,
  selfConsistency,
  bestOfN,
  mlpo,
  mlpoWithoutTraces,
  randomReward,
  rateZero,
  grpo,
  grpoWithTraces,
  grpoSameTokens,
  grpoWithTracesSameTokens,
  grpoVote,
  grpoWithTracesVote,
  sftOnly,
  deferral,
]

/** No method of that name. */
export class UnknownMethodError extends Error {
  override readonly name = 'UnknownMethodError'
  constructor(
    readonly method: string,
    known: readonly string[],
  ) {
    super(
      `There is no method "${method}". Did you mean ${nearestName(method, known)}? All: ${known.join(', ')}.`,
    )
  }
}

/** These and what they need, in the order in which they run. @throws UnknownMethodError */
export function chosenMethods(names: readonly string[]): readonly Method[] {
  const known = methods.map(({ name }) => name)
  const wanted = new Set<string>()
  const want = (name: string) => {
    const method = methods.find((one) => one.name === name)
    if (method === undefined) throw new UnknownMethodError(name, known)
    for (const needed of method.needs) want(needed)
    wanted.add(name)
  }
  for (const name of names) want(name)
  return methods.filter(({ name }) => wanted.has(name))
}
