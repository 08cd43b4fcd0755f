/**
 * Offline proposals (MLPO §2): for each training question every peer's round-0 solutions, sampled at temperature 1,
 * and the easy filter. Prepared on demand in the order in which a run asks, so that a first step need not wait for the
 * last question; a proposal depends on (seed, question, peer, variant) alone, never on what was prepared with it.
 * What is prepared goes to a store as JSON lines, and a set with the same id takes it from there.
 */
import { textId } from '../common/hash.ts'
import { prepareAnswers } from './answers/check.ts'
import type { PreparedTask } from './batches.ts'
import type { Config } from './config/config.ts'
import { promptVersion } from './prompts.ts'
import { hasGold, proposalOf, readProposals, writePrepared, type ProposalStore } from './proposal-file.ts'
import type { Progress, Proposal } from './stages.ts'
import type { Task } from './task.ts'
import type { Team } from './team.ts'

export type ProposalSettings = Pick<
  Config,
  'proposals_per_peer' | 'max_proposal_length' | 'max_model_length' | 'easy_threshold' | 'seed'
>

export interface ProposalCounts {
  /** Questions whose proposals are there. */
  readonly prepared: number
  readonly kept: number
  readonly tooEasy: number
  /** Questions refused before sampling: no answer could be right. */
  readonly goldUnparseable: number
  readonly solutions: number
  readonly rightSolutions: number
  readonly unparseableSolutions: number
}

export interface PrepareOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface ProposalSet {
  /** Same id, same questions and proposals; a saved run goes on only with the same one. */
  readonly id: string
  /** With a gold answer that parses, in order. */
  readonly tasks: readonly Task[]
  /** By index into `tasks`; null where the easy filter drops the question. */
  prepare(indexes: readonly number[], options?: PrepareOptions): Promise<readonly (PreparedTask | null)[]>
  counts(): ProposalCounts
}

/** Questions whose proposals are sampled together. */
const chunkQuestions = 32

export interface ProposalSetInput {
  readonly tasks: readonly Task[]
  readonly peers: Team['peers']
  readonly settings: ProposalSettings
  readonly store?: ProposalStore
}

export function createProposalSet({ tasks, peers, settings, store }: ProposalSetInput): ProposalSet {
  const usable = tasks.filter(hasGold)
  const id = proposalSetId({ tasks: usable, peers, settings })
  const prepared = new Map<string, PreparedTask>()
  let stored: Promise<void> | null = null
  const loadStored = async () => {
    const text = await store?.read(id)
    const known = new Map(usable.map((task) => [task.id, task]))
    for (const { task, proposals } of text == null ? [] : readProposals(text).tasks) {
      const own = known.get(task.id)
      if (own !== undefined && isComplete(proposals, { peers, settings }))
        prepared.set(own.id, { task: own, proposals })
    }
  }
  return {
    id,
    tasks: usable,
    async prepare(indexes, options = {}) {
      await prepareAnswers(usable)
      await (stored ??= loadStored())
      const wanted = indexes.map((index) => taskAt(usable, index))
      const missing = [...new Set(wanted)].filter((task) => !prepared.has(task.id))
      for (let start = 0; start < missing.length; start += chunkQuestions) {
        const chunk = missing.slice(start, start + chunkQuestions)
        const progress = { done: start, of: missing.length }
        const sampled = await sampleProposals(chunk, { peers, settings, progress, ...options })
        for (const each of sampled) prepared.set(each.task.id, each)
        await store?.append(id, sampled.map(writePrepared).join(''))
      }
      return wanted.map((task) => unlessEasy(prepared.get(task.id), settings.easy_threshold))
    },
    counts: () => countsOf([...prepared.values()], { settings, refused: tasks.length - usable.length }),
  }
}

/** Every question of the set that the easy filter keeps. */
export async function prepareAll(set: ProposalSet, options: PrepareOptions = {}): Promise<PreparedTask[]> {
  const all = await set.prepare([...set.tasks.keys()], options)
  return all.filter((task) => task !== null)
}

/** A set of finished proposals, such as an imported one; nothing is sampled. */
export function finishedSet(
  tasks: readonly PreparedTask[],
  { easyThreshold }: { readonly easyThreshold: number | null },
): ProposalSet {
  const settings = { easy_threshold: easyThreshold }
  return {
    id: textId(tasks.map(writePrepared).join('')),
    tasks: tasks.map(({ task }) => task),
    async prepare(indexes) {
      await prepareAnswers(tasks.map(({ task }) => task))
      return indexes.map((index) => unlessEasy(tasks[index], easyThreshold))
    },
    counts: () => countsOf(tasks, { settings, refused: 0 }),
  }
}

/** `easy_threshold`: dropped when at least this share of all proposals is right; null = off. None right stays. */
export function isTooEasy(proposals: PreparedTask['proposals'], threshold: number | null): boolean {
  if (threshold === null) return false
  const all = proposals.flat()
  return all.filter(({ right }) => right).length >= threshold * all.length
}

/** Names what the proposals depend on: questions, peers with their weights and roles, wording, sampling, seed. */
export function proposalSetId({
  tasks,
  peers,
  settings,
}: Pick<ProposalSetInput, 'tasks' | 'peers' | 'settings'>): string {
  const { proposals_per_peer, max_proposal_length, max_model_length, seed } = settings
  return textId(
    JSON.stringify([
      tasks.map(({ id, question, answer }) => [id, question, answer]),
      peers.map(({ fingerprint, role }) => [fingerprint, role]),
      promptVersion,
      [proposals_per_peer, max_proposal_length, seed],
      // A short context cuts solutions off; the models' own is left out, as it was before it could be set.
      ...(max_model_length === null ? [] : [max_model_length]),
    ]),
  )
}

interface SamplingInput extends PrepareOptions {
  readonly peers: Team['peers']
  readonly settings: ProposalSettings
  readonly progress: { readonly done: number; readonly of: number }
}

/** Peers one after another: each engine call is one batch over all questions and variants. */
async function sampleProposals(
  tasks: readonly Task[],
  { peers, settings, progress, signal, onProgress }: SamplingInput,
): Promise<PreparedTask[]> {
  const byPeer: Proposal[][][] = []
  const variants = settings.proposals_per_peer
  const report = (tasksDone: number) =>
    onProgress?.({
      what: 'proposals',
      label: 'Peers solve the training questions',
      done: Math.round(tasksDone * peers.length * variants),
      total: progress.of * peers.length * variants,
      unit: 'solutions',
    })
  for (const peer of peers.keys()) {
    signal?.throwIfAborted()
    byPeer.push(await samplePeer(tasks, { peer, peers, settings, ...(signal && { signal }) }))
    report(progress.done + (tasks.length * (peer + 1)) / peers.length)
  }
  return tasks.map((task, t) => ({ task, proposals: byPeer.map((solutions) => solutions[t] ?? []) }))
}

async function samplePeer(
  tasks: readonly Task[],
  {
    peer,
    peers,
    settings,
    signal,
  }: {
    readonly peer: number
    readonly peers: Team['peers']
    readonly settings: ProposalSettings
    readonly signal?: AbortSignal
  },
): Promise<Proposal[][]> {
  const member = peers[peer]
  if (member === undefined) throw new RangeError(`there is no peer ${peer}`)
  const { engine, role, style } = member
  const requests = tasks.map((task) => ({
    id: `proposal/${task.id}/${peer}`,
    prompt: engine.render(style.peer({ role, question: task.question })),
    count: settings.proposals_per_peer,
  }))
  const completions = await engine.sample(requests, {
    maxTokens: settings.max_proposal_length,
    temperature: 1,
    seed: settings.seed,
    ...(signal && { signal }),
  })
  return tasks.map((task, t) =>
    (completions[t] ?? []).map(({ ids }) => proposalOf(task, { peer, text: engine.decode(ids) })),
  )
}

function unlessEasy(prepared: PreparedTask | undefined, threshold: number | null): PreparedTask | null {
  return prepared === undefined || isTooEasy(prepared.proposals, threshold) ? null : prepared
}

function isComplete(
  proposals: PreparedTask['proposals'],
  { peers, settings }: Pick<ProposalSetInput, 'peers' | 'settings'>,
): boolean {
  return (
    proposals.length === peers.length &&
    proposals.every((variants) => variants.length === settings.proposals_per_peer)
  )
}

function taskAt(tasks: readonly Task[], index: number): Task {
  const task = tasks[index]
  if (task === undefined) throw new RangeError(`there is no question ${index} among ${tasks.length}`)
  return task
}

function countsOf(
  prepared: readonly PreparedTask[],
  {
    settings,
    refused,
  }: { readonly settings: Pick<ProposalSettings, 'easy_threshold'>; readonly refused: number },
): ProposalCounts {
  const all = prepared.flatMap(({ proposals }) => proposals.flat())
  const tooEasy = prepared.filter(({ proposals }) => isTooEasy(proposals, settings.easy_threshold)).length
  return {
    prepared: prepared.length,
    kept: prepared.length - tooEasy,
    tooEasy,
    goldUnparseable: refused,
    solutions: all.length,
    rightSolutions: all.filter(({ right }) => right).length,
    unparseableSolutions: all.filter(({ answer }) => answer === null).length,
  }
}
