/**
 * AdamW as in torch (decoupled weight decay, bias correction), and torch's clipping by global norm. On plain arrays:
 * an adapter is small. Nothing is changed in place, so that a state once given out stays what it was.
 */
export interface AdamwSettings {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  /** This update's number, from 1. */
  readonly update: number
  /** The gradient is multiplied by this first; see `clipFactor`. */
  readonly gradientScale: number
}

export interface AdamwArrays {
  readonly weights: Float32Array
  /** Exponential averages of the gradient and of its square. */
  readonly first: Float32Array
  readonly second: Float32Array
}

/**
 *     m = β₁ m + (1 − β₁) g        v = β₂ v + (1 − β₂) g²
 *     w = w (1 − η λ) − η (m / (1 − β₁ᵏ)) / (√(v / (1 − β₂ᵏ)) + ε)
 */
export function adamw(arrays: AdamwArrays, gradient: Float32Array, settings: AdamwSettings): AdamwArrays {
  const { learningRate, beta1, beta2, epsilon, weightDecay, update, gradientScale } = settings
  const weights = Float32Array.from(arrays.weights)
  const first = Float32Array.from(arrays.first)
  const second = Float32Array.from(arrays.second)
  const stepSize = learningRate / (1 - beta1 ** update)
  const secondScale = 1 / Math.sqrt(1 - beta2 ** update)
  const kept = 1 - learningRate * weightDecay
  for (const [i, weight] of arrays.weights.entries()) {
    const g = (gradient[i] ?? 0) * gradientScale
    const m = beta1 * (first[i] ?? 0) + (1 - beta1) * g
    const v = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g
    first[i] = m
    second[i] = v
    weights[i] = weight * kept - (stepSize * m) / (Math.sqrt(v) * secondScale + epsilon)
  }
  return { weights, first, second }
}

/** What to multiply gradients by so that their norm is at most `maxNorm` (`clip_grad_norm_`). */
export function clipFactor(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + 1e-6))
}

/** Euclidean norm over all arrays. */
export function globalNorm(arrays: Iterable<Float32Array>): number {
  let sum = 0
  for (const array of arrays) for (const value of array) sum += value * value
  return Math.sqrt(sum)
}
