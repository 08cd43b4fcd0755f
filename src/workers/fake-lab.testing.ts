/**
 * The whole line from the page's client to the engines, in one thread: real client, leader, peers and messages over real
 * channels; fake models, trainer, storage and locks. A worker that is terminated says and hears nothing any more.
 */
import type { Engine } from '../engine/engine.ts'
import { parseConfig, type Config } from '../mlpo/config/config.ts'
import { fakeEngine } from '../mlpo/testing/fake-engine.ts'
import { fakeTrainer } from '../mlpo/testing/fake-trainer.ts'
import { RunInUseError, type Release } from '../storage/locks.ts'
import { MemoryBrowser } from '../storage/memory-browser.testing.ts'
import type { MemoryFolder } from '../storage/memory-folder.testing.ts'
import type { CodeRequest } from '../mlpo/rewards/run-code.ts'
import { fakeCode } from '../mlpo/testing/fake-code.ts'
import { labClient } from './client.ts'
import { createDataReader } from './data-reader.ts'
import type { LabClient, LabCommand } from './client-types.ts'
import { createLeader } from './leader.ts'
import type { LoadedModel, LoadRequest } from './load-model.ts'
import { createPeer } from './peer.ts'
import type { LeaderEvent } from './protocol.ts'
import { connectEngine } from './remote-engine.ts'
import type { RewardFrame } from './sandbox/reward-frame.ts'
import type { WorkerLike } from './team-workers.ts'

export interface FakeLabOptions {
  /** What is kept between two labs, as between two visits. */
  readonly storage?: MemoryFolder
  /** Changes a model's engine. */
  readonly engineOf?: (model: string, request: LoadRequest) => Engine | Promise<Engine>
  readonly lockRun?: (runId: string) => Promise<Release>
}

export interface FakeLab {
  readonly client: LabClient
  readonly storage: MemoryFolder
  /** With that storage in it. */
  readonly browser: MemoryBrowser
  /** All events so far. */
  readonly events: readonly LeaderEvent[]
  /** Names of the workers started and not terminated, in order. */
  readonly alive: readonly string[]
  /** The page's "error" event on that worker. */
  kill(worker: 'leader' | 'peer'): void
  /** That worker ends without any event. */
  vanish(worker: 'leader' | 'peer'): void
  send(command: LabCommand): void
  /** Resolves with the first event after those seen by the last `until` that fits. */
  until<T extends LeaderEvent>(fits: (event: LeaderEvent) => event is T): Promise<T>
  until(fits: (event: LeaderEvent) => boolean): Promise<LeaderEvent>
}

export const fakeTeam = { leader: 'fake-model', peers: ['peer-a', 'peer-b', 'peer-a'] } as const

export function fakeLabConfig(given: Partial<Config> = {}): Config {
  return parseConfig({
    ...fakeTeam,
    num_generations: 4,
    prompts_per_step: 2,
    max_completion_length: 4,
    max_steps: 4,
    learning_rate: 0.05,
    task_count: 8,
    eval_every: 2,
    eval_size: 4,
    ...given,
  })
}

export function fakeLab({ storage, ...given }: FakeLabOptions = {}): FakeLab {
  const browser = new MemoryBrowser(storage)
  const workers: { readonly name: string; readonly id: string; readonly worker: WorkerLike }[] = []
  const watched = new Map<string, () => void>()
  const alive: string[] = []
  const locks = new Set<string>()
  const loadModel = async (request: LoadRequest) =>
    fakeModel(request, await (given.engineOf ?? fakeEngine)(request.model, request))
  const make = (
    name: 'leader' | 'peer',
    id: string,
    start: (send: (event: unknown) => void) => (data: unknown) => void,
  ) => {
    const worker = channelWorker(start, () => alive.splice(alive.indexOf(name), 1))
    workers.push({ name, id, worker })
    alive.push(name)
    return worker
  }
  const lockRun = (runId: string) => {
    if (locks.has(runId)) return Promise.reject(new RunInUseError(runId))
    return Promise.resolve(() => void locks.delete(runId))
  }
  const client = labClient(
    { modelBase: 'https://lab.test/models/', wanted: { engine: null, backend: null, library: null } },
    {
      browser: () => browser,
      makers: {
        peer: (id) => make('peer', id, (send) => createPeer({ send, loadModel })),
        leader: (id) =>
          make('leader', id, (send) =>
            createLeader({
              send,
              loadModel,
              connect: (port) => connectEngine(port, { codecFor: ({ info }) => fakeEngine(info.id) }),
              createTrainer: (_model, { config, state }) => fakeTrainer(config, state ?? undefined),
              storage: browser.storage,
              lockRun: given.lockRun ?? lockRun,
              now: () => 0,
            }),
          ),
        data: () =>
          channelWorker(
            (send) =>
              createDataReader({ send, fetch: () => Promise.reject(new Error('there is no network')) }),
            () => undefined,
          ),
        rewardFrame: fakeRewardFrame,
        whenGone: (id) => new Promise((resolve) => watched.set(id, resolve)),
      },
    },
  )
  return {
    ...{ client, browser, storage: browser.root, alive, ...listening(client) },
    kill: (name) => killLast(workers, name),
    vanish: (name) => watched.get(workers.findLast((each) => each.name === name)?.id ?? '')?.(),
  }
}

function listening(client: LabClient): Pick<FakeLab, 'events' | 'send' | 'until'> {
  const events: LeaderEvent[] = []
  let seen = 0
  let wake: () => void = () => undefined
  client.subscribe((event) => {
    events.push(event)
    wake()
  })
  return {
    events,
    send: (command) => client.send(command),
    async until(fits: (event: LeaderEvent) => boolean) {
      for (;;) {
        const event = events[seen]
        if (event === undefined) await new Promise<void>((resolve) => (wake = resolve))
        else {
          seen += 1
          if (fits(event)) return event
        }
      }
    },
  } as Pick<FakeLab, 'events' | 'send' | 'until'>
}

function killLast(workers: readonly { readonly name: string; readonly worker: WorkerLike }[], name: string) {
  const found = workers.findLast((each) => each.name === name)
  const event = { message: 'out of memory', preventDefault: () => undefined } as ErrorEvent
  found?.worker.onerror?.(event)
}

function channelWorker(
  start: (send: (event: unknown) => void) => (data: unknown) => void,
  onEnd: () => void,
): WorkerLike {
  const { port1: outside, port2: inside } = new MessageChannel()
  const receive = start((event) => inside.postMessage(event))
  inside.onmessage = ({ data }: MessageEvent<unknown>) => receive(data)
  const worker: WorkerLike = {
    onmessage: null,
    onmessageerror: null,
    onerror: null,
    postMessage: (message, transfer = []) => outside.postMessage(message, transfer),
    terminate() {
      outside.close()
      inside.close()
      onEnd()
    },
  }
  outside.onmessage = (event) => worker.onmessage?.(event)
  return worker
}

function fakeModel({ model, onProgress }: LoadRequest, engine: Engine): LoadedModel {
  onProgress({ what: 'download', label: model, done: 8, total: 8, unit: 'bytes' })
  return {
    engine: Object.assign(Object.create(engine) as Engine, { info: { ...engine.info, id: model } }),
    files: { tokenizer: null, tokenizerConfig: null, fingerprint: `${model}/1` },
    library: null,
    device: { engine: 'tfjs', backend: 'wasm', threads: 1, because: 'This is a test.' },
    // The fake trainer has arithmetic of its own.
    training: null,
  }
}

/** Real ports; the code runs in this thread. */
function fakeRewardFrame(): RewardFrame {
  const { port1: port, port2: inside } = new MessageChannel()
  const host = fakeCode()
  host.listen((reply) => inside.postMessage(reply))
  inside.onmessage = ({ data }: MessageEvent<CodeRequest>) => host.send(data)
  return { port, dispose: () => inside.close() }
}

function settledLater() {
  let resolve: () => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<void>((...settle) => ([resolve, reject] = settle))
  return { promise, resolve: () => resolve(), reject: (reason: unknown) => reject(reason) }
}

/** Hangs in the leader's n-th sample, and only there, until it is cancelled, fails or is let go. */
export function hangingAt(sample: number) {
  const { leader: leaderName } = fakeLabConfig()
  const hang = settledLater()
  const release = settledLater()
  let count = 0
  const engineOf = (model: string): Engine => {
    const engine = fakeEngine(model)
    if (model !== leaderName) return engine
    return {
      ...engine,
      async sample(requests, options) {
        if (++count === sample) {
          hang.resolve()
          options.signal?.addEventListener('abort', () => release.reject(options.signal?.reason))
          await release.promise
        }
        return engine.sample(requests, options)
      },
    }
  }
  return { engineOf, hangs: hang.promise, letGo: release.resolve, fail: release.reject }
}
