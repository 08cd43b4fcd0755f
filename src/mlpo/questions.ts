/**
 * The questions of a run (MLPO §5): training questions from the train split, held-out ones from dev or test, all
 * different by canonical key. A longer draw begins with the shorter one.
 */
import type { Config } from './config/config.ts'
import { drawTasks } from './families/draw.ts'
import type { Difficulty, Split, Task } from './task.ts'

export interface QuestionDraw {
  readonly families: readonly string[]
  /** null mixes all three. */
  readonly difficulty: number | null
  readonly split: Split
  readonly count: number
  readonly seed: number
  readonly distinct?: 'keys' | 'any'
}

const difficulties: readonly Difficulty[] = [1, 2, 3]

/** Families come in turn; mixed difficulties take turns after each round of families. */
export function drawQuestions({ difficulty, ...draw }: QuestionDraw): Task[] {
  const levels = difficulties.filter((level) => difficulty === null || level === difficulty)
  const width = draw.families.length
  const levelAt = (index: number) => Math.floor(index / width) % levels.length
  const counts = levels.map(() => 0)
  for (let i = 0; i < draw.count; i++) counts[levelAt(i)] = (counts[levelAt(i)] ?? 0) + 1
  const sources = levels.map((level, i) =>
    drawTasks({ ...draw, difficulty: level, count: counts[i] ?? 0 }).values(),
  )
  const tasks: Task[] = []
  for (let i = 0; i < draw.count; i++) {
    const next = sources[levelAt(i)]?.next()
    if (next?.done === false) tasks.push(next.value)
  }
  return tasks
}

/** What the run trains on, before the easy filter. */
export function trainingQuestions(config: Config): Task[] {
  const { families, difficulty, task_count: count, seed } = config
  return drawQuestions({ families, difficulty, split: 'train', count, seed, distinct: 'keys' })
}

/** The first `count` held-out questions of the seed: the same for every step and every leader. */
export function heldOutQuestions(
  config: Config,
  { split, count }: { readonly split: 'dev' | 'test'; readonly count: number },
): Task[] {
  const { families, difficulty, seed } = config
  return drawQuestions({ families, difficulty, split, count, seed, distinct: 'keys' })
}
