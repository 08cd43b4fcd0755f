/**
 * The byte-level BPE tokenizer in a GGUF header, as the `tokenizer.json` and `tokenizer_config.json` of a Hugging
 * Face folder. `tokenizer.ggml.pre` names the way in which text is cut before merging; an unknown one is refused,
 * because a guess gives other ids than the model was trained on. SentencePiece tokenizers are not read.
 */
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import type { GgufValue } from './gguf-header.ts'
import { parseWith } from './read-json.ts'

const CONTROL = 3
const USER_DEFINED = 4

const schema = v.object({
  'tokenizer.ggml.model': v.string(),
  'tokenizer.ggml.pre': v.optional(v.string(), 'default'),
  'tokenizer.ggml.tokens': v.array(v.string()),
  'tokenizer.ggml.token_type': v.optional(v.array(v.number()), []),
  'tokenizer.ggml.merges': v.array(v.string()),
  'tokenizer.ggml.bos_token_id': v.optional(v.number()),
  'tokenizer.ggml.eos_token_id': v.optional(v.number()),
  'tokenizer.ggml.eot_token_id': v.optional(v.number()),
  'tokenizer.ggml.padding_token_id': v.optional(v.number()),
  'tokenizer.chat_template': v.optional(v.string()),
})

const byteLevel = (useRegex: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
})
/** The cut of Llama 3 and Qwen 2, which differ in how many digits stay together. */
const splitThenBytes = (digits: string) => ({
  type: 'Sequence',
  pretokenizers: [
    {
      type: 'Split',
      pattern: {
        Regex:
          `(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}` +
          `| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
      },
      behavior: 'Isolated',
      invert: false,
    },
    byteLevel(false),
  ],
})
const preTokenizers: Readonly<
  Record<string, { preTokenizer: object; normalizer?: object; ignoreMerges?: true }>
> = {
  'gpt-2': { preTokenizer: byteLevel(true) },
  smollm: {
    preTokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
    },
  },
  qwen2: { preTokenizer: splitThenBytes('\\p{N}'), normalizer: { type: 'NFC' } },
  'llama-bpe': { preTokenizer: splitThenBytes('\\p{N}{1,3}'), ignoreMerges: true },
}

export interface GgufTokenizer {
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
  readonly endTokens: readonly number[]
}

/** Null parts where the header has no tokenizer at all. */
export function readGgufTokenizer(path: string, values: ReadonlyMap<string, GgufValue>): GgufTokenizer {
  if (!values.has('tokenizer.ggml.model')) return { tokenizer: null, tokenizerConfig: null, endTokens: [] }
  const model = values.get('tokenizer.ggml.model')
  if (model !== 'gpt2') {
    throw new ModelFileError(
      path,
      'a byte-level BPE tokenizer (tokenizer.ggml.model "gpt2")',
      JSON.stringify(model),
    )
  }
  const header = parseWith(path, schema, Object.fromEntries(values))
  const pre = preTokenizers[header['tokenizer.ggml.pre']]
  if (!pre) {
    const expected = `tokenizer.ggml.pre ${Object.keys(preTokenizers).join(', ')}`
    throw new ModelFileError(path, expected, JSON.stringify(header['tokenizer.ggml.pre']))
  }
  const tokens = header['tokenizer.ggml.tokens']
  const types = header['tokenizer.ggml.token_type']
  const addedTokens = tokens.flatMap((content, id) =>
    types[id] === CONTROL || types[id] === USER_DEFINED
      ? [addedToken(id, content, types[id] === CONTROL)]
      : [],
  )
  const text = (id: number | undefined) => (id === undefined ? undefined : tokens[id])
  const { 'tokenizer.ggml.eos_token_id': eos, 'tokenizer.ggml.eot_token_id': eot } = header
  return {
    tokenizer: {
      version: '1.0',
      added_tokens: addedTokens,
      normalizer: pre.normalizer ?? null,
      pre_tokenizer: pre.preTokenizer,
      post_processor: null,
      decoder: byteLevel(true),
      model: {
        type: 'BPE',
        unk_token: null,
        ignore_merges: pre.ignoreMerges ?? false,
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        // Byte-level tokens hold no space: the one in a merge separates its two halves.
        merges: header['tokenizer.ggml.merges'].map((merge) => merge.split(' ')),
      },
    },
    tokenizerConfig: {
      bos_token: text(header['tokenizer.ggml.bos_token_id']),
      eos_token: text(eos),
      pad_token: text(header['tokenizer.ggml.padding_token_id']),
      chat_template: header['tokenizer.chat_template'],
    },
    endTokens: [...new Set([eos, eot].filter((id) => id !== undefined))],
  }
}

function addedToken(id: number, content: string, special: boolean): object {
  return { id, content, special, single_word: false, lstrip: false, rstrip: false, normalized: false }
}
