import { expect, test } from 'vitest'
import * as v from 'valibot'
import { smallVocabularySize } from '../tokenizer/small-tokenizer.fixture.ts'
import { bfloat16ToFloat32, float32ToBfloat16 } from './floats.ts'
import { openHuggingFaceFolder } from './hf.ts'
import { parseModelConfig } from './model-config.ts'
import { elementCount, expectedShapes } from './model-source.ts'
import { smallConfigJson, smallFolder } from './small-model.fixture.ts'
import { writeMlc } from './write-mlc.ts'

const manifestSchema = v.object({ records: v.array(v.object({ nbytes: v.number() })) })

async function written() {
  const files = await writeMlc(await openHuggingFaceFolder(smallFolder()))
  const json = (name: string) => {
    const bytes = files.find((file) => file.name === name)?.bytes
    return v.parse(v.looseObject({}), JSON.parse(new TextDecoder().decode(bytes)))
  }
  return { files, json }
}

test('the chat config has every field that WebLLM reads, sampling fields neutral', async () => {
  const { json } = await written()
  expect(json('mlc-chat-config.json')).toMatchObject({
    model_type: 'llama',
    quantization: 'q0f32',
    vocab_size: smallVocabularySize,
    context_window_size: 128,
    sliding_window_size: -1,
    attention_sink_size: -1,
    prefill_chunk_size: 128,
    temperature: 1,
    top_p: 1,
    repetition_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    tokenizer_files: ['tokenizer.json', 'tokenizer_config.json'],
    tokenizer_info: { token_postproc_method: 'byte_level' },
    eos_token_id: [smallVocabularySize - 3],
    conv_template: { stop_token_ids: [smallVocabularySize - 3] },
    model_config: { hidden_size: 32, head_dim: 8, position_embedding_base: 10000, tie_word_embeddings: true },
  })
})

test('the manifest has fused tensors, without gaps, as bfloat16', async () => {
  const { json, files } = await written()
  const manifest = JSON.stringify(json('tensor-cache.json'))
  expect(manifest).toContain(
    '"model.layers.1.mlp.gate_up_proj.weight","shape":[128,32],"dtype":"float32","format":"f32-to-bf16"',
  )
  expect(manifest).not.toContain('q_proj')
  expect(manifest).not.toContain('lm_head')
  expect(files.map(({ name }) => name)).toEqual([
    'mlc-chat-config.json',
    'tensor-cache.json',
    'params_shard_0.bin',
    'tokenizer.json',
    'tokenizer_config.json',
    'README.md',
  ])
})

test('no shard is larger than 32 MB unless it holds one tensor', async () => {
  const small = await openHuggingFaceFolder(smallFolder())
  // The embedding takes 35 MB, a layer about 9.
  const large = {
    ...smallConfigJson,
    vocab_size: 34000,
    hidden_size: 512,
    intermediate_size: 2400,
    num_hidden_layers: 5,
  }
  const config = parseModelConfig('config.json', large)
  const shapes = expectedShapes(config)
  const shape = (name: string) => shapes.get(name) ?? []
  const tensor = (name: string) => Promise.resolve(new Float32Array(elementCount(shape(name))))
  const files = await writeMlc({ ...small, config, names: new Set(shapes.keys()), shape, tensor })
  const sizes = files.filter(({ name }) => name.endsWith('.bin')).map(({ bytes }) => bytes.length)
  expect(sizes.map((size) => size > 32 * 2 ** 20)).toEqual([true, false, false])
  const written = v.parse(manifestSchema, JSON.parse(new TextDecoder().decode(files[1]?.bytes)))
  expect(written.records.map(({ nbytes }) => nbytes)).toEqual(sizes)
})

test('merges are written in the form that every tokenizers library reads', async () => {
  const { json } = await written()
  expect(json('tokenizer.json')).toMatchObject({ model: { merges: ['h e', 'l l', 'Ġ 4'] } })
})

test('bfloat16 rounds to nearest, ties to even', () => {
  const ulp = 2 ** -7
  const values = Float32Array.of(
    1 + ulp / 2,
    1 + (3 * ulp) / 2,
    1 + ulp * 0.51,
    1 + ulp * 0.49,
    -1 - ulp * 0.51,
    -0,
    3e38,
    NaN,
  )
  const rounded = bfloat16ToFloat32(float32ToBfloat16(values))
  expect([...rounded.slice(0, 6)]).toEqual([1, 1 + 2 * ulp, 1 + ulp, 1, -1 - ulp, -0])
  expect(rounded[6]).toBeCloseTo(3e38, -37)
  expect(rounded[7]).toBeNaN()
})
