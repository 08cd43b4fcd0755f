/** Scores of questions to shares with intervals, as the protocol wants them (MLPO §5). */
import { quickStream } from '../random.ts'
import type { Share } from '../stages.ts'
import { bootstrapMean, mean, pairedDifferences, wilson, type Interval } from '../statistics.ts'

/** Per question, from 0 to 1: the mean over its samples, or a chance. */
export type Scores = readonly number[]

/** Wilson where each question is right or wrong once, else a bootstrap over questions. */
export function shareOf(
  scores: Scores,
  seed: number,
): { readonly share: Share; readonly interval: 'wilson' | 'bootstrap' } {
  if (scores.every((score) => Number.isInteger(score))) {
    const right = scores.reduce((sum, score) => sum + score, 0)
    return { share: asShare(wilson(right, scores.length)), interval: 'wilson' }
  }
  return { share: bootstrapped(scores, seed), interval: 'bootstrap' }
}

/** a minus b, paired. */
export function differenceOf(a: Scores, b: Scores, seed: number): Share {
  return bootstrapped(pairedDifferences(a, b), seed)
}

/** Sorted, so that the order of the questions does not matter. */
function bootstrapped(scores: Scores, seed: number): Share {
  const sorted = [...scores].sort((a, b) => a - b)
  return asShare(bootstrapMean(sorted, { random: quickStream(seed, 'bootstrap') }))
}

export function asShare({ estimate, low, high }: Interval): Share {
  return { value: estimate, low, high }
}

/** A mean over nothing is no number. */
export function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

/** Question by question, over its runs. */
export function meanScores<One>(runs: readonly (readonly One[])[], score: (one: One) => number): number[] {
  return runs.map((own) => mean(own.map(score)))
}
