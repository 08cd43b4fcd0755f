/**
 * Training a leader, the one loop: a generator over stages, evaluations and step ends. Whoever pulls it drives it;
 * it owns no timer and no thread (architecture, "the session").
 */
import type { Engine } from '../engine/engine.ts'
import type { PreparedTask } from './batches.ts'
import type { Config } from './config/config.ts'
import type { PromptStyle } from './prompts.ts'
import type { SessionState } from './session-state.ts'
import type { Evaluation, Metrics, Progress, Stage } from './stages.ts'
import type { Trainer } from './trainer/trainer.ts'

export type SessionEvent =
  | { readonly type: 'stage'; readonly stage: Stage }
  | { readonly type: 'evaluation'; readonly evaluation: Evaluation }
  | { readonly type: 'step-end'; readonly step: number; readonly metrics: Metrics }

export interface SessionOptions {
  readonly config: Config
  readonly leader: Engine
  /** Built from the same state as the session, where there is one. */
  readonly trainer: Trainer
  /** After the easy filter. */
  readonly proposals: { readonly tasks: readonly PreparedTask[] }
  readonly style: PromptStyle
  /** Evaluates the leader as it is after `step` steps; null = no evaluations. One value per decoding. */
  readonly evaluate: ((step: number) => Promise<readonly Evaluation[]>) | null
  /** Milliseconds, from any origin: the session has no clock of its own. */
  readonly now: () => number
  readonly signal?: AbortSignal
  /** Work within a stage, as it goes on. */
  readonly onProgress?: (progress: Progress) => void
  /** Goes on from here. */
  readonly state?: SessionState
}

export interface Session {
  /** One generator for the session's life: each pull does the work up to the next event, and no more. */
  readonly events: AsyncGenerator<SessionEvent, void, void>
  /** As of the last finished step, whatever is going on since; cheap. */
  state(): SessionState
}

export declare function createSession(options: SessionOptions): Session
