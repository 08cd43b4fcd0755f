import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ModelFileError } from '../engine.ts'
import { smallTokenizer, smallTokenizerConfig, smallVocabularySize } from './small-tokenizer.fixture.ts'
import { createTokenizer } from './tokenizer.ts'

const source = { id: 'small', tokenizer: smallTokenizer, tokenizerConfig: smallTokenizerConfig }
const tokenizer = createTokenizer(source)
const texts = (ids: readonly number[]) => ids.map((id) => tokenizer.tokenText(id))

test('merges apply in order of rank', () => {
  expect(texts(tokenizer.encode('hello'))).toEqual(['he', 'll', 'o'])
})

test('a digit is cut off before the spaces around it are merged, other numerals too', () => {
  // Without the digit step " 4" would be one token by its merge.
  expect(texts(tokenizer.encode('x 42'))).toEqual(['x', ' ', '4', '2'])
  expect(texts(tokenizer.encode('a ½'))).toEqual(['a', ' ', '�', '�'])
})

test('without a digit step a space is merged with the digit', () => {
  const [, byteLevel] = smallTokenizer.pre_tokenizer.pretokenizers
  const plain = createTokenizer({ ...source, tokenizer: { ...smallTokenizer, pre_tokenizer: byteLevel } })
  expect(texts(plain.encode('x 42'))).toEqual(['x', ' 4', '2'])
})

test('decoding gives back any text of known characters, spaces before punctuation included', () => {
  const character = fc.constantFrom(...'abhel 0149.,!?\'"\né½'.split(''), '<answer>', " n't", ' .')
  fc.assert(
    fc.property(fc.array(character), (characters) => {
      const text = characters.join('')
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text)
    }),
  )
})

test('special tokens are recognised in text, left out of decoded text and spelt out for display', () => {
  const ids = tokenizer.encode('<|start|>he<|end|>')
  expect(ids).toHaveLength(3)
  expect(tokenizer.decode(ids)).toBe('he')
  expect(texts(ids)).toEqual(['<|start|>', 'he', '<|end|>'])
})

test('answer tags survive decoding even if the configuration lists them as special', () => {
  const listed = createTokenizer({
    ...source,
    tokenizerConfig: { ...smallTokenizerConfig, additional_special_tokens: ['<answer>', '</answer>'] },
  })
  expect(listed.decode(listed.encode('<answer>4</answer>'))).toBe('<answer>4</answer>')
})

test('nothing encodes to nothing and decodes to nothing', () => {
  expect(tokenizer.encode('')).toEqual([])
  expect(tokenizer.decode([])).toBe('')
})

test('ids without a token decode to nothing', () => {
  expect(tokenizer.decode([smallVocabularySize + 5])).toBe('')
})

test('characters outside the vocabulary are dropped, not turned into undefined ids', () => {
  expect(texts(tokenizer.encode('a\u4e2db'))).toEqual(['a', 'b'])
})

test('sections that tokenizer.json leaves out count as absent', () => {
  const { model, added_tokens } = smallTokenizer
  const bare = createTokenizer({ ...source, tokenizer: { model, added_tokens } })
  expect(bare.encode('ab')).toHaveLength(2)
})

test('render is the chat template with the generation prompt, encoded', () => {
  const ids = tokenizer.render([{ role: 'user', content: 'hello' }])
  expect(texts(ids).join('')).toBe('<|start|>user\nhello<|end|>\n<|start|>assistant\n')
})

test('a model without a tokenizer is refused by name', () => {
  expect(() => createTokenizer({ ...source, tokenizer: null })).toThrow(ModelFileError)
  expect(() => createTokenizer({ ...source, tokenizer: null })).toThrow('small: expected a tokenizer')
})
