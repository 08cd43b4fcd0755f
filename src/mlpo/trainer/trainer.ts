/**
 * What the session needs of a trainer: log-probabilities and gradients of the adapter, one AdamW update, and its
 * state as a plain value. Knows no tfjs, so that a test can put a small fake in its place; `llama-trainer.ts` is the
 * real one.
 */
import type { Adapter, TokenIds } from '../../engine/engine.ts'
import type { Config } from '../config/config.ts'

/** Completions that share a prompt, whose tokens are processed once. */
export interface TrainingGroup {
  readonly prompt: TokenIds
  /** Not empty; each with at least one token. */
  readonly completions: readonly TokenIds[]
}

/** [group][completion][token], in the order of the groups given. */
export type PerToken = readonly (readonly Float32Array[])[]

/** What the policy says about some completions; logits are divided by the config's `temperature`. */
export interface PolicyOutput {
  /** Nats. */
  readonly logprobs: PerToken
  /** Nats, of the full tempered distribution. */
  readonly entropies: PerToken
}

/** Rows of one pass through the model: `completion` counts within `group`, both as in the groups given. */
export interface Row {
  readonly group: number
  readonly completion: number
}

/**
 * Called once per micro-batch with the policy's output for its rows; returns dLoss/dlogprob, [row][token].
 * Gradients of all micro-batches are added.
 */
export type Backward = (
  rows: readonly Row[],
  output: { readonly logprobs: readonly Float32Array[]; readonly entropies: readonly Float32Array[] },
) => readonly ArrayLike<number>[]

/** Same layout as an adapter module's matrices. */
export interface ModuleArrays {
  readonly a: Float32Array
  readonly b: Float32Array
}

/** dLoss/dA and dLoss/dB by PEFT module path. */
export type Gradients = ReadonlyMap<string, ModuleArrays>

export interface UpdateReport {
  readonly learningRate: number
  /** Euclidean, over all of A and B, before clipping. */
  readonly gradNorm: number
  readonly clipped: boolean
  /** Euclidean norms over all of A and B: of this update's change, and of the weights after it. */
  readonly updateNorm: number
  readonly weightNorm: number
}

/** Plain, and never changed once given out: it can be kept, compared, sent and saved. */
export interface TrainerState {
  /** Updates done by this optimiser. */
  readonly updates: number
  readonly adapter: Adapter
  /** The adapter as phase 2 began, or, before that, the run (`kl_reference: start`). */
  readonly start: Adapter
  /** AdamW's first and second moments by PEFT module path. */
  readonly moments: ReadonlyMap<string, { readonly first: ModuleArrays; readonly second: ModuleArrays }>
}

export interface GradientOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (completionsDone: number) => void
  /** Logits are divided by it; by default the config's. */
  readonly temperature?: number
}

/** What an update goes by; the schedule counts the optimiser's own updates. */
export type UpdateSettings = Pick<
  Config,
  'learning_rate' | 'lr_scheduler_type' | 'warmup_steps' | 'max_steps' | 'num_iterations' | 'max_grad_norm'
>

export type TrainedPolicy = 'current' | 'reference'

export interface Trainer {
  /** No gradients; `reference` is what the config's `kl_reference` names. */
  logprobs(
    groups: readonly TrainingGroup[],
    options: { readonly policy: TrainedPolicy },
  ): Promise<PolicyOutput>
  /**
   * Forward and backward by micro-batches of `micro_batch_size` completions, in order. `lora_dropout` acts here and
   * nowhere else. So it is in TRL, whose model is in training mode when it computes the log-probabilities of the loss, and
   * whose old ones, at `num_iterations` 1, are those of that very pass (`per_token_logps.detach()`). The old ones of a
   * batch are the first pass's here, with its masks, for any `num_iterations`: the ratio there is 1.
   */
  gradients(
    groups: readonly TrainingGroup[],
    backward: Backward,
    options?: GradientOptions,
  ): Promise<Gradients>
  /** Clips to `max_grad_norm`, then one AdamW step at the schedule's learning rate; by default by the config. */
  update(gradients: Gradients, settings?: UpdateSettings): UpdateReport
  /**
   * A new optimiser on the adapter as it is, which becomes the `start`: between the phases, where TRL makes a new
   * trainer. Moments of a cross-entropy are many times those of a policy gradient, and with β₂ 0.999 they would hold
   * phase 2 back for hundreds of steps.
   */
  restart(): void
  adapter(): Adapter
  state(): TrainerState
  dispose(): void
}
