/**
 * "Sort: pear, axe, cup, hat": each step names the next word in the order of the alphabet.
 * The key is the set of words. At difficulty 1 the first letters differ.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { workings, type Step } from './working.ts'

interface Next extends Step {
  readonly word: string
}

const vocabulary: readonly string[] = (
  'ant axe ball bee book cat cow cup dog duck eel egg fig fox fork gold hat hen ink iron jam key lead lime map ' +
  'moth nail nut oil owl pear pen pig ring rope saw swan tin tuna van wasp zinc'
).split(' ')

const wordCount: Readonly<Record<Difficulty, readonly [number, number]>> = { 1: [3, 4], 2: [5, 5], 3: [7, 7] }

export const wordSorting: Family = {
  name: 'word_sorting',
  domain: 'logic',
  answerType: 'list',
  description: 'Words to put in the order of the alphabet.',
  draw(random, difficulty) {
    const words = drawWords(random, difficulty)
    const sorted = [...words].sort()
    return {
      key: `word_sorting/${sorted.join(' ')}`,
      family: 'word_sorting',
      domain: 'logic',
      question: `Sort these words by the alphabet: ${words.join(', ')}.`,
      answer_type: 'list',
      difficulty,
      ...workings((take) => {
        const order: string[] = []
        while (order.length < sorted.length) {
          const left = sorted.filter((word) => !order.includes(word))
          const steps = left.map((word): Next => ({
            text: `${order.length === 0 ? 'First' : 'Then'} ${word}.`,
            word,
          }))
          const [right, ...wrongs] = steps
          if (right === undefined) return null
          order.push(take(right, wrongs).word)
        }
        return order.join(', ')
      }),
    }
  },
}

/** Never in order already. */
function drawWords(random: Random, difficulty: Difficulty): string[] {
  for (;;) {
    const words = random.shuffle(vocabulary).slice(0, random.int(...wordCount[difficulty]))
    const letters = new Set(words.map((word) => word.slice(0, 1)))
    if (difficulty === 1 && letters.size < words.length) continue
    if ([...words].sort().join() !== words.join()) return words
  }
}
