/**
 * Writes a model in MLC's layout, so that WebLLM can load it: q0f32 with weights rounded to bfloat16 (the one
 * compressed form that WebLLM widens), fused names, shards of at most 32 MB. The build derives the embedded
 * models' files with it; a model that does not fit in memory is not its business.
 */
import * as v from 'valibot'
import { MLC_CONFIG, MLC_MANIFEST } from '../../common/mlc-layout.ts'
import type { ModelSource } from '../llama/config.ts'
import { createChatTemplate } from '../tokenizer/chat-template.ts'
import { deriveConvTemplate } from './conv-template.ts'
import type { FileToWrite } from './file-access.ts'
import { float32ToBfloat16 } from './floats.ts'
import { specialTokenId } from './folder-texts.ts'
import { md5 } from './md5.ts'
import { fusedModules } from './mlc-tensors.ts'
import { elementCount } from './model-source.ts'

const MAX_SHARD_BYTES = 32 * 2 ** 20
const BYTES_PER_WEIGHT = 2

interface ShardRecord {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'float32'
  readonly format: 'f32-to-bf16'
  readonly nbytes: number
  readonly byteOffset: number
}

export async function writeMlc(source: ModelSource): Promise<FileToWrite[]> {
  const fused = fusedTensors(source)
  const shards: FileToWrite[] = []
  const manifest: object[] = []
  for (const tensors of splitIntoShards(fused)) {
    const { bytes, records } = await writeShard(source, tensors)
    const name = `params_shard_${shards.length}.bin`
    shards.push({ name, bytes })
    manifest.push({ dataPath: name, format: 'raw-shard', nbytes: bytes.length, records, md5sum: md5(bytes) })
  }
  const weightCount = fused.reduce((sum, { shape }) => sum + elementCount(shape), 0)
  const metadata = {
    ParamSize: fused.length,
    ParamBytes: weightCount * BYTES_PER_WEIGHT,
    BitsPerParam: 8 * BYTES_PER_WEIGHT,
  }
  return [
    json(MLC_CONFIG, chatConfig(source)),
    json(MLC_MANIFEST, { metadata, records: manifest }),
    ...shards,
    text('tokenizer.json', JSON.stringify(withPlainMerges(source.tokenizer))),
    json('tokenizer_config.json', source.tokenizerConfig),
    ...(source.licence === null ? [] : [text('README.md', `---\nlicense: ${source.licence}\n---\n`)]),
  ]
}

/** A tensor as MLC has it: the Hugging Face tensors whose rows it joins. */
interface FusedTensor {
  readonly name: string
  readonly members: readonly string[]
  readonly shape: readonly number[]
}

function fusedTensors(source: ModelSource): FusedTensor[] {
  const tensors: FusedTensor[] = []
  for (const name of source.names) {
    const [, layer, module, kind] = /^(model\.layers\.\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
    const group = fusedModules(source.config).find(({ members }) => members.includes(module ?? ''))
    if (!group) tensors.push({ name, members: [name], shape: source.shape(name) })
    if (!group || group.members[0] !== module) continue
    const members = group.members.map((member) => `${layer}.${member}.${kind}`)
    const rows = members.reduce((sum, member) => sum + (source.shape(member)[0] ?? 0), 0)
    tensors.push({
      name: `${layer}.${group.fused}.${kind}`,
      members,
      shape: [rows, ...source.shape(name).slice(1)],
    })
  }
  return tensors
}

/** In order; a tensor larger than a shard gets one of its own. */
function splitIntoShards(tensors: readonly FusedTensor[]): FusedTensor[][] {
  const shards: FusedTensor[][] = []
  let space = 0
  for (const tensor of tensors) {
    const bytes = elementCount(tensor.shape) * BYTES_PER_WEIGHT
    const last = shards.at(-1)
    if (last && bytes <= space) last.push(tensor)
    else {
      shards.push([tensor])
      space = MAX_SHARD_BYTES
    }
    space -= bytes
  }
  return shards
}

async function writeShard(source: ModelSource, tensors: readonly FusedTensor[]) {
  const total = tensors.reduce((sum, { shape }) => sum + elementCount(shape) * BYTES_PER_WEIGHT, 0)
  const bytes = new Uint8Array(total)
  const records: ShardRecord[] = []
  let byteOffset = 0
  for (const { name, members, shape } of tensors) {
    const nbytes = elementCount(shape) * BYTES_PER_WEIGHT
    records.push({ name, shape, dtype: 'float32', format: 'f32-to-bf16', nbytes, byteOffset })
    for (const member of members) {
      const bits = float32ToBfloat16(await source.tensor(member))
      bytes.set(new Uint8Array(bits.buffer), byteOffset)
      byteOffset += bits.byteLength
    }
  }
  return { bytes, records }
}

function chatConfig(source: ModelSource): object {
  const { config } = source
  const chatTemplate = createChatTemplate(source.tokenizerConfig, source.id)
  const bos = specialTokenId(source, 'bos_token')
  const pad = specialTokenId(source, 'pad_token')
  return {
    version: '0.1.0',
    model_type: config.architecture,
    quantization: 'q0f32',
    model_config: modelConfig(source),
    vocab_size: config.vocabularySize,
    context_window_size: config.contextLength,
    sliding_window_size: -1,
    prefill_chunk_size: prefillChunk(config.contextLength),
    attention_sink_size: -1,
    tensor_parallel_shards: 1,
    pipeline_parallel_stages: 1,
    // WebLLM has no defaults for these where ids are fed to it (`forwardTokensAndSample`).
    temperature: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    top_p: 1,
    tokenizer_files: ['tokenizer.json', 'tokenizer_config.json'],
    tokenizer_info: {
      token_postproc_method: tokenEncoding(source.tokenizer),
      prepend_space_in_encode: false,
      strip_space_in_decode: false,
    },
    conv_template: deriveConvTemplate(chatTemplate, { model: source.id, stopTokens: config.endTokens }),
    ...(bos === null ? {} : { bos_token_id: bos }),
    ...(pad === null ? {} : { pad_token_id: pad }),
    eos_token_id: config.endTokens,
  }
}

/** MLC's key for the RoPE base differs by architecture, as in its own converter. */
function modelConfig({ config }: ModelSource): object {
  const { rope } = config
  const isLlama = config.architecture === 'llama'
  return {
    hidden_act: 'silu',
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_attention_heads: config.headCount,
    num_hidden_layers: config.layerCount,
    num_key_value_heads: config.keyValueHeadCount,
    head_dim: config.headSize,
    rms_norm_eps: config.normEpsilon,
    vocab_size: config.vocabularySize,
    tie_word_embeddings: config.tiedHead,
    [isLlama ? 'position_embedding_base' : 'rope_theta']: rope.theta,
    rope_scaling: rope.llama3 && {
      rope_type: 'llama3',
      factor: rope.llama3.factor,
      low_freq_factor: rope.llama3.lowFrequencyFactor,
      high_freq_factor: rope.llama3.highFrequencyFactor,
      original_max_position_embeddings: rope.llama3.originalContextLength,
    },
    context_window_size: config.contextLength,
    prefill_chunk_size: prefillChunk(config.contextLength),
    tensor_parallel_shards: 1,
    pipeline_parallel_stages: 1,
    max_batch_size: 1,
  }
}

function prefillChunk(contextLength: number): number {
  return Math.min(contextLength, 2048)
}

const tokenizerSchema = v.looseObject({
  decoder: v.unknown(),
  model: v.looseObject({
    merges: v.optional(v.array(v.union([v.string(), v.tuple([v.string(), v.string()])]))),
  }),
})

/** How token texts are spelt, for WebLLM's grammars. */
function tokenEncoding(tokenizer: unknown): 'byte_level' | 'byte_fallback' | 'raw' {
  const parsed = v.safeParse(tokenizerSchema, tokenizer)
  const decoder = parsed.success ? JSON.stringify(parsed.output.decoder ?? null) : ''
  if (decoder.includes('"ByteLevel"')) return 'byte_level'
  return decoder.includes('"ByteFallback"') ? 'byte_fallback' : 'raw'
}

/** Merges as `"a b"`, which every version of the tokenizers library reads; newer files have pairs. */
function withPlainMerges(tokenizer: unknown): unknown {
  const parsed = v.safeParse(tokenizerSchema, tokenizer)
  const merges = parsed.success ? parsed.output.model.merges : undefined
  if (!parsed.success || !merges) return tokenizer
  // A token with a space in it can only be written as one of a pair.
  if (merges.some((merge) => typeof merge !== 'string' && merge.join('').includes(' '))) return tokenizer
  const plain = merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')))
  return { ...parsed.output, model: { ...parsed.output.model, merges: plain } }
}

function json(name: string, value: unknown): FileToWrite {
  return text(name, `${JSON.stringify(value, null, 2)}\n`)
}

function text(name: string, content: string): FileToWrite {
  return { name, bytes: new TextEncoder().encode(content) }
}
