/**
 * Schulman's k3 estimate of the KL divergence to the reference policy, per token, with its gradient.
 * q = exp(ref − l) − (ref − l) − 1 ≥ 0, where l is the policy's log-probability of the token.
 */

export interface KlTerm {
  /** Nats. */
  readonly value: number
  /** ∂/∂l. */
  readonly slope: number
  /** ∂/∂ log ρ: 0 for the plain estimate, the value itself when it is multiplied by ρ. */
  readonly ratioSlope: number
}

/**
 * @param ratio ρ to multiply by, with gradient (TRL `use_bias_correction_kl`); null for the plain estimate.
 */
export function klTerm(policy: number, reference: number, ratio: number | null): KlTerm {
  const gap = reference - policy
  const value = Math.expm1(gap) - gap
  const slope = -Math.expm1(gap)
  if (ratio === null) return { value, slope, ratioSlope: 0 }
  return { value: value * ratio, slope: slope * ratio, ratioSlope: value * ratio }
}
