/** Which questions: generated ones, or a user's own file (`--dataset`), split by key like everything else. */
import { readFile } from 'node:fs/promises'
import type { Config } from '../src/mlpo/config/config.ts'
import { problemText, type LineProblem } from '../src/mlpo/datasets/json-lines.ts'
import { readTasks } from '../src/mlpo/datasets/jsonl.ts'
import { heldOutQuestions, trainingQuestions } from '../src/mlpo/questions.ts'
import { splitOf, type Split, type Task } from '../src/mlpo/task.ts'
import type { Flag, Given } from './flags.ts'
import { InputError, type Io } from './io.ts'
import { readError } from './read-error.ts'

export const datasetFlag: Flag = {
  name: 'dataset',
  value: 'FILE',
  help: 'Your own questions instead of generated ones: JSON lines with question and answer; 80 % train, 10 % dev, 10 % test.',
}

export interface Questions {
  training(config: Config): readonly Task[]
  heldOut(config: Config, split: 'dev' | 'test'): readonly Task[]
}

export async function questionsOf(given: Given, io: Io): Promise<Questions> {
  const file = given.values.get('dataset')
  if (file === undefined)
    return {
      training: trainingQuestions,
      heldOut: (config, split) => heldOutQuestions(config, { split, count: config.eval_size }),
    }
  const { tasks, problems, duplicates } = readTasks(await readInput(file), { source: file })
  noteProblems(problems, { file, io })
  if (duplicates > 0) io.note(`${file}: ${duplicates} repeated questions left out.`)
  const part = (split: Split, count: number) => {
    const own = tasks.filter(({ key }) => splitOf(key) === split)
    if (own.length === 0)
      throw new InputError(
        `${file}: none of its ${tasks.length} questions falls into the ${split} split. Add more.`,
      )
    return own.slice(0, count)
  }
  return {
    training: (config) => part('train', config.task_count),
    heldOut: (config, split) => part(split, config.eval_size),
  }
}

/** @throws InputError */
export function readInput(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw readError(file, cause)
  })
}

/** Names lines that were left out: the first five, and how many more. */
export function noteProblems(
  problems: readonly LineProblem[],
  { file, io }: { readonly file: string; readonly io: Io },
): void {
  for (const problem of problems.slice(0, 5)) io.note(`${file}, ${problemText(problem)}: left out.`)
  if (problems.length > 5) io.note(`${file}: ${problems.length - 5} more lines left out.`)
}
