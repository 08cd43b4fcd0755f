/** The question box: what is drawn from the task families or from somebody's own questions, and what becomes of it when somebody types. */
import { drawTasks } from '../../mlpo/families/draw.ts'
import { families } from '../../mlpo/families/families.ts'
import type { QuestionSet } from '../../mlpo/question-set.ts'
import type { Difficulty, Family, Task } from '../../mlpo/task.ts'

/** Generated questions of the Arena come from the dev split: training never sees them. */
const split = 'dev'
const seed = 1

export interface FamilyDraw {
  readonly from: 'family'
  readonly family: string
  readonly difficulty: Difficulty
  /** Counts the draws of this family and difficulty. */
  readonly index: number
}

/** Somebody's own questions one after the other, held-out ones first. */
export interface OwnDraw {
  readonly from: 'own'
  readonly questions: QuestionSet
  readonly index: number
}

export type Draw = FamilyDraw | OwnDraw

export const firstDraw: FamilyDraw = { from: 'family', family: 'word_problem', difficulty: 1, index: 0 }

export const difficulties: readonly Difficulty[] = [1, 2, 3]

export const knownFamilies: readonly Family[] = families

export function draw(wanted: Draw): Task {
  return wanted.from === 'own' ? drawOwn(wanted) : drawFamily(wanted)
}

function drawFamily({ family, difficulty, index }: FamilyDraw): Task {
  const tasks = drawTasks({ families: [family], difficulty, split, count: index + 1, seed })
  const task = tasks[index]
  if (task === undefined) throw new RangeError(`draw ${index} of ${family} is missing`)
  return task
}

/** After the last one comes the first again. */
function drawOwn({ questions, index }: OwnDraw): Task {
  const all = [...questions.dev, ...questions.train]
  const task = all[index % all.length]
  if (task === undefined) throw new RangeError(`${questions.source} has no question`)
  return task
}

/** Where a drawn question stands among somebody's own; what is not held out may be trained on. */
export function ownPlace({ questions: { dev, train }, index }: OwnDraw): {
  readonly number: number
  readonly of: number
  readonly isHeldOut: boolean
} {
  const of = dev.length + train.length
  const at = index % of
  return { number: at + 1, of, isHeldOut: at < dev.length }
}

/** "web_of_lies" → "web of lies". */
export function familyLabel(name: string): string {
  return name.replaceAll('_', ' ')
}

export type AskedTask = Omit<Task, 'answer' | 'key'> & { readonly answer: string | null }

/** A drawn question keeps its gold answer only as long as nobody has changed a letter of it. */
export function askedTask(text: string, drawn: Task | null): AskedTask {
  const question = text.trim()
  if (drawn !== null && drawn.question.trim() === question) {
    const { key: _key, ...task } = drawn
    return task
  }
  return { id: `own-${question}`, family: 'own', domain: 'own', question, answer: null, answer_type: 'text' }
}
