/**
 * GGUF files of the Llama family. Tensors get their Hugging Face names back, and q and k their row order: the
 * converter shuffles the rows of llama models so that RoPE can rotate neighbours (2i, 2i + 1); we rotate halves.
 */
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import type { LlamaConfig, ModelSource, RopeConfig } from '../llama/config.ts'
import { fetchAgain, type FileAccess } from './file-access.ts'
import { encodingName, ggufEncodings, type GgufEncoding } from './gguf-blocks.ts'
import { readGgufHeader, type GgufHeader, type GgufTensor } from './gguf-header.ts'
import { readGgufTokenizer } from './gguf-tokenizer.ts'
import { readRopeFactors } from './gguf-rope.ts'
import { checkDimensions, parseArchitecture } from './model-config.ts'
import { elementCount, expectedShapes, modelId, modelSource } from './model-source.ts'
import { parseWith } from './read-json.ts'

const layerTensors: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'self_attn.o_proj': 'attn_output',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
}

export async function openGguf(
  files: FileAccess,
  name: string,
  { id = modelId(name) }: { id?: string } = {},
): Promise<ModelSource> {
  const path = files.path(name)
  const header = await readGgufHeader(files, name)
  const { tokenizer, tokenizerConfig, endTokens } = readGgufTokenizer(path, header.values)
  const readTensor = async (tensor: GgufTensor) =>
    tensorEncoding(tensor).decode(await files.readRange(name, tensor.start, tensorBytes(tensor)))
  const config = await readConfig(path, header, { endTokens, readTensor })
  const stored = new Map<string, GgufTensor>()
  for (const hfName of expectedShapes(config).keys()) {
    const tensor = header.tensors.get(ggufName(hfName))
    if (tensor) stored.set(hfName, tensor)
  }
  checkTensors(path, stored, await files.size(name))
  const licence = header.values.get('general.license')
  return modelSource({
    id,
    config,
    weightBytes: [...stored.values()].reduce((sum, tensor) => sum + tensorBytes(tensor), 0),
    licence: typeof licence === 'string' ? licence : null,
    shapes: new Map([...stored].map(([hfName, { shape }]) => [hfName, shape])),
    pathOf: () => path,
    async read(hfName) {
      const tensor = stored.get(hfName)
      if (!tensor) throw new ModelFileError(path, `tensor ${hfName}`, 'none')
      const values = await readTensor(tensor)
      const isShuffled = config.architecture === 'llama' && /\.[qk]_proj\.weight$/.test(hfName)
      return isShuffled ? unshuffleRows(values, tensor.shape, config.headSize) : values
    },
    tokenizer,
    tokenizerConfig,
    tokenizerPath: path,
  })
}

/** `model.layers.3.mlp.up_proj.weight` is `blk.3.ffn_up.weight`. */
function ggufName(hfName: string): string {
  if (hfName === 'model.embed_tokens.weight') return 'token_embd.weight'
  if (hfName === 'model.norm.weight') return 'output_norm.weight'
  if (hfName === 'lm_head.weight') return 'output.weight'
  const [, layer, module, kind] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(hfName) ?? []
  return `blk.${layer}.${layerTensors[module ?? '']}.${kind}`
}

interface ReadContext {
  readonly endTokens: readonly number[]
  readTensor(tensor: GgufTensor): Promise<Float32Array>
}

async function readConfig(
  path: string,
  { values, tensors }: GgufHeader,
  { endTokens, readTensor }: ReadContext,
): Promise<LlamaConfig> {
  const architecture = parseArchitecture(path, String(values.get('general.architecture')))
  const number = (key: string, fallback?: number): number => {
    const value = values.get(`${architecture}.${key}`) ?? fallback
    return parseWith(`${path} (${architecture}.${key})`, v.number(), value)
  }
  const embedding = tensors.get('token_embd.weight')
  if (!embedding) throw new ModelFileError(path, 'tensor token_embd.weight', 'none')
  const headCount = number('attention.head_count')
  const headSize = number('attention.key_length', number('embedding_length') / headCount)
  const config: LlamaConfig = {
    architecture,
    vocabularySize: embedding.shape[0] ?? 0,
    hiddenSize: number('embedding_length'),
    intermediateSize: number('feed_forward_length'),
    layerCount: number('block_count'),
    headCount,
    keyValueHeadCount: number('attention.head_count_kv', headCount),
    headSize,
    contextLength: number('context_length'),
    // Stored as float32: 1e-5 reads as 9.999999747378752e-6.
    normEpsilon: Number(number('attention.layer_norm_rms_epsilon').toPrecision(7)),
    rope: await readRope(
      path,
      { values, tensors },
      { theta: number('rope.freq_base', 10_000), headSize, readTensor },
    ),
    tiedHead: !tensors.has('output.weight'),
    attentionBias: architecture === 'qwen2',
    queryKeyNorm: architecture === 'qwen3',
    endTokens,
  }
  checkDimensions(path, config)
  return config
}

async function readRope(
  path: string,
  { values, tensors }: GgufHeader,
  { theta, headSize, readTensor }: Pick<ReadContext, 'readTensor'> & { theta: number; headSize: number },
): Promise<RopeConfig> {
  const scaling = [...values].find(([key]) => key.endsWith('.rope.scaling.type'))?.[1] ?? 'none'
  if (scaling !== 'none')
    throw new ModelFileError(path, 'no RoPE scaling, or that of Llama 3', JSON.stringify(scaling))
  const factors = tensors.get('rope_freqs.weight')
  return {
    theta,
    llama3: factors ? readRopeFactors(path, await readTensor(factors), { theta, headSize }) : null,
  }
}

function checkTensors(path: string, stored: ReadonlyMap<string, GgufTensor>, size: number | null): void {
  for (const [hfName, tensor] of stored) {
    const name = ggufName(hfName)
    const encoding = ggufEncodings.get(tensor.type)
    if (!encoding) {
      const known = [...ggufEncodings.values()].map((known) => known.name).join(', ')
      throw new ModelFileError(
        path,
        `${known} for tensor ${name}`,
        encodingName(tensor.type),
        'Choose a file of one of these kinds.',
      )
    }
    const columns = tensor.shape.at(-1) ?? 0
    if (columns % encoding.weightsPerBlock !== 0) {
      const expected = `rows of whole ${encoding.name} blocks (${encoding.weightsPerBlock}) in tensor ${name}`
      throw new ModelFileError(path, expected, `${columns} columns`)
    }
    const end = tensor.start + tensorBytes(tensor)
    if (size !== null && end > size) {
      throw new ModelFileError(
        path,
        `${end} bytes (tensor ${name} ends there)`,
        `${size} bytes: the file is cut short`,
        fetchAgain,
      )
    }
  }
}

function tensorEncoding({ type }: GgufTensor): GgufEncoding {
  const encoding = ggufEncodings.get(type)
  if (!encoding) throw new TypeError(`${encodingName(type)} passed the check`)
  return encoding
}

function tensorBytes(tensor: GgufTensor): number {
  const { weightsPerBlock, bytesPerBlock } = tensorEncoding(tensor)
  return (elementCount(tensor.shape) / weightsPerBlock) * bytesPerBlock
}

/** Within each head, row h comes from file row 2h (first half) or 2(h - half) + 1 (second half). */
function unshuffleRows(
  values: Float32Array,
  [rows = 0, columns = 0]: readonly number[],
  headSize: number,
): Float32Array {
  const ordered = new Float32Array(values.length)
  const half = headSize / 2
  for (let row = 0; row < rows; row++) {
    const inHead = row % headSize
    const source = row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1)
    ordered.set(values.subarray(source * columns, (source + 1) * columns), row * columns)
  }
  return ordered
}
