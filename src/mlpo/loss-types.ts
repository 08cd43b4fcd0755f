/**
 * The policy term of one token in each loss of the GRPO family (TRL `loss_type`), with its derivatives. How tokens
 * are averaged is in `objective.ts`.
 *
 *   clipped (grpo, bnpo, dr_grpo, dapo, luspo)   p = −min( min(ρ, δ) A, clip(ρ, 1−ε, 1+ε_high) A )
 *   cispo    p = −sg(min(ρ, ε_high)) A l         sapo   p = −A σ(τ(ρ − 1)) 4/τ        vespo   p = −sg(φ) A l
 */

export type LossType = 'grpo' | 'bnpo' | 'dr_grpo' | 'dapo' | 'cispo' | 'luspo' | 'sapo' | 'vespo'

export interface ClipSettings {
  readonly loss_type: LossType
  readonly epsilon: number
  readonly epsilon_high: number
  readonly delta: number | null
}

export interface TokenInput {
  readonly advantage: number
  /** l, the policy's log-probability, nats. */
  readonly policy: number
  /** ρ of the token, or of its whole row. */
  readonly ratio: number
  /** φ of the row; only vespo reads it. */
  readonly phi: number
}

export type Clipped = 'low' | 'high' | null

export interface PolicyTerm {
  /** p, to be minimised. */
  readonly value: number
  /** ∂p/∂l with ρ held fixed. */
  readonly slope: number
  /** ∂p/∂ log ρ. */
  readonly ratioSlope: number
  /** Whether the bound cut this token, and on which side, as the clip metrics count it. */
  readonly clipped: Clipped
}

/** SAPO's temperatures, TRL's defaults. */
const SAPO_POSITIVE = 1
const SAPO_NEGATIVE = 1.05
/** VESPO's shape, TRL's defaults. */
const VESPO_POSITIVE = { k: 2, lambda: 3 }
const VESPO_NEGATIVE = { k: 3, lambda: 2 }

export function policyTerm(settings: ClipSettings, input: TokenInput): PolicyTerm {
  switch (settings.loss_type) {
    case 'grpo':
    case 'bnpo':
    case 'dr_grpo':
    case 'dapo':
    case 'luspo':
      return clippedTerm(settings, input)
    case 'cispo':
      return cispoTerm(settings, input)
    case 'sapo':
      return sapoTerm(input)
    case 'vespo':
      return weighted(-input.phi * input.advantage, input.policy)
  }
}

/** φ = exp(λ + k log W − λ W), where log W is the sum of the row's log-ratios, bounded. A constant weight. */
export function vespoPhi(logRatios: ArrayLike<number>, advantage: number): number {
  const { k, lambda } = advantage >= 0 ? VESPO_POSITIVE : VESPO_NEGATIVE
  let sum = 0
  for (let t = 0; t < logRatios.length; t++) sum += clamp(logRatios[t] ?? 0, -20, 20)
  const logW = clamp(sum, Math.log(1e-8), 20)
  return Math.exp(lambda + k * logW - lambda * Math.exp(logW))
}

function clippedTerm({ epsilon, epsilon_high, delta }: ClipSettings, { advantage, ratio }: TokenInput) {
  const bounded = delta === null ? ratio : Math.min(ratio, delta)
  const free = bounded * advantage
  const inside = clamp(ratio, 1 - epsilon, 1 + epsilon_high) * advantage
  const moves = free <= inside && (delta === null || ratio <= delta)
  const clipped: Clipped =
    bounded < 1 - epsilon && advantage < 0
      ? 'low'
      : bounded > 1 + epsilon_high && advantage > 0
        ? 'high'
        : null
  return { value: -Math.min(free, inside), slope: 0, ratioSlope: moves ? -ratio * advantage : 0, clipped }
}

function cispoTerm({ epsilon_high }: ClipSettings, { advantage, policy, ratio }: TokenInput): PolicyTerm {
  const term = weighted(-Math.min(ratio, epsilon_high) * advantage, policy)
  return ratio > epsilon_high && advantage > 0 ? { ...term, clipped: 'high' } : term
}

function sapoTerm({ advantage, ratio }: TokenInput): PolicyTerm {
  const temperature = advantage > 0 ? SAPO_POSITIVE : SAPO_NEGATIVE
  const gate = 1 / (1 + Math.exp(-temperature * (ratio - 1)))
  return {
    value: (-advantage * gate * 4) / temperature,
    slope: 0,
    ratioSlope: -advantage * 4 * gate * (1 - gate) * ratio,
    clipped: null,
  }
}

/** A constant times the log-probability. */
function weighted(weight: number, policy: number): PolicyTerm {
  return { value: weight * policy, slope: weight, ratioSlope: 0, clipped: null }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
