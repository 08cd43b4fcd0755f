/** How many tokens a model is loaded for. */
import { expect, it } from 'vitest'
import {
  ContextLengthError,
  contextLengthFor,
  usualContextLength,
  withContextLength,
} from './context-length.ts'
import { tinySource } from './llama/testing.ts'

const model = { model: 'big', own: 131_072, most: usualContextLength }

it('is the model’s own, but not gigabytes of keys and values that nobody asked for', () => {
  expect(contextLengthFor({ ...model, asked: null })).toBe(4096)
  expect(contextLengthFor({ ...model, own: 2048, asked: null })).toBe(2048)
  expect(contextLengthFor({ ...model, asked: null, most: Infinity })).toBe(131_072)
})

it('is what was asked for, up to what the model was made for', () => {
  expect(contextLengthFor({ ...model, asked: 131_072 })).toBe(131_072)
  expect(contextLengthFor({ ...model, asked: 100 })).toBe(100)
  const tooLong = () => contextLengthFor({ ...model, asked: 131_073 })
  expect(tooLong).toThrow(ContextLengthError)
  expect(tooLong).toThrow(
    'big was made for contexts of at most 131072 tokens, but max_model_length is 131073',
  )
})

it('changes nothing else of a model', () => {
  const source = tinySource()
  const short = withContextLength(source, { asked: 12, most: Infinity })
  expect(short).toEqual({ ...source, config: { ...source.config, contextLength: 12 } })
})
