"""Are our models and adapters what others take them for? Compares `lab score` with transformers and PEFT.

    python tools/check_export.py [--model DIR ...] [--adapter DIR] [--pairs N]

Without --model: every folder under public/models, as the Hugging Face folder and, where it was built, as the MLC
folder that browsers load. --adapter is a folder that `lab train --out` has written; it is checked on the model that
its adapter_config.json names. Needs torch, transformers, peft. Exit code 1 above the tolerance.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

ROOT = Path(__file__).resolve().parent.parent
TOLERANCE = 1e-4  # Nats; ours are float32, theirs are computed in float64 here.
COMPLETION = 64

torch.set_num_threads(1)
logging.disable_progress_bar()


def load(folder, adapter=None):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64).eval()
    return model if adapter is None else PeftModel.from_pretrained(model, adapter).eval()


@torch.no_grad()
def pairs_for(folder, model, count):
    """Questions of every family as prompts, and what the model itself answers at temperature 1."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    files = sorted((ROOT / "public/datasets").glob("*.jsonl"))
    torch.manual_seed(1)
    for i in range(count):
        question = json.loads(files[i % len(files)].read_text().splitlines()[i])["question"]
        message = {"role": "user", "content": question}
        prompt = tokenizer.apply_chat_template([message], add_generation_prompt=True, return_dict=False)
        ids = model.generate(torch.tensor([prompt]), do_sample=True, top_k=0, max_new_tokens=COMPLETION)
        yield prompt, ids[0, len(prompt) :].tolist()


@torch.no_grad()
def logprobs_of(model, prompt, completion):
    ids = torch.tensor([prompt + completion])
    logprobs = torch.log_softmax(model(ids).logits[0], -1)
    return torch.stack([logprobs[len(prompt) - 1 + k, token] for k, token in enumerate(completion)])


def lab_logprobs(folder, prompt, completion, adapter=None):
    command = ["npm", "run", "-s", "lab", "--", "score", "--model", str(folder), "--json"]
    command += ["--prompt-ids", ",".join(map(str, prompt)), "--completion-ids", ",".join(map(str, completion))]
    command += [] if adapter is None else ["--adapter", str(adapter)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{folder}: {run.stderr.strip().splitlines()[-1]}")
    return torch.tensor(json.loads(run.stdout.splitlines()[-1])["logprobs"], dtype=torch.float64)


def compare(name, model, folder, pairs, adapter=None):
    difference = max(
        (logprobs_of(model, *pair) - lab_logprobs(folder, *pair, adapter)).abs().max().item() for pair in pairs
    )
    tokens = sum(len(completion) for _, completion in pairs)
    # Written so that NaN fails.
    is_close = difference <= TOLERANCE
    print(f"{'ok    ' if is_close else 'FAILED'} {name}: max abs diff {difference:.2e} over {tokens} tokens", flush=True)
    return is_close


def check_model(folder, count):
    model = load(folder)
    pairs = list(pairs_for(folder, model, count))
    results = [compare(folder.name, model, folder, pairs)]
    if (folder / "resolve/main").exists():
        results.append(compare(f"{folder.name}, MLC layout", model, folder / "resolve/main", pairs))
    return all(results)


def check_adapter(adapter, folder, count):
    base, adapted = load(folder), load(folder, adapter)
    pairs = list(pairs_for(folder, adapted, count))
    effect = max((logprobs_of(adapted, *pair) - logprobs_of(base, *pair)).abs().max().item() for pair in pairs)
    print(f"       {adapter.name} moves log-probabilities of {folder.name} by up to {effect:.2e}")
    if not effect > 10 * TOLERANCE:
        print("FAILED an adapter that changes so little shows nothing: train it for longer")
        return False
    return compare(f"{folder.name} with {adapter.name}", adapted, folder, pairs, adapter)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, nargs="+", help="Hugging Face folders")
    parser.add_argument("--adapter", type=Path, help="a PEFT folder")
    parser.add_argument("--pairs", type=int, default=4, help="prompts for each check")
    given = parser.parse_args()
    models = given.model or sorted(p.parent for p in (ROOT / "public/models").glob("*/config.json"))
    results = [check_model(folder.resolve(), given.pairs) for folder in models]
    if given.adapter is not None:
        config = json.loads((given.adapter / "adapter_config.json").read_text())
        base = config["base_model_name_or_path"]
        folder = next((m for m in models if m.name == base), ROOT / "public/models" / base)
        results.append(check_adapter(given.adapter.resolve(), folder.resolve(), given.pairs))
    if not results:
        sys.exit("There is nothing to check: public/models is empty. Name a folder with --model.")
    sys.exit(0 if all(results) else 1)


main()
