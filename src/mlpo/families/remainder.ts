/**
 * "Divide 45 + 42 by 9. What is the remainder?": the sum, the largest multiple within it, the rest.
 * A sum instead of one number, because numbers below 100 alone give too few different questions.
 */
import type { Difficulty, Family } from '../task.ts'
import { calculate, compute, drawSum, largestNumber, textOf } from './arithmetic.ts'
import { workings } from './working.ts'

const divisors: Readonly<Record<Difficulty, readonly [number, number]>> = {
  1: [3, 9],
  2: [3, 12],
  3: [11, 29],
}

export const remainder: Family = {
  name: 'remainder',
  domain: 'math',
  answerType: 'number',
  description: 'The remainder of a sum or difference.',
  draw(random, difficulty) {
    const limit = largestNumber[difficulty]
    const divisor = random.int(...divisors[difficulty])
    const first = random.int(10, limit - 1)
    let term = drawSum(random, first, limit)
    while (compute(first, term) < divisor) term = drawSum(random, first, limit)
    const expression = `${first} ${textOf(term)}`
    return {
      key: `remainder/${expression} by ${divisor}`,
      family: 'remainder',
      domain: 'math',
      question: `Divide ${expression} by ${divisor}. What is the remainder?`,
      answer_type: 'number',
      difficulty,
      ...workings((take) => {
        const whole = calculate(take, first, term, limit)
        if (whole === null) return null
        const quotient = Math.floor(whole / divisor)
        const multiple = calculate(take, divisor, { operator: '*', operand: quotient }, limit)
        if (multiple === null) return null
        return calculate(take, whole, { operator: '-', operand: multiple }, limit)?.toString() ?? null
      }),
    }
  },
}
