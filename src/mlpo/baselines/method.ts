/**
 * What a method of the comparison is (MLPO §5): perhaps a training of the leader, and a way to answer held-out questions.
 * A method sees the answers to training questions alone; what another method of the same seed found (its adapter, its
 * costs) it gets only where it names that method.
 */
import type { Engine } from '../../engine/engine.ts'
import type { PreparedTask, ProposalSource } from '../batches.ts'
import type { Config } from '../config/config.ts'
import type { Bench } from '../evaluate-team.ts'
import type { Working } from '../evaluate-pool.ts'
import type { Cost } from '../evaluation/cost.ts'
import type { PromptStyle } from '../prompts.ts'
import type { Trace } from '../sft-stages.ts'
import type { Task } from '../task.ts'

/** `team`: the peers were asked. `alone`: the leader alone, once or often. */
export type Way = 'team' | 'alone'

/** Answers to all held-out questions in one way. */
export interface Line {
  readonly way: Way
  /** [question] 1 = right, 0 = wrong; a vote with m tied winners scores 1/m. */
  readonly scores: readonly number[]
  /** [question] Everything that was generated for the answer. */
  readonly costs: readonly Cost[]
}

/** What an earlier method of the same seed and decoding left. */
export interface Earlier {
  readonly lines: readonly Line[]
  /** Tokens through the leader in phase 2 (TRL `num_tokens`); 0 where nothing was trained. */
  readonly trainTokens: number
}

export interface Plan {
  readonly config: Config
  /** Where training ends: after phase 1, or after all steps. */
  readonly ends: 'traces' | 'steps'
  /** The leader's wording, where it is not the team's. */
  readonly style?: (own: PromptStyle) => PromptStyle
  /** Traces to learn from first, instead of those that phase 1 would make. */
  readonly traces?: (input: TraceInput) => Promise<readonly Trace[]>
}

export interface TraceInput {
  readonly config: Config
  readonly leader: Engine
  readonly proposals: ProposalSource
  readonly style: PromptStyle
  readonly signal?: AbortSignal
}

export interface Exam {
  /** The leader has this method's adapter on. Proposals are shared by all methods of a seed. */
  readonly bench: Bench
  readonly tasks: readonly Task[]
  /** Held-out questions of the dev split that are in none of the others. */
  readonly tuning: readonly Task[]
  /** Training questions with their proposals, easy ones included; none of them is held out. */
  readonly train: () => Promise<readonly PreparedTask[]>
  readonly earlier: (method: string) => Earlier
}

export interface Method {
  readonly name: string
  readonly label: string
  /** One sentence for people. */
  readonly description: string
  /** Run before it, with the same seed. */
  readonly needs: readonly string[]
  /** What is trained; null = nothing. */
  readonly plan: ((config: Config, earlier: (method: string) => Earlier) => Plan) | null
  /** The method whose trained leader answers, where it is not its own. */
  readonly adapterOf?: string
  readonly answer: (exam: Exam) => Working<readonly Line[]>
}
