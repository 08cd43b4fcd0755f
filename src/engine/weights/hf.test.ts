import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { ModelFileError } from '../engine.ts'
import { float32ToBfloat16 } from './floats.ts'
import { openHuggingFaceFolder } from './hf.ts'
import { memoryFolder, smallConfigJson, smallFolder, smallTensors } from './small-model.fixture.ts'
import {
  smallTokenizer,
  smallTokenizerConfig,
  smallVocabularySize,
} from '../tokenizer/small-tokenizer.fixture.ts'
import { writeSafetensors } from './safetensors.ts'

const NORM = 'model.norm.weight'
const DOWN = 'model.layers.1.mlp.down_proj.weight'

describe('a Hugging Face folder', () => {
  test('opens with its dimensions, licence and every tensor', async () => {
    const source = await openHuggingFaceFolder(smallFolder())
    expect(source).toMatchObject({ id: 'small', licence: 'apache-2.0' })
    expect(source.config).toMatchObject({ headSize: 8, layerCount: 2, tiedHead: true })
    expect(source.config.endTokens).toEqual([smallVocabularySize - 3])
    const tensors = smallTensors(smallConfigJson)
    expect([...source.names]).toEqual([...tensors.keys()])
    for (const [name, { shape, data }] of tensors) {
      expect(source.shape(name)).toEqual(shape)
      expect(await source.tensor(name)).toEqual(data)
    }
    expect(source.weightBytes).toBe([...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0))
  })

  test('opens from shards as from one file', async () => {
    const tensors = [...smallTensors(smallConfigJson)]
    const shards = { 'a.safetensors': tensors.slice(0, 7), 'b.safetensors': tensors.slice(7) }
    const map = Object.entries(shards).flatMap(([shard, part]) =>
      part.map(([name]) => [name, shard] as const),
    )
    const source = await openHuggingFaceFolder(
      smallFolder({
        'model.safetensors': null,
        'model.safetensors.index.json': { weight_map: Object.fromEntries(map) },
        'a.safetensors': writeSafetensors(new Map(shards['a.safetensors'])),
        'b.safetensors': writeSafetensors(new Map(shards['b.safetensors'])),
      }),
    )
    for (const [name, { data }] of tensors) expect(await source.tensor(name)).toEqual(data)
  })

  test('widens bfloat16 and float16', async () => {
    const tensors = smallTensors(smallConfigJson)
    const norm = tensors.get(NORM)
    const file = rewriteAs(
      writeSafetensors(tensors),
      NORM,
      'BF16',
      float32ToBfloat16(norm?.data ?? new Float32Array()),
    )
    const source = await openHuggingFaceFolder(smallFolder({ 'model.safetensors': file }))
    expect(await source.tensor(NORM)).toEqual(norm?.data)

    // 1, -2, 0.5, 65504, the smallest subnormal, and zeros.
    const halves = new Uint16Array(32)
    halves.set([0x3c00, 0xc000, 0x3800, 0x7bff, 0x0001])
    const halfFile = rewriteAs(writeSafetensors(tensors), NORM, 'F16', halves)
    const half = await openHuggingFaceFolder(smallFolder({ 'model.safetensors': halfFile }))
    expect([...(await half.tensor(NORM)).slice(0, 6)]).toEqual([1, -2, 0.5, 65504, 2 ** -24, 0])
  })

  test('an untied model has its own head, a tied one none', async () => {
    const untied = { ...smallConfigJson, tie_word_embeddings: false }
    expect((await openHuggingFaceFolder(smallFolder({}, untied))).names).toContain('lm_head.weight')
    expect((await openHuggingFaceFolder(smallFolder())).names).not.toContain('lm_head.weight')
  })

  test('a chat template in a file of its own joins the tokenizer configuration', async () => {
    const source = await openHuggingFaceFolder(smallFolder({ 'chat_template.jinja': 'T' }))
    expect(source.tokenizerConfig).toEqual({ ...smallTokenizerConfig, chat_template: 'T' })
  })

  test('end tokens are gathered from all files that name some', async () => {
    const config = { ...smallConfigJson, eos_token_id: [1, 2] }
    const source = await openHuggingFaceFolder(
      smallFolder({ 'generation_config.json': { eos_token_id: 3 } }, config),
    )
    expect(source.config.endTokens).toEqual([1, 2, 3, smallVocabularySize - 3])
  })
})

describe('a broken Hugging Face folder names file, tensor, expected and found', () => {
  const whole = writeSafetensors(smallTensors(smallConfigJson))
  const without = new Map([...smallTensors(smallConfigJson)].filter(([name]) => name !== DOWN))
  const transposed = new Map(smallTensors(smallConfigJson)).set(DOWN, {
    shape: [64, 32],
    data: new Float32Array(2048),
  })
  const cases: [string, Parameters<typeof smallFolder>[0], string][] = [
    ['no config', { 'config.json': null }, 'models/small/config.json: expected a file, found nothing.'],
    ['config not JSON', { 'config.json': '<html>' }, 'config.json: expected JSON, found "<html>".'],
    ['another architecture', { 'config.json': { ...smallConfigJson, model_type: 'gpt2' } }, 'found "gpt2".'],
    ['a missing dimension', { 'config.json': { ...smallConfigJson, hidden_size: undefined } }, 'hidden_size'],
    [
      'no weights',
      { 'model.safetensors': null },
      'model.safetensors: expected the weights, found no such file.',
    ],
    [
      'a truncated file',
      { 'model.safetensors': whole.slice(0, 9000) },
      'found 9000 bytes: the file is cut short.',
    ],
    [
      'a file without a header',
      { 'model.safetensors': new Uint8Array(4) },
      'expected a safetensors file, found 4 bytes',
    ],
    [
      'not safetensors',
      { 'model.safetensors': 'version https://git-lfs.github.com' },
      'a safetensors header',
    ],
    [
      'a missing tensor',
      { 'model.safetensors': writeSafetensors(without) },
      `model.safetensors: expected tensor ${DOWN} [32, 64], found none.`,
    ],
    [
      'a wrong shape',
      { 'model.safetensors': writeSafetensors(transposed) },
      `model.safetensors: expected tensor ${DOWN} of shape [32, 64], found [64, 32].`,
    ],
    [
      'a wrong dtype',
      { 'model.safetensors': rewriteAs(whole, NORM, 'I8', new Uint8Array(32)) },
      `model.safetensors: expected F32, F16 or BF16 for tensor ${NORM}, found I8.`,
    ],
    [
      'a tokenizer that does not fit',
      { 'tokenizer.json': withToken('extra', smallVocabularySize) },
      `found "extra" = ${smallVocabularySize}: the tokenizer does not fit the model.`,
    ],
  ]
  test.each(cases)('%s', async (_, changes, message) => {
    const opening = openHuggingFaceFolder(smallFolder(changes))
    await expect(opening).rejects.toThrow(ModelFileError)
    await expect(opening).rejects.toThrow(message)
  })

  test.each([NaN, Infinity, -Infinity])('%d in the weights', async (bad) => {
    const tensors = smallTensors(smallConfigJson)
    tensors.get(NORM)?.data.set([bad], 3)
    const source = await openHuggingFaceFolder(
      smallFolder({ 'model.safetensors': writeSafetensors(tensors) }),
    )
    await expect(source.tensor(NORM)).rejects.toThrow(
      `models/small/model.safetensors: expected finite numbers in tensor ${NORM}, found ${bad} at index 3.`,
    )
  })

  test('a missing shard', async () => {
    const index = { weight_map: { [NORM]: 'gone.safetensors' } }
    const folder = memoryFolder('m', {
      'config.json': smallConfigJson,
      'model.safetensors.index.json': index,
    })
    await expect(openHuggingFaceFolder(folder)).rejects.toThrow(
      'm/gone.safetensors: expected a safetensors file',
    )
  })

  test('a tensor that the model does not have', async () => {
    const source = await openHuggingFaceFolder(smallFolder())
    await expect(source.tensor('lm_head.weight')).rejects.toThrow('expected tensor lm_head.weight')
  })
})

function withToken(token: string, id: number): object {
  const { model } = smallTokenizer
  return { ...smallTokenizer, model: { ...model, vocab: { ...model.vocab, [token]: id } } }
}

/** The same file with one tensor stored as another dtype: its data go to the end. */
function rewriteAs(
  file: Uint8Array<ArrayBuffer>,
  name: string,
  dtype: string,
  data: Uint16Array | Uint8Array,
): Uint8Array<ArrayBuffer> {
  const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true))
  const body = file.slice(8 + headerBytes)
  const text = new TextDecoder().decode(file.slice(8, 8 + headerBytes))
  const header = v.parse(v.record(v.string(), v.unknown()), JSON.parse(text))
  const changed = { dtype, shape: [data.length], data_offsets: [body.length, body.length + data.byteLength] }
  const json = new TextEncoder().encode(JSON.stringify({ ...header, [name]: changed }))
  const result = new Uint8Array(8 + json.length + body.length + data.byteLength)
  new DataView(result.buffer).setBigUint64(0, BigInt(json.length), true)
  result.set(json, 8)
  result.set(body, 8 + json.length)
  result.set(new Uint8Array(data.buffer), 8 + json.length + body.length)
  return result
}
