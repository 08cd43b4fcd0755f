/**
 * What a reward function is: a task and a completion in, a number out, or null where it has nothing to say (TRL's
 * None: the row is left out of that reward's sums and means). Pure: no clock, no randomness of its own, no model.
 */
import type { Extraction } from '../answers/extract.ts'
import type { Task } from '../task.ts'

export interface CompletionContext {
  readonly text: string
  /** The text read by the leader's contract. */
  readonly parsed: Extraction
  /** The peers' canonical answers in seat order, null = unparseable; null where the leader answers alone. */
  readonly peerAnswers: readonly (string | null)[] | null
  /** Generated tokens, the end token included. */
  readonly tokenCount: number
  /** `max_completion_length`, tokens. */
  readonly maxTokens: number
  /** Stopped by that limit. */
  readonly truncated: boolean
}

/** What a completion is scored by. */
export interface ScoreInput {
  readonly task: Task
  readonly completion: CompletionContext
  /** From 0 to 1, drawn for this completion by the run's seed (`rewardChance`); for controls. */
  readonly chance: number
}

export interface RewardFunction {
  /** One line for people: what is rewarded or punished, and by how much. */
  readonly description: string
  readonly score: (task: Task, completion: CompletionContext, chance: number) => number | null
}
