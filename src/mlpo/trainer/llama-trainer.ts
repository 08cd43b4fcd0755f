/**
 * The real trainer: LoRA on a Llama-family model in tfjs. It shares the engine's frozen weights, keeps the adapter and
 * AdamW's moments as plain arrays, and binds an adapter to the model anew after each update. On a GPU the adapter goes
 * to the device once, for itself and for an engine there. Micro-batches bound the memory of a pass; above a size,
 * activations are computed again instead of kept.
 */
import { hashText, hashWords } from '../../common/hash.ts'
import { AdapterBuffers } from '../../engine/adapter/on-device.ts'
import type { Adapter, BaseWeights } from '../../engine/engine.ts'
import type { AdapterDropout } from '../../engine/llama/dropout.ts'
import type { CompletionLogprobs } from '../../engine/llama/forward.ts'
import type { Kernels } from '../../engine/llama/kernels.ts'
import { disposeLora, loraTensors, type LoraGradients } from '../../engine/llama/lora.ts'
import { BoundModel } from '../../engine/llama/model.ts'
import { completionLogprobs } from '../../engine/llama/score.ts'
import { accumulateGradients, logprobsAndGradients } from '../../engine/llama/train.ts'
import { deviceOfTfjs, flushTfjs } from '../../engine/llama/webgpu-device.ts'
import { llamaWeights, type LlamaWeights } from '../../engine/llama/weights.ts'
import type { Config } from '../config/config.ts'
import { freshAdapter, type AdaptedModule } from './lora-init.ts'
import { checkState, LoraOptimiser } from './lora-optimiser.ts'
import { microBatches, type MicroBatch } from './micro-batches.ts'
import type {
  Backward,
  Gradients,
  PolicyOutput,
  Trainer,
  TrainerState,
  TrainingGroup,
  UpdateReport,
} from './trainer.ts'

export interface TrainerOptions {
  /** The leader engine's `base`; freed with the engine, not here. */
  readonly base: BaseWeights
  readonly kernels: Kernels
  /** Recorded in the adapter (PEFT `base_model_name_or_path`). */
  readonly baseModel: string
  readonly config: Config
  readonly state?: TrainerState
  /** Awaited between passes, so that a worker can read its messages. */
  readonly breathe?: () => Promise<void>
}

/** Activations of a pass that are kept at once, by estimate. */
const keptActivationBytes = 512 * 1024 * 1024

const dropoutName = hashText('lora-dropout')

/** @throws TrainerStateError when the state is of another adapter shape. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { config, baseModel, state } = options
  const weights = llamaWeights(options.base)
  const { lora_r: r, lora_alpha: alpha, lora_dropout: dropout, seed } = config
  const fresh = freshAdapter(adaptedModules(weights, config), { r, alpha, baseModel, seed, dropout })
  if (state !== undefined) checkState(state, fresh)
  const start = state === undefined ? fresh : withDropout(state, dropout)
  return new LlamaTrainer(options, weights, new LoraOptimiser(config, start))
}

/** A fork may have another: then its adapter is recorded with that. */
function withDropout(state: TrainerState, wanted: number): TrainerState {
  const { dropout = 0, ...adapter } = state.adapter
  if (dropout === wanted) return state
  return { ...state, adapter: { ...adapter, ...(wanted > 0 && { dropout: wanted }) } }
}

class LlamaTrainer implements Trainer {
  readonly #options: TrainerOptions
  readonly #weights: LlamaWeights
  readonly #optimiser: LoraOptimiser
  /** The current policy; null after an update, until it is needed. */
  #model: BoundModel | null = null
  /** Its adapter on the device; null where there is none, and after an update. */
  #onDevice: AdapterBuffers | null = null

  constructor(options: TrainerOptions, weights: LlamaWeights, optimiser: LoraOptimiser) {
    this.#options = options
    this.#weights = weights
    this.#optimiser = optimiser
  }

  async logprobs(...[groups, { policy }]: Parameters<Trainer['logprobs']>): Promise<PolicyOutput> {
    if (policy === 'current') return this.#forward(this.#current(), groups)
    const { kl_reference } = this.#options.config
    const model = this.#bind(kl_reference === 'base' ? null : this.#optimiser.state.start)
    try {
      return await this.#forward(model, groups)
    } finally {
      model.dispose()
    }
  }

  async gradients(...[groups, backward, options = {}]: Parameters<Trainer['gradients']>): Promise<Gradients> {
    const { temperature = this.#options.config.temperature } = options
    const sum: LoraGradients = new Map()
    let done = 0
    try {
      const batches = microBatches(groups, this.#options.config.micro_batch_size)
      for (const [index, batch] of batches.entries()) {
        options.signal?.throwIfAborted()
        accumulateGradients(
          sum,
          await this.#pass(batch, backward, { temperature, dropout: this.#dropout(index) }),
        )
        done += batch.rows.length
        options.onProgress?.(done)
        await this.#options.breathe?.()
      }
      return await downloaded(sum, this.#optimiser.adapter)
    } finally {
      disposeLora(sum)
    }
  }

  update(...given: Parameters<Trainer['update']>): UpdateReport {
    const report = this.#optimiser.update(...given)
    this.dispose()
    return report
  }

  restart(): void {
    this.#optimiser.restart()
  }

  adapter(): Adapter {
    const { adapter } = this.#optimiser
    const onDevice = this.#buffers()
    return onDevice === null ? adapter : { ...adapter, onDevice }
  }

  state(): TrainerState {
    return this.#optimiser.state
  }

  dispose(): void {
    this.#model?.dispose()
    this.#model = null
    if (this.#onDevice === null) return
    flushTfjs()
    this.#onDevice.dispose()
    this.#onDevice = null
  }

  async #forward(model: BoundModel, groups: readonly TrainingGroup[]): Promise<PolicyOutput> {
    const { temperature, micro_batch_size } = this.#options.config
    const logprobs: Float32Array[][] = groups.map(() => [])
    const entropies: Float32Array[][] = groups.map(() => [])
    for (const batch of microBatches(groups, micro_batch_size)) {
      const found = await completionLogprobs(model, batch.groups, { temperature })
      const flat = { logprobs: found.logprobs.flat(), entropies: found.entropies.flat() }
      for (const [i, { group }] of batch.rows.entries()) {
        logprobs[group]?.push(flat.logprobs[i] ?? new Float32Array())
        entropies[group]?.push(flat.entropies[i] ?? new Float32Array())
      }
      await this.#options.breathe?.()
    }
    return { logprobs, entropies }
  }

  async #pass(
    { groups, rows }: MicroBatch,
    backward: Backward,
    options: { readonly temperature: number; readonly dropout: AdapterDropout | null },
  ): Promise<LoraGradients> {
    const slopes = ({ logprobs, entropies }: CompletionLogprobs) => {
      const flat = backward(rows, { logprobs: logprobs.flat(), entropies: entropies.flat() })
      let next = 0
      return groups.map(({ completions }) => flat.slice(next, (next += completions.length)))
    }
    const tokens = groups.flatMap(({ prompt, completions }) => [prompt, ...completions])
    const tokenCount = tokens.reduce((total, { length }) => total + length, 0)
    const keep = tokenCount * activationBytesPerToken(this.#weights) <= keptActivationBytes
    const { gradients } = await logprobsAndGradients(this.#current(), groups, slopes, {
      ...options,
      activations: keep ? 'keep' : 'recompute',
    })
    return gradients
  }

  /** Of the `index`-th pass before the next update: a resumed run goes on with the same masks. */
  #dropout(index: number): AdapterDropout | null {
    const { lora_dropout: rate, seed } = this.#options.config
    if (rate === 0) return null
    return { rate, seed: hashWords(seed, dropoutName, this.#optimiser.state.updates, index) }
  }

  #current(): BoundModel {
    this.#model ??= this.#bind(this.#optimiser.adapter, this.#buffers())
    return this.#model
  }

  /** Of the current adapter. */
  #buffers(): AdapterBuffers | null {
    const device = deviceOfTfjs()
    if (device === null) return null
    this.#onDevice ??= new AdapterBuffers(device, this.#optimiser.adapter)
    return this.#onDevice
  }

  #bind(adapter: Adapter | null, onDevice: AdapterBuffers | null = null): BoundModel {
    if (adapter === null) return new BoundModel(this.#weights, null, this.#options.kernels)
    const lora = loraTensors(adapter, this.#weights, { onDevice })
    try {
      return new BoundModel(this.#weights, lora, this.#options.kernels)
    } finally {
      disposeLora(lora.modules)
    }
  }
}

function adaptedModules(weights: LlamaWeights, { lora_target_modules }: Config): AdaptedModule[] {
  const targets: readonly string[] = lora_target_modules
  return [...weights.linears()].flatMap(({ modules, matrix }) =>
    modules
      .filter(({ path }) => targets.includes(path.slice(path.lastIndexOf('.') + 1)))
      .map(({ path, size }) => ({ path, inFeatures: matrix.inputs, outFeatures: size })),
  )
}

/** Of every module of the adapter; without a pass there is nothing in `gradients`, and all are 0. */
async function downloaded(gradients: LoraGradients, adapter: Adapter): Promise<Gradients> {
  const arrays = [...adapter.modules].map(async ([path, { a, b }]) => {
    const pair = gradients.get(path)
    if (pair === undefined)
      return [path, { a: new Float32Array(a.length), b: new Float32Array(b.length) }] as const
    const [da, db] = await Promise.all([pair.a.data<'float32'>(), pair.b.data<'float32'>()])
    return [path, { a: da, b: db }] as const
  })
  return new Map(await Promise.all(arrays))
}

/** What `layerForward` keeps for one row over all layers (`LayerTrace`), without attention's own share. */
function activationBytesPerToken({ config }: LlamaWeights): number {
  const { hiddenSize, intermediateSize, headCount, keyValueHeadCount, headSize, layerCount } = config
  const queryKeyValue = (headCount + 2 * keyValueHeadCount) * headSize
  const perLayer = 4 * hiddenSize + 2 * queryKeyValue + headCount * headSize + 3 * intermediateSize
  return 4 * layerCount * perLayer
}
