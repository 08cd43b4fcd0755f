"""Trains and saves the tokenizer: python make_tokenizer.py DOCUMENTS.jsonl FOLDER"""

import json
import re
import sys
from pathlib import Path

from tokenizer import save_tokenizer, train_tokenizer

documents = [json.loads(line) for line in open(sys.argv[1])]
texts = [d["prompt"] + "".join(t for t, _ in d["completion"]) for d in documents]
pieces = [piece for text in texts for piece in re.split(r"<[^>]*>|\n", text)]
save_tokenizer(train_tokenizer(pieces), Path(sys.argv[2]))
