/**
 * Weights for the mismatch between the engine that sampled and the trainer (MLPO §4; TRL's vLLM importance sampling):
 * w = f(exp(old − sampler)), a constant on the policy term. `old` is the trainer's log-probability before the first
 * update. A token whose sampler log-probability is unknown (NaN) counts as equal.
 */
import type { LogProbs } from './objective.ts'

export type SamplerCorrectionMode = 'token_truncate' | 'token_mask' | 'sequence_truncate' | 'sequence_mask'

/** Whether one engine samples and computes gradients, or two that agree but for rounding. */
export type Samplers = 'one engine' | 'two engines'

/** What `auto` stands for: between two engines TRL's default, else none. */
export function resolvedCorrection(
  setting: 'auto' | 'none' | SamplerCorrectionMode,
  samplers: Samplers,
): 'none' | SamplerCorrectionMode {
  if (setting !== 'auto') return setting
  return samplers === 'one engine' ? 'none' : 'sequence_mask'
}

export interface SamplerCorrectionSettings {
  readonly mode: SamplerCorrectionMode
  readonly clipMin?: number | null
  readonly clipMax?: number | null
}

export interface SamplerPair {
  /** Trainer and sampler, one entry per token of the completion, nats. */
  readonly old: LogProbs
  readonly sampler: LogProbs
}

export interface SamplerCorrection {
  /** [row][token]; the same for all tokens of a row in the sequence modes. */
  readonly weights: readonly Float64Array[]
  /** TRL's `sampling/…` keys; absent when no token was scored. */
  readonly metrics: Readonly<Record<string, number>>
}

/** Rows without tokens (or masked out whole) are given as empty arrays. */
export function samplerCorrection(
  rows: readonly SamplerPair[],
  { mode, clipMin = null, clipMax = 3 }: SamplerCorrectionSettings,
): SamplerCorrection {
  const low = clipMin ?? Number.NEGATIVE_INFINITY
  const high = clipMax ?? Number.POSITIVE_INFINITY
  const truncate = mode === 'token_truncate' || mode === 'sequence_truncate'
  const perRow = mode === 'sequence_truncate' || mode === 'sequence_mask'
  const bound = (ratio: number) =>
    truncate ? Math.min(Math.max(ratio, low), high) : ratio < low || ratio > high ? 0 : ratio
  const gaps = rows.map(logGaps)
  const known = gaps.map((row) => row.map((gap) => (Number.isNaN(gap) ? 0 : gap)))
  const weights = known.map((row) =>
    perRow
      ? new Float64Array(row.length).fill(bound(Math.exp(sum(row))))
      : row.map((gap) => bound(Math.exp(gap))),
  )
  const values = perRow ? known.map((row) => bound(Math.exp(sum(row)))) : flat(weights)
  const sizes = flat(gaps)
    .filter((gap) => !Number.isNaN(gap))
    .map(Math.abs)
  return {
    weights,
    metrics: {
      ...summary('sampling/sampling_logp_difference', sizes, ['mean', 'max']),
      ...summary('sampling/importance_sampling_ratio', values, ['min', 'mean', 'max']),
    },
  }
}

function logGaps({ old, sampler }: SamplerPair): Float64Array {
  if (old.length !== sampler.length) {
    throw new RangeError(`the sampler scored ${sampler.length} tokens, the trainer ${old.length}`)
  }
  return Float64Array.from({ length: old.length }, (_, t) => (old[t] ?? 0) - (sampler[t] ?? 0))
}

function summary(name: string, values: readonly number[], parts: readonly ('min' | 'mean' | 'max')[]) {
  if (values.length === 0) return {}
  const all = {
    min: values.reduce((a, b) => Math.min(a, b)),
    mean: sum(values) / values.length,
    max: values.reduce((a, b) => Math.max(a, b)),
  }
  return Object.fromEntries(parts.map((part) => [`${name}/${part}`, all[part]]))
}

function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i] ?? 0
  return total
}

function flat(rows: readonly Float64Array[]): number[] {
  return rows.flatMap((row) => [...row])
}
