/**
 * A run between two steps, as one plain value: enough to go on with the same next batch (architecture, "the one
 * loop"). `session-file.ts` turns it into bytes and back.
 */
import type { Config } from './config/config.ts'
import type { LeftOutQuestions } from './left-out-questions.ts'
import type { RevisionLeader } from './proposal-revisions.ts'
import type { QuestionSet } from './question-set.ts'
import type { CustomReward } from './rewards/custom.ts'
import type { SftState } from './sft-stages.ts'
import type { Evaluation, StepRecord } from './stages.ts'
import type { TrainerState } from './trainer/trainer.ts'

export interface SessionState {
  readonly config: Config
  /** The code of `custom_rewards`. */
  readonly rewards: readonly CustomReward[]
  /** Somebody's own; null = generated, or given anew with every session. */
  readonly questions: QuestionSet | null
  /** Questions that it was begun with and that its file does not have: it goes on only when they are given again. */
  readonly leftOut: LeftOutQuestions | null
  /**
   * Names the prepared questions and proposals; a state goes on only with the same ones. null in a run that comes from
   * another machine: it goes on with those that its settings give here.
   */
  readonly dataId: string | null
  /** Phase 1; null where the run has none. */
  readonly sft: SftState | null
  /** Steps of phase 2 finished. */
  readonly step: number
  /** Draws taken from the batch order. */
  readonly cursor: number
  /** Steps that were finished when the last evaluation was made; null before the first. */
  readonly evaluatedAt: number | null
  /** The leader that the peers' revisions follow since `refresh_proposals` was last due; null before. */
  readonly revisedOn: RevisionLeader | null
  /** Of every finished step, oldest first. */
  readonly history: readonly StepRecord[]
  readonly evaluations: readonly Evaluation[]
  readonly trainer: TrainerState
}
