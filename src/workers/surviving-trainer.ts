/**
 * A trainer that outlives the device it computes on. Adapter and optimiser moments are plain arrays, so that a new
 * trainer on a new device is the old one; a call that failed with the device is repeated, and as nothing but `update`
 * and `restart` change the state, which need no device, the run goes on with the same numbers.
 */
import type { Trainer, TrainerState } from '../mlpo/trainer/trainer.ts'
import type { Training, TrainingGround } from './load-model.ts'

export interface SurvivingTrainerParts {
  readonly training: Training
  readonly build: (ground: TrainingGround, state: TrainerState | null) => Trainer
  /** null = a new adapter. */
  readonly state: TrainerState | null
}

export function createSurvivingTrainer(parts: SurvivingTrainerParts): Trainer {
  return new SurvivingTrainer(parts)
}

class SurvivingTrainer implements Trainer {
  readonly #parts: SurvivingTrainerParts
  #ground: TrainingGround
  #trainer: Trainer

  constructor(parts: SurvivingTrainerParts) {
    this.#parts = parts
    this.#ground = parts.training.ground()
    this.#trainer = parts.build(this.#ground, parts.state)
  }

  logprobs(...given: Parameters<Trainer['logprobs']>): ReturnType<Trainer['logprobs']> {
    return this.#surviving((trainer) => trainer.logprobs(...given))
  }

  gradients(...given: Parameters<Trainer['gradients']>): ReturnType<Trainer['gradients']> {
    return this.#surviving((trainer) => trainer.gradients(...given))
  }

  update(...given: Parameters<Trainer['update']>): ReturnType<Trainer['update']> {
    return this.#trainer.update(...given)
  }

  restart(): void {
    this.#trainer.restart()
  }

  adapter(): ReturnType<Trainer['adapter']> {
    return this.#trainer.adapter()
  }

  state(): TrainerState {
    return this.#trainer.state()
  }

  dispose(): void {
    this.#trainer.dispose()
  }

  async #surviving<T>(work: (trainer: Trainer) => Promise<T>): Promise<T> {
    // The engine may have noticed before the trainer was asked.
    this.#follow()
    try {
      return await work(this.#trainer)
    } catch (error) {
      if (!(await this.#parts.training.recover()) && !this.#isLeftBehind()) throw error
      this.#follow()
      return work(this.#trainer)
    }
  }

  #isLeftBehind(): boolean {
    return this.#parts.training.ground() !== this.#ground
  }

  /** Onto the ground that there is now. */
  #follow(): void {
    if (!this.#isLeftBehind()) return
    const state = this.#trainer.state()
    this.#trainer.dispose()
    this.#ground = this.#parts.training.ground()
    this.#trainer = this.#parts.build(this.#ground, state)
  }
}
