/**
 * The trainer's base weights out of WebLLM's own buffers, on WebLLM's device: tfjs reads the float32 matrices where they
 * lie, and copies nothing. The tensors are good for as long as the model is loaded; freeing them leaves WebLLM's buffers
 * alone.
 */
import type { Rank, ShapeMap, Tensor } from '@tensorflow/tfjs-core'
import { keep, tensor } from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { LlamaConfig } from '../llama/config.ts'
import { StoredMatrix } from '../llama/matrix.ts'
import type { LayerWeights } from '../llama/weights.ts'
import { FrozenLinear, LlamaWeights } from '../llama/weights.ts'
import { fusedModules } from '../weights/mlc-tensors.ts'
import type { WebLlmInternals } from './internals.ts'

/** tfjs must run on `internals.device` (`startBackend`), and the model's format must be q0f32. */
export function sharedWeights(internals: WebLlmInternals, config: LlamaConfig): LlamaWeights {
  internals.flush()
  const reader = new BufferReader(internals)
  const embedding = reader.matrix('model.embed_tokens.weight', config.vocabularySize, config.hiddenSize)
  const layers = Array.from({ length: config.layerCount }, (_, layer) => readLayer(reader, config, layer))
  const finalNorm = reader.vector('model.norm.weight', config.hiddenSize)
  const headModule = [{ path: 'lm_head', start: 0, size: config.vocabularySize }]
  const stored = config.tiedHead
    ? embedding
    : reader.matrix('lm_head.weight', config.vocabularySize, config.hiddenSize)
  const head = new FrozenLinear(headModule, new StoredMatrix(stored))
  return new LlamaWeights(config, embedding, layers, finalNorm, head)
}

function readLayer(reader: BufferReader, config: LlamaConfig, layer: number): LayerWeights {
  const { hiddenSize, intermediateSize, headSize } = config
  const path = `model.layers.${layer}`
  const queries = config.headCount * headSize
  const keys = config.keyValueHeadCount * headSize
  const [attention, feedForward] = fusedModules(config)
  if (attention === undefined || feedForward === undefined) throw new RangeError('No fused modules.')
  const headNorm = (name: string) =>
    config.queryKeyNorm ? reader.vector(`${path}.self_attn.${name}.weight`, headSize) : null
  const linear = (fused: string, members: readonly string[], sizes: readonly number[], inputs: number) =>
    reader.linear(`${path}.${fused}`, {
      paths: members.map((member) => `${path}.${member}`),
      sizes,
      inputs,
      bias: config.attentionBias && fused === attention.fused,
    })
  return {
    inputNorm: reader.vector(`${path}.input_layernorm.weight`, hiddenSize),
    queryKeyValue: linear(attention.fused, attention.members, [queries, keys, keys], hiddenSize),
    queryNorm: headNorm('q_norm'),
    keyNorm: headNorm('k_norm'),
    output: linear('self_attn.o_proj', ['self_attn.o_proj'], [hiddenSize], queries),
    feedForwardNorm: reader.vector(`${path}.post_attention_layernorm.weight`, hiddenSize),
    gateUp: linear(feedForward.fused, feedForward.members, [intermediateSize, intermediateSize], hiddenSize),
    down: linear('mlp.down_proj', ['mlp.down_proj'], [hiddenSize], intermediateSize),
  }
}

class BufferReader {
  readonly #internals: WebLlmInternals

  constructor(internals: WebLlmInternals) {
    this.#internals = internals
  }

  matrix(name: string, rows: number, columns: number): Tensor2D {
    return this.#view<Rank.R2>(name, [rows, columns])
  }

  vector(name: string, size: number): Tensor1D {
    return this.#view<Rank.R1>(name, [size])
  }

  linear(
    name: string,
    {
      paths,
      sizes,
      inputs,
      bias,
    }: {
      readonly paths: readonly string[]
      readonly sizes: readonly number[]
      readonly inputs: number
      readonly bias: boolean
    },
  ): FrozenLinear {
    let outputs = 0
    const modules = paths.map((path, i) => {
      const module = { path, start: outputs, size: sizes[i] ?? 0 }
      outputs += module.size
      return module
    })
    const stored = this.matrix(`${name}.weight`, outputs, inputs)
    const biasVector = bias ? this.vector(`${name}.bias`, outputs) : null
    return new FrozenLinear(modules, new StoredMatrix(stored), biasVector)
  }

  #view<R extends Rank>(name: string, shape: ShapeMap[R]): Tensor<R> {
    const buffer = this.#internals.parameterBuffer(name)
    return keep(tensor<R>({ buffer, zeroCopy: true }, shape, 'float32'))
  }
}
