/**
 * The objective of MLPO §4: loss, its gradient with respect to the policy's log-probabilities, and the terms of every
 * token. Reference arithmetic and the trainer's own: a trainer computes log-probabilities, calls `objective`, and
 * back-propagates `gradient`. Follows TRL 1.16 `GRPOTrainer._compute_loss`; rows are ragged, nothing is padded.
 *
 * A generation batch may be cut into micro-batches: give each the `totals` of the whole batch, and add up. All losses
 * but bnpo then have the same gradient for any cut.
 */
import { klTerm } from './kl.ts'
import { policyTerm, vespoPhi } from './loss-types.ts'
import type { ClipSettings, Clipped, LossType } from './loss-types.ts'

/** Natural-log probabilities, one per token of a completion. */
export type LogProbs = ArrayLike<number>

export interface ObjectiveSettings extends ClipSettings {
  readonly beta: number
  readonly use_bias_correction_kl: boolean
  readonly importance_sampling_level: 'token' | 'sequence'
  readonly mask_truncated_completions: boolean
  /** L, tokens: the constant by which dr_grpo divides. `loss_length`, or `max_completion_length`. */
  readonly length: number
}

/** One completion; all arrays have one entry per token. */
export interface ObjectiveRow {
  readonly advantage: number
  /** The trainer's log-probabilities now; the gradient is with respect to these. */
  readonly policy: LogProbs
  /** The trainer's before the first update of the batch; null before that update (ρ = 1, with its gradient). */
  readonly old: LogProbs | null
  /** The reference policy's; may be null at beta 0. */
  readonly reference: LogProbs | null
  /** Sampler correction, constant; null for none. Not used by vespo. */
  readonly weights: LogProbs | null
  /** Stopped by the length limit. */
  readonly truncated: boolean
}

/** What the normalisers need to know of the whole generation batch. */
export interface BatchTotals {
  /** N: all completions, including degenerate, masked and unscored ones. */
  readonly rows: number
  /** Tokens that count in the loss. */
  readonly tokens: number
}

/** One completion's terms, each [token]. */
export interface RowTerms {
  /** Masked out whole: it counts in N, none of its tokens count. */
  readonly masked: boolean
  /** ρ; at sequence level the row's ratio, at every token. */
  readonly ratio: Float64Array
  /** Policy term p, after the sampler correction, before averaging. */
  readonly policyTerm: Float64Array
  /** KL, nats, after any bias correction; zeros at beta 0. */
  readonly kl: Float64Array
  readonly clipped: readonly Clipped[]
  /** This token's share of the loss; all shares of a batch add up to it. */
  readonly loss: Float64Array
  /** ∂loss/∂policy. */
  readonly gradient: Float64Array
  /** vespo's weight of the row; 1 for the others. */
  readonly phi: number
}

export interface Objective {
  /** This micro-batch's part of the loss. */
  readonly loss: number
  /** ∂loss/∂policy, [row][token]; 0 where masked. */
  readonly gradient: readonly Float64Array[]
  readonly rows: readonly RowTerms[]
}

type Counted = Pick<ObjectiveRow, 'truncated'> & { readonly policy: { readonly length: number } }

/** Of the whole generation batch; only lengths and `truncated` are read, so it can be taken before any forward pass. */
export function batchTotals(
  rows: readonly Counted[],
  { mask_truncated_completions }: Pick<ObjectiveSettings, 'mask_truncated_completions'>,
): BatchTotals {
  let tokens = 0
  for (const row of rows) if (!(mask_truncated_completions && row.truncated)) tokens += row.policy.length
  return { rows: rows.length, tokens }
}

/**
 * @param rows the completions of one micro-batch.
 * @param totals of the whole generation batch; the rows themselves by default.
 * @throws RangeError when arrays of a row differ in length, or beta > 0 without a reference.
 */
export function objective(
  rows: readonly ObjectiveRow[],
  settings: ObjectiveSettings,
  totals: BatchTotals = batchTotals(rows, settings),
): Objective {
  const micro = batchTotals(rows, settings)
  const terms = rows.map((row, index) => {
    checkRow(row, { settings, index })
    const masked = settings.mask_truncated_completions && row.truncated
    const tokens = masked ? 0 : row.policy.length
    return rowTerms(row, settings, { masked, share: tokenShare(settings, { tokens, micro, totals }) })
  })
  let loss = 0
  for (const row of terms) for (const part of row.loss) loss += part
  return { loss, gradient: terms.map((row) => row.gradient), rows: terms }
}

/** What one token of a row with `tokens` counting tokens weighs in the loss. */
function tokenShare(
  { loss_type, length }: { readonly loss_type: LossType; readonly length: number },
  { tokens, micro, totals }: { tokens: number; micro: BatchTotals; totals: BatchTotals },
): number {
  switch (loss_type) {
    case 'grpo':
    case 'sapo':
      return 1 / (totals.rows * Math.max(tokens, 1))
    case 'bnpo':
      return micro.rows / (totals.rows * Math.max(micro.tokens, 1))
    case 'dr_grpo':
      return 1 / (totals.rows * length)
    case 'luspo':
      return 1 / totals.rows
    case 'dapo':
    case 'cispo':
    case 'vespo':
      return 1 / Math.max(totals.tokens, 1)
  }
}

function rowTerms(
  row: ObjectiveRow,
  settings: ObjectiveSettings,
  { masked, share }: { masked: boolean; share: number },
): RowTerms {
  const { policy, advantage } = row
  const count = policy.length
  const logRatios = Float64Array.from({ length: count }, (_, t) =>
    row.old === null ? 0 : (policy[t] ?? 0) - (row.old[t] ?? 0),
  )
  const bySequence = settings.importance_sampling_level === 'sequence'
  const ratio = masked ? new Float64Array(count).fill(1) : ratiosOf(logRatios, bySequence)
  const phi = settings.loss_type === 'vespo' ? vespoPhi(masked ? [] : logRatios, advantage) : 1
  const terms: RowTerms & { clipped: Clipped[] } = {
    masked,
    ratio,
    policyTerm: new Float64Array(count),
    kl: new Float64Array(count),
    clipped: new Array<Clipped>(count).fill(null),
    loss: new Float64Array(count),
    gradient: new Float64Array(count),
    phi,
  }
  if (masked) return terms
  const ratioSlopes = new Float64Array(count)
  for (let t = 0; t < count; t++) {
    const weight = settings.loss_type === 'vespo' ? 1 : (row.weights?.[t] ?? 1)
    const rho = ratio[t] ?? 1
    const term = policyTerm(settings, { advantage, policy: policy[t] ?? 0, ratio: rho, phi })
    const kl = klOf(row, settings, { t, rho })
    terms.policyTerm[t] = weight * term.value
    terms.kl[t] = kl.value
    terms.clipped[t] = term.clipped
    terms.loss[t] = share * (weight * term.value + settings.beta * kl.value)
    terms.gradient[t] = share * (weight * term.slope + settings.beta * kl.slope)
    ratioSlopes[t] = share * (weight * term.ratioSlope + settings.beta * kl.ratioSlope)
  }
  addRatioSlopes(terms.gradient, ratioSlopes, bySequence)
  return terms
}

/** exp of the log-ratio: each token's, or of their mean over the row (GSPO). */
function ratiosOf(logRatios: Float64Array, bySequence: boolean): Float64Array {
  if (!bySequence) return logRatios.map(Math.exp)
  const mean = total(logRatios) / Math.max(logRatios.length, 1)
  return new Float64Array(logRatios.length).fill(Math.exp(mean))
}

/** The chain rule through log ρ: each token's own, or the row's mean, in which every token has a share of 1/n. */
function addRatioSlopes(gradient: Float64Array, slopes: Float64Array, bySequence: boolean): void {
  const each = bySequence ? total(slopes) / Math.max(slopes.length, 1) : null
  for (let t = 0; t < gradient.length; t++) gradient[t] = (gradient[t] ?? 0) + (each ?? slopes[t] ?? 0)
}

function klOf(row: ObjectiveRow, settings: ObjectiveSettings, { t, rho }: { t: number; rho: number }) {
  if (settings.beta === 0 || row.reference === null) return { value: 0, slope: 0, ratioSlope: 0 }
  return klTerm(row.policy[t] ?? 0, row.reference[t] ?? 0, settings.use_bias_correction_kl ? rho : null)
}

function checkRow(
  { policy, old, reference, weights }: ObjectiveRow,
  { settings, index }: { settings: ObjectiveSettings; index: number },
): void {
  for (const [name, other] of Object.entries({ old, reference, weights })) {
    if (other !== null && other.length !== policy.length) {
      throw new RangeError(`row ${index}: ${other.length} ${name} values for ${policy.length} policy values`)
    }
  }
  if (settings.beta !== 0 && reference === null) {
    throw new RangeError(`row ${index}: beta ${settings.beta} needs the reference's log-probabilities`)
  }
}

function total(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
