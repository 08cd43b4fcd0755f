/**
 * The last step of every reader: from "these tensors are in the file" to a `ModelSource`, with the checks that all
 * formats share. Opening fails on a missing tensor, a wrong shape or a tokenizer that does not fit; reading a tensor
 * fails on NaN or infinity. Tensors that the architecture does not use are left out of `names`.
 */
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import type { LlamaConfig, ModelSource } from '../llama/config.ts'

export interface SourceParts {
  readonly id: string
  readonly config: LlamaConfig
  readonly weightBytes: number
  readonly licence: string | null
  /** What the file has, under Hugging Face names. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Path of the file that holds (or should hold) the tensor. */
  pathOf(name: string): string
  read(name: string): Promise<Float32Array>
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
  /** Path of the file that the tokenizer came from. */
  readonly tokenizerPath: string
}

export function modelSource(parts: SourceParts): ModelSource {
  const expected = expectedShapes(parts.config)
  for (const [name, shape] of expected) {
    const found = parts.shapes.get(name)
    if (!found) throw new ModelFileError(parts.pathOf(name), `tensor ${name} [${shape.join(', ')}]`, 'none')
    checkShape(parts.pathOf(name), name, shape, found)
  }
  if (parts.tokenizer !== null) {
    checkTokenizerFits(parts.tokenizerPath, parts.tokenizer, parts.config.vocabularySize)
  }
  const shapeOf = (name: string) => {
    const shape = expected.get(name)
    if (!shape) throw new ModelFileError(parts.pathOf(name), `tensor ${name}`, 'no such tensor in this model')
    return shape
  }
  return {
    id: parts.id,
    config: parts.config,
    names: new Set(expected.keys()),
    weightBytes: parts.weightBytes,
    licence: parts.licence,
    shape: shapeOf,
    async tensor(name) {
      shapeOf(name)
      const values = await parts.read(name)
      checkFinite(parts.pathOf(name), name, values)
      return values
    },
    tokenizer: parts.tokenizer,
    tokenizerConfig: parts.tokenizerConfig,
  }
}

/** Every tensor of the architecture with its shape, [out, in] or [out], in layer order. */
export function expectedShapes(config: LlamaConfig): Map<string, readonly number[]> {
  const { vocabularySize, hiddenSize, intermediateSize, headSize } = config
  const queryRows = config.headCount * headSize
  const keyRows = config.keyValueHeadCount * headSize
  const shapes = new Map<string, readonly number[]>([
    ['model.embed_tokens.weight', [vocabularySize, hiddenSize]],
  ])
  for (let layer = 0; layer < config.layerCount; layer++) {
    const at = `model.layers.${layer}`
    shapes.set(`${at}.input_layernorm.weight`, [hiddenSize])
    shapes.set(`${at}.self_attn.q_proj.weight`, [queryRows, hiddenSize])
    shapes.set(`${at}.self_attn.k_proj.weight`, [keyRows, hiddenSize])
    shapes.set(`${at}.self_attn.v_proj.weight`, [keyRows, hiddenSize])
    if (config.attentionBias) {
      shapes.set(`${at}.self_attn.q_proj.bias`, [queryRows])
      shapes.set(`${at}.self_attn.k_proj.bias`, [keyRows])
      shapes.set(`${at}.self_attn.v_proj.bias`, [keyRows])
    }
    if (config.queryKeyNorm) {
      shapes.set(`${at}.self_attn.q_norm.weight`, [headSize])
      shapes.set(`${at}.self_attn.k_norm.weight`, [headSize])
    }
    shapes.set(`${at}.self_attn.o_proj.weight`, [hiddenSize, queryRows])
    shapes.set(`${at}.post_attention_layernorm.weight`, [hiddenSize])
    shapes.set(`${at}.mlp.gate_proj.weight`, [intermediateSize, hiddenSize])
    shapes.set(`${at}.mlp.up_proj.weight`, [intermediateSize, hiddenSize])
    shapes.set(`${at}.mlp.down_proj.weight`, [hiddenSize, intermediateSize])
  }
  shapes.set('model.norm.weight', [hiddenSize])
  if (!config.tiedHead) shapes.set('lm_head.weight', [vocabularySize, hiddenSize])
  return shapes
}

export function checkShape(
  path: string,
  name: string,
  expected: readonly number[],
  found: readonly number[],
): void {
  if (expected.length === found.length && expected.every((size, axis) => size === found[axis])) return
  throw new ModelFileError(
    path,
    `tensor ${name} of shape [${expected.join(', ')}]`,
    `[${found.join(', ')}]`,
    'Configuration and weights must come from the same model.',
  )
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The folder's or file's own name, as WebLLM and PEFT use it for an id. */
export function modelId(location: string): string {
  const parts = location
    .replace(/[?#].*$/, '')
    .split(/[/\\]/)
    .filter((part) => part !== '')
  const resolve = parts.lastIndexOf('resolve')
  const named = resolve > 0 ? parts.slice(0, resolve) : parts
  return (named.at(-1) ?? 'model').replace(/\.gguf$/, '')
}

export function checkFinite(path: string, name: string, values: Float32Array): void {
  // A sum is finite exactly if nothing in it is NaN or infinite: float32 values cannot overflow a double.
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0
  if (Number.isFinite(sum)) return
  const index = values.findIndex((value) => !Number.isFinite(value))
  throw new ModelFileError(
    path,
    `finite numbers in tensor ${name}`,
    `${values[index]} at index ${index}`,
    'Fetch or export the weights again.',
  )
}

const vocabularySchema = v.object({
  added_tokens: v.nullish(v.array(v.object({ id: v.number(), content: v.string() })), []),
  model: v.object({ vocab: v.unknown() }),
})

function checkTokenizerFits(path: string, tokenizer: unknown, vocabularySize: number): void {
  const parsed = v.safeParse(vocabularySchema, tokenizer)
  if (!parsed.success) throw new ModelFileError(path, 'a tokenizer.json with model.vocab', 'something else')
  const { added_tokens: added, model } = parsed.output
  const fits = `ids below the model's vocabulary size ${vocabularySize}`
  const refuse = (token: string, id: unknown) => {
    throw new ModelFileError(
      path,
      fits,
      `${JSON.stringify(token)} = ${String(id)}: the tokenizer does not fit the model`,
      'Use the tokenizer that the model was trained with.',
    )
  }
  for (const { id, content } of added) if (id >= vocabularySize) refuse(content, id)
  // Unigram vocabularies are lists of [token, score]; all others map the token to its id.
  if (Array.isArray(model.vocab)) {
    if (model.vocab.length > vocabularySize) refuse('the last token', model.vocab.length - 1)
    return
  }
  for (const [token, id] of Object.entries(model.vocab ?? {})) {
    if (typeof id !== 'number' || id >= vocabularySize) refuse(token, id)
  }
}
