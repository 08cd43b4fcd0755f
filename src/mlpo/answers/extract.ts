/**
 * Takes the answer out of what a model wrote, by the two contracts of MLPO §1. Whether the value is an answer of the
 * task's type is for `check.ts`. Nothing is guessed: a text that breaks the contract has no answer, and says why.
 */
import { lastBoxed } from './boxed.ts'

export type ExtractionProblem =
  | 'no_think'
  | 'two_thinks'
  | 'unclosed_think'
  | 'no_answer'
  | 'two_answers'
  | 'unclosed_answer'
  | 'wrong_order'
  | 'empty_answer'

export type Extraction =
  | { readonly status: 'parsed'; readonly thought: string | null; readonly answer: string }
  | {
      readonly status: 'unparseable'
      /** What could be read of the thought all the same. */
      readonly thought: string | null
      readonly problem: ExtractionProblem
      /** The problem as a sentence for people. */
      readonly reason: string
    }

const sentences: Readonly<Record<ExtractionProblem, string>> = {
  no_think: 'There is no <think>.',
  two_thinks: 'There is more than one <think>.',
  unclosed_think: '<think> is not closed.',
  no_answer: 'There is no answer.',
  two_answers: 'There is more than one <answer>.',
  unclosed_answer: '<answer> is not closed.',
  wrong_order: '<answer> does not follow the closed <think>.',
  empty_answer: 'The answer is empty.',
}

/**
 * A peer ends with `Answer: <value>`; the last one with a value counts, to the end of its line or of the list that
 * begins there. Without such a line the endings count that models have learnt from benchmarks: a box, "####", "the
 * answer is".
 */
export function extractPeer(text: string): Extraction {
  const labels = [...text.matchAll(/\banswer\s*:/gi)]
  for (const [i, label] of [...labels.entries()].reverse()) {
    const end = labels[i + 1]?.index ?? text.length
    const value = firstValue(text.slice(label.index + label[0].length, end))
    if (value !== '') return { status: 'parsed', thought: text.slice(0, label.index).trim(), answer: value }
  }
  return learntEnding(text) ?? unparseable(labels.length === 0 ? 'no_answer' : 'empty_answer', text.trim())
}

const item = /^\s*(?:\d+[.)]|[-•])\s/

/** The first line, without emphasis; the first lines where they are a list. */
function firstValue(rest: string): string {
  const [first = '', ...more] = rest.replace(/^\*+/, '').trimStart().split('\n')
  const last = item.test(first) ? more.findIndex((line) => !item.test(line)) : 0
  const lines = [first, ...more.slice(0, last < 0 ? more.length : last)]
  return lines
    .map((line) => line.trim())
    .join('\n')
    .replace(/(?<!\*.*)\*+$/s, '')
}

function learntEnding(text: string): Extraction | null {
  const boxed = lastBoxed(text)
  const [, thought = '', said] = /^(.*)(?:####|\banswer is\b:?)\s*(\S[^\n]*)/is.exec(text) ?? []
  const answer = (boxed ?? said ?? '').trim()
  if (answer === '') return null
  return { status: 'parsed', thought: (boxed === null ? thought : text).trim(), answer }
}

/** The leader writes exactly one <think>…</think>, then exactly one <answer>…</answer>. */
export function extractLeader(text: string): Extraction {
  const think = span(text, 'think')
  const answer = span(text, 'answer')
  const thought = think.inside
  if (think.opened === 0) return unparseable('no_think', null)
  if (think.opened > 1 || think.closed > 1) return unparseable('two_thinks', thought)
  if (think.closed === 0) return unparseable('unclosed_think', text.slice(think.from).trim())
  if (answer.opened === 0) return unparseable('no_answer', thought)
  if (answer.opened > 1 || answer.closed > 1) return unparseable('two_answers', thought)
  if (answer.closed === 0) return unparseable('unclosed_answer', thought)
  if (answer.inside === null || think.inside === null || answer.start < think.end) {
    return unparseable('wrong_order', thought)
  }
  if (answer.inside === '') return unparseable('empty_answer', thought)
  return { status: 'parsed', thought, answer: answer.inside }
}

interface Span {
  readonly opened: number
  readonly closed: number
  /** Where the opening tag starts, where its inside starts, and where the closing tag ends. */
  readonly start: number
  readonly from: number
  readonly end: number
  /** Between the first opening tag and the first closing one after it; null without such a pair. */
  readonly inside: string | null
}

function span(text: string, tag: string): Span {
  const open = `<${tag}>`
  const close = `</${tag}>`
  const start = text.indexOf(open)
  const from = start + open.length
  const to = start < 0 ? -1 : text.indexOf(close, from)
  return {
    opened: text.split(open).length - 1,
    closed: text.split(close).length - 1,
    start,
    from,
    end: to + close.length,
    inside: to < 0 ? null : text.slice(from, to).trim(),
  }
}

function unparseable(problem: ExtractionProblem, thought: string | null): Extraction {
  return { status: 'unparseable', thought, problem, reason: sentences[problem] }
}
