"""Two-layer Qwen2 and Qwen3 with random weights and a LoRA adapter, and what transformers and PEFT make of them.

Writes `src/engine/llama/fixtures/tiny{qwen2,qwen3}`: a Hugging Face folder as transformers saves it, `adapter/` as PEFT
saves it, and `logprobs.json` with the log-probability of each token of two sequences given those before it, with and
without the adapter.

    pip install -r tools/nano/requirements.txt && python tools/make_golden_qwen.py
"""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

FIXTURES = Path(__file__).resolve().parents[1] / "src/engine/llama/fixtures"
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SHAPE = dict(
    vocab_size=97,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    rms_norm_eps=1e-6,
    rope_parameters={"rope_type": "default", "rope_theta": 1e6},
    initializer_range=0.15,
    bos_token_id=1,
    eos_token_id=2,
    attn_implementation="eager",
)
MODELS = {
    "tinyqwen2": lambda: Qwen2ForCausalLM(Qwen2Config(**SHAPE, tie_word_embeddings=True)),
    # A head size of its own, as Qwen3 has it: 4 heads of 16 on a hidden size of 32.
    "tinyqwen3": lambda: Qwen3ForCausalLM(Qwen3Config(**SHAPE, head_dim=16, tie_word_embeddings=False)),
}


def move_from_defaults(model):
    """Norms away from 1 and biases away from 0: whoever forgets one of them gets other numbers."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.copy_(1 + 0.2 * torch.randn_like(parameter))
            if name.endswith("bias"):
                parameter.copy_(0.3 * torch.randn_like(parameter))


def add_adapter(model):
    config = LoraConfig(r=4, lora_alpha=8, target_modules=TARGETS, task_type="CAUSAL_LM", bias="none")
    adapted = get_peft_model(model, config)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.1 * torch.randn_like(parameter))
    return adapted


def logprobs(model, ids):
    """Of ids[:, t] given ids[:, :t], for t from 1: [sequences, length - 1]."""
    with torch.no_grad():
        all_logprobs = model(input_ids=ids).logits[:, :-1].log_softmax(-1)
    return all_logprobs.gather(2, ids[:, 1:, None])[..., 0].tolist()


for seed, (name, make) in enumerate(MODELS.items()):
    torch.manual_seed(20261123 + seed)
    folder = FIXTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    model = make().float().eval()
    move_from_defaults(model)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    ids = torch.randint(3, 97, (2, 12))
    golden = {"input_ids": ids.tolist(), "base": logprobs(model, ids)}
    adapted = add_adapter(model)
    adapted.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink(missing_ok=True)
    golden["adapter"] = logprobs(adapted, ids)
    (folder / "logprobs.json").write_text(json.dumps(golden) + "\n")
    print(name, sum(p.numel() for p in model.parameters()), "parameters")
