/**
 * Draws questions by seed. Question i of a family depends on (seed, family, difficulty, i) alone, so its id is enough
 * to draw it again, with its working. Which split a question is in follows from its key, never from the seed.
 */
import { stream } from '../random.ts'
import { splitOf, type Difficulty, type Problem, type Split, type Task } from '../task.ts'
import { familyByName } from './families.ts'

export interface DrawOptions {
  /** Names; questions come round-robin. */
  readonly families: readonly string[]
  readonly difficulty: Difficulty
  readonly split: Split
  /** Over all families together. */
  readonly count: number
  readonly seed: number
  /** `keys`: no two questions with the same key. */
  readonly distinct?: 'keys' | 'any'
}

/** A problem and the id by which `problemOf` finds it again. */
export interface DrawnProblem {
  readonly id: string
  readonly problem: Problem
}

/** So many draws in a row without a new question mean that a family has none left. */
const patienceDraws = 20_000

export class FamilyExhaustedError extends Error {
  constructor(
    readonly family: string,
    readonly difficulty: Difficulty,
    readonly split: Split,
    readonly found: number,
  ) {
    super(
      `Family "${family}" at difficulty ${difficulty} has no more than about ${found} different questions in the ` +
        `${split} split. Ask for fewer, add families, or allow repeated questions.`,
    )
    this.name = 'FamilyExhaustedError'
  }
}

export class TaskIdError extends Error {
  constructor(readonly id: string) {
    super(
      `"${id}" is not the id of a generated question, such as chain-1-7-42 (family, difficulty, seed, number).`,
    )
    this.name = 'TaskIdError'
  }
}

export function drawTasks(options: DrawOptions): Task[] {
  return drawProblems(options).map(taskOf)
}

/** As `drawTasks`, with the workings. */
export function drawProblems({ families, count, distinct = 'any', ...rest }: DrawOptions): DrawnProblem[] {
  const sources = families.map((name) => drawFamily({ ...rest, name, distinct }))
  const drawn: DrawnProblem[] = []
  while (drawn.length < count && sources.length > 0) {
    for (const source of sources.slice(0, count - drawn.length)) drawn.push(source())
  }
  return drawn
}

export function taskOf({ id, problem }: DrawnProblem): Task {
  const { key, family, domain, question, answer, choices, answer_type, difficulty } = problem
  return {
    ...{ id, key, family, domain, question, answer, answer_type },
    ...(choices === undefined ? {} : { choices }),
    ...(difficulty === undefined ? {} : { difficulty }),
  }
}

/** The problem behind a task of `drawTasks`, drawn again. */
export function problemOf({ id }: Pick<Task, 'id'>): Problem {
  const [, name, level, seed, index] = /^(\w+)-([123])-(-?\d+)-(\d+)$/.exec(id) ?? []
  if (name === undefined) throw new TaskIdError(id)
  const difficulty: Difficulty = level === '1' ? 1 : level === '2' ? 2 : 3
  return drawOne(name, difficulty, Number(seed), Number(index))
}

function drawOne(name: string, difficulty: Difficulty, seed: number, index: number): Problem {
  return familyByName(name).draw(stream(seed, 'tasks', name, difficulty, index), difficulty)
}

interface FamilyDrawOptions extends Omit<DrawOptions, 'families' | 'count'> {
  readonly name: string
}

/** A function that gives the family's next question of the split at each call. */
function drawFamily({ name, difficulty, split, seed, distinct }: FamilyDrawOptions): () => DrawnProblem {
  const keys = new Set<string>()
  let index = 0
  return () => {
    for (let misses = 0; misses < patienceDraws; misses++) {
      const id = `${name}-${difficulty}-${seed}-${index}`
      const problem = drawOne(name, difficulty, seed, index)
      index += 1
      if (splitOf(problem.key) !== split || (distinct === 'keys' && keys.has(problem.key))) continue
      if (distinct === 'keys') keys.add(problem.key)
      return { id, problem }
    }
    throw new FamilyExhaustedError(name, difficulty, split, keys.size)
  }
}
