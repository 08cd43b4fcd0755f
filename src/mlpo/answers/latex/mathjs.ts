/** The part of mathjs that answers need, in two precisions. Import it through `algebra.ts`, which fetches it on demand. */
import {
  absDependencies,
  acosDependencies,
  addDependencies,
  asinDependencies,
  atanDependencies,
  combinationsDependencies,
  cosDependencies,
  create,
  divideDependencies,
  eDependencies,
  evaluateDependencies,
  expDependencies,
  factorialDependencies,
  iDependencies,
  logDependencies,
  multiplyDependencies,
  nthRootDependencies,
  piDependencies,
  powDependencies,
  sinDependencies,
  smallerEqDependencies,
  sqrtDependencies,
  subtractDependencies,
  tanDependencies,
  unaryMinusDependencies,
  unaryPlusDependencies,
  type MathJsInstance,
} from 'mathjs'

// Their types allow undefined, for builds of mathjs without a part; the library's own build has them all.
const parts = Object.fromEntries(
  Object.entries({
    ...{ absDependencies, acosDependencies, addDependencies, asinDependencies, atanDependencies },
    ...{ combinationsDependencies, cosDependencies, divideDependencies, eDependencies, evaluateDependencies },
    ...{ expDependencies, factorialDependencies, iDependencies, logDependencies, multiplyDependencies },
    ...{ nthRootDependencies, piDependencies, powDependencies, sinDependencies, smallerEqDependencies },
    ...{ sqrtDependencies, subtractDependencies, tanDependencies, unaryMinusDependencies },
    ...{ unaryPlusDependencies },
  }).flatMap(([name, part]) => (part === undefined ? [] : [[name, part]])),
)

const digits = 128
const exact = create(parts, { number: 'BigNumber', precision: digits })
const fast = create(parts, {})

/** Relative above 1, absolute below: what rounding may leave. Complex numbers have the digits of a double only. */
const exactTolerance = `1e-${digits - 20}`
const fastTolerance = '1e-9'

export type Scope = Readonly<Record<string, number>>

/** Two constants; `within` is an absolute tolerance, null = none but rounding. False where one has no finite value. */
export function sameNumber(a: string, b: string, within: number | null): boolean {
  const [size, other, difference] = [`abs(${a})`, `abs(${b})`, `abs((${a})-(${b}))`].map((code) =>
    valueOf(exact, code),
  )
  if (size == null || other == null || difference == null) return false
  if (within !== null) return exact.evaluate(`${difference} <= ${within}`) === true
  const tolerance = [a, b].some((code) => valueOf(exact, code)?.includes('i'))
    ? fastTolerance
    : exactTolerance
  return exact.evaluate(`${difference} <= ${tolerance} * (1 + ${size})`) === true
}

/** With these values of the variables; null where one of them has no finite value there. */
export function sameAt(a: string, b: string, scope: Scope): boolean | null {
  const [size, other, difference] = [`abs(${a})`, `abs(${b})`, `abs((${a})-(${b}))`].map((code) =>
    valueAt(code, scope),
  )
  if (size == null || other == null || difference == null) return null
  return fast.evaluate(`${difference} <= ${fastTolerance} * (1 + ${size})`) === true
}

/** The value as an expression ("1 + 2i"), null where it is not finite. */
export function valueAt(code: string, scope: Scope): string | null {
  return valueOf(fast, code, scope)
}

function valueOf(math: MathJsInstance, code: string, scope: Scope = {}): string | null {
  try {
    const value = String(math.evaluate(code, { ...scope }))
    return /Infinity|NaN|undefined/.test(value) ? null : value
  } catch {
    return null
  }
}
