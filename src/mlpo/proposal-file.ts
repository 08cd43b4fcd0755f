/**
 * Proposals as JSON lines, one training question per line with every peer's texts: to keep, to hand out, and to train
 * on without loading a peer. Answers are read and judged again on import, never taken from the file.
 */
import * as v from 'valibot'
import { goldAnswer, GoldAnswerError, judgePeer } from './answers/check.ts'
import type { PreparedTask } from './batches.ts'
import { readJsonLines } from './datasets/json-lines.ts'
import { problemText, type LineProblem } from './datasets/rows.ts'
import type { Proposal } from './stages.ts'
import type { Task } from './task.ts'

/** Where prepared proposals are kept between runs, by set id. Text is appended in whole lines. */
export interface ProposalStore {
  read(id: string): Promise<string | null>
  append(id: string, lines: string): Promise<void>
}

export interface ImportedProposals {
  readonly tasks: readonly PreparedTask[]
  readonly problems: readonly LineProblem[]
}

/** A file without one usable line. */
export class EmptyProposalsError extends Error {
  override readonly name = 'EmptyProposalsError'
  constructor(
    readonly source: string,
    readonly problems: readonly LineProblem[],
  ) {
    const [first] = problems
    super(`${source} has no usable proposals: ${first === undefined ? 'it is empty' : problemText(first)}.`)
  }
}

const text = v.string()
const words = v.pipe(v.string(), v.nonEmpty())
const row = v.object({
  task: v.object({
    id: words,
    key: words,
    family: words,
    domain: words,
    question: words,
    answer: words,
    choices: v.optional(v.array(text)),
    answer_type: v.picklist(['number', 'choice', 'boolean', 'text', 'list', 'latex']),
    difficulty: v.optional(v.picklist([1, 2, 3])),
  }),
  /** [peer][variant] */
  proposals: v.pipe(v.array(v.pipe(v.array(text), v.minLength(1))), v.minLength(1)),
})

/** Whether any answer could be right; a question without is refused before sampling. */
export function hasGold(task: Task): boolean {
  try {
    goldAnswer(task)
    return true
  } catch (error) {
    if (error instanceof GoldAnswerError) return false
    throw error
  }
}

/** Reads and judges a peer's text. @throws GoldAnswerError */
export function proposalOf(
  task: Task,
  { peer, text }: { readonly peer: number; readonly text: string },
): Proposal {
  const { answer, right } = judgePeer(task, text)
  return { peer, text, answer, right }
}

/** One line, with its end. */
export function writePrepared({ task, proposals }: PreparedTask): string {
  return `${JSON.stringify({ task, proposals: proposals.map((variants) => variants.map(({ text }) => text)) })}\n`
}

/** A bad line is named; the rest is kept. A later line for the same question replaces the earlier one. */
export function readProposals(content: string): ImportedProposals {
  const { rows, problems } = readJsonLines(content, row)
  const bad = [...problems]
  const tasks = new Map<string, PreparedTask>()
  const shape = rows[0]?.value.proposals.map(({ length }) => length).join()
  for (const { line, value } of rows) {
    const { choices, difficulty, ...rest } = value.task
    const task: Task = {
      ...rest,
      ...(choices === undefined ? {} : { choices }),
      ...(difficulty === undefined ? {} : { difficulty }),
    }
    if (value.proposals.map(({ length }) => length).join() !== shape)
      bad.push({ line, reason: 'has another number of peers or variants than the first line' })
    else {
      const prepared = judged(task, value.proposals)
      if (prepared !== null) tasks.set(task.id, prepared)
      else bad.push({ line, reason: `has an answer that is not a ${task.answer_type}` })
    }
  }
  return { tasks: [...tasks.values()], problems: bad.sort((a, b) => a.line - b.line) }
}

function judged(task: Task, texts: readonly (readonly string[])[]): PreparedTask | null {
  try {
    const proposals = texts.map((variants, peer) => variants.map((text) => proposalOf(task, { peer, text })))
    return { task, proposals }
  } catch (error) {
    if (error instanceof GoldAnswerError) return null
    throw error
  }
}
