/**
 * `config.json` (old and new RoPE keys) and the `model_config` of `mlc-chat-config.json`, into a `LlamaConfig`.
 * What the forward pass cannot compute is refused here, by name, instead of giving wrong numbers later.
 */
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import type { LlamaConfig, RopeConfig } from '../llama/config.ts'
import { parseWith } from './read-json.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const maybe = <S extends v.GenericSchema>(schema: S) => v.nullish(schema, null)

const ropeFields = v.object({
  rope_theta: maybe(v.number()),
  rope_type: maybe(v.string()),
  type: maybe(v.string()),
  factor: maybe(v.number()),
  low_freq_factor: maybe(v.number()),
  high_freq_factor: maybe(v.number()),
  original_max_position_embeddings: maybe(v.number()),
})

/** Token ids as files write them: a number, a list, or nothing. */
export const endTokenField = v.nullish(v.union([v.number(), v.array(v.number())]), null)

const fields = v.object({
  model_type: v.string(),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: maybe(count),
  head_dim: maybe(count),
  max_position_embeddings: maybe(count),
  context_window_size: maybe(count),
  rms_norm_eps: v.number(),
  rope_theta: maybe(v.number()),
  position_embedding_base: maybe(v.number()),
  rope_scaling: maybe(ropeFields),
  rope_parameters: maybe(ropeFields),
  tie_word_embeddings: v.nullish(v.boolean(), false),
  attention_bias: v.nullish(v.boolean(), false),
  mlp_bias: v.nullish(v.boolean(), false),
  use_sliding_window: v.nullish(v.boolean(), false),
  partial_rotary_factor: v.nullish(v.number(), 1),
  hidden_act: v.nullish(v.string(), 'silu'),
  eos_token_id: endTokenField,
})
type Fields = v.InferOutput<typeof fields>

/** `moreEndTokens`: ids that other files of the folder name (`generation_config.json`, the tokenizer). */
export function parseModelConfig(
  file: string,
  json: unknown,
  moreEndTokens: readonly number[] = [],
): LlamaConfig {
  const raw = parseWith(file, fields, json)
  const architecture = parseArchitecture(file, raw.model_type)
  refuseUnsupported(file, raw, architecture)
  const contextLength = raw.context_window_size ?? raw.max_position_embeddings
  if (contextLength === null) throw new ModelFileError(file, 'max_position_embeddings', 'none')
  const config: LlamaConfig = {
    architecture,
    vocabularySize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layerCount: raw.num_hidden_layers,
    headCount: raw.num_attention_heads,
    keyValueHeadCount: raw.num_key_value_heads ?? raw.num_attention_heads,
    headSize: raw.head_dim ?? raw.hidden_size / raw.num_attention_heads,
    contextLength,
    normEpsilon: raw.rms_norm_eps,
    rope: parseRope(file, raw),
    tiedHead: raw.tie_word_embeddings,
    attentionBias: architecture === 'qwen2',
    queryKeyNorm: architecture === 'qwen3',
    endTokens: [...new Set([...tokenList(raw.eos_token_id), ...moreEndTokens])],
  }
  checkDimensions(file, config)
  return config
}

export function tokenList(field: v.InferOutput<typeof endTokenField>): readonly number[] {
  if (field === null) return []
  return typeof field === 'number' ? [field] : field
}

export function parseArchitecture(file: string, name: string): LlamaConfig['architecture'] {
  if (name === 'llama' || name === 'qwen2' || name === 'qwen3') return name
  throw new ModelFileError(
    file,
    'a model of type llama, qwen2 or qwen3',
    JSON.stringify(name),
    'Choose a model of one of these.',
  )
}

/** Also used for GGUF headers. */
export function checkDimensions(file: string, config: LlamaConfig): void {
  const { headCount, keyValueHeadCount, headSize, hiddenSize } = config
  // The wasm kernels take four numbers of a head at a time and two of a row; every published model's sizes fit.
  if (hiddenSize % 2 !== 0) throw new ModelFileError(file, 'an even hidden size', String(hiddenSize))
  if (!Number.isInteger(headSize) || headSize % 4 !== 0) {
    throw new ModelFileError(
      file,
      'a head size that is a multiple of 4',
      String(headSize),
      'Choose another model.',
    )
  }
  if (headCount % keyValueHeadCount !== 0) {
    const found = `${headCount} heads and ${keyValueHeadCount} key/value heads`
    throw new ModelFileError(file, 'heads that are a multiple of the key/value heads', found)
  }
}

function refuseUnsupported(file: string, raw: Fields, architecture: LlamaConfig['architecture']): void {
  const refuse = (expected: string, found: string) => {
    throw new ModelFileError(file, expected, found)
  }
  if (raw.hidden_act !== 'silu') refuse('hidden_act "silu"', JSON.stringify(raw.hidden_act))
  // Qwen2's biases on q, k and v are part of its architecture; this flag adds one to o_proj as well.
  if (raw.attention_bias && architecture !== 'qwen2') refuse('attention_bias false', 'true')
  if (raw.mlp_bias) refuse('mlp_bias false', 'true')
  if (raw.use_sliding_window) refuse('use_sliding_window false', 'true')
  if (raw.partial_rotary_factor !== 1) refuse('partial_rotary_factor 1', String(raw.partial_rotary_factor))
}

function parseRope(file: string, raw: Fields): RopeConfig {
  const scaling = raw.rope_parameters ?? raw.rope_scaling
  const theta = raw.rope_parameters?.rope_theta ?? raw.rope_theta ?? raw.position_embedding_base ?? 10_000
  const type = scaling?.rope_type ?? scaling?.type ?? 'default'
  if (!scaling || type === 'default') return { theta, llama3: null }
  if (type !== 'llama3') {
    throw new ModelFileError(file, 'RoPE scaling "default" or "llama3"', JSON.stringify(type))
  }
  const number = (
    key: 'factor' | 'low_freq_factor' | 'high_freq_factor' | 'original_max_position_embeddings',
  ) => {
    const value = scaling[key]
    if (value === null) throw new ModelFileError(file, `${key} for RoPE scaling "llama3"`, 'none')
    return value
  }
  return {
    theta,
    llama3: {
      factor: number('factor'),
      lowFrequencyFactor: number('low_freq_factor'),
      highFrequencyFactor: number('high_freq_factor'),
      originalContextLength: number('original_max_position_embeddings'),
    },
  }
}
