import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import { createTokenizer } from '../tokenizer/tokenizer.ts'
import { smallTokenizer, smallTokenizerConfig } from '../tokenizer/small-tokenizer.fixture.ts'
import { float32ToBfloat16 } from './floats.ts'
import { ggufEncodings } from './gguf-blocks.ts'
import { ggufBytes, smallGgufTensors, smallGgufValues, type GgufToWrite } from './gguf.fixture.ts'
import { openGguf } from './gguf.ts'
import { memoryFolder, smallConfigJson, smallTensors } from './small-model.fixture.ts'

const small: GgufToWrite = { values: smallGgufValues(), tensors: smallGgufTensors() }
const open = (file: GgufToWrite | Uint8Array<ArrayBuffer>) =>
  openGguf(
    memoryFolder('m', { 'small.gguf': file instanceof Uint8Array ? file : ggufBytes(file) }),
    'small.gguf',
  )
const withValues = (values: GgufToWrite['values']) => ({ ...small, values: { ...small.values, ...values } })
const withTensor = (name: string, changes: object) => {
  const { [name]: tensor, ...others } = small.tensors
  if (!tensor) throw new Error(name)
  return { ...small, tensors: { ...others, [name]: { ...tensor, ...changes } } }
}

describe('a GGUF file', () => {
  test('opens with its dimensions, and q and k in rotate-half order', async () => {
    const source = await open(small)
    expect(source).toMatchObject({ id: 'small', licence: 'apache-2.0' })
    expect(source.config).toMatchObject({
      architecture: 'llama',
      headSize: 8,
      keyValueHeadCount: 2,
      normEpsilon: 1e-5,
      rope: { theta: 10000, llama3: null },
      tiedHead: true,
      endTokens: [smallConfigJson.eos_token_id],
    })
    for (const [name, { shape, data }] of smallTensors(smallConfigJson)) {
      expect(source.shape(name)).toEqual(shape)
      expect(await source.tensor(name)).toEqual(data)
    }
  })

  test('leaves the rows of qwen2 as they are, and reads its biases', async () => {
    const qwen2 = { ...smallConfigJson, model_type: 'qwen2' }
    const source = await open({ values: smallGgufValues('qwen2'), tensors: smallGgufTensors(qwen2) })
    for (const [name, { data }] of smallTensors(qwen2)) expect(await source.tensor(name)).toEqual(data)
    expect(source.names).toContain('model.layers.0.self_attn.q_proj.bias')
  })

  test('brings its tokenizer and chat template', async () => {
    const fromGguf = createTokenizer(await open(small))
    const reference = createTokenizer({
      id: 'r',
      tokenizer: smallTokenizer,
      tokenizerConfig: smallTokenizerConfig,
    })
    const text = 'hello  42 ½ <answer>é</answer><|end|>'
    expect(fromGguf.encode(text)).toEqual(reference.encode(text))
    expect(fromGguf.decode(fromGguf.encode(text))).toBe('hello  42 ½ <answer>é</answer>')
    const messages = [{ role: 'user', content: 'hello' }] as const
    expect(fromGguf.render(messages)).toEqual(reference.render(messages))
  })

  test('may have no tokenizer', async () => {
    const values = Object.fromEntries(
      Object.entries(small.values).filter(([key]) => !key.startsWith('tokenizer.')),
    )
    expect(await open({ ...small, values })).toMatchObject({ tokenizer: null, tokenizerConfig: null })
  })

  test("recognises Llama 3's RoPE scaling by its divisors", async () => {
    // Head size 8, theta 500000: factor 32: the quotients of frequencies by transformers 5.23.0.
    const divisors = Float32Array.of(1, 1, 3.292262554168701, 32)
    const tensors = {
      ...small.tensors,
      'rope_freqs.weight': { shape: [4], type: 0, bytes: new Uint8Array(divisors.buffer) },
    }
    const values = { ...small.values, 'llama.rope.freq_base': 500000 }
    expect((await open({ values, tensors })).config.rope).toEqual({
      theta: 500000,
      llama3: { factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192 },
    })
    divisors[1] = 2
    await expect(open({ values, tensors })).rejects.toThrow(
      "Llama 3's RoPE scaling in tensor rope_freqs.weight, found 2 at index 1",
    )
  })

  test('with bfloat16 and float16 tensors is widened', async () => {
    const norm = smallTensors(smallConfigJson).get('model.norm.weight')?.data ?? new Float32Array()
    const bits = new Uint8Array(float32ToBfloat16(norm).buffer)
    const bfloat16 = await open(withTensor('output_norm.weight', { type: 30, bytes: bits }))
    expect(await bfloat16.tensor('model.norm.weight')).toEqual(norm)
    const ones = new Uint8Array(new Uint16Array(32).fill(0x3c00).buffer)
    const float16 = await open(withTensor('output_norm.weight', { type: 1, bytes: ones }))
    expect(await float16.tensor('model.norm.weight')).toEqual(new Float32Array(32).fill(1))
  })
})

describe('blocks are de-quantised as the reference does', () => {
  const path = new URL('fixtures/gguf-blocks.json', import.meta.url)
  const schema = v.object({
    blocks: v.array(v.object({ type: v.string(), hex: v.string(), values: v.array(v.number()) })),
  })
  const { blocks } = v.parse(schema, JSON.parse(readFileSync(path, 'utf8')))
  test.each(blocks)('$type $hex', ({ type, hex, values }) => {
    const encoding = [...ggufEncodings.values()].find(({ name }) => name === type)
    expect([...(encoding?.decode(Uint8Array.from(Buffer.from(hex, 'hex'))) ?? [])]).toEqual(values)
  })
})

describe('a broken GGUF file names file, tensor, expected and found', () => {
  const bytes = ggufBytes(small)
  const gone = Object.fromEntries(
    Object.entries(small.tensors).filter(([name]) => name !== 'blk.1.ffn_up.weight'),
  )
  const cases: [string, GgufToWrite | Uint8Array<ArrayBuffer>, string][] = [
    [
      'not a GGUF',
      new TextEncoder().encode('<!doctype html>'),
      'm/small.gguf: expected a GGUF file, found one that starts with "<!do".',
    ],
    [
      'an old version',
      Uint8Array.from(bytes).fill(1, 4, 5),
      'expected GGUF version 2 or 3, little endian, found version 1',
    ],
    [
      'a truncated header',
      bytes.slice(0, 500),
      'expected a whole GGUF header, found 500 bytes: the file is cut short.',
    ],
    [
      'truncated data',
      bytes.slice(0, -100),
      /expected \d+ bytes \(tensor output_norm.weight ends there\), found \d+ bytes/.source,
    ],
    [
      'another architecture',
      withValues({ 'general.architecture': 'gpt2' }),
      'm/small.gguf: expected a model of type llama, qwen2 or qwen3, found "gpt2".',
    ],
    [
      'a missing dimension',
      withValues({ 'llama.block_count': 'two' }),
      'm/small.gguf (llama.block_count): expected number, found "two"',
    ],
    [
      'a missing tensor',
      { ...small, tensors: gone },
      'expected tensor model.layers.1.mlp.up_proj.weight [64, 32], found none',
    ],
    [
      'a wrong shape',
      withTensor('blk.1.ffn_up.weight', { shape: [32, 64] }),
      'expected tensor model.layers.1.mlp.up_proj.weight of shape [64, 32], found [32, 64]',
    ],
    [
      'an unknown encoding',
      withTensor('blk.1.ffn_up.weight', { type: 12 }),
      'expected F32, F16, Q4_0, Q4_1, Q8_0, Q6_K, BF16 for tensor blk.1.ffn_up.weight, found Q4_K',
    ],
    [
      'broken rows',
      withTensor('blk.1.ffn_up.weight', { type: 14 }),
      'expected rows of whole Q6_K blocks (256) in tensor blk.1.ffn_up.weight, found 32 columns',
    ],
    [
      'another tokenizer',
      withValues({ 'tokenizer.ggml.model': 'llama' }),
      'expected a byte-level BPE tokenizer',
    ],
    ['an unknown way to cut text', withValues({ 'tokenizer.ggml.pre': 'falcon' }), 'found "falcon"'],
    [
      'RoPE scaling',
      withValues({ 'llama.rope.scaling.type': 'yarn' }),
      'expected no RoPE scaling, or that of Llama 3, found "yarn"',
    ],
    [
      'a tokenizer that does not fit',
      withValues({ 'tokenizer.ggml.tokens': Array.from({ length: 200 }, (_, i) => `t${i}`) }),
      'the tokenizer does not fit the model',
    ],
  ]
  test.each(cases)('%s', async (_, file, message) => {
    const opening = open(file)
    await expect(opening).rejects.toThrow(ModelFileError)
    await expect(opening).rejects.toThrow(message.includes('\\d') ? new RegExp(message) : message)
  })

  test('no file', async () => {
    await expect(openGguf(memoryFolder('m', {}), 'x.gguf')).rejects.toThrow(
      'm/x.gguf: expected a GGUF file, found nothing.',
    )
  })

  test('NaN in the weights', async () => {
    const source = await open(withTensor('output_norm.weight', { bytes: new Uint8Array(128).fill(255) }))
    await expect(source.tensor('model.norm.weight')).rejects.toThrow(
      'finite numbers in tensor model.norm.weight, found NaN',
    )
  })
})
