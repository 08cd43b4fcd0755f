/** What is known of a model that only WebLLM's own library can run. */
import { expect, it } from 'vitest'
import { catalogEntry, type CatalogModel } from '../catalog.ts'
import { ModelFileError } from '../engine.ts'
import { smallTokenizer, smallTokenizerConfig } from '../tokenizer/small-tokenizer.fixture.ts'
import { createTokenizer } from '../tokenizer/tokenizer.ts'
import { openMlcChat } from './mlc-chat.ts'
import { memoryFolder } from './small-model.fixture.ts'

const config = {
  model_type: 'gemma3_text',
  quantization: 'q4f16_1',
  vocab_size: 262_144,
  context_window_size: 32_768,
  eos_token_id: [1, 106],
  conv_template: { stop_token_ids: [1, 107] },
  model_config: { hidden_size: 1152, query_pre_attn_scalar: 256 },
}
const files = (changes: object = {}) => ({
  'mlc-chat-config.json': { ...config, ...changes },
  'tensor-cache.json': { records: [{ nbytes: 1000 }, { nbytes: 24 }] },
  'tokenizer.json': smallTokenizer,
  'tokenizer_config.json': smallTokenizerConfig,
})

function gemma(): CatalogModel {
  const entry = catalogEntry('gemma3-1b-it-q4f16_1-MLC')
  if (entry === undefined) throw new Error('The catalogue has no gemma3-1b-it.')
  return entry
}
const open = (given: Parameters<typeof memoryFolder>[1], asked: number | null = null) =>
  openMlcChat(memoryFolder('gemma', given), { id: 'gemma', entry: gemma(), asked, most: 4096 })

it('is what it takes to talk with it', async () => {
  const { info, endTokens, ...text } = await open(files())
  expect(info).toEqual({
    id: 'gemma',
    architecture: 'gemma3_text',
    contextLength: 4096,
    vocabularySize: 262_144,
    parameterCount: gemma().parameters,
    weightBytes: 1024,
    licence: 'Gemma Terms of Use',
  })
  expect(endTokens).toEqual([1, 106, 107])
  const tokenizer = createTokenizer({ id: info.id, ...text })
  expect(tokenizer.decode(tokenizer.render([{ role: 'user', content: 'hello' }]))).toContain('hello')
})

it('has a context as asked, or the catalogue’s where its window slides', async () => {
  expect((await open(files(), 512)).info.contextLength).toBe(512)
  expect((await open(files({ context_window_size: -1 }))).info.contextLength).toBe(4096)
  await expect(open(files(), 40_000)).rejects.toThrow('at most 32768 tokens')
})

it('names the field that is missing', async () => {
  const opening = open(files({ vocab_size: undefined }))
  await expect(opening).rejects.toThrow(ModelFileError)
  await expect(opening).rejects.toThrow('vocab_size')
})
