/**
 * One pass of loss and gradients over a batch (MLPO §4): the trainer computes log-probabilities by micro-batches,
 * `objective` turns them into a loss and its slopes, the trainer carries the slopes back to the adapter.
 */
import type { Config } from './config/config.ts'
import { objectiveMetrics } from './objective-metrics.ts'
import { batchTotals, objective } from './objective.ts'
import type { BatchTotals, LogProbs, ObjectiveSettings, RowTerms } from './objective.ts'
import { samplerCorrection, type SamplerCorrectionMode } from './sampler-correction.ts'
import type { Rollout, TokenLoss } from './stages.ts'
import { mean } from './statistics.ts'
import { present } from './team-metrics.ts'
import type { Backward, Gradients, PerToken, Row, Trainer, TrainingGroup } from './trainer/trainer.ts'

/** A configuration whose sampler correction has been decided. */
export type LossConfig = Omit<Config, 'rollout_correction'> & {
  readonly rollout_correction: 'none' | SamplerCorrectionMode
}

export interface LossInput {
  readonly groups: readonly TrainingGroup[]
  /** Arrays are [group][completion], as the groups. */
  readonly rollouts: readonly (readonly Rollout[])[]
  readonly advantages: readonly (readonly number[])[]
  /** The trainer's log-probabilities before the batch's first update; null in the pass before it. */
  readonly old: PerToken | null
  /** null at beta 0. */
  readonly reference: PerToken | null
}

export interface LossPass {
  readonly loss: number
  readonly gradients: Gradients
  readonly tokens: readonly (readonly TokenLoss[])[]
  /** This pass's log-probabilities: the `old` of the next ones. */
  readonly logprobs: PerToken
  readonly metrics: Record<string, number>
}

/** What the trainer said of one completion, and what the objective made of it. */
interface PassedRow {
  readonly logprobs: Float32Array
  readonly old: LogProbs
  readonly entropies: Float32Array
  readonly terms: RowTerms
}

export interface LossPassOptions {
  readonly input: LossInput
  readonly signal?: AbortSignal
  readonly onProgress?: (completionsDone: number) => void
}

export async function lossPass(
  trainer: Trainer,
  config: LossConfig,
  { input, ...options }: LossPassOptions,
): Promise<LossPass> {
  const passed: PassedRow[][] = input.groups.map(() => [])
  const record = recorder(input, config, passed)
  const [learning, silent] = splitByGradient(input, config)
  const learningGroups = learning.flatMap((group) => input.groups[group] ?? [])
  const gradients = await trainer.gradients(
    learningGroups,
    (rows, output) =>
      record(
        rows.map(({ group, completion }) => ({ group: learning[group] ?? 0, completion })),
        output,
      ),
    options,
  )
  if (silent.length > 0) {
    options.signal?.throwIfAborted()
    const silentGroups = silent.flatMap((group) => input.groups[group] ?? [])
    const { logprobs, entropies } = await trainer.logprobs(silentGroups, { policy: 'current' })
    const rows = silent.flatMap((group) =>
      (input.rollouts[group] ?? []).map((_, completion) => ({ group, completion })),
    )
    record(rows, { logprobs: logprobs.flat(), entropies: entropies.flat() })
    options.onProgress?.(input.rollouts.flat().length)
  }
  const rows = passed.flat()
  const loss = rows.reduce((sum, { terms }) => sum + total(terms.loss), 0)
  return {
    loss,
    gradients,
    tokens: passed.map((group) => group.map(tokenLoss)),
    logprobs: passed.map((group) => group.map((row) => row.logprobs)),
    metrics: { loss, ...passMetrics(rows, objectiveSettings(config)) },
  }
}

/**
 * Groups that have a gradient, and those that have none: every advantage is 0 and there is no KL. The latter are only
 * looked at, which saves their backward pass. bnpo counts the tokens of each micro-batch, so that nothing may leave.
 */
function splitByGradient(
  { groups, advantages }: LossInput,
  { beta, loss_type }: LossConfig,
): [number[], number[]] {
  const all = [...groups.keys()]
  const learns = (group: number) =>
    beta !== 0 || loss_type === 'bnpo' || (advantages[group] ?? []).some((advantage) => advantage !== 0)
  return [all.filter(learns), all.filter((group) => !learns(group))]
}

/** Puts a micro-batch through the objective, keeps its terms, and gives dLoss/dlogprob. */
function recorder(input: LossInput, config: LossConfig, passed: readonly PassedRow[][]): Backward {
  const settings = objectiveSettings(config)
  const totals = batchTotals(
    input.rollouts.flat().map(({ ids, finish }) => ({ policy: ids, truncated: finish === 'length' })),
    settings,
  )
  return (rows, { logprobs, entropies }) => {
    const terms = microBatch(input, config, { rows, logprobs, settings, totals })
    for (const [i, { group, completion }] of rows.entries()) {
      const [row, now, entropy] = [terms[i], logprobs[i], entropies[i]]
      if (row === undefined || now === undefined || entropy === undefined) continue
      const old = input.old?.[group]?.[completion] ?? now
      const place = passed[group]
      if (place !== undefined) place[completion] = { logprobs: now, old, entropies: entropy, terms: row }
    }
    return terms.map((row) => row.gradient)
  }
}

/** TRL's `sampling/…` keys: how far the sampler is from the trainer before the first update. */
export function samplerMetrics(
  config: LossConfig,
  { rollouts, old }: { readonly rollouts: readonly (readonly Rollout[])[]; readonly old: PerToken },
): Record<string, number> {
  const pairs = rollouts.flatMap((group, g) =>
    group.map(({ logprobs, finish }, c) =>
      config.mask_truncated_completions && finish === 'length'
        ? { old: [], sampler: [] }
        : { old: old[g]?.[c] ?? [], sampler: logprobs },
    ),
  )
  const { metrics } = samplerCorrection(pairs, correctionSettings(config))
  return { ...metrics }
}

function microBatch(
  input: LossInput,
  config: LossConfig,
  batch: {
    readonly rows: readonly Row[]
    readonly logprobs: readonly Float32Array[]
    readonly settings: ObjectiveSettings
    readonly totals: BatchTotals
  },
): readonly RowTerms[] {
  const rows = batch.rows.map(({ group, completion }, i) => {
    const rollout = input.rollouts[group]?.[completion]
    const policy = batch.logprobs[i] ?? new Float32Array()
    const old = input.old?.[group]?.[completion] ?? null
    return {
      advantage: input.advantages[group]?.[completion] ?? 0,
      policy,
      old,
      reference: input.reference?.[group]?.[completion] ?? null,
      weights: correctionWeights(config, { old: old ?? policy, sampler: rollout?.logprobs ?? [] }),
      truncated: rollout?.finish === 'length',
    }
  })
  return objective(rows, batch.settings, batch.totals).rows
}

function correctionWeights(
  config: LossConfig,
  pair: { readonly old: LogProbs; readonly sampler: LogProbs },
): LogProbs | null {
  if (config.rollout_correction === 'none') return null
  return samplerCorrection([pair], correctionSettings(config)).weights[0] ?? null
}

/** Without a correction the plain ratio of each token is reported. */
function correctionSettings(config: LossConfig): Parameters<typeof samplerCorrection>[1] {
  const { rollout_correction: mode, rollout_correction_clip_min, rollout_correction_clip_max } = config
  if (mode === 'none') return { mode: 'token_truncate', clipMin: null, clipMax: null }
  return { mode, clipMin: rollout_correction_clip_min, clipMax: rollout_correction_clip_max }
}

function objectiveSettings(config: LossConfig): ObjectiveSettings {
  return { ...config, length: config.loss_length ?? config.max_completion_length }
}

function passMetrics(rows: readonly PassedRow[], settings: ObjectiveSettings): Record<string, number> {
  const counted = rows.filter(({ terms }) => !terms.masked)
  return present({
    entropy: mean(counted.flatMap(({ entropies }) => [...entropies])),
    ...objectiveMetrics(
      rows.map(({ terms }) => terms),
      settings,
    ),
  })
}

function tokenLoss({ logprobs, old, entropies, terms }: PassedRow): TokenLoss {
  return {
    logprobs: [...logprobs],
    oldLogprobs: Array.from(old),
    entropies: [...entropies],
    losses: [...terms.loss],
    gradients: [...terms.gradient],
  }
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
