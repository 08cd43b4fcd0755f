/**
 * The one sampler (see `SampleOptions` in engine.ts): temperature, then top-k, top-p and min-p on the tempered
 * probabilities, then the inverse CDF in token-id order with the caller's uniform. The reported
 * log-probability is that of the tempered full distribution. Double precision inside.
 */
import type { SampledToken, SampleOptions } from '../engine.ts'
import { expOfNegative } from './exp.ts'

export type DrawOptions = Pick<SampleOptions, 'temperature' | 'topK' | 'topP' | 'minP'>

/** Draws one token from a row of logits; `uniform` is in [0, 1). */
export function drawToken(logits: Float32Array, options: DrawOptions, uniform: number): SampledToken {
  const { temperature, topK = 0, topP = 1, minP = 0 } = options
  if (temperature === 0) return greedyToken(logits)
  const { probabilities, logSum } = softmax(logits, temperature)
  const kept =
    topK > 0 || topP < 1 || minP > 0 ? truncate(probabilities, { topK, topP, minP }) : probabilities
  const id = invertCdf(kept, uniform)
  return { id, logprob: (logits[id] ?? 0) / temperature - logSum }
}

/** The first of the largest logits; its log-probability is at temperature 1. */
function greedyToken(logits: Float32Array): SampledToken {
  let id = 0
  for (let i = 1; i < logits.length; i++) if ((logits[i] ?? 0) > (logits[id] ?? 0)) id = i
  return { id, logprob: (logits[id] ?? 0) - softmax(logits, 1).logSum }
}

/** `logSum` is log Σ exp(logit / temperature). */
function softmax(logits: Float32Array, temperature: number): { probabilities: Float64Array; logSum: number } {
  let highest = -Infinity
  for (const logit of logits) if (logit > highest) highest = logit
  const probabilities = new Float64Array(logits.length)
  let sum = 0
  for (let i = 0; i < logits.length; i++) {
    const e = expOfNegative(((logits[i] ?? 0) - highest) / temperature)
    probabilities[i] = e
    sum += e
  }
  for (let i = 0; i < probabilities.length; i++) probabilities[i] = (probabilities[i] ?? 0) / sum
  return { probabilities, logSum: highest / temperature + Math.log(sum) }
}

/**
 * Each filter works on what the one before it left, renormalised: the k most probable; the smallest set of the most
 * probable whose mass reaches topP; all at least minP times as probable as the best. Ties go to the lower id.
 */
function truncate(
  probabilities: Float64Array,
  { topK, topP, minP }: { readonly topK: number; readonly topP: number; readonly minP: number },
): Float64Array {
  const order = Array.from(probabilities.keys()).sort(
    (i, j) => (probabilities[j] ?? 0) - (probabilities[i] ?? 0) || i - j,
  )
  let count = topK > 0 ? Math.min(topK, order.length) : order.length
  if (topP < 1) {
    let mass = 0
    for (let k = 0; k < count; k++) mass += probabilities[order[k] ?? 0] ?? 0
    let reached = 0
    let k = 0
    while (k < count && (k === 0 || reached < topP * mass)) reached += probabilities[order[k++] ?? 0] ?? 0
    count = k
  }
  const least = minP * (probabilities[order[0] ?? 0] ?? 0)
  const kept = new Float64Array(probabilities.length)
  for (const id of order.slice(0, count)) {
    const probability = probabilities[id] ?? 0
    if (probability >= least) kept[id] = probability
  }
  return kept
}

/** The first id whose cumulative weight exceeds uniform · total; never one without weight. */
function invertCdf(weights: Float64Array, uniform: number): number {
  let total = 0
  for (const weight of weights) total += weight
  const threshold = uniform * total
  let cumulative = 0
  let last = 0
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] ?? 0
    if (weight === 0) continue
    cumulative += weight
    last = id
    if (cumulative > threshold) return id
  }
  return last
}
