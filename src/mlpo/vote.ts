/**
 * What the peers say together, from their normalised answers (null = unparseable, which has no vote). The same
 * plurality serves the vote row of the evaluation, the overrule reward and the team metrics (MLPO §5, §7).
 */
export type Answer = string | null

/** The answers with the most votes, in order of first appearance; more than one is a tie, none without any answer. */
export function plurality(answers: readonly Answer[]): readonly string[] {
  const votes = new Map<string, number>()
  for (const answer of answers) if (answer !== null) votes.set(answer, (votes.get(answer) ?? 0) + 1)
  const most = Math.max(0, ...votes.values())
  return [...votes].filter(([, count]) => count === most).map(([answer]) => answer)
}

/** The answer that alone has the most votes; null on a tie or without any. */
export function uniquePlurality(answers: readonly Answer[]): string | null {
  const [winner, ...tied] = plurality(answers)
  return winner === undefined || tied.length > 0 ? null : winner
}

/** Chance that the vote is right: 1, 0, or 1/m where the right answer is among m tied ones. */
export function voteScore(peers: readonly { readonly answer: Answer; readonly right: boolean }[]): number {
  const winners = plurality(peers.map(({ answer }) => answer))
  const right = winners.some((winner) => peers.some((peer) => peer.answer === winner && peer.right))
  return right ? 1 / winners.length : 0
}
