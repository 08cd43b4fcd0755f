"""Trains one stage of the nano team on the documents that `corpus.ts` wrote; resumable.

The trunk learns everything at a constant rate; each of the four models is a branch of it that sees only its own
documents while the rate falls to 2 %. Matrices by Muon, embedding and norms by AdamW. Each process has one thread and
its share of every batch; gradients are summed over processes, so their number changes rounding alone.

    python train.py --data trunk.jsonl --tokenizer DIR --steps 2000 --out trunk.pt
    python train.py --data leader.jsonl --tokenizer DIR --steps 400 --init trunk.pt --decay --out leader.pt
"""

import argparse
import json
import os
import time
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from tokenizers import Tokenizer

from model import NanoLlama, Shape

CHUNKS, DOCUMENTS_PER_CHUNK, POOLED_STEPS = 4, 34, 16
ENCODED_AT_ONCE = 20_000
CHECKPOINT_SECONDS = 300


def read_documents(path: Path, tokenizer: Tokenizer, prompt_weight: float):
    """Per document: ids and loss weights (of predicting each id), both numpy arrays."""
    result = []
    with path.open() as lines:
        while block := list(islice(lines, ENCODED_AT_ONCE)):
            result += encode_documents([json.loads(line) for line in block], tokenizer, prompt_weight)
    return result


def encode_documents(documents, tokenizer: Tokenizer, prompt_weight: float):
    prompts = [d["prompt"] for d in documents]
    encoded_prompts = [e.ids for e in tokenizer.encode_batch(prompts, add_special_tokens=False)]
    texts = ["".join(t for t, _ in d["completion"]) for d in documents]
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    result = []
    for document, prompt, completion in zip(documents, encoded_prompts, encoded):
        weights = [0.0] + [prompt_weight] * (len(prompt) - 1)
        ends, total = [], 0
        for text, weight in document["completion"]:
            total += len(text)
            ends.append((total, weight))
        for _, end in completion.offsets:
            weights.append(next(w for limit, w in ends if end <= limit))
        result.append((np.array(prompt + completion.ids, np.int16), np.array(weights, np.float16)))
    return result


def batches(documents, seed: int, first_step: int):
    """Shuffled documents in CHUNKS a step, one of each quarter of lengths; a function of seed and step alone.

    The documents of POOLED_STEPS steps are sorted by length together, so that little of a chunk is padding.
    """
    order = np.random.default_rng(seed).permutation(len(documents))
    size = POOLED_STEPS * CHUNKS * DOCUMENTS_PER_CHUNK
    step = first_step
    while True:
        pool, row = divmod(step, POOLED_STEPS)
        chosen = [documents[order[(pool * size + i) % len(order)]] for i in range(size)]
        chosen.sort(key=lambda document: len(document[0]))
        random = np.random.default_rng([seed, pool])
        places = [random.permutation(POOLED_STEPS)[row] + chunk * POOLED_STEPS for chunk in range(CHUNKS)]
        yield [padded(chosen[p * DOCUMENTS_PER_CHUNK : (p + 1) * DOCUMENTS_PER_CHUNK]) for p in places]
        step += 1


def padded(documents):
    """ids and weights [documents, longest], zeros behind each document's end (weight 0: never counted)."""
    width = max(len(ids) for ids, _ in documents)
    ids = np.zeros((len(documents), width), np.int64)
    weights = np.zeros((len(documents), width), np.float32)
    for row, (document, weight) in enumerate(documents):
        ids[row, : len(document)], weights[row, : len(document)] = document, weight
    return torch.from_numpy(ids), torch.from_numpy(weights)


def weighted_loss(model, ids, weights, autocast: bool):
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        logits = model.logits(model(ids))[:, :-1]
    losses = F.cross_entropy(logits.flatten(0, 1).float(), ids[:, 1:].flatten(), reduction="none")
    return (losses * weights[:, 1:].flatten()).sum()


def backward(loss_of, model, batch, autocast: bool, process: int, processes: int) -> float:
    """Adds this process's part of the gradient of the weighted mean loss over the batch; returns its part of the loss."""
    total = sum(weights[:, 1:].sum() for _, weights in batch)
    loss = 0.0
    for ids, weights in batch:
        ids, weights = ids[process::processes], weights[process::processes]
        part = loss_of(model, ids, weights, autocast) / total
        part.backward()
        loss += part.item()
    return loss


def sum_gradients(model) -> None:
    gradients = [p.grad for p in model.parameters()]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients])):
        gradient.copy_(part.view_as(gradient))


def rate(step: int, steps: int, decay: bool) -> float:
    if decay:
        return max(0.02, 1 - step / steps)
    return min(1.0, (step + 1) / 50)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path)
    parser.add_argument("--decay", action="store_true")
    parser.add_argument("--matrix-lr", type=float, default=0.012)
    parser.add_argument("--vector-lr", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--float32", action="store_true", help="no bfloat16 in the forward pass")
    parser.add_argument("--prompt-weight", type=float, default=0.05, help="loss weight of the prompt's tokens")
    parser.add_argument("--compile", action="store_true", help="a third faster; needs a C++ compiler")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--port", type=int, default=29517, help="where the processes meet")
    args = parser.parse_args()
    if args.processes == 1:
        train(0, args)
    else:
        torch.multiprocessing.spawn(train, (args,), nprocs=args.processes)


def train(process: int, args):
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    if args.processes > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(args.port), GLOO_SOCKET_IFNAME="lo")
        dist.init_process_group("gloo", rank=process, world_size=args.processes)
    speaks = process == 0
    loss_of = torch.compile(weighted_loss, dynamic=True) if args.compile else weighted_loss

    tokenizer = Tokenizer.from_file(str(args.tokenizer / "tokenizer.json"))
    model = NanoLlama(Shape(vocab=tokenizer.get_vocab_size()))
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    vectors = [p for n, p in model.named_parameters() if p.ndim == 1 or "embed" in n]
    optimisers = [
        torch.optim.Muon(
            matrices, lr=args.matrix_lr, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(vectors, lr=args.vector_lr, betas=(0.9, 0.98), weight_decay=0.0),
    ]
    peaks = [args.matrix_lr, args.vector_lr]
    step = 0
    if args.out.exists():
        saved = torch.load(args.out, weights_only=True)
        model.load_state_dict(saved["model"])
        for optimiser, state in zip(optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)
        step = saved["step"]
        if speaks:
            print(f"resumed at step {step}", flush=True)
    elif args.init:
        saved = torch.load(args.init, weights_only=True)
        model.load_state_dict(saved["model"])
        for optimiser, state in zip(optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)

    def save():
        state = {"model": model.state_dict(), "optimisers": [o.state_dict() for o in optimisers], "step": step}
        torch.save(state, args.out.with_suffix(".tmp"))
        args.out.with_suffix(".tmp").replace(args.out)

    documents = read_documents(args.data, tokenizer, args.prompt_weight)
    if speaks:
        print(f"{len(documents)} documents, {sum(len(d) for d, _ in documents)} tokens", flush=True)
    saved_at = started = time.time()
    running = None
    for batch in batches(documents, args.seed, step):
        if step >= args.steps:
            break
        for optimiser, peak in zip(optimisers, peaks):
            for group in optimiser.param_groups:
                group["lr"] = peak * rate(step, args.steps, args.decay)
        loss = backward(loss_of, model, batch, not args.float32, process, args.processes)
        if args.processes > 1:
            sum_gradients(model)
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad()
        loss *= args.processes
        running = loss if running is None else 0.95 * running + 0.05 * loss
        step += 1
        if speaks and step % 25 == 0:
            print(f"step {step} loss {running:.4f} {(time.time() - started):.0f}s", flush=True)
        if speaks and time.time() - saved_at > CHECKPOINT_SECONDS:
            save()
            saved_at = time.time()
    if speaks:
        save()


if __name__ == "__main__":
    main()
