"""How often the answer behind "I follow peer k." is peer k's: greedy, the thought given, on documents of corpus.ts.

    python copying.py CHECKPOINT.pt TOKENIZER_FOLDER DOCUMENTS.jsonl [N]
"""

import json
import sys

import torch
from tokenizers import Tokenizer

from model import NanoLlama, Shape

torch.set_num_threads(1)
checkpoint, folder, documents = sys.argv[1:4]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 200
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
model = NanoLlama(Shape(vocab=tokenizer.get_vocab_size()))
model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
right = []
for line in open(documents):
    document = json.loads(line)
    text = "".join(part for part, _ in document["completion"])
    if not text.startswith("<think>I follow peer"):
        continue
    begin, end = text.index("<answer>") + len("<answer>"), text.index("</answer>")
    before = tokenizer.encode(document["prompt"] + text[:begin]).ids
    answer = tokenizer.encode(text[begin:end]).ids
    with torch.no_grad():
        logits = model.logits(model(torch.tensor([before + answer])))[0]
    predicted = logits[len(before) - 1 : -1].argmax(-1).tolist()
    right.append(predicted == answer)
    if len(right) == count:
        break
print(f"copied {sum(right)} of {len(right)} followed answers ({sum(right) / len(right):.2f})")
