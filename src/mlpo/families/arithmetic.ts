/**
 * Steps of the form "30 + 29 = 59." and the ways they go wrong: off by one, two or ten, the wrong operator,
 * the neighbouring row of the times table. All numbers stay whole and within 0 and a limit.
 */
import type { Random } from '../random.ts'
import type { Difficulty } from '../task.ts'
import type { Step, Take } from './working.ts'

export type Operator = '+' | '-' | '*' | '/'

/** "+ 12" */
export interface Term {
  readonly operator: Operator
  readonly operand: number
}

export interface Line extends Step {
  readonly value: number
}

/** No number of a question or its working is larger. */
export const largestNumber: Readonly<Record<Difficulty, number>> = { 1: 99, 2: 199, 3: 999 }

export function compute(left: number, { operator, operand }: Term): number {
  switch (operator) {
    case '+':
      return left + operand
    case '-':
      return left - operand
    case '*':
      return left * operand
    case '/':
      return left / operand
    default:
      return operator satisfies never
  }
}

export function isWithin(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= limit
}

/** Takes the step "left operator operand = …" and gives its value; null where that is no allowed number. */
export function calculate(take: Take, left: number, term: Term, limit: number): number | null {
  const value = compute(left, term)
  if (!isWithin(value, limit)) return null
  return take(lineOf(left, term, value), wrongLines(left, term, limit)).value
}

/** Takes one step per term; null as soon as a value is no allowed number. */
export function calculateAll(
  take: Take,
  first: number,
  terms: readonly Term[],
  limit: number,
): number | null {
  return terms.reduce<number | null>(
    (total, term) => (total === null ? null : calculate(take, total, term, limit)),
    first,
  )
}

/** + or −, so that the new total is neither negative nor above the limit. */
export function drawSum(random: Random, total: number, limit: number): Term {
  const add = total < 2 || (total < limit - 1 && random.uniform() < 0.5)
  return add
    ? { operator: '+', operand: random.int(1, limit - total) }
    : { operator: '-', operand: random.int(1, total) }
}

export function textOf({ operator, operand }: Term): string {
  return `${operator} ${operand}`
}

function lineOf(left: number, term: Term, value: number): Line {
  return { text: `${left} ${textOf(term)} = ${value}.`, value }
}

function wrongLines(left: number, term: Term, limit: number): Line[] {
  const { operator, operand } = term
  const value = compute(left, term)
  const nears = operator === '*' ? [-operand, operand, -left, left] : []
  const lines = [-10, -2, -1, 1, 2, 10, ...nears].map((off) => lineOf(left, term, value + off))
  const otherTerm: Term = {
    operator: operator === '+' ? '-' : operator === '-' ? '+' : operator === '*' ? '+' : '-',
    operand,
  }
  lines.push(lineOf(left, otherTerm, compute(left, otherTerm)))
  return lines.filter((line) => isWithin(line.value, limit))
}
