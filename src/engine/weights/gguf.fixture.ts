/** Makes small GGUF files for tests: version 3, aligned to 32 bytes, any key/values and tensor bytes. */
import { smallConfigJson, smallTensors } from './small-model.fixture.ts'
import { smallTokenizer, smallTokenizerConfig } from '../tokenizer/small-tokenizer.fixture.ts'

/** Whole numbers become uint32, others float32; lists are of strings or of int32. */
type HeaderValue = string | number | boolean | readonly string[] | readonly number[]

export interface GgufTensorToWrite {
  /** Row-major, [out, in]. */
  readonly shape: readonly number[]
  readonly type: number
  readonly bytes: Uint8Array
}

export interface GgufToWrite {
  readonly values: Readonly<Record<string, HeaderValue>>
  readonly tensors: Readonly<Record<string, GgufTensorToWrite>>
}

export function ggufBytes({ values, tensors }: GgufToWrite): Uint8Array<ArrayBuffer> {
  const out: number[] = [...new TextEncoder().encode('GGUF')]
  const number = (size: 4 | 8, write: (view: DataView) => void) => {
    const bytes = new Uint8Array(size)
    write(new DataView(bytes.buffer))
    out.push(...bytes)
  }
  const uint32 = (value: number) => number(4, (view) => view.setUint32(0, value, true))
  const uint64 = (value: number) => number(8, (view) => view.setBigUint64(0, BigInt(value), true))
  const string = (text: string) => {
    const bytes = new TextEncoder().encode(text)
    uint64(bytes.length)
    out.push(...bytes)
  }
  const scalar = (value: string | number | boolean) => {
    if (typeof value === 'string') {
      uint32(8)
      string(value)
    } else if (typeof value === 'boolean') {
      uint32(7)
      out.push(Number(value))
    } else {
      uint32(Number.isInteger(value) ? 4 : 6)
      if (Number.isInteger(value)) uint32(value)
      else number(4, (view) => view.setFloat32(0, value, true))
    }
  }
  uint32(3)
  uint64(Object.keys(tensors).length)
  uint64(Object.keys(values).length)
  for (const [key, value] of Object.entries(values)) {
    string(key)
    if (typeof value !== 'object') scalar(value)
    else {
      uint32(9)
      uint32(typeof value[0] === 'string' ? 8 : 5)
      uint64(value.length)
      for (const element of value) {
        if (typeof element === 'string') string(element)
        else uint32(element)
      }
    }
  }
  let offset = 0
  for (const [name, { shape, type, bytes }] of Object.entries(tensors)) {
    string(name)
    uint32(shape.length)
    for (const size of [...shape].reverse()) uint64(size)
    uint32(type)
    uint64(offset)
    offset += aligned(bytes.length)
  }
  const start = aligned(out.length)
  const file = new Uint8Array(start + offset)
  file.set(out)
  let at = start
  for (const { bytes } of Object.values(tensors)) {
    file.set(bytes, at)
    at += aligned(bytes.length)
  }
  return file
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 32) * 32
}

/** The small model's header; `architecture` as in its keys. */
export function smallGgufValues(architecture = 'llama'): Record<string, HeaderValue> {
  const tokens: string[] = []
  for (const [token, id] of Object.entries(smallTokenizer.model.vocab)) tokens[id] = token
  for (const { id, content } of smallTokenizer.added_tokens) tokens[id] = content
  const types = tokens.map((_, id) => {
    const added = smallTokenizer.added_tokens.find((token) => token.id === id)
    return added ? (added.special ? 3 : 4) : 1
  })
  return {
    'general.architecture': architecture,
    'general.license': 'apache-2.0',
    [`${architecture}.block_count`]: smallConfigJson.num_hidden_layers,
    [`${architecture}.embedding_length`]: smallConfigJson.hidden_size,
    [`${architecture}.feed_forward_length`]: smallConfigJson.intermediate_size,
    [`${architecture}.attention.head_count`]: smallConfigJson.num_attention_heads,
    [`${architecture}.attention.head_count_kv`]: smallConfigJson.num_key_value_heads,
    [`${architecture}.attention.layer_norm_rms_epsilon`]: smallConfigJson.rms_norm_eps,
    [`${architecture}.context_length`]: smallConfigJson.max_position_embeddings,
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'smollm',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': types,
    'tokenizer.ggml.merges': smallTokenizer.model.merges.map((merge) => merge.join(' ')),
    'tokenizer.ggml.eos_token_id': smallConfigJson.eos_token_id,
    'tokenizer.chat_template': smallTokenizerConfig.chat_template,
  }
}

const ggufModules: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
  o_proj: 'attn_output',
  q_proj: 'attn_q',
  k_proj: 'attn_k',
  v_proj: 'attn_v',
  gate_proj: 'ffn_gate',
  up_proj: 'ffn_up',
  down_proj: 'ffn_down',
}

/** The small model's tensors as float32; for llama with the rows of q and k shuffled as the converter does. */
export function smallGgufTensors(configJson: object = smallConfigJson): Record<string, GgufTensorToWrite> {
  const isLlama = 'model_type' in configJson && configJson.model_type === 'llama'
  const tensors: Record<string, GgufTensorToWrite> = {}
  for (const [name, { shape, data }] of smallTensors(configJson)) {
    const stored = isLlama && /\.[qk]_proj\.weight$/.test(name) ? shuffled(data, shape) : data
    const bytes = new Uint8Array(stored.buffer)
    tensors[ggufName(name)] = { shape, type: 0, bytes }
  }
  return tensors
}

function ggufName(name: string): string {
  if (name === 'model.embed_tokens.weight') return 'token_embd.weight'
  if (name === 'model.norm.weight') return 'output_norm.weight'
  const [, , layer, ...path] = name.split('.')
  const kind = path.pop() ?? ''
  return `blk.${layer}.${ggufModules[path.pop() ?? '']}.${kind}`
}

/** Heads of eight rows: 0 1 2 3 4 5 6 7 are stored as 0 4 1 5 2 6 3 7. */
function shuffled(data: Float32Array, [rows = 0, columns = 0]: readonly number[]): Float32Array {
  const order = [0, 4, 1, 5, 2, 6, 3, 7]
  return Float32Array.from(
    Array.from({ length: rows }, (_, row) => {
      const source = row - (row % 8) + (order[row % 8] ?? 0)
      return [...data.subarray(source * columns, (source + 1) * columns)]
    }).flat(),
  )
}
