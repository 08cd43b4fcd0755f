/**
 * A Llama model with an adapter bound to it: one transformer layer forward and backward, written out by hand. The
 * adapter is bound once per version (`BoundModel`), so that merging costs nothing per token. Base weights are constants.
 */
import type { Rank, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { add, concat, gather, reshape, slice, tidy } from '@tensorflow/tfjs-core'
import type { LlamaConfig } from './config.ts'
import type { AdapterDropout } from './dropout.ts'
import type { AttentionResult, AttentionShape, Kernels } from './kernels.ts'
import type { RowLayout } from './layout.ts'
import type { AdapterMode, Projection } from './linear.ts'
import { BoundLinear } from './linear.ts'
import type { LoraGradients, LoraTensors } from './lora.ts'
import { ropeTables } from './rope.ts'
import type { LayerWeights, LlamaWeights } from './weights.ts'

/** Up to here a merged copy of the weights is cheaper than two more matMuls per projection. */
const mergeLimitParameters = 16_000_000

/** What the passes below need of a layer. */
export interface Layer {
  readonly weights: LayerWeights
  readonly queryKeyValue: Projection
  readonly output: Projection
  readonly gateUp: Projection
  readonly down: Projection
}

interface BoundLayer extends Layer {
  readonly queryKeyValue: BoundLinear
  readonly output: BoundLinear
  readonly gateUp: BoundLinear
  readonly down: BoundLinear
}

export class BoundModel {
  readonly config: LlamaConfig
  readonly shape: AttentionShape
  readonly layers: readonly BoundLayer[]

  constructor(
    readonly weights: LlamaWeights,
    lora: LoraTensors | null,
    readonly kernels: Kernels,
    mode: AdapterMode = weights.parameterCount <= mergeLimitParameters ? 'merged' : 'native',
  ) {
    const { config } = weights
    this.config = config
    this.shape = {
      headCount: config.headCount,
      keyValueHeadCount: config.keyValueHeadCount,
      headSize: config.headSize,
      rope: ropeTables(config.rope, config.headSize, config.contextLength),
    }
    this.layers = weights.layers.map((layer) => ({
      weights: layer,
      queryKeyValue: new BoundLinear(layer.queryKeyValue, lora, mode),
      output: new BoundLinear(layer.output, lora, mode),
      gateUp: new BoundLinear(layer.gateUp, lora, mode),
      down: new BoundLinear(layer.down, lora, mode),
    }))
  }

  embed(tokens: Int32Array): Tensor2D {
    return gather(this.weights.embedding, tokens)
  }

  /** The layers as a training pass with dropout computes them; nothing to free. */
  dropped(dropout: AdapterDropout): readonly Layer[] {
    return this.layers.map(({ weights, queryKeyValue, output, gateUp, down }) => ({
      weights,
      queryKeyValue: queryKeyValue.dropped(dropout),
      output: output.dropped(dropout),
      gateUp: gateUp.dropped(dropout),
      down: down.dropped(dropout),
    }))
  }

  /** Frees the merged copies, not the base weights. */
  dispose(): void {
    for (const { queryKeyValue, output, gateUp, down } of this.layers)
      for (const linear of [queryKeyValue, output, gateUp, down]) linear.dispose()
  }
}

/** What a layer's backward pass needs. */
export interface LayerTrace {
  readonly input: Tensor2D
  readonly normed: Tensor2D
  readonly rawQueryKeyValue: Tensor2D
  readonly queryKeyValue: Tensor2D
  readonly attention: AttentionResult
  readonly middle: Tensor2D
  readonly middleNormed: Tensor2D
  readonly gateUp: Tensor2D
  readonly activated: Tensor2D
}

export function disposeTrace(trace: LayerTrace): void {
  const { normed, rawQueryKeyValue, queryKeyValue, attention, middle, middleNormed, gateUp, activated } =
    trace
  for (const tensor of [normed, rawQueryKeyValue, queryKeyValue, middle, middleNormed, gateUp, activated])
    if (!tensor.isDisposed) tensor.dispose()
  attention.dispose()
}

type Attend = (queryKeyValue: Tensor2D) => AttentionResult

/** One layer with any attention: training and prefill attend within groups, decoding attends to a cache. */
export function layerForward(
  model: BoundModel,
  layer: Layer,
  input: Tensor2D,
  attend: Attend,
): { readonly output: Tensor2D; readonly trace: LayerTrace } {
  const { kernels, config } = model
  const epsilon = config.normEpsilon
  const normed = kernels.rmsNorm(input, layer.weights.inputNorm, epsilon)
  const rawQueryKeyValue = layer.queryKeyValue.forward(normed)
  const queryKeyValue = normHeads(model, layer, rawQueryKeyValue)
  const attention = attend(queryKeyValue)
  const middle = tidy(() => add<Tensor2D>(input, layer.output.forward(attention.output)))
  const middleNormed = kernels.rmsNorm(middle, layer.weights.feedForwardNorm, epsilon)
  const gateUp = layer.gateUp.forward(middleNormed)
  const activated = kernels.swiglu(gateUp)
  const output = tidy(() => add<Tensor2D>(middle, layer.down.forward(activated)))
  const trace = {
    input,
    normed,
    rawQueryKeyValue,
    queryKeyValue,
    attention,
    middle,
    middleNormed,
    gateUp,
    activated,
  }
  return { output, trace }
}

/** The layer's output only. */
export function layerOutput(model: BoundModel, layer: Layer, input: Tensor2D, attend: Attend): Tensor2D {
  const { output, trace } = layerForward(model, layer, input, attend)
  disposeTrace(trace)
  return output
}

/** Gradient with respect to the layer's input; null for the first layer, whose embeddings are frozen. */
export function layerBackward(
  model: BoundModel,
  layer: Layer,
  trace: LayerTrace,
  layout: RowLayout,
  dOutput: Tensor2D,
  gradients: LoraGradients,
): Tensor2D | null {
  const { kernels, config } = model
  const { inputNorm, feedForwardNorm } = layer.weights
  layer.down.adapterGradients(trace.activated, dOutput, gradients)
  const dMiddle = tidy(() => {
    const dGateUp = kernels.swigluGradient(trace.gateUp, layer.down.inputGradient(dOutput))
    layer.gateUp.adapterGradients(trace.middleNormed, dGateUp, gradients)
    const dNormed = layer.gateUp.inputGradient(dGateUp)
    return add<Tensor2D>(
      dOutput,
      kernels.rmsNormGradient(trace.middle, feedForwardNorm, config.normEpsilon, dNormed),
    )
  })
  // An array, because tidy() cannot return null.
  const [dInput = null] = tidy(() => {
    layer.output.adapterGradients(trace.attention.output, dMiddle, gradients)
    const dAttended = layer.output.inputGradient(dMiddle)
    const { queryKeyValue, attention } = trace
    const dHeads = kernels.attentionGradient(queryKeyValue, layout, model.shape, attention, dAttended)
    const dQueryKeyValue = normHeadsGradient(model, layer, trace.rawQueryKeyValue, dHeads)
    layer.queryKeyValue.adapterGradients(trace.normed, dQueryKeyValue, gradients)
    if (layer.weights === model.weights.layers[0]) return []
    const dNormed = layer.queryKeyValue.inputGradient(dQueryKeyValue)
    const dResidual = kernels.rmsNormGradient(trace.input, inputNorm, config.normEpsilon, dNormed)
    return [add<Tensor2D>(dMiddle, dResidual)]
  })
  dMiddle.dispose()
  return dInput
}

/** RMSNorm on each head of q and k (Qwen3); the input itself where the model has none. */
function normHeads({ config, kernels }: BoundModel, { weights }: Layer, raw: Tensor2D): Tensor2D {
  const { queryNorm, keyNorm } = weights
  if (queryNorm === null || keyNorm === null) return raw
  return tidy(() => {
    const [queries, keys, values] = splitHeads(config, raw)
    const norm = (part: Tensor2D, weight: Tensor1D): Tensor2D => {
      const heads = reshape<Rank.R2>(part, [-1, config.headSize])
      return reshape<Rank.R2>(kernels.rmsNorm(heads, weight, config.normEpsilon), part.shape)
    }
    return concat<Tensor2D>([norm(queries, queryNorm), norm(keys, keyNorm), values], 1)
  })
}

function normHeadsGradient(
  { config, kernels }: BoundModel,
  { weights }: Layer,
  raw: Tensor2D,
  gradient: Tensor2D,
): Tensor2D {
  const { queryNorm, keyNorm } = weights
  if (queryNorm === null || keyNorm === null) return gradient
  const [queries, keys] = splitHeads(config, raw)
  const [dQueries, dKeys, dValues] = splitHeads(config, gradient)
  const norm = (part: Tensor2D, weight: Tensor1D, d: Tensor2D): Tensor2D => {
    const heads = reshape<Rank.R2>(part, [-1, config.headSize])
    const dHeads = reshape<Rank.R2>(d, [-1, config.headSize])
    return reshape<Rank.R2>(kernels.rmsNormGradient(heads, weight, config.normEpsilon, dHeads), part.shape)
  }
  return concat<Tensor2D>([norm(queries, queryNorm, dQueries), norm(keys, keyNorm, dKeys), dValues], 1)
}

function splitHeads(config: LlamaConfig, fused: Tensor2D): readonly [Tensor2D, Tensor2D, Tensor2D] {
  const queries = config.headCount * config.headSize
  const keys = config.keyValueHeadCount * config.headSize
  const columns = (start: number, size: number) => slice(fused, [0, start], [-1, size])
  return [columns(0, queries), columns(queries, keys), columns(queries + keys, keys)]
}
