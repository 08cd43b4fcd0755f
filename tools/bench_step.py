"""The step of bench/step.ts in PyTorch on one thread, as a yardstick: same shapes, same number of tokens.

Sampling keeps a KV cache per row after one prefill per prompt; the update runs one sequence per completion, the way
common trainers do. Run by hand: python tools/bench_step.py [runs]
"""
import statistics
import sys
import time

import torch
import torch.nn.functional as F

PROMPTS, COMPLETIONS, PROMPT, LENGTH, RANK = 8, 8, 150, 48, 8
VOCABULARY, HIDDEN, INNER, LAYERS, HEADS = 704, 128, 352, 4, 4
SIZE = HIDDEN // HEADS

torch.set_num_threads(1)
torch.manual_seed(1)
shapes = dict(q=(HIDDEN, HIDDEN), k=(HIDDEN, HIDDEN), v=(HIDDEN, HIDDEN), o=(HIDDEN, HIDDEN),
              gate=(INNER, HIDDEN), up=(INNER, HIDDEN), down=(HIDDEN, INNER))
embedding = torch.randn(VOCABULARY, HIDDEN) * 0.2
weights = [{name: torch.randn(s) / s[1] ** 0.5 for name, s in shapes.items()} for _ in range(LAYERS)]
lora = [{name: (torch.randn(RANK, s[1]) / s[1] ** 0.5, torch.randn(s[0], RANK) * 0.1) for name, s in shapes.items()}
        for _ in range(LAYERS)]
for layer in lora:
    for a, b in layer.values():
        a.requires_grad_(), b.requires_grad_()
frequencies = 10000.0 ** (-torch.arange(0, SIZE, 2) / SIZE)
angles = torch.arange(512)[:, None] * frequencies
cos, sin = angles.cos(), angles.sin()


def norm(x):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5)


def rotate(x, start):
    c, s = cos[start:start + x.shape[2]], sin[start:start + x.shape[2]]
    a, b = x.chunk(2, -1)
    return torch.cat([a * c - b * s, b * c + a * s], -1)


def forward(ids, linear, cache=None):
    """Hidden states [rows, tokens, hidden]; `cache` holds (keys, values) per layer and grows."""
    x = embedding[ids]
    rows, tokens = ids.shape
    for index in range(LAYERS):
        start = 0 if cache is None or cache[index] is None else cache[index][0].shape[2]
        heads = lambda y: y.view(rows, tokens, HEADS, SIZE).transpose(1, 2)
        n = norm(x)
        q, k, v = (heads(linear(n, index, name)) for name in "qkv")
        q, k = rotate(q, start), rotate(k, start)
        if cache is not None:
            if cache[index] is not None:
                k, v = torch.cat([cache[index][0], k], 2), torch.cat([cache[index][1], v], 2)
            cache[index] = (k, v)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=tokens > 1)
        x = x + linear(y.transpose(1, 2).reshape(rows, tokens, HIDDEN), index, "o")
        n = norm(x)
        x = x + linear(F.silu(linear(n, index, "gate")) * linear(n, index, "up"), index, "down")
    return norm(x)


def with_lora(x, layer, name):
    a, b = lora[layer][name]
    return x @ weights[layer][name].T + (x @ a.T) @ b.T * 2.0


def sample():
    with torch.no_grad():
        merged = [{n: w + 2.0 * lora[i][n][1] @ lora[i][n][0] for n, w in layer.items()} for i, layer in enumerate(weights)]
        linear = lambda x, layer, name: x @ merged[layer][name].T
        prompts = torch.randint(0, VOCABULARY, (PROMPTS, PROMPT))
        cache = [None] * LAYERS
        last = forward(prompts, linear, cache)[:, -1:]
        cache = [tuple(t.repeat_interleave(COMPLETIONS, 0) for t in pair) for pair in cache]
        last = last.repeat_interleave(COMPLETIONS, 0)
        for step in range(LENGTH):
            token = torch.multinomial(torch.softmax(last[:, 0] @ embedding.T, -1), 1)
            if step < LENGTH - 1:
                last = forward(token, linear, cache)


def update():
    prompts = torch.randint(0, VOCABULARY, (PROMPTS, 1, PROMPT)).expand(-1, COMPLETIONS, -1)
    ids = torch.cat([prompts, torch.randint(0, VOCABULARY, (PROMPTS, COMPLETIONS, LENGTH))], -1).flatten(0, 1)
    hidden = forward(ids[:, :-1], with_lora)[:, PROMPT - 1:]
    logprobs = F.log_softmax(hidden @ embedding.T, -1).gather(2, ids[:, PROMPT:, None])
    (logprobs * torch.sin(torch.arange(LENGTH))[:, None]).sum().backward()
    for layer in lora:
        for a, b in layer.values():
            a.grad = b.grad = None


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for work in (sample, update):
        work()
        timings = []
        for _ in range(runs):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            timings.append((time.perf_counter() - wall, time.process_time() - cpu))
        wall, cpu = (statistics.median(t) * 1000 for t in zip(*timings))
        print(f"{work.__name__}: {wall:.0f} ms wall, {cpu:.0f} ms CPU (torch {torch.__version__}, one thread)")


if __name__ == "__main__":
    main()
