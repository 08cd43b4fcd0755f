/**
 * What one run of the comparison found: a method, a seed and a decoding, question by question, so that runs can be
 * compared in pairs. As JSON, read back with checks.
 */
import * as v from 'valibot'
import { costOf, sumCosts, type Cost } from '../evaluation/cost.ts'
import { mean, wilson } from '../statistics.ts'
import type { Line } from './method.ts'

const numbers = v.pipe(v.array(v.number()), v.readonly())
const line = v.object({
  way: v.picklist(['team', 'alone']),
  scores: numbers,
  generations: numbers,
  generated_tokens: numbers,
  processed_tokens: numbers,
})
const run = v.object({
  method: v.string(),
  seed: v.number(),
  decoding: v.picklist(['greedy', 'sampled']),
  split: v.picklist(['dev', 'test']),
  task_ids: v.pipe(v.array(v.string()), v.readonly()),
  /** Of phase 2; 0 where nothing was trained. */
  steps: v.number(),
  /** Tokens through the leader in phase 2, prompts included. */
  train_tokens: v.number(),
  lines: v.pipe(v.array(line), v.readonly()),
})
const file = v.object({ runs: v.pipe(v.array(run), v.readonly()) })

/** Arrays are [question], in the order of `task_ids`. */
export type RunResult = v.InferOutput<typeof run>
export type ResultLine = RunResult['lines'][number]

/** A file of results that cannot be used. */
export class ResultFileError extends Error {
  override readonly name = 'ResultFileError'
  constructor(readonly reason: string) {
    super(`The results cannot be read (${reason}). Delete the file, and the run is measured again.`)
  }
}

export function writeResults(runs: readonly RunResult[]): string {
  return `${JSON.stringify({ runs })}\n`
}

/** @throws ResultFileError */
export function readResults(text: string): readonly RunResult[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ResultFileError('not JSON')
  }
  const { success, output, issues } = v.safeParse(file, json)
  if (!success) throw new ResultFileError(issues[0].message)
  return output.runs
}

export function resultLine({ way, scores, costs }: Line): ResultLine {
  return {
    ...{ way, scores },
    generations: costs.map(({ generations }) => generations),
    generated_tokens: costs.map(({ generatedTokens }) => generatedTokens),
    processed_tokens: costs.map(({ processedTokens }) => processedTokens),
  }
}

/** For budgets; how long it took is not kept. */
export function methodLine({ way, scores, ...cost }: ResultLine): Line {
  const costs = scores.map((_, q): Cost => {
    const generatedTokens = cost.generated_tokens[q] ?? 0
    const promptTokens = (cost.processed_tokens[q] ?? 0) - generatedTokens
    const tokens = costOf({ promptTokens, generatedTokens, milliseconds: 0 })
    return sumCosts([{ ...tokens, generations: cost.generations[q] ?? 0 }])
  })
  return { way, scores, costs }
}

/** One row for scripts: shares from 0 to 1 with their 95 % interval (Wilson), costs per question. */
export function resultRow({ lines, task_ids, ...head }: RunResult): Record<string, unknown> {
  const columns = lines.flatMap((line) => Object.entries(lineColumns(line)))
  return { ...head, n: task_ids.length, ...Object.fromEntries(columns) }
}

function lineColumns({ way, scores, ...cost }: ResultLine): Record<string, number> {
  const right = scores.reduce((sum, score) => sum + score, 0)
  const { low, high } = wilson(right, scores.length)
  return {
    ...{ [way]: mean(scores), [`${way}_low`]: low, [`${way}_high`]: high },
    [`${way}_generations`]: mean(cost.generations),
    [`${way}_generated_tokens`]: mean(cost.generated_tokens),
    [`${way}_processed_tokens`]: mean(cost.processed_tokens),
  }
}
