/**
 * The statistics of MLPO §5: intervals for shares, means and differences, and Holm's correction; the test itself is in
 * `sign-flip.ts`. Everything random takes its stream; the same stream gives the same interval. The unit is the
 * question: several samples of one question are averaged before they come here.
 */
import { normalQuantile, tQuantile } from './quantiles.ts'
import type { Random } from './random.ts'

export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** Arithmetic mean; NaN for none. Exact when all values are equal. */
export function mean(values: readonly number[]): number {
  const first = values[0]
  if (first === undefined) return Number.NaN
  let excess = 0
  for (const value of values) excess += value - first
  return first + excess / values.length
}

/** Sample standard deviation (n − 1); 0 for fewer than two values. */
export function sampleStd(values: readonly number[]): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  let squares = 0
  for (const value of values) squares += (value - centre) ** 2
  return Math.sqrt(squares / (values.length - 1))
}

/** Wilson's score interval for a share. */
export function wilson(
  successes: number,
  trials: number,
  { confidence = 0.95 }: { confidence?: number } = {},
): Interval {
  if (trials === 0) return { estimate: Number.NaN, low: 0, high: 1 }
  const share = successes / trials
  const z = normalQuantile((1 + confidence) / 2)
  const shrink = 1 + (z * z) / trials
  const centre = (share + (z * z) / (2 * trials)) / shrink
  const half = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / shrink
  return {
    estimate: share,
    low: successes === 0 ? 0 : centre - half,
    high: successes === trials ? 1 : centre + half,
  }
}

/** Student's t interval for a mean, for instance over seeds. Fewer than two values say nothing: −∞ to ∞. */
export function tInterval(
  values: readonly number[],
  { confidence = 0.95 }: { confidence?: number } = {},
): Interval {
  const estimate = mean(values)
  if (values.length < 2) return { estimate, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const t = tQuantile((1 + confidence) / 2, values.length - 1)
  const half = (t * sampleStd(values)) / Math.sqrt(values.length)
  return { estimate, low: estimate - half, high: estimate + half }
}

export interface Resampling {
  readonly random: Random
  readonly resamples?: number
  readonly confidence?: number
}

/**
 * Percentile bootstrap of the mean over questions.
 * @param perQuestion one value per question: its mean over the samples.
 */
export function bootstrapMean(
  perQuestion: readonly number[],
  { random, resamples = 2000, confidence = 0.95 }: Resampling,
): Interval {
  const count = perQuestion.length
  const estimate = mean(perQuestion)
  if (count === 0) return { estimate, low: Number.NaN, high: Number.NaN }
  const means = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) {
    let sum = 0
    for (let i = 0; i < count; i++) sum += perQuestion[random.int(0, count - 1)] ?? 0
    means[r] = sum / count
  }
  means.sort()
  const tail = (1 - confidence) / 2
  return { estimate, low: sortedQuantile(means, tail), high: sortedQuantile(means, 1 - tail) }
}

/** Bootstrap of mean(a) − mean(b) over questions; entry i of both is the same question. */
export function bootstrapDifference(
  a: readonly number[],
  b: readonly number[],
  resampling: Resampling,
): Interval {
  return bootstrapMean(pairedDifferences(a, b), resampling)
}

/** a − b, question by question. @throws RangeError when the questions do not pair up. */
export function pairedDifferences(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError(`cannot pair ${a.length} with ${b.length} questions`)
  return a.map((value, i) => value - (b[i] ?? 0))
}

/** Holm's adjusted p-values, in the order given: reject where ≤ α. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p)
  const adjusted = new Array<number>(pValues.length).fill(1)
  let largest = 0
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)))
    adjusted[index] = largest
  })
  return adjusted
}

/** Linear interpolation between order statistics (R type 7). */
function sortedQuantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}
