/**
 * "Ann: ball, Bob: cup, … Ann and Bob swap. … What does Bob have?": each step names what the two who swapped
 * have now. The one asked for takes part in the last swap, and that is where slips are. People are numbered in the order
 * in which they get their objects.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { names, objects } from './words.ts'
import { workings, type Step } from './working.ts'

type Pair = readonly [number, number]

interface Swapped extends Step {
  readonly held: Pair
}

/** [people, swaps] */
const sizes: Readonly<Record<Difficulty, readonly Pair[]>> = {
  1: [
    [5, 3],
    [6, 3],
  ],
  2: [[5, 5]],
  3: [[6, 7]],
}

export const shuffledObjects: Family = {
  name: 'shuffled_objects',
  domain: 'logic',
  answerType: 'text',
  description: 'People swap objects; what does one of them have in the end?',
  draw(random, difficulty) {
    const [count, swapCount] = random.pick(sizes[difficulty])
    const swaps = drawSwaps(random, count, swapCount)
    const target = random.pick(swaps.at(-1) ?? [])
    const people = random.shuffle(names).slice(0, count)
    const things = random.shuffle(objects).slice(0, count)
    const nameOf = (person: number) => people[person] ?? ''
    const thingOf = (thing: number) => things[thing] ?? ''
    const start = things.map((thing, k) => `${nameOf(k)}: ${thing}`).join(', ')
    const acts = swaps.map(([a, b]) => `${nameOf(a)} and ${nameOf(b)} swap.`).join(' ')
    return {
      key: `shuffled_objects/${count} people ${swaps.map((swap) => swap.join('-')).join(' ')} ${target}`,
      family: 'shuffled_objects',
      domain: 'logic',
      question: `${start}. ${acts} What does ${nameOf(target)} have?`,
      answer_type: 'text',
      difficulty,
      ...workings((take) => {
        const held = things.map((_, k) => k)
        for (const [k, [a, b]] of swaps.entries()) {
          const [ofA, ofB] = [held[a] ?? 0, held[b] ?? 0]
          const step = (...now: Pair): Swapped => {
            return { text: `${nameOf(a)}: ${thingOf(now[0])}, ${nameOf(b)}: ${thingOf(now[1])}.`, held: now }
          }
          const other = held.find((thing) => thing !== ofA && thing !== ofB) ?? 0
          const strange = target === a ? step(other, ofA) : step(ofB, other)
          const [nowA, nowB] = take(step(ofB, ofA), k === swapCount - 1 ? [step(ofA, ofB), strange] : []).held
          held[a] = nowA
          held[b] = nowB
        }
        return thingOf(held[target] ?? 0)
      }),
    }
  },
}

/** No swap is undone by the next one. */
function drawSwaps(random: Random, people: number, count: number): Pair[] {
  const swaps: Pair[] = []
  while (swaps.length < count) {
    const a = random.int(0, people - 2)
    const b = random.int(a + 1, people - 1)
    const last = swaps.at(-1)
    if (last?.[0] !== a || last[1] !== b) swaps.push([a, b])
  }
  return swaps
}
