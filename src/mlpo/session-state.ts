/**
 * A run between two steps, as one plain value: enough to go on with the same next batch (architecture, "the one
 * loop"). `session-file.ts` turns it into bytes and back.
 */
import type { Config } from './config/config.ts'
import type { Evaluation, Metrics } from './stages.ts'
import type { TrainerState } from './trainer/trainer.ts'

export interface StepRecord {
  readonly step: number
  readonly metrics: Metrics
}

export interface SessionState {
  readonly config: Config
  /** Names the prepared questions and proposals; a state goes on only with the same ones. */
  readonly dataId: string
  /** Steps finished. */
  readonly step: number
  /** Draws taken from the batch order. */
  readonly cursor: number
  /** Steps that were finished when the last evaluation was made; null before the first. */
  readonly evaluatedAt: number | null
  /** Of every finished step, oldest first. */
  readonly history: readonly StepRecord[]
  readonly evaluations: readonly Evaluation[]
  readonly trainer: TrainerState
}
