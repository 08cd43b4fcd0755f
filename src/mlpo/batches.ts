/**
 * Which prompts a step trains on (MLPO §2, §4): a seeded order over (task, variant), or over tasks where a task's
 * variants share a baseline, reshuffled each epoch. Draw n is a function of the seed and n alone, so that a resumed
 * run goes on with the same batch. A question that the easy filter drops is passed over.
 */
import type { Config } from './config/config.ts'
import { stream } from './random.ts'
import { seatOrder } from './seats.ts'
import type { Progress, Proposal } from './stages.ts'
import type { Task } from './task.ts'

/** A training task with its offline proposals: [peer][variant], every peer with the same number of variants. */
export interface PreparedTask {
  readonly task: Task
  readonly proposals: readonly (readonly Proposal[])[]
}

/** Where proposals come from: prepared already, or made on demand. `proposals.ts` has the real one. */
export interface ProposalSource {
  /** Same id, same questions and proposals. */
  readonly id: string
  readonly tasks: readonly Task[]
  /** By index into `tasks`; null where the easy filter drops the question. */
  prepare(indexes: readonly number[], options?: PrepareOptions): Promise<readonly (PreparedTask | null)[]>
}

export interface PrepareOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
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

export interface DrawnBatch {
  readonly groups: readonly DrawnGroup[]
  /** Where the next batch starts. */
  readonly cursor: number
}

export type BatchSettings = Pick<
  Config,
  'seed' | 'group_by' | 'num_generations' | 'proposals_per_peer' | 'permute_seats' | 'alone_fraction'
>

/** Place of a draw in the order: which question, and which variant of it (from 0). */
interface Unit {
  readonly draw: number
  readonly index: number
  readonly variant: number
}

export class BatchOrder {
  readonly #source: ProposalSource
  readonly #settings: BatchSettings
  #epoch: { readonly number: number; readonly order: readonly number[] } | null = null

  /** @throws TrainingDataError */
  constructor(source: ProposalSource, settings: BatchSettings) {
    if (source.tasks.length === 0) throw nothingLeft()
    this.#source = source
    this.#settings = settings
  }

  /** The next `count` groups from draw `cursor` on. @throws TrainingDataError when no question is left. */
  async batch(
    { cursor, count }: { readonly cursor: number; readonly count: number },
    options: PrepareOptions = {},
  ): Promise<DrawnBatch> {
    const groups: DrawnGroup[] = []
    let next = cursor
    let passedOver = 0
    while (groups.length < count) {
      const units = Array.from({ length: count - groups.length }, (_, i) => this.#unit(next + i))
      next += units.length
      const prepared = await this.#source.prepare(
        units.map(({ index }) => index),
        options,
      )
      const kept = units.flatMap((unit, i) => {
        const task = prepared[i]
        return task == null ? [] : [this.#group(unit, task)]
      })
      passedOver = kept.length === 0 ? passedOver + units.length : 0
      if (passedOver >= 2 * this.#epochSize) throw nothingLeft()
      groups.push(...kept)
    }
    return { groups, cursor: next }
  }

  get #variantsPerUnit(): number {
    return this.#settings.group_by === 'task' ? 1 : this.#settings.proposals_per_peer
  }

  get #epochSize(): number {
    return this.#source.tasks.length * this.#variantsPerUnit
  }

  #unit(draw: number): Unit {
    const size = this.#epochSize
    const number = Math.floor(draw / size)
    if (this.#epoch?.number !== number) {
      const all = Array.from({ length: size }, (_, unit) => unit)
      this.#epoch = { number, order: stream(this.#settings.seed, 'batches', number).shuffle(all) }
    }
    const unit = this.#epoch.order[draw % size] ?? 0
    const variants = this.#variantsPerUnit
    return { draw, index: Math.floor(unit / variants), variant: unit % variants }
  }

  #group({ draw, variant }: Unit, prepared: PreparedTask): DrawnGroup {
    const { seed, alone_fraction, group_by, num_generations, proposals_per_peer } = this.#settings
    checkComplete(prepared, proposals_per_peer)
    const shown = (of: number, count: number) => promptDraw(prepared, { variant: of, count }, this.#settings)
    if (stream(seed, 'alone', draw).uniform() < alone_fraction)
      return [{ task: prepared.task, variant: variant + 1, proposals: null, count: num_generations }]
    if (group_by === 'prompt') return [shown(variant, num_generations)]
    return Array.from({ length: proposals_per_peer }, (_, each) =>
      shown(each, num_generations / proposals_per_peer),
    )
  }
}

/** A question with that variant (from 0) of every peer's proposals, seated. */
export function promptDraw(
  { task, proposals }: PreparedTask,
  { variant, count }: { readonly variant: number; readonly count: number },
  { seed, permute_seats: permute }: Pick<BatchSettings, 'seed' | 'permute_seats'>,
): PromptDraw {
  const seats = seatOrder({ taskId: task.id, peers: proposals.length, seed, permute })
  const seated = seats.map((peer) => proposals[peer]?.[variant]).filter((proposal) => proposal !== undefined)
  return { task, variant: variant + 1, proposals: seated, count }
}

function checkComplete({ task, proposals }: PreparedTask, variants: number): void {
  if (proposals.length > 0 && proposals.every((peer) => peer.length === variants)) return
  throw new TrainingDataError(
    `Question ${task.id} does not have ${variants} proposals from every peer. Prepare the proposals again, or set ` +
      `proposals_per_peer to what there is.`,
  )
}

function nothingLeft(): TrainingDataError {
  return new TrainingDataError(
    'No question is left to train on. Raise easy_threshold or task_count, or choose harder questions.',
  )
}
