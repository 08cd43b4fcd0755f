/**
 * Whether two expressions have the same value, by mathjs: numbers with 128 digits, variables by trying points. Two
 * expressions that agree at every point tried could still differ; in answers to questions they do not.
 * The library is 100 kB: it is fetched by `loadAlgebra`, and must be there before anything is compared.
 */
import { hashText, uniformAt } from '../../../common/hash.ts'
import type { Expression } from './expression.ts'
import type * as Mathjs from './mathjs.ts'

let loaded: typeof Mathjs | null = null

/** Fetches the library, once. */
export async function loadAlgebra(): Promise<void> {
  loaded ??= await import('./mathjs.ts')
}

export class AlgebraNotLoadedError extends Error {
  override readonly name = 'AlgebraNotLoadedError'
  constructor() {
    super('LaTeX answers are compared before loadAlgebra() has finished: await prepareAnswers(tasks) first.')
  }
}

export interface Closeness {
  /** Absolute: for a value that was rounded to so many decimals. */
  readonly within?: number
}

/** Points at which expressions with variables are compared; the last is negative. */
const points = 4

/** @throws AlgebraNotLoadedError */
export function sameValue(a: Expression, b: Expression, { within }: Closeness = {}): boolean {
  if (loaded === null) throw new AlgebraNotLoadedError()
  const variables = [...new Set([...a.variables, ...b.variables])]
  if (variables.length === 0) return loaded.sameNumber(a.code, b.code, within ?? null)
  let compared = 0
  for (let point = 0; point < points; point++) {
    const scope = Object.fromEntries(variables.map((name) => [name, pointOf(name, point)]))
    const same = loaded.sameAt(a.code, b.code, scope)
    if (same === false) return false
    if (same === true) compared += 1
  }
  return compared >= 2
}

/** Whether one is a constant multiple of the other: two equations that say the same. @throws AlgebraNotLoadedError */
export function proportional(a: Expression, b: Expression): boolean {
  if (loaded === null) throw new AlgebraNotLoadedError()
  if (a.variables.join() !== b.variables.join() || a.variables.length === 0) return false
  const scope = Object.fromEntries(a.variables.map((name) => [name, pointOf(name, points)]))
  const [ofA, ofB] = [loaded.valueAt(a.code, scope), loaded.valueAt(b.code, scope)]
  if (ofA === null || ofB === null) return false
  return sameValue({ ...a, code: `(${a.code})*(${ofB})` }, { ...b, code: `(${b.code})*(${ofA})` })
}

function pointOf(name: string, point: number): number {
  const size = 0.3 + 2.2 * uniformAt(hashText(name), point)
  return point === points - 1 ? -size : size
}
