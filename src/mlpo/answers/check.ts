/**
 * Whether an answer is right. Two answers are equal when their canonical spellings are: voting, copy rates and
 * rewards all compare the same way. A value that is no answer of the task's type is unparseable, which is wrong.
 */
import type { AnswerType, Task } from '../task.ts'
import { normaliseBoolean } from './boolean.ts'
import { normaliseChoice } from './choice.ts'
import { extractLeader, extractPeer } from './extract.ts'
import type { Extraction } from './extract.ts'
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
      return normaliseText(value)
    case 'list':
      return normaliseList(value)
    case 'latex':
      return null // Needs symbolic comparison: such tasks are refused until it is here.
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
 * @throws GoldAnswerError when the task's own answer does not parse.
 */
export function checkAnswer(task: Gold, extracted: string | null): Verdict {
  const gold = goldAnswer(task)
  const normalised = extracted === null ? null : normaliseAnswer(extracted, task.answer_type, task.choices)
  if (normalised === null) return { status: 'unparseable', normalised }
  return { status: normalised === gold ? 'right' : 'wrong', normalised }
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
