/**
 * Quantiles of the normal and of Student's t distribution, by bisection of their distribution functions: slow,
 * short, and right to about 1e-12. Formulae: Numerical Recipes §6 (incomplete beta by Lentz's continued fraction).
 */

/** The z with P(Z ≤ z) = share. */
export function normalQuantile(share: number): number {
  return bisect(share, normalBelow)
}

/** The t with P(T ≤ t) = share, for whole or fractional degrees of freedom > 0. */
export function tQuantile(share: number, degrees: number): number {
  return bisect(share, (t) => tBelow(t, degrees))
}

function bisect(share: number, below: (x: number) => number): number {
  if (!(share > 0 && share < 1))
    throw new RangeError(`a quantile needs a share between 0 and 1, not ${share}`)
  let low = -1
  let high = 1
  while (below(low) > share) low *= 2
  while (below(high) < share) high *= 2
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (below(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Via the incomplete gamma function: erf(x) = P(1/2, x²), as a series. */
function normalBelow(z: number): number {
  const x = (z * z) / 2
  let term = 1 / Math.sqrt(Math.PI / 4)
  let sum = term
  for (let n = 1; n < 500 && term > sum * 1e-17; n++) {
    term *= x / (n + 0.5)
    sum += term
  }
  const erf = Math.abs(z) > 12 ? 1 : Math.min(1, sum * Math.sqrt(x) * Math.exp(-x))
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}

function tBelow(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
  return t < 0 ? tail : 1 - tail
}

function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x))
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const safe = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / safe(1 + even * d)
    c = safe(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / safe(1 + odd * d)
    c = safe(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return fraction
}

/** Lanczos' approximation, for x > 0. */
function logGamma(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  let sum = coefficients[0] ?? 0
  for (let i = 1; i < coefficients.length; i++) sum += (coefficients[i] ?? 0) / (x - 1 + i)
  const base = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}
