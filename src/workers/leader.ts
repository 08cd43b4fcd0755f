/**
 * What the leader's worker does with its commands: loads the team, opens and drives the run, answers questions. It owns
 * policy, adapter and optimiser. Everything that differs between a browser and a test is a parameter.
 */
import type { Engine } from '../engine/engine.ts'
import type { Config } from '../mlpo/config/config.ts'
import type { CodeRunner } from '../mlpo/rewards/custom.ts'
import { codeRunner } from '../mlpo/rewards/run-code.ts'
import { askTeam } from '../mlpo/rounds.ts'
import { createTeam, peerModels, type Team } from '../mlpo/team.ts'
import type { LeaderParts } from './leader-parts.ts'
import type { LoadedModel } from './load-model.ts'
import { errorValue, isAbort } from './errors.ts'
import { runEvaluation } from './evaluation.ts'
import { parseLeaderCommand } from './messages.ts'
import { openRun } from './open-run.ts'
import { throttledProgress } from './progress.ts'
import type { LeaderCommand, LeaderEvent, TeamReport } from './protocol.ts'
import type { ConnectedEngine } from './remote-engine.ts'
import type { Run } from './run.ts'
import { clock, hostAt } from './sandbox/reward-port.ts'
import { SharedLeader } from './shared-leader.ts'

/** A command that needs what is not there (yet). */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError'
}

/** An evaluation takes what the run is using. */
export class RunBusyError extends Error {
  override readonly name = 'RunBusyError'
  constructor() {
    super('A run is going on with this team. Pause it in Train, then evaluate.')
  }
}

type Command<T extends LeaderCommand['type']> = Extract<LeaderCommand, { readonly type: T }>

interface Loaded {
  readonly model: LoadedModel
  readonly leader: SharedLeader
}

/** Takes messages as they arrive. */
export function createLeader(parts: LeaderParts): (data: unknown) => void {
  const leader = new Leader(parts)
  return (data) => leader.receive(data)
}

class Leader {
  readonly #parts: LeaderParts
  readonly #send: (event: LeaderEvent) => void
  /** By model. */
  readonly #peers = new Map<string, Promise<ConnectedEngine>>()
  readonly #asks = new Map<string, AbortController>()
  #loaded: Promise<Loaded> | null = null
  #run: Run | null = null
  /** Runs the reward code of the run that is opened next. */
  #rewardCode: CodeRunner | null = null
  /** The run that is being opened. */
  #opening: { readonly runId: string; readonly controller: AbortController } | null = null

  constructor(parts: LeaderParts) {
    this.#parts = parts
    this.#send = throttledProgress(parts.send, { now: parts.now })
  }

  receive(data: unknown): void {
    try {
      this.#obey(parseLeaderCommand(data))
    } catch (thrown) {
      this.#report(thrown, idsOf(data))
    }
  }

  #obey(command: LeaderCommand): void {
    switch (command.type) {
      case 'load':
        return this.#guard(this.#load(command), {})
      case 'peer': {
        const connected = this.#parts.connect(command.port)
        // Whoever waits for the peer reports it.
        connected.catch(() => undefined)
        this.#peers.set(command.model, connected)
        return
      }
      case 'reward-frame':
        this.#rewardCode = codeRunner(hostAt(command.port), { timer: clock })
        return
      case 'open':
        return this.#guard(this.#open(command), { runId: command.runId })
      case 'control':
        return this.#control(command)
      case 'ask':
        return this.#guard(this.#ask(command), { askId: command.askId })
      case 'evaluate':
        return this.#guard(this.#evaluate(command), { askId: command.askId })
      case 'cancel':
        this.#asks.get(command.askId)?.abort()
        return
    }
  }

  async #load({ config, modelBase, wanted }: Command<'load'>): Promise<void> {
    const onProgress = (progress: Extract<LeaderEvent, { type: 'progress' }>['progress']) =>
      this.#send({ type: 'progress', progress })
    const loading = this.#parts
      .loadModel({
        ...{ modelBase, wanted, onProgress },
        model: config.leader,
        role: 'leader',
        contextLength: config.max_model_length,
      })
      .then((model): Loaded => ({ model, leader: new SharedLeader(model.engine) }))
    this.#loaded = loading
    const { model } = await loading
    const { peers } = await this.#team(config)
    this.#send({ type: 'team', team: teamReport(config, { model, peers }) })
  }

  /** The team that a configuration asks for, of the loaded models. */
  async #team(config: Config) {
    if (this.#loaded === null) throw notLoaded(config.leader)
    const { leader, model } = await this.#loaded
    if (leader.info.id !== config.leader) throw notLoaded(config.leader)
    const peers = new Map<string, ConnectedEngine>()
    const fingerprints = new Map<Engine, string>()
    for (const name of peerModels(config)) {
      const connected = await this.#peers.get(name)
      if (connected === undefined) throw notLoaded(name)
      peers.set(name, connected)
      fingerprints.set(connected.engine, connected.fingerprint)
    }
    const engineOf = (name: string) => {
      const peer = peers.get(name)
      if (peer === undefined) throw notLoaded(name)
      return peer.engine
    }
    const fingerprintOf = (engine: Engine) => fingerprints.get(engine) ?? ''
    const team: Team = createTeam(config, { leader, engineOf, fingerprintOf })
    return { leader, model, peers, team }
  }

  async #open({ runId, config, resume, rewards, questions }: Command<'open'>): Promise<void> {
    const rewardCode = this.#rewardCode
    this.#rewardCode = null
    this.#opening?.controller.abort()
    const controller = new AbortController()
    this.#opening = { runId, controller }
    // How far a saved run is, only its checkpoint knows.
    if (!resume) this.#send({ type: 'mode', runId, mode: 'loading', step: 0 })
    try {
      await this.#run?.stop()
      this.#run = null
      const { leader, model, team } = await this.#team(config)
      const parts = { ...this.#parts, send: this.#send }
      this.#run = await openRun({
        ...{ parts, leader, model, team, runId, config, resume, controller },
        ...{ codes: rewards ?? [], questions, rewardCode },
      })
      this.#run.announce()
    } catch (thrown) {
      if (!isAbort(thrown)) throw thrown
      this.#send({ type: 'mode', runId, mode: 'finished', step: 0 })
    } finally {
      if (this.#opening.controller === controller) this.#opening = null
    }
  }

  #control({ runId, control }: Command<'control'>): void {
    if (this.#opening?.runId === runId) {
      if (control === 'stop') this.#opening.controller.abort()
    } else if (this.#run?.runId === runId) this.#run.control(control)
    else throw new NotReadyError('This run is not open any more. Open it again to go on with it.')
  }

  async #ask({ askId, config, task, rounds, adapter, seed, ...asked }: Command<'ask'>): Promise<void> {
    const settings = { ...config, rounds: asked.history.length + rounds }
    await this.#cancellable(askId, async (signal) => {
      const { leader, team } = await this.#team(config)
      const trained = adapter === 'trained' ? this.#trainedAdapter() : null
      const answer = async () => {
        const { now } = this.#parts
        const input = { team, task, ...asked, seed, now, signal, settings, temperature: config.temperature }
        for await (const event of askTeam({ ...input, rounds: settings.rounds }))
          this.#send({ type: 'round', askId, event })
      }
      await leader.turn(async () => {
        signal.throwIfAborted()
        await leader.borrow(trained, answer)
      })
    })
  }

  async #evaluate({ askId, config, plan, adapter, questions = null }: Command<'evaluate'>): Promise<void> {
    if (this.#opening !== null || this.#run?.isRunning() === true) throw new RunBusyError()
    await this.#cancellable(askId, async (signal) => {
      const trained = adapter === 'trained' ? this.#trainedAdapter() : null
      const parts = await this.#team(config)
      const { now } = this.#parts
      await runEvaluation({
        ...parts,
        askId,
        config,
        plan,
        trained,
        questions,
        signal,
        now,
        send: this.#send,
      })
    })
  }

  /** Ends with `asked`, also when it is cancelled. */
  async #cancellable(askId: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController()
    this.#asks.set(askId, controller)
    try {
      await work(controller.signal)
    } catch (thrown) {
      if (!controller.signal.aborted) throw thrown
    } finally {
      this.#asks.delete(askId)
    }
    this.#send({ type: 'asked', askId })
  }

  /** Of the last finished step of the run that was opened last. */
  #trainedAdapter() {
    const run = this.#run
    if (run === null)
      throw new NotReadyError('There is no trained leader here. Train one, or open a saved run.')
    return run.state().trainer.adapter
  }

  #guard(work: Promise<void>, ids: Ids): void {
    work.catch((thrown: unknown) => this.#report(thrown, ids))
  }

  #report(thrown: unknown, { runId = null, askId = null }: Ids): void {
    this.#send({ type: 'error', runId, askId, error: errorValue(thrown) })
  }
}

interface Ids {
  readonly runId?: string | null
  readonly askId?: string | null
}

/** So that even a message that is not understood fails the right thing. */
function idsOf(data: unknown): Ids {
  if (typeof data !== 'object' || data === null) return {}
  const { runId, askId }: { runId?: unknown; askId?: unknown } = data
  return {
    runId: typeof runId === 'string' ? runId : null,
    askId: typeof askId === 'string' ? askId : null,
  }
}

function notLoaded(model: string): NotReadyError {
  return new NotReadyError(`${model} is not loaded. Load the team, then try again.`)
}

function teamReport(
  config: Config,
  { model, peers }: { readonly model: LoadedModel; readonly peers: ReadonlyMap<string, ConnectedEngine> },
): TeamReport {
  const report = (id: string, { engine, library }: Pick<ConnectedEngine, 'engine' | 'library'>) => ({
    id,
    parameters: engine.info.parameterCount,
    library,
  })
  return {
    device: model.device,
    leader: report(config.leader, model),
    peers: config.peers.map((id) => {
      const peer = peers.get(id)
      if (peer === undefined) throw notLoaded(id)
      return { ...report(id, peer), name: id }
    }),
  }
}
