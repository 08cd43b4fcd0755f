"""Writes a trained checkpoint as a Hugging Face folder (bfloat16 weights, the tokenizer, config).

    python export.py CHECKPOINT.pt TOKENIZER_FOLDER OUT_FOLDER
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from model import Shape

checkpoint, tokenizer, out = (Path(p) for p in sys.argv[1:4])
weights = torch.load(checkpoint, weights_only=True)["model"]
shape = Shape(vocab=weights["model.embed_tokens.weight"].shape[0])
out.mkdir(parents=True, exist_ok=True)
save_file({k: v.to(torch.bfloat16).contiguous() for k, v in weights.items()}, out / "model.safetensors", {"format": "pt"})
config = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": shape.vocab,
    "hidden_size": shape.hidden,
    "intermediate_size": shape.intermediate,
    "num_hidden_layers": shape.layers,
    "num_attention_heads": shape.heads,
    "num_key_value_heads": shape.kv_heads,
    "head_dim": shape.head_dim,
    "hidden_act": "silu",
    "max_position_embeddings": shape.context,
    "rms_norm_eps": shape.eps,
    "rope_theta": shape.theta,
    "tie_word_embeddings": True,
    "attention_bias": False,
    "mlp_bias": False,
    "bos_token_id": None,
    "eos_token_id": 1,
    "pad_token_id": 0,
    "torch_dtype": "bfloat16",
}
(out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
for name in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copy(tokenizer / name, out / name)
