/**
 * A two-layer model small enough to print, as the files of a Hugging Face folder, for the tests of every reader.
 * Its weights are multiples of 1/16 between -4 and 4, so that bfloat16 and float16 hold them exactly.
 */
import { hashText, uniformAt } from '../../common/hash.ts'
import {
  smallTokenizer,
  smallTokenizerConfig,
  smallVocabularySize,
} from '../tokenizer/small-tokenizer.fixture.ts'
import { blobFiles, type FileAccess } from './file-access.ts'
import { parseModelConfig } from './model-config.ts'
import { elementCount, expectedShapes } from './model-source.ts'
import { writeSafetensors, type TensorToWrite } from './safetensors.ts'

export const smallConfigJson = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: smallVocabularySize,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
  bos_token_id: smallVocabularySize - 4,
  eos_token_id: smallVocabularySize - 3,
}

/** The tensors that a config asks for, with values that depend on the name alone. */
export function smallTensors(configJson: object): Map<string, TensorToWrite> {
  const shapes = expectedShapes(parseModelConfig('config.json', configJson))
  return new Map([...shapes].map(([name, shape]) => [name, { shape, data: smallValues(name, shape) }]))
}

function smallValues(name: string, shape: readonly number[]): Float32Array {
  const key = hashText(name)
  return Float32Array.from(
    { length: elementCount(shape) },
    (_, i) => Math.floor(uniformAt(key, i) * 128 - 64) / 16,
  )
}

/** A complete folder; `changes` replaces files, null removes one. */
export function smallFolder(
  changes: Readonly<Record<string, Uint8Array<ArrayBuffer> | object | string | null>> = {},
  configJson: object = smallConfigJson,
): FileAccess {
  return memoryFolder('models/small', {
    'config.json': configJson,
    'model.safetensors': writeSafetensors(smallTensors(configJson)),
    'tokenizer.json': smallTokenizer,
    'tokenizer_config.json': smallTokenizerConfig,
    'README.md': '---\ntags: [tiny]\nlicense: apache-2.0\n---\n# Small\n',
    ...changes,
  })
}

export function memoryFolder(
  location: string,
  files: Readonly<Record<string, Uint8Array<ArrayBuffer> | object | string | null>>,
): FileAccess {
  const blobs = new Map<string, Blob>()
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue
    const isText = typeof content === 'string'
    blobs.set(name, new Blob([content instanceof Uint8Array || isText ? content : JSON.stringify(content)]))
  }
  return blobFiles(location, blobs)
}
