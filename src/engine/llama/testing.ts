/**
 * What the tests and benches of this folder share: the wasm backend in Node, the golden two-layer model, and models
 * of any shape with random weights. Nothing here is for the app.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { uniformAt } from '../../common/hash.ts'
import type { Adapter, AdapterModule } from '../engine.ts'
import { startBackend } from '../tfjs/backends.ts'
import type { LlamaConfig, ModelSource } from './config.ts'
import type { Kernels } from './kernels.ts'

const fixtures = new URL('./fixtures/tinyllama/', import.meta.url)

export function startWasm(): Promise<Kernels> {
  const folder = new URL('../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)
  return startBackend({ name: 'wasm', wasmFolder: fileURLToPath(folder) })
}

/** The shape of the embedded team's models. */
export const nanoConfig: LlamaConfig = {
  architecture: 'llama',
  vocabularySize: 704,
  hiddenSize: 128,
  intermediateSize: 352,
  layerCount: 4,
  headCount: 4,
  keyValueHeadCount: 4,
  headSize: 32,
  contextLength: 512,
  normEpsilon: 1e-5,
  rope: { theta: 10_000, llama3: null },
  tiedHead: true,
  attentionBias: false,
  queryKeyNorm: false,
  endTokens: [],
}

export const tinyConfig: LlamaConfig = {
  ...nanoConfig,
  vocabularySize: 97,
  hiddenSize: 32,
  intermediateSize: 64,
  layerCount: 2,
  keyValueHeadCount: 2,
  headSize: 8,
  contextLength: 64,
  endTokens: [2],
}

export interface NamedTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** Enough of the format for the fixtures: every tensor is f32. */
export function readFixture(name: string): Map<string, NamedTensor> {
  const bytes = readFileSync(new URL(name, fixtures))
  const headerBytes = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + headerBytes).toString()) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >
  const tensors = new Map<string, NamedTensor>()
  for (const [key, entry] of Object.entries(header)) {
    if (key === '__metadata__') continue
    const [from, to] = entry.data_offsets
    const copy = Uint8Array.from(bytes.subarray(8 + headerBytes + from, 8 + headerBytes + to))
    tensors.set(key, { shape: entry.shape, values: new Float32Array(copy.buffer) })
  }
  return tensors
}

export function readJsonFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'))
}

export function sourceOf(
  id: string,
  config: LlamaConfig,
  tensors: ReadonlyMap<string, NamedTensor>,
): ModelSource {
  const find = (name: string): NamedTensor => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new Error(`No tensor ${name}`)
    return tensor
  }
  return {
    id,
    config,
    names: new Set(tensors.keys()),
    weightBytes: [...tensors.values()].reduce((sum, { values }) => sum + values.byteLength, 0),
    licence: null,
    shape: (name) => find(name).shape,
    tensor: (name) => Promise.resolve(find(name).values),
    tokenizer: null,
    tokenizerConfig: null,
  }
}

export function tinySource(): ModelSource {
  return sourceOf('tinyllama', tinyConfig, readFixture('model.safetensors'))
}

export function tinyAdapter(): Adapter {
  const tensors = readFixture('adapter/adapter_model.safetensors')
  const modules = new Map<string, AdapterModule>()
  for (const [name, a] of tensors) {
    const path = /^base_model\.model\.(.*)\.lora_A\.weight$/.exec(name)?.[1]
    if (path === undefined) continue
    const b = tensors.get(name.replace('lora_A', 'lora_B'))
    if (b === undefined) throw new Error(`No lora_B for ${name}`)
    modules.set(path, {
      inFeatures: a.shape[1] ?? 0,
      outFeatures: b.shape[0] ?? 0,
      a: a.values,
      b: b.values,
    })
  }
  return { r: 4, alpha: 8, baseModel: 'tinyllama', modules }
}

/** Uniform in ±limit, by seed. */
function randomValues(size: number, limit: number, ...words: readonly number[]): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => (uniformAt(...words, i) * 2 - 1) * limit)
}

function moduleShapes(config: LlamaConfig): [string, number, number][] {
  const { hiddenSize: hidden, intermediateSize: inner, headSize } = config
  const queries = config.headCount * headSize
  const keys = config.keyValueHeadCount * headSize
  return Array.from({ length: config.layerCount }, (_, layer): [string, number, number][] => {
    const path = `model.layers.${layer}`
    return [
      [`${path}.self_attn.q_proj`, queries, hidden],
      [`${path}.self_attn.k_proj`, keys, hidden],
      [`${path}.self_attn.v_proj`, keys, hidden],
      [`${path}.self_attn.o_proj`, hidden, queries],
      [`${path}.mlp.gate_proj`, inner, hidden],
      [`${path}.mlp.up_proj`, inner, hidden],
      [`${path}.mlp.down_proj`, hidden, inner],
    ]
  }).flat()
}

export function randomSource(
  config: LlamaConfig,
  { seed = 1 }: { readonly seed?: number } = {},
): ModelSource {
  const tensors = new Map<string, NamedTensor>()
  const put = (name: string, shape: readonly number[], limit: number, centre = 0) => {
    const size = shape.reduce((product, length) => product * length, 1)
    const values = randomValues(size, limit, seed, tensors.size).map((value) => value + centre)
    tensors.set(name, { shape, values })
  }
  const { hiddenSize, vocabularySize, headSize } = config
  put('model.embed_tokens.weight', [vocabularySize, hiddenSize], 0.2)
  for (const [path, outputs, inputs] of moduleShapes(config)) {
    put(`${path}.weight`, [outputs, inputs], 2 / Math.sqrt(inputs))
    if (config.attentionBias && /[qkv]_proj$/.test(path)) put(`${path}.bias`, [outputs], 0.3)
  }
  for (let layer = 0; layer < config.layerCount; layer++) {
    put(`model.layers.${layer}.input_layernorm.weight`, [hiddenSize], 0.2, 1)
    put(`model.layers.${layer}.post_attention_layernorm.weight`, [hiddenSize], 0.2, 1)
    if (!config.queryKeyNorm) continue
    put(`model.layers.${layer}.self_attn.q_norm.weight`, [headSize], 0.2, 1)
    put(`model.layers.${layer}.self_attn.k_norm.weight`, [headSize], 0.2, 1)
  }
  put('model.norm.weight', [hiddenSize], 0.2, 1)
  if (!config.tiedHead) put('lm_head.weight', [vocabularySize, hiddenSize], 0.2)
  return sourceOf('random', config, tensors)
}

/** All seven projections of every layer, B not zero. */
export function randomAdapter(
  config: LlamaConfig,
  {
    r = 8,
    seed = 2,
    only = /./,
  }: { readonly r?: number; readonly seed?: number; readonly only?: RegExp } = {},
): Adapter {
  const modules = new Map<string, AdapterModule>()
  for (const [index, [path, outFeatures, inFeatures]] of moduleShapes(config).entries())
    if (only.test(path))
      modules.set(path, {
        inFeatures,
        outFeatures,
        a: randomValues(r * inFeatures, 1 / Math.sqrt(inFeatures), seed, index, 0),
        b: randomValues(outFeatures * r, 0.1, seed, index, 1),
      })
  return { r, alpha: 2 * r, baseModel: 'random', modules }
}

export function randomTokens(count: number, vocabularySize: number, ...words: readonly number[]): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(uniformAt(...words, i) * vocabularySize))
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} numbers against ${b.length}`)
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN))
    if (!(difference <= largest)) largest = difference
  }
  return largest
}
