/**
 * "Ann has 30 pears. Ann buys 12. Ann loses 7. How many pears does Ann have?": a small story, one step an event.
 * The key holds the arithmetic only: who, what and which verb do not matter.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { calculateAll, compute, drawSum, largestNumber, textOf, type Term } from './arithmetic.ts'
import { classes, names } from './words.ts'
import { workings } from './working.ts'

const verbs = { '+': ['buys', 'finds'], '-': ['loses', 'sells'] } as const
const things = Object.values(classes).flat()

export const wordProblem: Family = {
  name: 'word_problem',
  domain: 'math',
  answerType: 'number',
  description: 'Someone has, buys, loses and shares things.',
  draw(random, difficulty) {
    const { first, terms } = drawStory(random, difficulty)
    const limit = largestNumber[difficulty]
    return {
      key: `word_problem/${first} ${terms.map(textOf).join(' ')}`,
      family: 'word_problem',
      domain: 'math',
      question: tell(random, first, terms),
      answer_type: 'number',
      difficulty,
      ...workings((take) => calculateAll(take, first, terms, limit)?.toString() ?? null),
    }
  },
}

/** At difficulty 1 two events: boxes count as one (only at the start), sharing as one (only at the end). */
function drawStory(random: Random, difficulty: Difficulty): { first: number; terms: readonly Term[] } {
  const limit = largestNumber[difficulty]
  for (;;) {
    const terms: Term[] = []
    let first = random.int(2, limit - 2)
    let total = first
    if (random.uniform() < 0.3) {
      const operand = random.int(2, 9)
      first = random.int(2, Math.floor(limit / operand))
      terms.push({ operator: '*', operand })
      total = first * operand
    }
    const shares = random.uniform() < 0.3
    while (terms.length < difficulty + (shares ? 0 : 1)) {
      const term = drawSum(random, total, limit)
      terms.push(term)
      total = compute(total, term)
    }
    if (!shares) return { first, terms }
    const friends = [2, 3, 4, 5, 6, 7, 8, 9].filter((count) => total > 0 && total % count === 0)
    if (friends.length > 0)
      return { first, terms: [...terms, { operator: '/', operand: random.pick(friends) }] }
  }
}

function tell(random: Random, first: number, terms: readonly Term[]): string {
  const name = random.pick(names)
  const thing = random.pick(things)
  const sentences = terms.map(({ operator, operand }) => {
    switch (operator) {
      case '+':
      case '-':
        return `${name} ${random.pick(verbs[operator])} ${operand}.`
      case '*':
        return `${name} has ${first} boxes of ${operand} ${thing}.`
      case '/':
        return `${name} shares them among ${operand} friends. How many does each get?`
      default:
        return operator satisfies never
    }
  })
  if (terms[0]?.operator !== '*') sentences.unshift(`${name} has ${first} ${thing}.`)
  if (terms.at(-1)?.operator !== '/') sentences.push(`How many ${thing} does ${name} have?`)
  return sentences.join(' ')
}
