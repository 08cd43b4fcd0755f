/**
 * Which prompts a step trains on (MLPO §2, §4): a seeded order over (task, variant), reshuffled each epoch, so that
 * draw n is a function of the seed and n alone and a resumed run goes on with the same batch.
 */
import type { Proposal } from './stages.ts'
import type { Task } from './task.ts'

/** A training task with its offline proposals: [peer][variant], every peer with the same number of variants. */
export interface PreparedTask {
  readonly task: Task
  readonly proposals: readonly (readonly Proposal[])[]
}
