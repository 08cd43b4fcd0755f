/**
 * How good a row is where k of the K peers are right (MLPO §5). Hard and easy teams are rare, so that a set is filled up
 * until every k has enough questions; the total then counts each k by how often it occurs by itself.
 */
import { normalQuantile } from '../quantiles.ts'
import { mean, sampleStd, type Interval } from '../statistics.ts'

export function rightPeers(peers: readonly { readonly right: boolean }[]): number {
  return peers.filter(({ right }) => right).length
}

/**
 * Which of the questions to take, by index and in order: all that come first, then those whose k has fewer than `least`.
 * @param ks number of right peers, [question].
 */
export function filledUp(
  ks: readonly number[],
  { main, least }: { readonly main: number; readonly least: number },
): number[] {
  const counts = new Map<number, number>()
  return ks.flatMap((k, question) => {
    const count = counts.get(k) ?? 0
    if (question >= main && count >= least) return []
    counts.set(k, count + 1)
    return [question]
  })
}

/** Share of the questions with each k = 0…K. */
export function naturalShares(ks: readonly number[], peers: number): number[] {
  const counts = new Array<number>(peers + 1).fill(0)
  for (const k of ks) counts[k] = (counts[k] ?? 0) + 1
  return counts.map((count) => (ks.length === 0 ? 0 : count / ks.length))
}

/**
 * Σ share_k · mean_k, with the normal interval of two-phase sampling: the spread within each k, and that of the shares,
 * which are themselves estimated from `drawn` questions (Cochran, "Sampling Techniques", 12.2).
 * @param scores [k][question]; a k without questions must have share 0.
 */
export function reweighted(
  scores: readonly (readonly number[])[],
  {
    shares,
    drawn,
    confidence = 0.95,
  }: { readonly shares: readonly number[]; readonly drawn: number; readonly confidence?: number },
): Interval {
  const strata = scores.flatMap((own, k) => {
    const share = shares[k] ?? 0
    return own.length === 0 ? [] : [{ share, n: own.length, mean: mean(own), std: sampleStd(own) }]
  })
  const estimate = strata.reduce((sum, stratum) => sum + stratum.share * stratum.mean, 0)
  const variance = strata.reduce(
    (sum, stratum) =>
      sum +
      (stratum.share ** 2 * stratum.std ** 2) / stratum.n +
      (stratum.share * (stratum.mean - estimate) ** 2) / drawn,
    0,
  )
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance)
  return { estimate, low: Math.max(0, estimate - half), high: Math.min(1, estimate + half) }
}
