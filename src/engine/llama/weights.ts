/**
 * The frozen weights of a Llama-family model as tensors, shared by the engine and the trainer and never changed.
 * q|k|v and gate|up are fused; in which orientation a projection lies is `matrix.ts`' choice.
 */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { concat, tensor1d, tensor2d, transpose } from '@tensorflow/tfjs-core'
import type { BaseWeights } from '../engine.ts'
import { ModelFileError } from '../engine.ts'
import type { LlamaConfig, ModelSource } from './config.ts'
import type { Matrix, MatrixLayout } from './matrix.ts'
import { layoutHere, StoredMatrix, TwoWayMatrix } from './matrix.ts'

/** One module of a fused projection: columns `start` to `start + size` of its output. */
export interface LinearModule {
  /** PEFT module path, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly path: string
  readonly start: number
  readonly size: number
}

/** A frozen projection y = W x + bias. */
export class FrozenLinear {
  constructor(
    readonly modules: readonly LinearModule[],
    readonly matrix: Matrix,
    readonly bias: Tensor1D | null = null,
  ) {}

  /** Of the matrix. */
  get size(): number {
    return this.matrix.inputs * this.matrix.outputs
  }

  dispose(): void {
    this.matrix.dispose()
    this.bias?.dispose()
  }
}

export interface LayerWeights {
  readonly inputNorm: Tensor1D
  readonly queryKeyValue: FrozenLinear
  /** RMSNorm over each head (Qwen3). */
  readonly queryNorm: Tensor1D | null
  readonly keyNorm: Tensor1D | null
  readonly output: FrozenLinear
  readonly feedForwardNorm: Tensor1D
  readonly gateUp: FrozenLinear
  readonly down: FrozenLinear
}

export class LlamaWeights implements BaseWeights {
  readonly kind = 'llama-weights'

  constructor(
    readonly config: LlamaConfig,
    /** [vocabulary, hidden] */
    readonly embedding: Tensor2D,
    readonly layers: readonly LayerWeights[],
    readonly finalNorm: Tensor1D,
    readonly head: FrozenLinear,
  ) {}

  /** Every projection that an adapter may change, layer by layer. */
  *linears(): Generator<FrozenLinear> {
    for (const layer of this.layers) yield* [layer.queryKeyValue, layer.output, layer.gateUp, layer.down]
  }

  get parameterCount(): number {
    let count = this.embedding.size + this.finalNorm.size + (this.config.tiedHead ? 0 : this.head.size)
    for (const linear of this.linears()) count += linear.size + (linear.bias?.size ?? 0)
    for (const layer of this.layers) {
      count += layer.inputNorm.size + layer.feedForwardNorm.size
      count += (layer.queryNorm?.size ?? 0) + (layer.keyNorm?.size ?? 0)
    }
    return count
  }

  dispose(): void {
    for (const linear of this.linears()) linear.dispose()
    for (const layer of this.layers) {
      layer.inputNorm.dispose()
      layer.feedForwardNorm.dispose()
      layer.queryNorm?.dispose()
      layer.keyNorm?.dispose()
    }
    this.head.dispose()
    if (!this.embedding.isDisposed) this.embedding.dispose()
    this.finalNorm.dispose()
  }
}

/** The trainer gets `engine.base`, which is opaque; this says whose weights it is. */
export function llamaWeights(base: BaseWeights): LlamaWeights {
  if (!(base instanceof LlamaWeights)) throw new TypeError('These weights were not loaded by engine/llama.')
  return base
}

/** Reads one layer at a time, so that a large model never stands twice in memory. A failed load leaves nothing behind. */
export async function loadWeights(
  source: ModelSource,
  { layout = layoutHere() }: { readonly layout?: MatrixLayout } = {},
): Promise<LlamaWeights> {
  const reader = new TensorReader(source, layout)
  try {
    return await readWeights(reader, source.config)
  } catch (error) {
    reader.dispose()
    throw error
  }
}

async function readWeights(reader: TensorReader, config: LlamaConfig): Promise<LlamaWeights> {
  const embedding = await reader.matrix('model.embed_tokens.weight', config.vocabularySize, config.hiddenSize)
  const layers: LayerWeights[] = []
  for (let layer = 0; layer < config.layerCount; layer++) layers.push(await readLayer(reader, config, layer))
  const finalNorm = await reader.vector('model.norm.weight', config.hiddenSize)
  const headModule = [{ path: 'lm_head', start: 0, size: config.vocabularySize }]
  const head = config.tiedHead
    ? new FrozenLinear(headModule, reader.tied(embedding))
    : await reader.linear(['lm_head'], [config.vocabularySize], config.hiddenSize, { bias: false })
  return new LlamaWeights(config, embedding, layers, finalNorm, head)
}

async function readLayer(reader: TensorReader, config: LlamaConfig, layer: number): Promise<LayerWeights> {
  const { hiddenSize, intermediateSize, headSize } = config
  const path = `model.layers.${layer}`
  const queries = config.headCount * headSize
  const keys = config.keyValueHeadCount * headSize
  const attention = ['q_proj', 'k_proj', 'v_proj'].map((name) => `${path}.self_attn.${name}`)
  const feedForward = ['gate_proj', 'up_proj'].map((name) => `${path}.mlp.${name}`)
  const headNorm = (name: string) =>
    config.queryKeyNorm ? reader.vector(`${path}.self_attn.${name}.weight`, headSize) : null
  const plain = { bias: false }
  return {
    inputNorm: await reader.vector(`${path}.input_layernorm.weight`, hiddenSize),
    queryKeyValue: await reader.linear(attention, [queries, keys, keys], hiddenSize, {
      bias: config.attentionBias,
    }),
    queryNorm: await headNorm('q_norm'),
    keyNorm: await headNorm('k_norm'),
    output: await reader.linear([`${path}.self_attn.o_proj`], [hiddenSize], queries, plain),
    feedForwardNorm: await reader.vector(`${path}.post_attention_layernorm.weight`, hiddenSize),
    gateUp: await reader.linear(feedForward, [intermediateSize, intermediateSize], hiddenSize, plain),
    down: await reader.linear([`${path}.mlp.down_proj`], [hiddenSize], intermediateSize, plain),
  }
}

class TensorReader {
  readonly #source: ModelSource
  readonly #layout: MatrixLayout
  readonly #made: { dispose(): void }[] = []

  constructor(source: ModelSource, layout: MatrixLayout) {
    this.#source = source
    this.#layout = layout
  }

  async matrix(name: string, rows: number, columns: number): Promise<Tensor2D> {
    return this.#remember(tensor2d(await this.#read(name, [rows, columns]), [rows, columns], 'float32'))
  }

  async vector(name: string, size: number): Promise<Tensor1D> {
    return this.#remember(tensor1d(await this.#read(name, [size]), 'float32'))
  }

  /** The embedding, [vocabulary, hidden], as the head's matrix too. */
  tied(embedding: Tensor2D): Matrix {
    if (this.#layout === 'as-stored') return new StoredMatrix(embedding)
    return new TwoWayMatrix(transpose(embedding), embedding)
  }

  /** Several [out, in] matrices as one [Σ out, in]. */
  async linear(
    paths: readonly string[],
    sizes: readonly number[],
    inputs: number,
    { bias }: { readonly bias: boolean },
  ): Promise<FrozenLinear> {
    const modules: LinearModule[] = []
    const parts: Tensor2D[] = []
    const biases: Tensor1D[] = []
    let start = 0
    for (const [index, path] of paths.entries()) {
      const size = sizes[index] ?? 0
      parts.push(await this.matrix(`${path}.weight`, size, inputs))
      if (bias) biases.push(await this.vector(`${path}.bias`, size))
      modules.push({ path, start, size })
      start += size
    }
    const matrix = this.#matrixOf(concat<Tensor2D>(parts, 0))
    const fusedBias = bias ? concat<Tensor1D>(biases, 0) : null
    for (const part of [...parts, ...biases]) part.dispose()
    return this.#remember(new FrozenLinear(modules, matrix, fusedBias))
  }

  #matrixOf(stored: Tensor2D): Matrix {
    if (this.#layout === 'as-stored') return new StoredMatrix(stored)
    const forwards = transpose(stored)
    stored.dispose()
    return new TwoWayMatrix(forwards)
  }

  /** Frees all that it made. */
  dispose(): void {
    for (const made of this.#made) made.dispose()
  }

  #remember<T extends { dispose(): void }>(made: T): T {
    this.#made.push(made)
    return made
  }

  async #read(name: string, expected: readonly number[]): Promise<Float32Array> {
    const { id, names } = this.#source
    if (!names.has(name)) throw new ModelFileError(id, `a tensor ${name}`, 'none of that name')
    const actual = this.#source.shape(name)
    if (actual.join() !== expected.join())
      throw new ModelFileError(id, `${name} of shape [${expected.join(', ')}]`, `[${actual.join(', ')}]`)
    return this.#source.tensor(name)
  }
}
