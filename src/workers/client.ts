/**
 * The page's end: starts the workers of a team, passes commands down and events up. It remembers which run and which
 * questions are open, so that all of them are told when a worker dies.
 */
import type { Config } from '../mlpo/config/config.ts'
import { peerModels } from '../mlpo/team.ts'
import type { KeptKind } from '../storage/kept.ts'
import { whenGone } from '../storage/locks.ts'
import { thisBrowser, type ModelBrowser } from '../storage/model-browser.ts'
import { readDataSet } from './client-data.ts'
import { clientKept, type ClientKept } from './client-kept.ts'
import { ClientModels } from './client-models.ts'
import { clientReports, type ReportLibrary } from './client-reports.ts'
import { clientRuns } from './client-runs.ts'
import { tryRewardCode } from './client-rewards.ts'
import type {
  CreateLabClient,
  DataRequest,
  KeptReport,
  LabClient,
  LabClientOptions,
  LabCommand,
  RewardTrial,
  RunLibrary,
  SavedRun,
  StorageRoom,
  StoredModel,
} from './client-types.ts'
import type { ErrorValue, LeaderEvent, TeamReport } from './protocol.ts'
import { createRewardFrame } from './sandbox/reward-frame.ts'
import { readSavedRun } from './saved-run.ts'
import { TeamWorkers, type WorkerMakers } from './team-workers.ts'

const browserMakers: WorkerMakers = {
  leader: (name) => new Worker(new URL('./leader.worker.ts', import.meta.url), { type: 'module', name }),
  peer: (name) => new Worker(new URL('./peer.worker.ts', import.meta.url), { type: 'module', name }),
  data: () => new Worker(new URL('./data.worker.ts', import.meta.url), { type: 'module', name: 'data' }),
  rewardFrame: createRewardFrame,
  whenGone,
}

export const createLabClient: CreateLabClient = (options) =>
  labClient(options, { makers: browserMakers, browser: thisBrowser })

export interface ClientParts {
  readonly makers: WorkerMakers
  readonly browser: () => ModelBrowser
}

export function labClient(options: LabClientOptions, parts: ClientParts): LabClient {
  return new Client(options, parts)
}

interface Team {
  readonly key: string
  readonly models: readonly string[]
  readonly workers: TeamWorkers
  readonly report: Promise<TeamReport>
}

class Client implements LabClient {
  readonly #options: LabClientOptions
  readonly #parts: ClientParts
  readonly #models: ClientModels
  readonly #kept: ClientKept
  readonly runs: RunLibrary
  readonly reports: ReportLibrary
  readonly #listeners = new Set<(event: LeaderEvent) => void>()
  readonly #asks = new Set<string>()
  #runId: string | null = null
  #team: Team | null = null
  #isLoading = false

  constructor(options: LabClientOptions, parts: ClientParts) {
    this.#options = options
    this.#parts = parts
    this.#models = new ClientModels({ ...options, ...parts })
    this.#kept = clientKept({ ...options, ...parts })
    this.reports = clientReports(parts.browser)
    this.runs = clientRuns(parts.browser, {
      openHere: () => this.#runId,
      modelBase: options.modelBase,
    })
  }

  send(command: LabCommand): void {
    if (command.type === 'open') this.#runId = command.runId
    if (command.type === 'ask' || command.type === 'evaluate') this.#asks.add(command.askId)
    if (this.#team === null || this.#isLoading) this.#failOpen(noTeam)
    else this.#team.workers.send(command)
  }

  subscribe(listener: (event: LeaderEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  loadTeam(config: Config): Promise<TeamReport> {
    const key = teamKey(config)
    if (this.#team?.key === key) return this.#team.report
    this.#leave(otherTeam)
    const workers = new TeamWorkers({
      ...this.#options,
      makers: this.#parts.makers,
      config,
      onEvent: (event) => this.#emit(event),
      onDeath: (error) => {
        this.#team = null
        this.#failOpen(error)
      },
    })
    this.#isLoading = true
    const report = this.#load(workers)
    this.#team = { key, models: [config.leader, ...config.peers], workers, report }
    return report
  }

  cancelLoad(): void {
    if (this.#isLoading) this.#leave(cancelled)
  }

  tryReward(trial: RewardTrial) {
    return tryRewardCode(trial, this.#parts.makers.rewardFrame)
  }

  readData(request: DataRequest, { signal }: { readonly signal: AbortSignal }) {
    const { modelBase } = this.#options
    return readDataSet(request, { modelBase, signal, makeWorker: this.#parts.makers.data })
  }

  savedRun(): Promise<SavedRun | null> {
    return readSavedRun(() => this.#parts.browser().storage())
  }

  storedModels(): Promise<readonly StoredModel[]> {
    return this.#models.list()
  }

  removeModel(model: string): Promise<void> {
    return this.#models.remove(model, this.#team?.models ?? [])
  }

  storageEstimate(): Promise<StorageRoom> {
    return this.#models.room()
  }

  keepStorage(): Promise<boolean> {
    return this.#models.keep()
  }

  keptThings(): Promise<KeptReport> {
    return this.#kept.look()
  }

  removeKept(kinds: readonly KeptKind[]): Promise<void> {
    return this.#kept.remove(kinds, { run: this.#runId, models: this.#team?.models ?? [] })
  }

  dispose(): void {
    this.#listeners.clear()
    this.#leave(cancelled)
  }

  async #load(workers: TeamWorkers): Promise<TeamReport> {
    try {
      return await workers.load()
    } catch (error) {
      if (this.#team?.workers === workers) this.#team = null
      throw error
    } finally {
      if (this.#team === null || this.#team.workers === workers) this.#isLoading = false
    }
  }

  /** Ends the workers; a loading under way, and whatever was open, fail with the error. */
  #leave(error: ErrorValue): void {
    const team = this.#team
    this.#team = null
    this.#isLoading = false
    team?.workers.cancel(error)
    this.#failOpen(error)
  }

  #failOpen(error: ErrorValue): void {
    const runId = this.#runId
    const asks = [...this.#asks]
    if (runId !== null) this.#emit({ type: 'error', runId, askId: null, error })
    for (const askId of asks) this.#emit({ type: 'error', runId: null, askId, error })
  }

  #emit(event: LeaderEvent): void {
    if (event.type === 'asked') this.#asks.delete(event.askId)
    if (event.type === 'error' && event.askId !== null) this.#asks.delete(event.askId)
    const isRunOver = event.type === 'mode' && (event.mode === 'finished' || event.mode === 'failed')
    if (isRunOver || (event.type === 'error' && event.runId !== null)) this.#closeRun(event.runId)
    for (const listener of this.#listeners) listener(event)
  }

  #closeRun(runId: string | null): void {
    if (this.#runId === runId) this.#runId = null
  }
}

/** Roles and other settings may change without loading anything. */
function teamKey(config: Config): string {
  return JSON.stringify([config.leader, peerModels(config), config.max_model_length])
}

const noTeam: ErrorValue = {
  name: 'NotReadyError',
  message:
    'The team is not loaded any more. Try again: it is loaded anew, and a run goes on from its last checkpoint.',
  detail: null,
}
const cancelled: ErrorValue = {
  name: 'CancelledError',
  message: 'Loading was cancelled. Try again whenever you like.',
  detail: null,
}
const otherTeam: ErrorValue = {
  name: 'TeamChangedError',
  message: 'Another team was loaded in its place. Open the run again to go on from its last checkpoint.',
  detail: null,
}
