/** Which questions: generated ones, or a data set (`--dataset`) with its own splits or split by key. */
import { readFile } from 'node:fs/promises'
import { generatedQuestions, type QuestionSource } from '../src/mlpo/evaluate-questions.ts'
import type { Split } from '../src/mlpo/task.ts'
import type { Context } from './command.ts'
import { columnsFlag, noteLosses, openDataset } from './dataset.ts'
import type { Flag, Given } from './flags.ts'
import { InputError } from './io.ts'
import { readError } from './read-error.ts'

const datasetFlag: Flag = {
  name: 'dataset',
  value: 'FILE|URL|hub:NAME',
  help:
    'A data set instead of generated questions: a file or folder of JSON lines, JSON, CSV or Parquet, an address, or ' +
    '"hub:owner/name?subset=S&split=P&revision=R". Without published splits 80 % train, 10 % dev, 10 % test.',
}

export const datasetFlags: readonly Flag[] = [datasetFlag, columnsFlag]

/** `source` is as `--dataset` names it. */
export type Questions = QuestionSource

export async function questionsOf(given: Given, context: Context): Promise<Questions> {
  const source = given.values.get('dataset')
  if (source === undefined) return generatedQuestions
  const dataset = await openDataset([source], { given, context })
  noteLosses(dataset, context.io)
  const part = (split: Split, count: number) => {
    const own = dataset.splits[split]
    if (own.length === 0)
      throw new InputError(`${source}: no question falls into the ${split} split. Add more.`)
    return own.slice(0, count)
  }
  return {
    source,
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
