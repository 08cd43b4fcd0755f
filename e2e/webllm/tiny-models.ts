/**
 * Models of any architecture, small enough to be made in the browser in a moment: random weights, the tests' own
 * tokenizer, in MLC's layout.
 */
import { hashText, uniformAt } from '../../src/common/hash.ts'
import type { Adapter, AdapterModule } from '../../src/engine/engine.ts'
import type { LlamaConfig } from '../../src/engine/llama/config.ts'
import {
  smallTokenizer,
  smallTokenizerConfig,
  smallVocabularySize,
} from '../../src/engine/tokenizer/small-tokenizer.fixture.ts'
import { openHuggingFaceFolder } from '../../src/engine/weights/hf.ts'
import type { FileAccess } from '../../src/engine/weights/file-access.ts'
import { parseModelConfig } from '../../src/engine/weights/model-config.ts'
import { elementCount, expectedShapes } from '../../src/engine/weights/model-source.ts'
import type { TensorToWrite } from '../../src/engine/weights/safetensors.ts'
import { writeSafetensors } from '../../src/engine/weights/safetensors.ts'
import { memoryFolder } from '../../src/engine/weights/small-model.fixture.ts'
import { writeMlc } from '../../src/engine/weights/write-mlc.ts'

/** What `config.json` says beside this is taken from here. */
const usual = {
  model_type: 'llama',
  vocab_size: smallVocabularySize,
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
  eos_token_id: smallVocabularySize - 3,
}

/** `changes` is merged into a two-layer Llama's `config.json`. */
export async function tinyModel(id: string, changes: object): Promise<FileAccess> {
  const configJson = { ...usual, ...changes }
  const shapes = expectedShapes(parseModelConfig('config.json', configJson))
  const tensors = new Map<string, TensorToWrite>()
  for (const [name, shape] of shapes) tensors.set(name, { shape, data: randomTensor(name, shape) })
  const source = await openHuggingFaceFolder(
    memoryFolder(`models/${id}`, {
      'config.json': configJson,
      'model.safetensors': writeSafetensors(tensors),
      'tokenizer.json': smallTokenizer,
      'tokenizer_config.json': smallTokenizerConfig,
    }),
  )
  const files = await writeMlc(source)
  return memoryFolder(`models/${id}`, Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])))
}

/** Norm weights around 1, everything else so large that every part of the model counts. */
function randomTensor(name: string, shape: readonly number[]): Float32Array {
  const centre = name.includes('norm') ? 1 : 0
  const limit = name.includes('norm') || name.includes('bias') ? 0.3 : 2 / Math.sqrt(shape[1] ?? 1)
  return randomNumbers(elementCount(shape), limit, hashText(name)).map((value) => value + centre)
}

function randomNumbers(size: number, limit: number, ...words: readonly number[]): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => (uniformAt(...words, i) * 2 - 1) * limit)
}

export interface AdapterSpec {
  readonly r: number
  readonly seed: number
  /** Ends of the module paths that it has; all seven projections if left out. */
  readonly only?: readonly string[]
  /** What it says that it was trained on; nothing if left out. */
  readonly baseModel?: string
}

/** Strong enough to change what a model says. */
export function randomAdapter(config: LlamaConfig, { r, seed, only, baseModel = '' }: AdapterSpec): Adapter {
  const modules = new Map<string, AdapterModule>()
  for (const [name, [outFeatures = 0, inFeatures = 0]] of expectedShapes(config)) {
    const path = name.replace(/\.weight$/, '')
    if (!path.endsWith('_proj') || (only && !only.some((end) => path.endsWith(end)))) continue
    modules.set(path, {
      inFeatures,
      outFeatures,
      a: randomNumbers(r * inFeatures, 1 / Math.sqrt(inFeatures), seed, hashText(path), 0),
      b: randomNumbers(outFeatures * r, 0.1, seed, hashText(path), 1),
    })
  }
  return { r, alpha: 2 * r, baseModel, modules }
}
