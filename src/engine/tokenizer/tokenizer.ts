/**
 * `tokenizer.json` through `@huggingface/tokenizers`, with what that library needs to give the ids of the reference
 * (version 0.2.0): its `Digits` step knows ASCII digits only, it "cleans up" spaces unless told not to, it cannot
 * decode nothing, and it wants every section to be present. Text is encoded as it is: no BOS or EOS is added.
 */
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers'
import * as v from 'valibot'
import { ModelFileError, type ChatMessage, type TokenIds } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import { createChatTemplate } from './chat-template.ts'

export interface Tokenizer {
  /** Special and added tokens spelt in the text become those tokens. */
  encode(text: string): TokenIds
  /** Special tokens and ids without a token (padding of the vocabulary) are left out; other added tokens are kept. */
  decode(ids: TokenIds): string
  /** The model's chat template with the generation prompt at its end, encoded. */
  render(messages: readonly ChatMessage[]): TokenIds
  /** One token for display, special ones spelt out; `�` for a part of a character. */
  tokenText(id: number): string
}

const tokenizerSchema = v.looseObject({
  model: v.looseObject({ type: v.optional(v.string()), vocab: v.unknown() }),
  added_tokens: v.nullish(
    v.array(v.looseObject({ id: v.number(), content: v.string(), special: v.nullish(v.boolean(), false) })),
    [],
  ),
  pre_tokenizer: v.nullish(v.unknown(), null),
  normalizer: v.nullish(v.unknown(), null),
  post_processor: v.nullish(v.unknown(), null),
  decoder: v.nullish(v.unknown(), null),
})
const configSchema = v.nullish(v.looseObject({}), {})

export function createTokenizer(
  source: Pick<ModelSource, 'id' | 'tokenizer' | 'tokenizerConfig'>,
): Tokenizer {
  const parsed = v.safeParse(tokenizerSchema, source.tokenizer)
  const config = v.safeParse(configSchema, source.tokenizerConfig)
  if (!parsed.success || !config.success) {
    const found = source.tokenizer === null ? 'none' : 'something else'
    throw new ModelFileError(source.id, 'a tokenizer (tokenizer.json)', found)
  }
  const json = parsed.output
  const library = createLibraryTokenizer(
    source.id,
    { ...json, pre_tokenizer: rewriteDigits(json.pre_tokenizer) },
    // tokenizer.json alone says which tokens are special: tags like <answer> must survive any decode.
    { ...config.output, clean_up_tokenization_spaces: false, additional_special_tokens: [] },
  )
  const template = createChatTemplate(source.tokenizerConfig, source.id)
  const added = new Map(json.added_tokens.map((token) => [token.id, token.content]))

  const encode = (text: string): TokenIds => {
    const ids: readonly (number | undefined)[] = library.encode(text, { add_special_tokens: false }).ids
    // A character outside the vocabulary of a tokenizer without an unknown token has no id; the reference drops it.
    return ids.filter((id) => id !== undefined)
  }
  const decode = (ids: TokenIds): string => {
    const known = ids.filter((id) => library.id_to_token(id) !== undefined)
    return known.length === 0 ? '' : library.decode(known, { skip_special_tokens: true })
  }
  return {
    encode,
    decode,
    render: (messages) => encode(template.render(messages)),
    tokenText: (id) => added.get(id) ?? decode([id]),
  }
}

function createLibraryTokenizer(model: string, json: object, config: object): LibraryTokenizer {
  try {
    return new LibraryTokenizer(json, config)
  } catch (cause) {
    throw new ModelFileError(model, 'a tokenizer.json of a known kind', String(cause))
  }
}

const sequenceSchema = v.looseObject({ type: v.literal('Sequence'), pretokenizers: v.array(v.unknown()) })
const digitsSchema = v.looseObject({
  type: v.literal('Digits'),
  individual_digits: v.nullish(v.boolean(), false),
})

/** The reference's `Digits` cuts at every Unicode category N; can go when the library's does. */
function rewriteDigits(preTokenizer: unknown): unknown {
  const sequence = v.safeParse(sequenceSchema, preTokenizer)
  if (sequence.success) {
    return { ...sequence.output, pretokenizers: sequence.output.pretokenizers.map(rewriteDigits) }
  }
  const digits = v.safeParse(digitsSchema, preTokenizer)
  if (!digits.success) return preTokenizer
  const pattern = { Regex: digits.output.individual_digits ? '\\p{N}' : '\\p{N}+' }
  return { type: 'Split', pattern, behavior: 'Isolated', invert: false }
}
