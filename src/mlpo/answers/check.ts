/**
 * Whether an answer is right. Two answers are equal when their canonical spellings are: voting, copy rates and
 * rewards all compare the same way. LaTeX, which has no canonical spelling, is compared with the gold answer. A value
 * that is no answer of the task's type is unparseable, which is wrong.
 */
import type { AnswerType, Task } from '../task.ts'
import { normaliseBoolean } from './boolean.ts'
import { normaliseChoice } from './choice.ts'
import { extractLeader, extractPeer } from './extract.ts'
import type { Extraction } from './extract.ts'
import { loadAlgebra } from './latex/algebra.ts'
import { sameLatex } from './latex/equal.ts'
import { normaliseLatex } from './latex/normalise.ts'
import { normaliseList } from './list.ts'
import { normaliseNumber } from './number.ts'
import { normaliseText } from './text.ts'

/** What of a task decides on an answer. */
export type Gold = Pick<Task, 'id' | 'answer' | 'answer_type' | 'choices'>

export type Verdict =
  | { readonly status: 'right' | 'wrong'; readonly normalised: string }
  | { readonly status: 'unparseable'; readonly normalised: null }

/** A model's text, read and judged. */
export interface Judgement {
  readonly thought: string | null
  /** Canonical spelling; null = unparseable. */
  readonly answer: string | null
  readonly right: boolean
  readonly unparseable: { readonly reason: string } | null
}

/** A task that must not be used: no answer could ever be right. */
export class GoldAnswerError extends Error {
  constructor(
    readonly taskId: string,
    readonly answer: string,
    readonly answerType: AnswerType,
  ) {
    super(
      `The gold answer ${JSON.stringify(answer)} of task ${taskId} is not a ${answerType} that can be checked. ` +
        'Correct the answer or its type, or leave the task out.',
    )
    this.name = 'GoldAnswerError'
  }
}

/** The canonical spelling of a value of the type; null when it is none. `choices` are the options, A first. */
export function normaliseAnswer(value: string, type: AnswerType, choices?: readonly string[]): string | null {
  switch (type) {
    case 'number':
      return normaliseNumber(value)
    case 'choice':
      return normaliseChoice(value, choices)
    case 'boolean':
      return normaliseBoolean(value)
    case 'text':
      return normaliseText(value, choices)
    case 'list':
      return normaliseList(value)
    case 'latex':
      return normaliseLatex(value)
  }
}

/** The gold answer's canonical spelling. @throws GoldAnswerError when it does not parse. */
export function goldAnswer({ id, answer, answer_type, choices }: Gold): string {
  const gold = normaliseAnswer(answer, answer_type, choices)
  if (gold === null) throw new GoldAnswerError(id, answer, answer_type)
  return gold
}

/**
 * @param extracted the value as the model wrote it; null when none could be extracted.
 * @throws GoldAnswerError when the task's own answer does not parse, AlgebraNotLoadedError before `prepareAnswers`
 */
export function checkAnswer(task: Gold, extracted: string | null): Verdict {
  const gold = goldAnswer(task)
  const normalised = extracted === null ? null : normaliseAnswer(extracted, task.answer_type, task.choices)
  if (normalised === null || extracted === null) return { status: 'unparseable', normalised: null }
  const isRight = normalised === gold || isEqual(task, { gold, extracted, normalised })
  return isRight ? { status: 'right', normalised: gold } : { status: 'wrong', normalised }
}

/** What checking these tasks needs beside this file: of LaTeX, the library that compares it. */
export async function prepareAnswers(tasks: readonly Pick<Task, 'answer_type'>[]): Promise<void> {
  if (tasks.some(({ answer_type }) => answer_type === 'latex')) await loadAlgebra()
}

/** Equal though spelt otherwise; such an answer takes the gold answer's spelling, so that votes count it with it. */
function isEqual(
  task: Gold,
  { gold, extracted, normalised }: Readonly<Record<'gold' | 'extracted' | 'normalised', string>>,
): boolean {
  if (task.answer_type === 'latex') return sameLatex(gold, normalised)
  if (task.answer_type !== 'number' || isPercentage(task.answer) === isPercentage(extracted)) return false
  const [percentage, other] = isPercentage(task.answer) ? [gold, normalised] : [normalised, gold]
  return normaliseNumber(`${percentage}e-2`) === other
}

function isPercentage(text: string): boolean {
  return /%|percent/i.test(text)
}

/** Reads a peer's text by its contract and judges it. */
export function judgePeer(task: Gold, text: string): Judgement {
  return judge(task, extractPeer(text))
}

/** Reads a leader's text by its contract and judges it. */
export function judgeLeader(task: Gold, text: string): Judgement {
  return judge(task, extractLeader(text))
}

function judge(task: Gold, extraction: Extraction): Judgement {
  const { thought } = extraction
  if (extraction.status === 'unparseable') {
    return { thought, answer: null, right: false, unparseable: { reason: extraction.reason } }
  }
  const { status, normalised } = checkAnswer(task, extraction.answer)
  const unparseable =
    status === 'unparseable'
      ? { reason: `"${extraction.answer}" is not a ${task.answer_type} answer.` }
      : null
  return { thought, answer: normalised, right: status === 'right', unparseable }
}
