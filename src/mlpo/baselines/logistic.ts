/**
 * Multi-label logistic regression on hashed 1–2-grams of a question, in plain arrays: label j is "peer j is right". Full
 * gradients and AdaGrad from zero, so that there is nothing random about it.
 *
 *     loss = − 1/N Σ_i Σ_j [ y_ij log p_ij + (1 − y_ij) log(1 − p_ij) ] + l2/2 · Σ_j |w_j|²      p_ij = σ(w_j·x_i + b_j)
 */
import { hashText } from '../../common/hash.ts'

/** Indexes and values of what is not 0; of Euclidean length 1. */
export interface Features {
  readonly indexes: readonly number[]
  readonly values: readonly number[]
}

export interface Example {
  readonly features: Features
  /** [label] 0 to 1: a share of variants counts as that many of them. */
  readonly labels: readonly number[]
}

/** [label][feature], the bias last. */
export type Weights = readonly Float64Array[]

export interface Ridge {
  readonly l2: number
}

const buckets = 2048

/** Words and numbers in lower case, alone and in pairs; every n-gram counts once. */
export function hashedGrams(text: string): Features {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+|[^\p{L}\p{N}\s]/gu) ?? []
  const grams = words.flatMap((word, i) => (i === 0 ? [word] : [word, `${words[i - 1] ?? ''} ${word}`]))
  const indexes = [...new Set(grams.map((gram) => hashText(gram) % buckets))]
  return { indexes, values: indexes.map(() => 1 / Math.sqrt(indexes.length)) }
}

/** [label] */
export function probabilities(weights: Weights, { indexes, values }: Features): number[] {
  return weights.map((own) => {
    let logit = own.at(-1) ?? 0
    for (const [i, index] of indexes.entries()) logit += (own[index] ?? 0) * (values[i] ?? 0)
    return 1 / (1 + Math.exp(-logit))
  })
}

export function logisticLoss(weights: Weights, examples: readonly Example[], { l2 }: Ridge): number {
  let loss = 0
  for (const { features, labels } of examples)
    for (const [j, p] of probabilities(weights, features).entries()) {
      const y = labels[j] ?? 0
      loss -= y * Math.log(Math.max(p, 1e-300)) + (1 - y) * Math.log(Math.max(1 - p, 1e-300))
    }
  const squares = weights.reduce((all, own) => own.subarray(0, -1).reduce((sum, w) => sum + w * w, all), 0)
  return loss / examples.length + (l2 / 2) * squares
}

/** Of `logisticLoss`, in the shape of the weights; the bias is not shrunk. */
export function logisticGradient(
  weights: Weights,
  examples: readonly Example[],
  { l2 }: Ridge,
): Float64Array[] {
  const gradient = weights.map((own) => own.map((w, i) => (i === own.length - 1 ? 0 : l2 * w)))
  for (const { features, labels } of examples)
    for (const [j, p] of probabilities(weights, features).entries()) {
      const slope = (p - (labels[j] ?? 0)) / examples.length
      const own = gradient[j]
      if (own === undefined) continue
      for (const [i, index] of features.indexes.entries())
        own[index] = (own[index] ?? 0) + slope * (features.values[i] ?? 0)
      own[own.length - 1] = (own.at(-1) ?? 0) + slope
    }
  return gradient
}

/** Without an example every probability is one half. */
export function fitLogistic(
  examples: readonly Example[],
  {
    labels,
    features = buckets,
    l2 = 1e-4,
    epochs = 200,
    rate = 0.5,
  }: {
    readonly labels: number
    readonly features?: number
    readonly l2?: number
    readonly epochs?: number
    readonly rate?: number
  },
): Weights {
  const weights = Array.from({ length: labels }, () => new Float64Array(features + 1))
  const squares = weights.map((own) => new Float64Array(own.length))
  for (let epoch = 0; epoch < epochs && examples.length > 0; epoch++) {
    for (const [j, slopes] of logisticGradient(weights, examples, { l2 }).entries()) {
      const [own, sums] = [weights[j], squares[j]]
      if (own === undefined || sums === undefined) continue
      for (const [i, slope] of slopes.entries()) {
        if (slope === 0) continue
        const sum = (sums[i] ?? 0) + slope * slope
        sums[i] = sum
        own[i] = (own[i] ?? 0) - (rate * slope) / Math.sqrt(sum)
      }
    }
  }
  return weights
}
