/**
 * Which prompts a step trains on (MLPO §2, §4): a seeded order over (task, variant), or over tasks where a task's
 * variants share a baseline, reshuffled each epoch. Draw n is a function of the seed and n alone, so that a resumed
 * run goes on with the same batch.
 */
import type { Config } from './config/config.ts'
import { stream } from './random.ts'
import { seatOrder } from './seats.ts'
import type { Proposal } from './stages.ts'
import type { Task } from './task.ts'

/** A training task with its offline proposals: [peer][variant], every peer with the same number of variants. */
export interface PreparedTask {
  readonly task: Task
  readonly proposals: readonly (readonly Proposal[])[]
}

/** A prompt before it is worded. */
export interface PromptDraw {
  readonly task: Task
  /** From 1. */
  readonly variant: number
  /** In seat order; null where the leader answers alone. */
  readonly proposals: readonly Proposal[] | null
  /** Completions to sample. */
  readonly count: number
}

/** Prompts whose completions share a baseline; together they get `num_generations` completions. */
export type DrawnGroup = readonly PromptDraw[]

/** The prepared questions cannot be trained on. */
export class TrainingDataError extends Error {
  override readonly name = 'TrainingDataError'
}

export type BatchSettings = Pick<
  Config,
  'seed' | 'group_by' | 'num_generations' | 'permute_seats' | 'alone_fraction'
>

export class BatchOrder {
  readonly #tasks: readonly PreparedTask[]
  readonly #settings: BatchSettings
  readonly #variants: number
  #epoch: { readonly index: number; readonly units: readonly number[] } | null = null

  constructor(tasks: readonly PreparedTask[], settings: BatchSettings) {
    this.#tasks = tasks
    this.#settings = settings
    this.#variants = variantCount(tasks)
    if (settings.group_by === 'task' && settings.num_generations % this.#variants !== 0)
      throw new TrainingDataError(
        `${settings.num_generations} completions do not spread evenly over the ${this.#variants} variants of a ` +
          `question. Change num_generations, or prepare the proposals again.`,
      )
  }

  /** Draw number `n`, from 0. */
  group(n: number): DrawnGroup {
    const byTask = this.#settings.group_by === 'task'
    const unit = this.#unit(n)
    const prepared = this.#tasks[byTask ? unit : Math.floor(unit / this.#variants)]
    if (prepared === undefined) throw new RangeError(`no training question for unit ${unit}`)
    const count = this.#settings.num_generations
    if (stream(this.#settings.seed, 'alone', n).uniform() < this.#settings.alone_fraction)
      return [
        { task: prepared.task, variant: byTask ? 1 : (unit % this.#variants) + 1, proposals: null, count },
      ]
    if (!byTask) return [this.#draw(prepared, { variant: unit % this.#variants, count })]
    return Array.from({ length: this.#variants }, (_, variant) =>
      this.#draw(prepared, { variant, count: count / this.#variants }),
    )
  }

  #draw(
    { task, proposals }: PreparedTask,
    { variant, count }: { readonly variant: number; readonly count: number },
  ): PromptDraw {
    const { seed, permute_seats: permute } = this.#settings
    const seats = seatOrder({ taskId: task.id, peers: proposals.length, seed, permute })
    const seated = seats
      .map((peer) => proposals[peer]?.[variant])
      .filter((proposal) => proposal !== undefined)
    return { task, variant: variant + 1, proposals: seated, count }
  }

  #unit(n: number): number {
    const size = this.#tasks.length * (this.#settings.group_by === 'task' ? 1 : this.#variants)
    const index = Math.floor(n / size)
    if (this.#epoch?.index !== index) {
      const all = Array.from({ length: size }, (_, unit) => unit)
      this.#epoch = { index, units: stream(this.#settings.seed, 'batches', index).shuffle(all) }
    }
    return this.#epoch.units[n % size] ?? 0
  }
}

function variantCount(tasks: readonly PreparedTask[]): number {
  const [first] = tasks
  if (first === undefined)
    throw new TrainingDataError(
      'No question is left to train on. Raise easy_threshold or task_count, or choose harder questions.',
    )
  const variants = first.proposals[0]?.length ?? 0
  for (const { task, proposals } of tasks) {
    const complete = proposals.every((peer) => peer.length === variants)
    if (variants === 0 || proposals.length !== first.proposals.length || !complete)
      throw new TrainingDataError(
        `Question ${task.id} does not have ${variants || 'any'} proposals from each of ${first.proposals.length} ` +
          `peers. Prepare the proposals again.`,
      )
  }
  return variants
}
