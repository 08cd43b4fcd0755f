/**
 * The one sampler (see `SampleOptions` in engine.ts): temperature, then top-k, top-p and min-p on the tempered
 * probabilities, then the inverse CDF in token-id order with the caller's uniform. The reported
 * log-probability is that of the tempered full distribution. Double precision inside.
 */
import { uniformAt } from '../../common/hash.ts'
import type { SampledToken, SampleOptions } from '../engine.ts'
import { expOfNegative } from './exp.ts'

export type DrawOptions = Pick<SampleOptions, 'temperature' | 'topK' | 'topP' | 'minP'>

/** The uniform that decides a token; `idHash` is `hashText` of the sample id. The same in every engine. */
export function sampleUniform(seed: number, idHash: number, index: number, position: number): number {
  return uniformAt(seed, idHash, index, position)
}

/** Draws one token from a row of logits; `uniform` is in [0, 1). */
export function drawToken(logits: Float32Array, options: DrawOptions, uniform: number): SampledToken {
  const { temperature, topK = 0, topP = 1, minP = 0 } = options
  if (temperature === 0) return greedyToken(logits)
  const { weights, logSum } = exponentials(logits, temperature)
  const kept = topK > 0 || topP < 1 || minP > 0 ? truncate(weights, { topK, topP, minP }) : weights
  const id = invertCdf(kept, uniform)
  return { id, logprob: (logits[id] ?? 0) / temperature - logSum }
}

/** The first of the largest logits; its log-probability is at temperature 1. */
function greedyToken(logits: Float32Array): SampledToken {
  let id = 0
  for (let i = 1; i < logits.length; i++) if ((logits[i] ?? 0) > (logits[id] ?? 0)) id = i
  return { id, logprob: tokenLogprob(logits, id) }
}

/** Log-probability of a token at temperature 1, nats. */
export function tokenLogprob(logits: Float32Array, id: number): number {
  return (logits[id] ?? 0) - exponentials(logits, 1).logSum
}

/** Probabilities before their normalisation, and log Σ exp(logit / temperature). */
function exponentials(logits: Float32Array, temperature: number): { weights: Float64Array; logSum: number } {
  let highest = -Infinity
  for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i] ?? 0)
  const weights = new Float64Array(logits.length)
  let sum = 0
  for (let i = 0; i < logits.length; i++) {
    const e = expOfNegative(((logits[i] ?? 0) - highest) / temperature)
    weights[i] = e
    sum += e
  }
  return { weights, logSum: highest / temperature + Math.log(sum) }
}

/**
 * Each filter works on what the one before it left, as if renormalised: the k most probable; the smallest set of the most
 * probable whose mass reaches topP; all at least minP times as probable as the best. Ties go to the lower id.
 */
function truncate(
  weights: Float64Array,
  { topK, topP, minP }: { readonly topK: number; readonly topP: number; readonly minP: number },
): Float64Array {
  const order = Array.from(weights.keys()).sort((i, j) => (weights[j] ?? 0) - (weights[i] ?? 0) || i - j)
  let count = topK > 0 ? Math.min(topK, order.length) : order.length
  if (topP < 1) {
    let mass = 0
    for (let k = 0; k < count; k++) mass += weights[order[k] ?? 0] ?? 0
    let reached = 0
    let k = 0
    while (k < count && (k === 0 || reached < topP * mass)) reached += weights[order[k++] ?? 0] ?? 0
    count = k
  }
  const least = minP * (weights[order[0] ?? 0] ?? 0)
  const kept = new Float64Array(weights.length)
  for (const id of order.slice(0, count)) {
    const weight = weights[id] ?? 0
    if (weight >= least) kept[id] = weight
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
