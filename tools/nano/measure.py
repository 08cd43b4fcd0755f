"""Samples a checkpoint on generated questions and prints accuracy per family: a look during training.

The published figures come from `npm run lab -- evaluate`, on the rounded weights.

    python measure.py CHECKPOINT.pt TOKENIZER_FOLDER QUESTIONS.jsonl ROLE [N]      ROLE: leader | specialist | generalist
"""

import json
import re
import sys
from collections import defaultdict

import torch
from tokenizers import Tokenizer

from model import NanoLlama, Shape

torch.set_num_threads(1)
checkpoint, folder, questions, role = sys.argv[1:5]
count = int(sys.argv[5]) if len(sys.argv) > 5 else 240
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
model = NanoLlama(Shape(vocab=tokenizer.get_vocab_size()))
model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
tasks = [json.loads(line) for line in open(questions)][:count]
texts = [f"<|system|>{role}<|end|><|user|>{t['question']}<|end|><|assistant|>" for t in tasks]
rows = [e.ids for e in tokenizer.encode_batch(texts)]
starts = [len(row) for row in rows]
done = [False] * len(rows)
generator = torch.Generator().manual_seed(1)
with torch.no_grad():
    for _ in range(48):
        live = [i for i in range(len(rows)) if not done[i]]
        if not live:
            break
        width = max(len(rows[i]) for i in live)
        ids = torch.zeros(len(live), width, dtype=torch.long)
        for n, i in enumerate(live):
            ids[n, : len(rows[i])] = torch.tensor(rows[i])
        hidden = model(ids)
        last = hidden[torch.arange(len(live)), torch.tensor([len(rows[i]) - 1 for i in live])]
        drawn = torch.multinomial(model.logits(last).softmax(-1), 1, generator=generator)[:, 0].tolist()
        for i, token in zip(live, drawn):
            rows[i].append(token)
            done[i] = token == 1
right = defaultdict(list)
for task, row, start in zip(tasks, rows, starts):
    text = tokenizer.decode(row[start:])
    pattern = r"<answer>(.*)</answer>" if role == "leader" else r"Answer: (.*)$"
    found = re.findall(pattern, text)
    right[task["family"]].append(bool(found) and found[-1].strip() == task["answer"])
for family, values in right.items():
    print(f"{family:18s} {sum(values) / len(values):.2f}  n={len(values)}")
print("all", round(sum(sum(v) for v in right.values()) / len(tasks), 3))
