/**
 * "What is 7 * 8 + 25?": products first, then sums and differences, left to right.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { calculate, isWithin, largestNumber } from './arithmetic.ts'
import { workings, type Take } from './working.ts'

/** A product of two factors, or a lone number; the sign of the first part is always "+". */
interface Part {
  readonly sign: '+' | '-'
  readonly factors: readonly [number, number] | readonly [number]
}

const largestFactor: Readonly<Record<Difficulty, number>> = { 1: 12, 2: 19, 3: 49 }

export const mulAdd: Family = {
  name: 'mul_add',
  domain: 'math',
  answerType: 'number',
  description: 'Products, then sums and differences.',
  draw(random, difficulty) {
    const parts = drawParts(random, difficulty)
    const expression = parts
      .map(({ sign, factors }, k) => (k === 0 ? '' : ` ${sign} `) + factors.join(' * '))
      .join('')
    return {
      key: `mul_add/${expression}`,
      family: 'mul_add',
      domain: 'math',
      question: `What is ${expression}?`,
      answer_type: 'number',
      difficulty,
      ...workings((take) => total(take, parts, largestNumber[difficulty])?.toString() ?? null),
    }
  },
}

/** Drawn again until no total is negative or too large. */
function drawParts(random: Random, difficulty: Difficulty): Part[] {
  for (;;) {
    const limit = largestNumber[difficulty]
    const product = () => [random.int(2, largestFactor[difficulty]), random.int(2, 9)] as const
    const lone = () => [random.int(2, limit)] as const
    const factors = random.shuffle(
      difficulty === 1
        ? [product(), lone()]
        : difficulty === 2
          ? [product(), product()]
          : [product(), product(), lone()],
    )
    const parts = factors.map((f, k): Part => ({ sign: k === 0 ? '+' : random.pick(['+', '-']), factors: f }))
    if (total((right) => right, parts, limit) !== null) return parts
  }
}

function total(take: Take, parts: readonly Part[], limit: number): number | null {
  const values: number[] = []
  for (const { factors } of parts) {
    const [left, operand] = factors
    const value = operand === undefined ? left : calculate(take, left, { operator: '*', operand }, limit)
    if (value === null || !isWithin(value, limit)) return null
    values.push(value)
  }
  return parts.reduce<number | null>((sum, { sign }, k) => {
    if (k === 0) return values[0] ?? null
    return sum === null ? null : calculate(take, sum, { operator: sign, operand: values[k] ?? 0 }, limit)
  }, null)
}
