/**
 * The trainer's forward and backward pass: per-token log-probabilities of the completions, then, for whatever the loss
 * says of them, the gradients of every LoRA matrix. A prompt is computed once per group and gradients of all its
 * completions flow through its keys and values. Nothing is recorded on tfjs' tape; the backward pass is `model.ts`'.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { add, concat, gather, tidy, zeros } from '@tensorflow/tfjs-core'
import type { AdapterDropout } from './dropout.ts'
import type { CompletionLogprobs } from './forward.ts'
import { headBlocks, headLogprobs, rowsOf } from './forward.ts'
import type { Predictions, RowLayout, TokenGroup } from './layout.ts'
import { layOut, predictionsOf } from './layout.ts'
import type { LoraGradients } from './lora.ts'
import { disposeLora } from './lora.ts'
import type { BoundModel, Layer, LayerTrace } from './model.ts'
import { disposeTrace, layerBackward, layerForward } from './model.ts'

/** dLoss / dlogprob, [group][completion][token]. */
export type LogprobGradients = readonly (readonly ArrayLike<number>[])[]

/** The loss: what comes from outside between the forward and the backward pass. */
export type LossGradient = (found: CompletionLogprobs) => LogprobGradients | Promise<LogprobGradients>

export interface TrainOptions {
  /** Logits are divided by it. */
  readonly temperature?: number
  /** `recompute` keeps only each layer's input and runs the layer again in the backward pass: a third more time. */
  readonly activations?: 'keep' | 'recompute'
  /** Of this pass; null = none. */
  readonly dropout?: AdapterDropout | null
}

export interface TrainResult extends CompletionLogprobs {
  /** By module path; owned by the caller (`disposeLora`). */
  readonly gradients: LoraGradients
}

export async function logprobsAndGradients(
  model: BoundModel,
  groups: readonly TokenGroup[],
  lossGradient: LossGradient,
  { temperature = 1, activations = 'keep', dropout = null }: TrainOptions = {},
): Promise<TrainResult> {
  const pass = new TrainPass(model, groups, { activations, dropout })
  const gradients: LoraGradients = new Map()
  try {
    const normed = pass.forward()
    const found = await headLogprobs(model, normed, pass.predictions, temperature)
    const weights = flatten(await lossGradient(found), pass.predictions)
    pass.backward(normed, weights, temperature, gradients)
    return { ...found, gradients }
  } catch (error) {
    disposeLora(gradients)
    throw error
  } finally {
    pass.dispose()
  }
}

/** Sums micro-batches: adds `from` to `into` and frees `from`. */
export function accumulateGradients(into: LoraGradients, from: LoraGradients): void {
  for (const [path, pair] of from) {
    const sum = into.get(path)
    if (sum === undefined) {
      into.set(path, pair)
      continue
    }
    into.set(
      path,
      tidy(() => ({ a: add<Tensor2D>(sum.a, pair.a), b: add<Tensor2D>(sum.b, pair.b) })),
    )
    for (const tensor of [sum.a, sum.b, pair.a, pair.b]) tensor.dispose()
  }
}

type SavedLayer = Pick<LayerTrace, 'input'> & { readonly trace: LayerTrace | null }

/** One forward and backward pass with everything that it holds in between. */
class TrainPass {
  readonly #model: BoundModel
  readonly #layout: RowLayout
  readonly predictions: Predictions
  readonly #activations: TrainOptions['activations']
  /** The model's, with this pass's dropout. */
  readonly #computed: readonly Layer[]
  readonly #layers: SavedLayer[] = []
  /** The prediction rows of the last hidden state, before and after the final norm. */
  readonly #heads: Tensor2D[] = []

  constructor(
    model: BoundModel,
    groups: readonly TokenGroup[],
    { activations, dropout }: Pick<Required<TrainOptions>, 'activations' | 'dropout'>,
  ) {
    this.#model = model
    this.#computed = dropout === null ? model.layers : model.dropped(dropout)
    this.#layout = layOut(groups)
    this.predictions = predictionsOf(groups, this.#layout)
    this.#activations = activations
  }

  /** Prediction rows after the final norm. */
  forward(): Tensor2D {
    const model = this.#model
    let hidden = model.embed(this.#layout.tokens)
    for (const index of this.#computed.keys()) {
      const { output, trace } = this.#runLayer(index, hidden)
      const keep = this.#activations === 'keep'
      if (!keep) disposeTrace(trace)
      this.#layers.push({ input: hidden, trace: keep ? trace : null })
      hidden = output
    }
    const rows: Tensor2D = gather(hidden, this.predictions.rows)
    hidden.dispose()
    const normed = model.kernels.rmsNorm(rows, model.weights.finalNorm, model.config.normEpsilon)
    this.#heads.push(rows, normed)
    return normed
  }

  backward(normed: Tensor2D, weights: Float32Array, temperature: number, gradients: LoraGradients): void {
    let gradient: Tensor2D | null = this.#headGradient(normed, weights, temperature)
    for (const [index, saved] of [...this.#layers.entries()].reverse()) {
      const layer = this.#computed[index]
      if (layer === undefined || gradient === null) break
      const trace = saved.trace ?? this.#rerunLayer(index, saved.input)
      const dInput = layerBackward(this.#model, layer, trace, this.#layout, gradient, gradients)
      disposeTrace(trace)
      gradient.dispose()
      gradient = dInput
    }
    gradient?.dispose()
  }

  dispose(): void {
    for (const { input, trace } of this.#layers) {
      input.dispose()
      if (trace !== null) disposeTrace(trace)
    }
    for (const tensor of this.#heads) tensor.dispose()
  }

  #runLayer(index: number, input: Tensor2D): { readonly output: Tensor2D; readonly trace: LayerTrace } {
    const model = this.#model
    const layer = this.#computed[index]
    if (layer === undefined) throw new RangeError(`No layer ${index}.`)
    return layerForward(model, layer, input, (queryKeyValue) =>
      model.kernels.attention(queryKeyValue, this.#layout, model.shape),
    )
  }

  #rerunLayer(index: number, input: Tensor2D): LayerTrace {
    const { output, trace } = this.#runLayer(index, input)
    output.dispose()
    return trace
  }

  /** Gradient with respect to the last hidden state: [rows, hidden]. The logits are computed again, block by block. */
  #headGradient(normed: Tensor2D, weights: Float32Array, temperature: number): Tensor2D {
    const { kernels, weights: base, config } = this.#model
    const [rows] = this.#heads
    if (rows === undefined) throw new RangeError('backward() comes after forward().')
    return tidy(() => {
      const parts = headBlocks(this.predictions, config.vocabularySize).map((block) =>
        tidy(() => {
          const logits = base.head.matrix.forward(rowsOf(normed, block))
          const own = Float32Array.from(block.indices, (index) => weights[index] ?? 0)
          const dLogits = kernels.tokenLogprobsGradient(logits, block.targets, own, temperature)
          return base.head.matrix.backward(dLogits)
        }),
      )
      const dNormed = concat<Tensor2D>(parts, 0)
      const dRows = kernels.rmsNormGradient(rows, base.finalNorm, config.normEpsilon, dNormed)
      return scatterRows(dRows, this.predictions.rows, this.#layout.rows)
    })
  }
}

/** Puts row k of `matrix` at `rows[k]` of a matrix of zeros, as a gather: tfjs has no scatter on every backend. */
function scatterRows(matrix: Tensor2D, rows: Int32Array, total: number): Tensor2D {
  const [count, size] = matrix.shape
  const from = new Int32Array(total).fill(count)
  for (const [k, row] of rows.entries()) from[row] = k
  return gather(concat<Tensor2D>([matrix, zeros([1, size])], 0), from)
}

function flatten(gradients: LogprobGradients, { lengths, targetRow }: Predictions): Float32Array {
  const flat = new Float32Array(targetRow.length)
  let at = 0
  for (const [g, group] of lengths.entries())
    for (const [c, length] of group.entries()) {
      const own = gradients[g]?.[c]
      if (own?.length !== length)
        throw new RangeError(`dLoss/dlogprob of completion ${c} of group ${g} should have ${length} numbers.`)
      for (let t = 0; t < length; t++) flat[at++] = own[t] ?? 0
    }
  return flat
}
