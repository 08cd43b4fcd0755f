/**
 * Pulls an open run's session as far as the page wished, sends what comes out, and saves after every step and
 * evaluation. No timer: a hidden page does not slow it down, and a pause waits for the stage in progress.
 */
import type { Session, SessionEvent } from '../mlpo/session.ts'
import type { SessionState } from '../mlpo/session-state.ts'
import { errorValue, isAbort } from './errors.ts'
import type { LeaderEvent, RunControl, RunMode } from './protocol.ts'

export interface RunOptions {
  readonly runId: string
  readonly maxSteps: number
  readonly session: Session
  /** Aborts the session's signal. */
  readonly abort: () => void
  /** Runs the work when nobody else uses the leader. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
  /** Resolves to the size of what was written, in bytes. */
  readonly save: (state: SessionState) => Promise<number>
  readonly send: (event: LeaderEvent) => void
  /** The run is over: nothing more will be pulled or saved. */
  readonly onEnd: () => void
  /** Milliseconds. */
  readonly now: () => number
}

/** An abort that nobody wished for: WebGPU ends so what waits for a device that is gone. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  constructor(override readonly cause: unknown) {
    super(
      'The computation was interrupted, perhaps because the GPU was lost. The run goes on from its last checkpoint.',
    )
  }
}

/** How far to pull: to the end, or the next stage or step. */
type Goal = 'end' | 'stage' | 'step'

export class Run {
  readonly #options: RunOptions
  #mode: RunMode = 'paused'
  #goal: Goal | null = null
  #driving: Promise<void> | null = null
  #isStopped = false

  constructor(options: RunOptions) {
    this.#options = options
  }

  get runId(): string {
    return this.#options.runId
  }

  /** As of the last finished step. */
  state(): SessionState {
    return this.#options.session.state()
  }

  isOver(): boolean {
    return this.#mode === 'finished' || this.#mode === 'failed'
  }

  isRunning(): boolean {
    return this.#driving !== null
  }

  /** Says where the run is, as after its opening. */
  announce(): void {
    this.#enter(this.#mode)
  }

  control(control: RunControl): void {
    // The page may press before it has heard of the end.
    if (this.isOver()) return this.announce()
    switch (control) {
      case 'pause':
        this.#goal = null
        return
      case 'stop':
        void this.stop()
        return
      case 'run':
        return this.#pursue('end')
      case 'stage':
      case 'step':
        return this.#pursue(control)
    }
  }

  /** Resolves when nothing of the run goes on any more; its last checkpoint and adapter stay. */
  async stop(): Promise<void> {
    if (this.isOver()) return
    this.#goal = null
    this.#isStopped = true
    this.#options.abort()
    await this.#driving
    if (this.isOver()) return
    await this.#options.session.events.return()
    this.#end('finished')
  }

  #pursue(goal: Goal): void {
    this.#goal = goal
    this.#driving ??= this.#drive()
  }

  async #drive(): Promise<void> {
    this.#enter('running')
    try {
      while (this.#goal !== null) {
        const more = await this.#options.turn(() => this.#pull())
        if (!more) return this.#end('finished')
      }
      this.#enter('paused')
    } catch (thrown) {
      if (isAbort(thrown) && this.#isStopped) return this.#end('finished')
      const { send, runId } = this.#options
      const reason = isAbort(thrown) ? new InterruptedError(thrown) : thrown
      this.#end('failed')
      send({ type: 'error', runId, askId: null, error: errorValue(reason) })
    } finally {
      this.#driving = null
    }
  }

  /** One event, and the end of the step with its last stage: there is nothing to wait for in between. */
  async #pull(): Promise<boolean> {
    const { session, now } = this.#options
    const started = now()
    const { done, value: event } = await session.events.next()
    if (done === true) return false
    await this.#handle(event, now() - started)
    return endsStep(event) ? this.#pull() : true
  }

  async #handle(event: SessionEvent, elapsedMs: number): Promise<void> {
    const { runId, send, maxSteps } = this.#options
    switch (event.type) {
      case 'stage':
        if (this.#goal === 'stage') this.#goal = null
        send({ type: 'stage', runId, stage: event.stage, elapsedMs })
        return
      case 'sft': {
        const { stage } = event
        const endsTurn = stage.stage === 'sft-traces' || stage.stage === 'sft-update'
        if (this.#goal === 'stage' || (this.#goal === 'step' && endsTurn)) this.#goal = null
        send({ type: 'sft', runId, stage, elapsedMs })
        return endsTurn ? this.#save() : undefined
      }
      case 'evaluation':
        send({ type: 'evaluation', runId, evaluation: event.evaluation })
        return this.#save()
      case 'step-end':
        if (this.#goal === 'step') this.#goal = null
        // What comes after the last step is its evaluation: part of it.
        if (event.step >= maxSteps) this.#goal = 'end'
        return this.#save()
    }
  }

  async #save(): Promise<void> {
    const { session, save, send, runId } = this.#options
    const state = session.state()
    const bytes = await save(state)
    send({ type: 'checkpoint', runId, step: state.step, bytes })
  }

  #end(mode: 'finished' | 'failed'): void {
    this.#enter(mode)
    this.#options.onEnd()
  }

  #enter(mode: RunMode): void {
    this.#mode = mode
    const { send, runId } = this.#options
    send({ type: 'mode', runId, mode, step: this.state().step })
  }
}

function endsStep(event: SessionEvent): boolean {
  return event.type === 'stage' && event.stage.stage === 'update' && event.stage.metrics !== null
}
