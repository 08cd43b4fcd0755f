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
  /** 0: the peers' own proposals; 1: what they made of them on reading the leader. */
  readonly round: number
  /** In seat order; null where the leader answers alone. */
  readonly proposals: readonly Proposal[] | null
  /** Completions to sample. */
  readonly count: number
}

/** One variant of a question's round-0 proposals, to be revised. */
export interface RevisionDraw {
  readonly task: Task
  /** From 1. */
  readonly variant: number
  /** By index of the peer. */
  readonly proposals: readonly Proposal[]
}

/** What the peers make of each, [draw][peer]; `proposal-revisions.ts` has the real one. */
export type Revise = (
  draws: readonly RevisionDraw[],
  options?: PrepareOptions,
) => Promise<readonly (readonly Proposal[])[]>

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
  | 'seed'
  | 'group_by'
  | 'num_generations'
  | 'proposals_per_peer'
  | 'proposal_rounds'
  | 'permute_seats'
  | 'alone_fraction'
>

/** Place of a draw in the order: which question, which variant of it (from 0), and of which round. */
interface Unit {
  readonly draw: number
  readonly index: number
  readonly variant: number
  readonly round: number
}

/** A unit with its question's proposals. */
interface DrawnUnit {
  readonly unit: Unit
  readonly task: PreparedTask
}

export class BatchOrder {
  readonly #source: ProposalSource
  readonly #settings: BatchSettings
  readonly #revise: Revise | null
  #epoch: { readonly number: number; readonly order: readonly number[] } | null = null

  /** `revise` is needed where there are later rounds. @throws TrainingDataError */
  constructor(source: ProposalSource, settings: BatchSettings, revise: Revise | null = null) {
    if (source.tasks.length === 0) throw nothingLeft()
    if (settings.proposal_rounds > 1 && revise === null) throw new TypeError('nobody revises the proposals')
    this.#revise = revise
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
      const drawn = units.flatMap((unit, i) => {
        const task = prepared[i]
        return task == null ? [] : [{ unit, task }]
      })
      const kept = await this.#groups(drawn, options)
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
    return this.#source.tasks.length * this.#variantsPerUnit * this.#settings.proposal_rounds
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
    const rounds = this.#settings.proposal_rounds
    const place = Math.floor(unit / variants)
    return { draw, index: Math.floor(place / rounds), round: place % rounds, variant: unit % variants }
  }

  async #groups(drawn: readonly DrawnUnit[], options: PrepareOptions): Promise<DrawnGroup[]> {
    const { proposals_per_peer, group_by } = this.#settings
    for (const { task } of drawn) checkComplete(task, proposals_per_peer)
    const later = drawn.flatMap(({ unit, task }, at) =>
      unit.round === 0 || this.#isAlone(unit)
        ? []
        : (group_by === 'task' ? [...Array(proposals_per_peer).keys()] : [unit.variant]).map((variant) => ({
            ...{ at, task: task.task, variant: variant + 1 },
            proposals: task.proposals.flatMap((own) => own[variant] ?? []),
          })),
    )
    const revised = later.length === 0 ? [] : await this.#revise?.(later, options)
    const revisionOf = (at: number, variant: number) =>
      revised?.[later.findIndex((draw) => draw.at === at && draw.variant === variant + 1)]
    return drawn.map(({ unit, task }, at) =>
      this.#group(unit, {
        task: task.task,
        proposals: task.proposals.map((own, peer) =>
          own.map((proposal, variant) => revisionOf(at, variant)?.[peer] ?? proposal),
        ),
      }),
    )
  }

  #isAlone({ draw }: Unit): boolean {
    const { seed, alone_fraction } = this.#settings
    return stream(seed, 'alone', draw).uniform() < alone_fraction
  }

  #group(unit: Unit, prepared: PreparedTask): DrawnGroup {
    const { group_by, num_generations, proposals_per_peer } = this.#settings
    const { variant, round } = unit
    const shown = (of: number, count: number) =>
      promptDraw(prepared, { variant: of, round, count }, this.#settings)
    if (this.#isAlone(unit))
      return [{ task: prepared.task, variant: variant + 1, round, proposals: null, count: num_generations }]
    if (group_by === 'prompt') return [shown(variant, num_generations)]
    return Array.from({ length: proposals_per_peer }, (_, each) =>
      shown(each, num_generations / proposals_per_peer),
    )
  }
}

/** A question with that variant (from 0) of every peer's proposals, seated. */
export function promptDraw(
  { task, proposals }: PreparedTask,
  {
    variant,
    round = 0,
    count,
  }: { readonly variant: number; readonly round?: number; readonly count: number },
  { seed, permute_seats: permute }: Pick<BatchSettings, 'seed' | 'permute_seats'>,
): PromptDraw {
  const seats = seatOrder({ taskId: task.id, peers: proposals.length, seed, permute })
  const seated = seats.map((peer) => proposals[peer]?.[variant]).filter((proposal) => proposal !== undefined)
  return { task, variant: variant + 1, round, proposals: seated, count }
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
