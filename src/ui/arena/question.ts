/** The question box: what is drawn from the task families, and what becomes of it when somebody types. */
import { drawTasks } from '../../mlpo/families/draw.ts'
import { families } from '../../mlpo/families/families.ts'
import type { Difficulty, Family, Task } from '../../mlpo/task.ts'

/** All questions of the Arena come from the dev split: training never sees them. */
const split = 'dev'
const seed = 1

export interface Draw {
  readonly family: string
  readonly difficulty: Difficulty
  /** Counts the draws of this family and difficulty. */
  readonly index: number
}

export const firstDraw: Draw = { family: 'word_problem', difficulty: 1, index: 0 }

export const difficulties: readonly Difficulty[] = [1, 2, 3]

export const knownFamilies: readonly Family[] = families

export function draw({ family, difficulty, index }: Draw): Task {
  const tasks = drawTasks({ families: [family], difficulty, split, count: index + 1, seed })
  const task = tasks[index]
  if (task === undefined) throw new RangeError(`draw ${index} of ${family} is missing`)
  return task
}

/** "web_of_lies" → "web of lies". */
export function familyLabel(name: string): string {
  return name.replaceAll('_', ' ')
}

export type AskedTask = Omit<Task, 'answer' | 'key'> & { readonly answer: string | null }

/** A drawn question keeps its gold answer only as long as nobody has changed a letter of it. */
export function askedTask(text: string, drawn: Task | null): AskedTask {
  const question = text.trim()
  if (drawn !== null && drawn.question === question) {
    const { key: _key, ...task } = drawn
    return task
  }
  return { id: `own-${question}`, family: 'own', domain: 'own', question, answer: null, answer_type: 'text' }
}
