/**
 * What a question is, whoever made it: a generated family or an imported data set.
 * A `Task` is plain data and crosses threads; a `Problem` adds what only a generator knows, the working.
 */
import { hashText } from '../common/hash.ts'
import type { Random } from './random.ts'

export type AnswerType = 'number' | 'choice' | 'boolean' | 'text' | 'list' | 'latex'
export type Domain = 'math' | 'logic' | 'knowledge'
export type Difficulty = 1 | 2 | 3
export type Split = 'train' | 'dev' | 'test'

export interface Task {
  /** Unique within a data set. */
  readonly id: string
  /** Canonical: family and parameters, without names, objects and option order. Splits go by it. */
  readonly key: string
  readonly family: string
  readonly domain: string
  readonly question: string
  /** The gold answer in its canonical spelling. */
  readonly answer: string
  /** For `choice`: the options in order, A first. They also stand in the question's text. */
  readonly choices?: readonly string[]
  readonly answer_type: AnswerType
  readonly difficulty?: Difficulty
}

/** A step-by-step solution; `slipStep` is the index of the one false step, null in a right solution. */
export interface Solution {
  readonly steps: readonly string[]
  readonly answer: string
  readonly slipStep: number | null
}

/** What one draw of a family yields: everything of a task but its id, and its working on demand. */
export interface Problem extends Omit<Task, 'id'> {
  /** The right working. */
  solve(): Solution
  /** One locally false step, the rest consistent with it; the answer is always wrong. */
  slip(random: Random): Solution
}

/** Every file in `families/` exports one of these. */
export interface Family {
  readonly name: string
  readonly domain: Domain
  readonly answerType: AnswerType
  /** One sentence for people. */
  readonly description: string
  draw(random: Random, difficulty: Difficulty): Problem
}

/** 80 % train, 10 % dev, 10 % test, by canonical key (MLPO §5). */
export function splitOf(key: string): Split {
  const bucket = hashText(`split/${key}`) % 10
  return bucket < 8 ? 'train' : bucket === 8 ? 'dev' : 'test'
}
