/**
 * "What is 30 + 29 - 18?": sums and differences, left to right, one step per operator.
 */
import { calculateAll, compute, drawSum, largestNumber, textOf, type Term } from './arithmetic.ts'
import type { Family } from '../task.ts'
import { workings } from './working.ts'

export const chain: Family = {
  name: 'chain',
  domain: 'math',
  answerType: 'number',
  description: 'A chain of sums and differences.',
  draw(random, difficulty) {
    const limit = largestNumber[difficulty]
    const first = random.int(1, limit - 1)
    const terms: Term[] = []
    let total = first
    for (let k = 0; k <= difficulty; k++) {
      const term = drawSum(random, total, limit)
      terms.push(term)
      total = compute(total, term)
    }
    const expression = `${first} ${terms.map(textOf).join(' ')}`
    return {
      key: `chain/${expression}`,
      family: 'chain',
      domain: 'math',
      question: `What is ${expression}?`,
      answer_type: 'number',
      difficulty,
      ...workings((take) => calculateAll(take, first, terms, limit)?.toString() ?? null),
    }
  },
}
