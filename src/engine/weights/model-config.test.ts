import { expect, test } from 'vitest'
import { parseModelConfig } from './model-config.ts'
import { smallConfigJson } from './small-model.fixture.ts'

const parse = (changes: object) => parseModelConfig('config.json', { ...smallConfigJson, ...changes })
const scaling = {
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
}
const llama3 = { factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192 }

test('old and new RoPE keys mean the same', () => {
  expect(parse({ rope_theta: 5e5 }).rope).toEqual({ theta: 5e5, llama3: null })
  const renewed = { rope_theta: undefined, rope_parameters: { rope_type: 'default', rope_theta: 5e5 } }
  expect(parse(renewed).rope).toEqual({ theta: 5e5, llama3: null })
  expect(parse({ rope_scaling: { ...scaling, rope_type: 'llama3' } }).rope).toEqual({ theta: 1e4, llama3 })
  expect(parse({ rope_parameters: { ...scaling, rope_type: 'llama3', rope_theta: 5e5 } }).rope).toEqual({
    theta: 5e5,
    llama3,
  })
})

test('head size and key/value heads have defaults', () => {
  expect(parse({})).toMatchObject({ headSize: 8, keyValueHeadCount: 2 })
  expect(parse({ head_dim: 16, num_key_value_heads: null })).toMatchObject({
    headSize: 16,
    keyValueHeadCount: 4,
  })
})

test('the architecture decides on biases and head norms', () => {
  expect(parse({ model_type: 'qwen2' })).toMatchObject({ attentionBias: true, queryKeyNorm: false })
  expect(parse({ model_type: 'qwen3' })).toMatchObject({ attentionBias: false, queryKeyNorm: true })
})

test('end tokens may be one, several or none', () => {
  expect(parse({ eos_token_id: 2 }).endTokens).toEqual([2])
  expect(parse({ eos_token_id: [2, 3] }).endTokens).toEqual([2, 3])
  expect(parse({ eos_token_id: null }).endTokens).toEqual([])
})

test.each([
  [{ rope_scaling: { type: 'yarn', factor: 4 } }, 'RoPE scaling "default" or "llama3", found "yarn"'],
  [{ rope_scaling: { type: 'llama3' } }, 'factor for RoPE scaling'],
  [{ hidden_act: 'gelu' }, 'hidden_act "silu", found "gelu"'],
  [{ attention_bias: true }, 'attention_bias false'],
  [{ mlp_bias: true }, 'mlp_bias false'],
  [{ use_sliding_window: true, model_type: 'qwen2' }, 'use_sliding_window false'],
  [{ hidden_size: 30 }, 'a head size that is a multiple of 4, found 7.5'],
  [{ hidden_size: 31, head_dim: 8 }, 'an even hidden size, found 31'],
  [{ head_dim: 6 }, 'a head size that is a multiple of 4, found 6'],
  [{ num_key_value_heads: 3 }, '4 heads and 3 key/value heads'],
  [{ vocab_size: '97' }, 'vocab_size: number, found "97"'],
])('%j is refused', (changes, message) => {
  expect(() => parse(changes)).toThrow(message)
})
