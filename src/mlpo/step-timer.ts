/**
 * Adds up how long the parts of a step take. Only work is counted: the time that a stage waits for the next pull is
 * not, so that a paused run reports the same times as one that runs through.
 */
export type TimedPart = 'sample' | 'score' | 'loss' | 'update' | 'sync'

export class StepTimer {
  readonly #now: () => number
  readonly #milliseconds: Record<TimedPart, number> = { sample: 0, score: 0, loss: 0, update: 0, sync: 0 }

  constructor(now: () => number) {
    this.#now = now
  }

  async measure<T>(part: TimedPart, work: () => T | Promise<T>): Promise<T> {
    const start = this.#now()
    const result = await work()
    this.#milliseconds[part] += this.#now() - start
    return result
  }

  /** `timing/<part>_ms`, and TRL's `step_time` in seconds. */
  metrics(): Record<string, number> {
    const parts = Object.entries(this.#milliseconds)
    return {
      ...Object.fromEntries(parts.map(([part, milliseconds]) => [`timing/${part}_ms`, milliseconds])),
      step_time: parts.reduce((sum, [, milliseconds]) => sum + milliseconds, 0) / 1000,
    }
  }
}
