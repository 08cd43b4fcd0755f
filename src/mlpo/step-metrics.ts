/**
 * What a step reports about its completions, under TRL's keys (MLPO §7): lengths, and tokens seen. The other keys come
 * from `advantage.ts`, `objective-metrics.ts`, `sampler-correction.ts` and `team-metrics.ts`.
 */
import type { Rollout } from './stages.ts'
import { mean } from './statistics.ts'
import type { SampledPrompt } from './step-batch.ts'

/** Lengths in tokens, the end token included; without a terminated completion its lengths are 0, as in TRL. */
export function lengthMetrics(rollouts: readonly Rollout[]): Record<string, number> {
  const lengths = rollouts.map(({ ids }) => ids.length)
  const terminated = rollouts.filter(({ finish }) => finish === 'stop').map(({ ids }) => ids.length)
  return {
    ...lengthSummary('', lengths),
    ...lengthSummary('terminated_', terminated.length === 0 ? [0] : terminated),
    'completions/clipped_ratio': 1 - terminated.length / lengths.length,
  }
}

function lengthSummary(kind: string, lengths: readonly number[]): Record<string, number> {
  return {
    [`completions/mean_${kind}length`]: mean(lengths),
    [`completions/min_${kind}length`]: lengths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    [`completions/max_${kind}length`]: lengths.reduce((a, b) => Math.max(a, b), 0),
  }
}

/** Tokens of prompts and completions; a prompt counts once per completion, as in TRL. */
export function tokenCount(sampled: readonly SampledPrompt[]): number {
  let tokens = 0
  for (const { prompt, rollouts } of sampled)
    for (const { ids } of rollouts) tokens += prompt.promptIds.length + ids.length
  return tokens
}

/** The mean of each key over the passes that have it. */
export function averaged(passes: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const keys = new Set(passes.flatMap((pass) => Object.keys(pass)))
  return Object.fromEntries([...keys].map((key) => [key, mean(passes.flatMap((pass) => pass[key] ?? []))]))
}
