/**
 * "How many animals does Ann have: 3 cats, 2 pears, 5 dogs, 4 axes?": first what counts, then the sum.
 * The key holds the counts and which of them matter, not the things.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { calculateAll, largestNumber } from './arithmetic.ts'
import { classes, names } from './words.ts'
import { workings, type Step } from './working.ts'

interface Item {
  readonly count: number
  readonly thing: string
  readonly counts: boolean
}

interface Selection extends Step {
  readonly items: readonly Item[]
}

const largestCount: Readonly<Record<Difficulty, number>> = { 1: 9, 2: 40, 3: 150 }

export const objectCounting: Family = {
  name: 'object_counting',
  domain: 'logic',
  answerType: 'number',
  description: 'Things of several kinds: how many are of one kind?',
  draw(random, difficulty) {
    const { kind, items } = drawItems(random, difficulty)
    const name = random.pick(names)
    return {
      key: `object_counting/${items.map(({ count, counts }) => `${count}${counts ? '+' : '-'}`).join(' ')}`,
      family: 'object_counting',
      domain: 'logic',
      question: `How many ${kind} does ${name} have: ${list(items)}?`,
      answer_type: 'number',
      difficulty,
      ...workings((take) => {
        const right = items.filter((item) => item.counts)
        const taken = take(select(right), wrongSelections(items, right)).items
        const [first, ...rest] = taken.map(({ count }) => count)
        if (first === undefined) return null
        const terms = rest.map((operand) => ({ operator: '+' as const, operand }))
        return calculateAll(take, first, terms, largestNumber[difficulty])?.toString() ?? null
      }),
    }
  },
}

function drawItems(random: Random, difficulty: Difficulty): { kind: string; items: Item[] } {
  const kind = random.pick(Object.keys(classes))
  const others = Object.keys(classes).filter((name) => name !== kind)
  const inside = random.shuffle(classes[kind] ?? []).slice(0, random.int(difficulty + 1, difficulty + 2))
  const outside = random.shuffle(others.flatMap((name) => classes[name] ?? [])).slice(0, random.int(1, 2))
  const items = [...inside, ...outside].map((thing, k): Item => {
    return { count: random.int(2, largestCount[difficulty]), thing, counts: k < inside.length }
  })
  return { kind, items: random.shuffle(items) }
}

/** One thing too many, one too few, or one count misread. */
function wrongSelections(items: readonly Item[], right: readonly Item[]): Selection[] {
  const tooMany = items
    .filter(({ counts }) => !counts)
    .map((extra) => items.filter((i) => i.counts || i === extra))
  const tooFew = right.length > 2 ? right.map((missed) => right.filter((item) => item !== missed)) : []
  const misread = right.flatMap((read) =>
    [-1, 1].map((off) => right.map((item) => (item === read ? { ...item, count: item.count + off } : item))),
  )
  return [...tooMany, ...tooFew, ...misread].map(select)
}

function select(items: readonly Item[]): Selection {
  return { text: `${list(items)}.`, items }
}

function list(items: readonly Item[]): string {
  return items.map(({ count, thing }) => `${count} ${thing}`).join(', ')
}
