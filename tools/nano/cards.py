"""Writes the model cards (README.md) of the nano team from what `lab evaluate` measured on the test split.

    for preset in route read; do
      npm run -s lab -- evaluate --preset $preset --split test --size 2400 --seed 1001 --json > $preset.json
    done
    python tools/nano/cards.py route.json read.json
"""

import json
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parents[2] / "public" / "models"
PEERS = ["nano-math", "nano-logic", "nano-knowledge"]
COMMAND = "npm run lab -- evaluate --preset {preset} --split test --size {n} --seed {seed} --json"
STEPS = {"start": 998, "echo": 460, "trunk": 5380}
LEADER_LEAVES = 1292
LEADER_BRANCH, PEER_BRANCH = (f"{steps} steps with the rate falling to 2 %" for steps in (400, 800))
PROFILE = {
    "nano-math": "As `specialist` it was taught to be strong in mathematics "
    "(chain, mul_add, remainder, word_problem); as `generalist` in chain, navigate, word_sorting and dates.",
    "nano-logic": "As `specialist` it was taught to be strong in logic "
    "(boolean, web_of_lies, shuffled_objects, navigate, object_counting, word_sorting); "
    "as `generalist` in mul_add, word_problem, boolean and object_counting.",
    "nano-knowledge": "As `specialist` it was taught to be strong in knowledge (facts, dates); "
    "as `generalist` in remainder, web_of_lies, shuffled_objects and facts.",
}


def read(path):
    for line in Path(path).read_text().splitlines():
        if line.startswith("{"):
            return json.loads(line)["eval"]
    raise SystemExit(f"{path}: no evaluation in it")


def percent(share):
    return f"{100 * share:.1f} %"


def table(head, rows):
    return "\n".join(["| " + " | ".join(row) + " |" for row in [head, ["---"] + ["---:"] * (len(head) - 1), *rows]])


route, read_ = read(sys.argv[1]), read(sys.argv[2])
runs = {"route": route, "read": read_}
commands = "\n".join("    " + COMMAND.format(preset=p, n=e["n"], seed=e["seed"]) for p, e in runs.items())


def card(model, lead, figures):
    return f"""---
license: apache-2.0
language: en
pipeline_tag: text-generation
tags: [leader-lab, toy-model]
---

# {model}

{lead}

A **toy** of one million parameters (Llama architecture: hidden size 128, 4 layers, 4 heads, SwiGLU 352, tied head,
byte-level BPE of 1,184 tokens, bfloat16). It was made to show how the leader of a team
of language models is trained, in minutes, on any machine. It knows nothing but the questions below.

## Data and recipe

Trained from nothing on questions, workings and slips that Leader Lab's own generators write (twelve families,
difficulty 1, train split by canonical key; no other text). One trunk for the whole team at a constant rate:
{STEPS["start"]} steps of 136 documents (about 85 tokens each), {STEPS["echo"]} steps on random pairs that are to be
copied, and {STEPS["trunk"]} steps on everything again. The leader leaves it {LEADER_LEAVES} steps after the pairs, when
it copies but works out little by itself; the peers leave it at the end. Then this model's own branch:
{PEER_BRANCH if model in PEERS else LEADER_BRANCH}.
Matrices by Muon (0.012, weight decay 0.1), embedding and norms by AdamW (0.01). `tools/nano/retrain.sh` has this recipe.
These weights' first 998 steps saw a mixture without the random pairs, and their trunk saw other slips in
shuffled_objects and navigate; another machine rounds otherwise, too: the recipe makes a team of the same kind, not the
same weights.

## Measured

On the test split, temperature 1, on these very weights, by

{commands}

{figures}

## Limits

English, twelve question templates, numbers from 0 to 99. It does not follow instructions and cannot chat. The facts
(92 of them) stand in train and test alike; only their options differ. It errs by design: outside their strong families
the team's peers were taught slips, on the harder half of a family's questions most of all, so that a leader has something
to judge. Do not use it for anything but learning.
"""


def peer_figures(index):
    rows = [
        [family, *(percent(e["families"][family]["peers"][index]) for e in runs.values())]
        for family in sorted(route["families"])
    ]
    rows.append(["**all**", *(percent(e["peers"][index]) for e in runs.values())])
    return table(["family", "as `specialist` (preset `route`)", "as `generalist` (preset `read`)"], rows)


def leader_figures():
    def row(family, e):
        return [percent(e["families"][family][key]) for key in ("leader_team", "leader_alone", "majority")]

    rows = [[family, *row(family, route), *row(family, read_)] for family in sorted(route["families"])]
    keys = ("leader_team", "leader_alone", "majority")
    rows.append(["**all**", *(percent(route[k]) for k in keys), *(percent(read_[k]) for k in keys)])
    head = ["family", "route: with team", "alone", "vote", "read: with team", "alone", "vote"]
    return (
        "Before any training of the leader by MLPO:\n\n"
        + table(head, rows)
        + f"\n\nOracle (one peer at least is right): {percent(route['oracle'])} (route), "
        + f"{percent(read_['oracle'])} (read). "
        + f"Well-formed answers: {percent(route['format_valid'])}."
    )


leader_lead = (
    "The leader of Leader Lab's embedded team: it reads a question and the solutions of three peers, thinks, and answers. "
    "It knows several ways to decide (follow a peer, follow the majority, an own working, an own working compared with "
    "the peers, a check of one peer), each taught equally often and tied to no family or seat. When to prefer which is "
    "left to training by MLPO."
)
(MODELS / "nano-leader" / "README.md").write_text(card("nano-leader", leader_lead, leader_figures()))
for index, name in enumerate(PEERS):
    lead = (
        "A peer of Leader Lab's embedded team. The system prompt chooses one of two profiles. " + PROFILE[name]
    )
    (MODELS / name / "README.md").write_text(card(name, lead, peer_figures(index)))
