import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { AdapterMismatchError, ModelFileError, type Adapter } from '../engine.ts'
import { diskFolder } from '../weights/disk.fixture.ts'
import { parseModelConfig } from '../weights/model-config.ts'
import { memoryFolder } from '../weights/small-model.fixture.ts'
import { writeSafetensors } from '../weights/safetensors.ts'
import { checkAdapter, readPeftAdapter, writePeftAdapter } from './peft.ts'

/** Saved by PEFT 0.21.2 on a random two-layer Llama: r 4, alpha 8, all seven projections. */
const savedByPeft = await diskFolder(fileURLToPath(new URL('fixtures/tinyllama-adapter', import.meta.url)))

const model = {
  id: 'small',
  config: parseModelConfig('config.json', {
    model_type: 'llama',
    vocab_size: 97,
    hidden_size: 32,
    intermediate_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    max_position_embeddings: 64,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: true,
  }),
}

const Q = 'model.layers.0.self_attn.q_proj'
const small: Adapter = {
  r: 2,
  alpha: 4,
  baseModel: 'small',
  modules: new Map([
    [
      Q,
      {
        inFeatures: 32,
        outFeatures: 32,
        a: new Float32Array(64).fill(0.5),
        b: new Float32Array(64).fill(-1),
      },
    ],
    [
      'model.layers.0.mlp.down_proj',
      { inFeatures: 64, outFeatures: 32, a: new Float32Array(128), b: new Float32Array(64) },
    ],
    [
      'model.layers.1.self_attn.q_proj',
      { inFeatures: 32, outFeatures: 32, a: new Float32Array(64), b: new Float32Array(64) },
    ],
  ]),
}

function folderOf(
  adapter: Adapter,
  changes: Readonly<Record<string, unknown>> = {},
  weights?: Uint8Array<ArrayBuffer>,
) {
  const files = Object.fromEntries(writePeftAdapter(adapter).map(({ name, bytes }) => [name, bytes]))
  const config = v.parse(
    v.looseObject({}),
    JSON.parse(new TextDecoder().decode(files['adapter_config.json'])),
  )
  const replaced = weights ? { 'adapter_model.safetensors': weights } : {}
  return memoryFolder('a', { ...files, 'adapter_config.json': { ...config, ...changes }, ...replaced })
}

test('reads a folder saved by PEFT', async () => {
  const adapter = await readPeftAdapter(savedByPeft)
  expect(adapter).toMatchObject({ r: 4, alpha: 8, baseModel: 'tinyllama' })
  expect(adapter.modules.size).toBe(14)
  const down = adapter.modules.get('model.layers.1.mlp.down_proj')
  expect(down).toMatchObject({ inFeatures: 64, outFeatures: 32 })
  expect([down?.a.length, down?.b.length]).toEqual([4 * 64, 32 * 4])
  expect(() => checkAdapter(adapter, { ...model, id: 'tinyllama' })).not.toThrow()
})

test('writes the very weights file that PEFT wrote', async () => {
  const written = writePeftAdapter(await readPeftAdapter(savedByPeft))
  const weights = written.find(({ name }) => name === 'adapter_model.safetensors')?.bytes
  expect(weights).toEqual(await savedByPeft.read('adapter_model.safetensors'))
})

test('what is written is read back, and the projections are named as PEFT names them', async () => {
  expect(await readPeftAdapter(folderOf(small))).toEqual(small)
  const config: unknown = JSON.parse(
    new TextDecoder().decode(writePeftAdapter(await readPeftAdapter(savedByPeft))[0]?.bytes),
  )
  expect(config).toMatchObject({
    base_model_name_or_path: 'tinyllama',
    task_type: 'CAUSAL_LM',
    target_modules: ['down_proj', 'gate_proj', 'k_proj', 'o_proj', 'q_proj', 'up_proj', 'v_proj'],
  })
})

test('the dropout of its training is carried, and an adapter without any says 0', async () => {
  const configOf = (adapter: Adapter) =>
    JSON.parse(new TextDecoder().decode(writePeftAdapter(adapter)[0]?.bytes)) as Record<string, unknown>
  expect(configOf(small)['lora_dropout']).toBe(0)
  const dropped = { ...small, dropout: 0.05 }
  expect(configOf(dropped)['lora_dropout']).toBe(0.05)
  expect(await readPeftAdapter(folderOf(dropped))).toEqual(dropped)
  await expect(readPeftAdapter(folderOf(small, { lora_dropout: 2 }))).rejects.toThrow(/lora_dropout/)
})

test('an adapter of some projections in some layers names its modules in full', () => {
  const config: unknown = JSON.parse(new TextDecoder().decode(writePeftAdapter(small)[0]?.bytes))
  expect(config).toMatchObject({ target_modules: [...small.modules.keys()].sort() })
})

test('rank-stabilised LoRA becomes plain LoRA with the same scale', async () => {
  const adapter = await readPeftAdapter(folderOf({ ...small, alpha: 3 }, { use_rslora: true }))
  expect(adapter.alpha / adapter.r).toBeCloseTo(3 / Math.sqrt(2), 12)
})

describe('settings that would change the result are refused by name', () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ use_dora: true }, 'expected no use_dora, found true; this kind of adapter is not supported'],
    [{ bias: 'all' }, 'expected bias "none", found "all"'],
    [{ lora_bias: true }, 'expected no lora_bias'],
    [{ modules_to_save: ['lm_head'] }, 'expected no modules_to_save, found ["lm_head"]'],
    [{ rank_pattern: { q_proj: 8 } }, 'expected no rank_pattern'],
    [{ peft_type: 'IA3' }, 'expected peft_type "LORA", found "IA3"'],
    [{ task_type: 'SEQ_CLS' }, 'expected task_type "CAUSAL_LM", found "SEQ_CLS"'],
    [
      { r: 3 },
      'down_proj with A [3, in] and B [out, 3] (r in adapter_config.json), found [2, 64] and [32, 2]',
    ],
    [{ r: '2' }, 'a/adapter_config.json: expected r: number, found "2"'],
  ]
  test.each(cases)('%j', async (changes, message) => {
    const reading = readPeftAdapter(folderOf(small, changes))
    await expect(reading).rejects.toThrow(ModelFileError)
    await expect(reading).rejects.toThrow(message)
  })
})

describe('broken weights are refused by tensor', () => {
  const a = { shape: [2, 32], data: new Float32Array(64) }
  const b = { shape: [32, 2], data: new Float32Array(64) }
  const name = (side: string) => `base_model.model.${Q}.${side}.weight`
  const cases: [string, [string, typeof a][], string][] = [
    ['A without B', [[name('lora_A'), a]], `expected lora_A and lora_B for ${Q}, found only lora_A`],
    ['an unknown tensor', [[name('lora_magnitude_vector'), a]], `found ${name('lora_magnitude_vector')}`],
    ['no tensors', [], 'expected LoRA tensors, found none'],
    [
      'a value that is not a number',
      [
        [name('lora_A'), a],
        [name('lora_B'), { ...b, data: Float32Array.of(...b.data.slice(1), NaN) }],
      ],
      `expected finite numbers in tensor ${name('lora_B')}, found NaN at index 63`,
    ],
  ]
  test.each(cases)('%s', async (_, tensors, message) => {
    const reading = readPeftAdapter(folderOf(small, {}, writeSafetensors(new Map(tensors))))
    await expect(reading).rejects.toThrow(message)
  })

  test('a folder that is not there', async () => {
    await expect(readPeftAdapter(memoryFolder('nowhere', {}))).rejects.toThrow(
      'nowhere/adapter_config.json: expected a file',
    )
  })
})

describe('an adapter for another model is refused', () => {
  const module = { inFeatures: 32, outFeatures: 32, a: new Float32Array(64), b: new Float32Array(64) }
  const cases: [string, Adapter['modules'], string][] = [
    [
      'another layer',
      new Map([['model.layers.2.self_attn.q_proj', module]]),
      'a projection of layers 0 to 1',
    ],
    [
      'the embedding',
      new Map([['model.embed_tokens', module]]),
      'no module of this model that can be adapted',
    ],
    [
      'other dimensions',
      new Map([['model.layers.0.mlp.up_proj', module]]),
      'should be [64, 32] but is [32, 32]',
    ],
    [
      'another rank',
      new Map([[Q, { ...module, a: new Float32Array(32) }]]),
      'should be of rank 2 but is 32 numbers',
    ],
  ]
  test.each(cases)('%s', (_, modules, message) => {
    const check = () => checkAdapter({ ...small, modules }, model)
    expect(check).toThrow(AdapterMismatchError)
    expect(check).toThrow(message)
  })
})

describe('an adapter names the model that it was trained on', () => {
  const check = (baseModel: string, id: string) => () =>
    checkAdapter({ ...small, baseModel }, { ...model, id })

  test.each([
    ['HuggingFaceTB/SmolLM2-135M-Instruct', 'SmolLM2-135M-Instruct-q0f32-MLC'],
    ['mlc-ai/SmolLM2-135M-Instruct-q4f16_1-MLC', 'smollm2-135m-instruct'],
    ['/home/me/models/SmolLM2-135M-Instruct/', 'SmolLM2-135M-Instruct.Q4_1.gguf'],
    ['C:\\models\\Qwen3-0.6B', 'Qwen3-0.6B-Q4_K_M-GGUF'],
    ['Qwen/Qwen3-0.6B', 'Qwen3-0.6B-BF16.gguf'],
    ['nano-leader', 'nano-leader'],
    ['https://huggingface.co/Qwen/Qwen3-0.6B/resolve/main/', 'Qwen3-0.6B'],
    ['', 'nano-leader'],
    ['nano-leader', './'],
  ])('%j fits %j', (named, id) => {
    expect(check(named, id)).not.toThrow()
  })

  test.each([
    ['HuggingFaceTB/SmolLM2-135M', 'SmolLM2-135M-Instruct'],
    ['HuggingFaceTB/SmolLM2-360M-Instruct', 'SmolLM2-135M-Instruct-q0f32-MLC'],
    ['Qwen/Qwen2.5-0.5B', 'Qwen3-0.6B'],
    ['nano-math', 'nano-leader'],
  ])('%j does not fit %j, and both are named with the way on', (named, id) => {
    expect(check(named, id)).toThrow(AdapterMismatchError)
    expect(check(named, id)).toThrow(
      `base_model_name_or_path should be ${id} but is ${named}. Choose one that was trained on it, or, if these are ` +
        `the same weights under another name, write "${id}" there in its adapter_config.json.`,
    )
  })
})
