/**
 * What a run knows of questions that were left out of its file: enough to tell whether those that somebody chooses are
 * the same. By what they say, not by their names: a file may be called something else on another machine.
 */
import * as v from 'valibot'
import { textId } from '../common/hash.ts'
import type { Config } from './config/config.ts'
import { questionsToKeep, type QuestionSet } from './question-set.ts'
import type { Task } from './task.ts'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

export const leftOutShape = v.object({
  source: v.string(),
  /** Of what they say, in their order. */
  fingerprint: v.string(),
  train: whole,
  /** Held out, to be tested on. */
  held: whole,
})

export type LeftOutQuestions = Readonly<v.InferOutput<typeof leftOutShape>>

export class QuestionsLeftOutError extends Error {
  override readonly name = 'QuestionsLeftOutError'
  constructor(
    readonly leftOut: LeftOutQuestions,
    readonly chosen: LeftOutQuestions | null,
  ) {
    const others = chosen === null ? '' : ` What is chosen now is not the same: ${leftOutText(chosen)}.`
    super(
      `This run cannot go on without its questions, which were left out of its file: ${leftOutText(leftOut)}.${others} ` +
        'Begin a new run in Train with the same team, take these questions from their file there, and then continue ' +
        'this run in Runs.',
    )
  }
}

/** "own.csv, 36 to train on, 4 held out, fingerprint 0123456789abcdef". */
export function leftOutText({ source, fingerprint, train, held }: LeftOutQuestions): string {
  return `${source}, ${train} to train on, ${held} held out, fingerprint ${fingerprint}`
}

export function describeQuestions({ source, train, dev, test }: QuestionSet): LeftOutQuestions {
  const said = (tasks: readonly Task[]) =>
    tasks.map(({ question, answer, choices = null, answer_type }) => [question, answer, choices, answer_type])
  return {
    source,
    fingerprint: textId(JSON.stringify([said(train), said(dev), said(test)])),
    train: train.length,
    held: dev.length + test.length,
  }
}

/** @throws QuestionsLeftOutError unless these are the questions that a run with such settings was begun with */
export function checkQuestions(
  leftOut: LeftOutQuestions,
  given: QuestionSet | null,
  config: Pick<Config, 'task_count'>,
): void {
  const chosen = given && describeQuestions(questionsToKeep(given, config))
  if (chosen?.fingerprint !== leftOut.fingerprint) throw new QuestionsLeftOutError(leftOut, chosen)
}
