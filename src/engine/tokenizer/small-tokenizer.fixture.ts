/**
 * A byte-level BPE tokenizer small enough to check by hand, shared by the tests of the tokenizer and the readers:
 * printable ASCII, the bytes of é and ½, three merges, two special tokens and two added tokens that are not special.
 */
const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
/** Bytes as byte-level BPE writes them: Ġ is a space, Ċ a line feed, Ã© is é, Â½ is ½. */
const letters = [...printable, 'Ġ', 'Ċ', 'Ã', '©', 'Â', '½']
const merged = ['he', 'll', 'Ġ4']
const added = [
  { content: '<|start|>', special: true },
  { content: '<|end|>', special: true },
  { content: '<answer>', special: false },
  { content: '</answer>', special: false },
]
const texts = [...letters, ...merged]

/** Ids: 0.. letters, then merges, then the added tokens. */
export const smallVocabularySize = texts.length + added.length

export const smallTokenizer = {
  version: '1.0',
  added_tokens: added.map((token, i) => ({
    id: texts.length + i,
    ...token,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: null,
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Digits', individual_digits: true },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    ],
  },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    unk_token: null,
    vocab: Object.fromEntries(texts.map((text, id) => [text, id])),
    merges: [
      ['h', 'e'],
      ['l', 'l'],
      ['Ġ', '4'],
    ],
  },
}

export const smallTokenizerConfig = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  eos_token: '<|end|>',
  clean_up_tokenization_spaces: true,
  chat_template:
    "{% for m in messages %}{{ '<|start|>' + m['role'] + '\n' + m['content'] + '<|end|>' + '\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}",
}
