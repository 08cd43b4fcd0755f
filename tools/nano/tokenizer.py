"""Trains the nano tokenizer: byte-level BPE of 1,184 tokens in which every number 0-99 is one token.

A word takes the space before it; a word or a sign takes the space after it where a number follows, so that
"30 + 29 = 59." is five tokens. A colon and a closing bracket take the space after them: a word is then the same token
in "Answer: Lima", "2) Lima" and "<answer>Lima", and a model that copies an answer copies a token. The tags of the
leader's answer are added tokens that are not special: they survive any decoding. Writes `tokenizer.json` and
`tokenizer_config.json`.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
TAGS = ["<think>", "</think>", "<answer>", "</answer>"]
PIECES = r" ?\p{L}+(?: (?=\p{N}))?|\p{N}{1,2}|[:)] | ?[^\s\p{L}\p{N}]+(?: (?=\p{N}))?|\s+"
TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def train_tokenizer(texts, vocab_size=1184) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    numbers = [str(n) for n in range(100)] * 200
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(TAGS),
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*texts, *numbers], trainer)
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in TAGS])
    missing = [n for n in range(100) if len(tokenizer.encode(str(n)).ids) != 1]
    if missing:
        raise SystemExit(f"these numbers are not single tokens: {missing}; train on more text")
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer.to_str())
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|end|>",
        "pad_token": "<|pad|>",
        "bos_token": None,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 512,
        "chat_template": TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")
