/**
 * The workers of one team: the leader's and one per distinct peer model, made one after another, so that only one model
 * at a time is fetched and unpacked. All go together: when one dies the others are of no use.
 */
import type { Config } from '../mlpo/config/config.ts'
import { peerModels } from '../mlpo/team.ts'
import type { LabClientOptions } from './client-types.ts'
import { errorValue } from './errors.ts'
import { parseLeaderEvent, parsePeerEvent } from './messages.ts'
import type {
  ErrorValue,
  LeaderCommand,
  LeaderEvent,
  PeerCommand,
  PeerEvent,
  TeamReport,
} from './protocol.ts'
import type { RewardFrame } from './sandbox/reward-frame.ts'

/** What we use of a `Worker`. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void
  terminate(): void
  onmessage: ((event: MessageEvent) => void) | null
  onmessageerror: ((event: MessageEvent) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

export interface WorkerMakers {
  /** Each is given a name of its own. */
  readonly leader: (name: string) => WorkerLike
  readonly peer: (name: string) => WorkerLike
  /** Where a run's own reward code is run. */
  readonly rewardFrame: () => RewardFrame
  /** Reads one data set. */
  readonly data: () => WorkerLike
  /** Resolves when the worker of this name, which has spoken, lives no more; rejects when the signal fires. */
  readonly whenGone: (name: string, signal: AbortSignal) => Promise<void>
}

export interface TeamWorkersOptions extends LabClientOptions {
  readonly makers: WorkerMakers
  readonly config: Config
  readonly onEvent: (event: LeaderEvent) => void
  /** A worker died; everything has been ended. */
  readonly onDeath: (error: ErrorValue) => void
}

/** Carries a worker's own error value out of the promises in between. */
class LoadFailure extends Error {
  constructor(readonly value: ErrorValue) {
    super(value.message)
  }
}

export class TeamWorkers {
  readonly #options: TeamWorkersOptions
  readonly #workers: WorkerLike[] = []
  #leader: WorkerLike | null = null
  #rewardFrame: RewardFrame | null = null
  #onLeaderEvent: (event: LeaderEvent) => void
  /** Rejects the loading under way. */
  #fail: ((error: LoadFailure) => void) | null = null
  readonly #ended = new AbortController()

  constructor(options: TeamWorkersOptions) {
    this.#options = options
    this.#onLeaderEvent = options.onEvent
  }

  /** Rejects with an `ErrorValue`, and then everything has been ended. */
  async load(): Promise<TeamReport> {
    try {
      return await new Promise<TeamReport>((resolve, reject) => {
        this.#fail = reject
        this.#loadAll().then(resolve, reject)
      })
    } catch (thrown) {
      this.end()
      const value: unknown = thrown instanceof LoadFailure ? thrown.value : errorValue(thrown)
      throw value
    } finally {
      this.#fail = null
    }
  }

  send(command: LeaderCommand, transfer: Transferable[] = []): void {
    if (command.type === 'open') this.#renewRewardFrame(command.config)
    this.#leader?.postMessage(command, transfer)
  }

  /** Ends a loading under way with this error. */
  cancel(error: ErrorValue): void {
    this.end()
    this.#fail?.(new LoadFailure(error))
  }

  end(): void {
    this.#ended.abort()
    for (const worker of this.#workers.splice(0)) {
      worker.onmessage = null
      worker.onmessageerror = null
      worker.onerror = null
      worker.terminate()
    }
    this.#leader = null
    this.#rewardFrame?.dispose()
    this.#rewardFrame = null
  }

  /** Each run that has code gets a frame of its own: nothing of another run's code is left in it. */
  #renewRewardFrame({ custom_rewards }: Config): void {
    this.#rewardFrame?.dispose()
    this.#rewardFrame = custom_rewards.length === 0 ? null : this.#options.makers.rewardFrame()
    if (this.#rewardFrame === null) return
    const { port } = this.#rewardFrame
    this.send({ type: 'reward-frame', port }, [port])
  }

  async #loadAll(): Promise<TeamReport> {
    const { config, modelBase, wanted } = this.#options
    const models = peerModels(config)
    const peers: { readonly model: string; readonly worker: WorkerLike }[] = []
    for (const model of models) {
      this.#progress({ model, done: peers.length, total: models.length + 1 })
      peers.push({ model, worker: await this.#loadPeer(model) })
      if (this.#ended.signal.aborted) throw new DOMException('The team was given up.', 'AbortError')
    }
    this.#progress({ model: config.leader, done: models.length, total: models.length + 1 })
    const loaded = this.#startLeader()
    for (const { model, worker } of peers) {
      const { port1, port2 } = new MessageChannel()
      worker.postMessage({ type: 'port', port: port2 } satisfies PeerCommand, [port2])
      this.send({ type: 'peer', model, port: port1 }, [port1])
    }
    this.send({ type: 'load', config, modelBase, wanted })
    return loaded
  }

  #loadPeer(model: string): Promise<WorkerLike> {
    const { config, makers, modelBase, wanted } = this.#options
    return new Promise((resolve, reject) => {
      const worker = this.#start(makers.peer, model, (data) => {
        const event: PeerEvent = parsePeerEvent(data)
        if (event.type === 'progress') this.#options.onEvent(event)
        else if (event.type === 'ready') resolve(worker)
        else reject(new LoadFailure(event.error))
      })
      const contextLength = config.max_model_length
      worker.postMessage({ type: 'load', model, modelBase, wanted, contextLength } satisfies PeerCommand)
    })
  }

  #startLeader(): Promise<TeamReport> {
    const { config, makers, onEvent } = this.#options
    this.#leader = this.#start(makers.leader, config.leader, (data) =>
      this.#onLeaderEvent(parseLeaderEvent(data)),
    )
    return new Promise((resolve, reject) => {
      this.#onLeaderEvent = (event) => {
        // A loading that fails belongs to no run and no question, and is told by the rejection.
        if (event.type === 'error' && event.runId === null && event.askId === null)
          return reject(new LoadFailure(event.error))
        onEvent(event)
        if (event.type !== 'team') return
        this.#onLeaderEvent = onEvent
        resolve(event.team)
      }
    })
  }

  #start(make: (name: string) => WorkerLike, model: string, receive: (data: unknown) => void): WorkerLike {
    const name = `${model} ${crypto.randomUUID()}`
    const worker = make(name)
    this.#workers.push(worker)
    const die = (detail: string) => {
      if (this.#ended.signal.aborted) return
      const error = deathOf(model, detail)
      const loading = this.#fail
      this.end()
      if (loading === null) this.#options.onDeath(error)
      else loading(new LoadFailure(error))
    }
    worker.onerror = (event) => {
      // Ours to tell, not the console's.
      event.preventDefault()
      die(event.message)
    }
    worker.onmessageerror = () => die('a message could not be read')
    let hasSpoken = false
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!hasSpoken) this.#watch(name, die)
      hasSpoken = true
      receive(data)
    }
    return worker
  }

  /** A worker that runs out of memory may end without any event. */
  #watch(name: string, die: (detail: string) => void): void {
    this.#options.makers.whenGone(name, this.#ended.signal).then(
      () => die('it ended without a word'),
      () => undefined,
    )
  }

  #progress({ model, ...count }: { readonly model: string; readonly done: number; readonly total: number }) {
    const progress = { what: 'load', label: model, ...count, unit: 'models' } as const
    this.#options.onEvent({ type: 'progress', progress })
  }
}

function deathOf(model: string, detail: string): ErrorValue {
  return {
    name: 'WorkerDiedError',
    message:
      `The worker that runs ${model} stopped, perhaps for want of memory. Try again: the team is loaded anew, and a ` +
      `run goes on from its last checkpoint.`,
    detail: detail === '' ? null : detail,
  }
}
