/**
 * Questions of somebody's own in place of generated ones, as a run has them with it: what it trains on, what it is tested on.
 * Made of an imported data set; plain data, saved with the run. Nothing here reads files.
 */
import * as v from 'valibot'
import type { Dataset } from './datasets/dataset.ts'
import type { QuestionSource } from './evaluate-questions.ts'
import type { Split, Task } from './task.ts'

export interface QuestionSet extends Readonly<Record<Split, readonly Task[]>> {
  /** As the user named it. */
  readonly source: string
}

/** A page and its checkpoints carry so many at most. */
const mostQuestions: Readonly<Record<Split, number>> = { train: 5000, dev: 1000, test: 1000 }

const taskShape = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  key: v.string(),
  family: v.string(),
  domain: v.string(),
  question: v.pipe(v.string(), v.nonEmpty()),
  answer: v.string(),
  choices: v.exactOptional(v.array(v.string())),
  answer_type: v.picklist(['number', 'choice', 'boolean', 'text', 'list', 'latex']),
  difficulty: v.exactOptional(v.picklist([1, 2, 3])),
})

export const questionSetShape = v.object({
  source: v.string(),
  train: v.array(taskShape),
  dev: v.array(taskShape),
  test: v.array(taskShape),
}) satisfies v.GenericSchema<unknown, QuestionSet>

/** Too few to train on some and test on others. */
export class TooFewQuestionsError extends Error {
  override readonly name = 'TooFewQuestionsError'
  constructor(
    readonly source: string,
    readonly usable: number,
  ) {
    super(
      `${source} has ${usable === 1 ? 'one usable question' : `${usable} usable questions`}. A run needs at least two: one to train on, one to be tested on.`,
    )
  }
}

/**
 * The data set's splits without the questions that cannot be read. Where nothing is held out, a tenth of the training
 * questions is; where nothing is to train on, nine tenths of the others are. @throws TooFewQuestionsError
 */
export function questionSetOf(
  { source, splits }: Pick<Dataset, 'source' | 'splits'>,
  { canRead = () => true }: { readonly canRead?: (task: Task) => boolean } = {},
): QuestionSet {
  const part = (split: Split) => splits[split].filter(canRead)
  const [train, dev, test] = [part('train'), part('dev'), part('test')]
  const all = [...train, ...dev, ...test]
  if (all.length < 2) throw new TooFewQuestionsError(source, all.length)
  if (train.length > 0 && (dev.length > 0 || test.length > 0))
    return cut({ source, train, dev: dev.length > 0 ? dev : test, test }, mostQuestions)
  const held = Math.max(1, Math.round(all.length / 10))
  return cut({ source, train: all.slice(held), dev: all.slice(0, held), test: [] }, mostQuestions)
}

/** Enough for the tables and thresholds of a full evaluation, whatever a run trains on. */
const leastKept = 1000

/** What of it is kept with a run that trains on so many. */
export function questionsToKeep(
  set: QuestionSet,
  { task_count }: { readonly task_count: number },
): QuestionSet {
  return cut(set, { ...mostQuestions, train: Math.max(leastKept, task_count) })
}

/** As the source of an evaluation. */
export function questionsOf(set: QuestionSet): QuestionSource {
  return {
    source: set.source,
    training: ({ task_count }) => set.train.slice(0, task_count),
    heldOut: ({ eval_size }, split) => (set[split].length > 0 ? set[split] : set.dev).slice(0, eval_size),
  }
}

function cut({ source, ...set }: QuestionSet, most: Readonly<Record<Split, number>>): QuestionSet {
  const part = (split: Split) => set[split].slice(0, most[split])
  return { source, train: part('train'), dev: part('dev'), test: part('test') }
}
