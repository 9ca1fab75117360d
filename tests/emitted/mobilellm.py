"""MobileLLM in PyTorch, from its published description, with random weights: a reference that shares nothing with transformers' Llama.

Llama's blocks; the embedding is the head if `share_embedding`; with `layer_sharing` every block is computed twice in a row, the second time on
what the first gave, each time attending to the keys and values of its own visit.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional


class Norm(nn.Module):
    def __init__(self, model: int, epsilon: float):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(1 + 0.1 * torch.randn(model)), epsilon

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon)


def matrix(rows: int, columns: int) -> nn.Linear:
    linear = nn.Linear(columns, rows, bias=False)
    nn.init.normal_(linear.weight, std=columns**-0.5)
    return linear


def rotate(x, theta: float):
    """x [tokens][heads][head_size]: element i of a head's first half turns with element i of the second."""
    tokens, _, size = x.shape
    frequencies = theta ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = (torch.arange(tokens, dtype=torch.float64)[:, None] * frequencies)[:, None, :]
    first, second = x.double().chunk(2, -1)
    turned = [first * angles.cos() - second * angles.sin(), second * angles.cos() + first * angles.sin()]
    return torch.cat(turned, -1).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.heads, self.kv, self.size, self.theta = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"], c["rope_theta"]
        self.q_proj = matrix(self.heads * self.size, c["hidden_size"])
        self.k_proj = matrix(self.kv * self.size, c["hidden_size"])
        self.v_proj = matrix(self.kv * self.size, c["hidden_size"])
        self.o_proj = matrix(c["hidden_size"], self.heads * self.size)

    def forward(self, x):
        tokens = len(x)
        q = rotate(self.q_proj(x).view(tokens, self.heads, self.size), self.theta)
        k = rotate(self.k_proj(x).view(tokens, self.kv, self.size), self.theta).repeat_interleave(self.heads // self.kv, 1)
        v = self.v_proj(x).view(tokens, self.kv, self.size).repeat_interleave(self.heads // self.kv, 1)
        scores = torch.einsum("qhs,khs->hqk", q, k) * self.size**-0.5
        later = torch.ones(tokens, tokens, dtype=torch.bool).triu(1)
        mixed = torch.einsum("hqk,khs->qhs", scores.masked_fill(later, -torch.inf).softmax(-1), v)
        return self.o_proj(mixed.reshape(tokens, -1))


class Feed(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.gate_proj = matrix(c["intermediate_size"], c["hidden_size"])
        self.up_proj = matrix(c["intermediate_size"], c["hidden_size"])
        self.down_proj = matrix(c["hidden_size"], c["intermediate_size"])

    def forward(self, x):
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = (Norm(c["hidden_size"], c["rms_norm_eps"]) for _ in range(2))
        self.self_attn, self.mlp = Attention(c), Feed(c)

    def forward(self, x):
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


class MobileLLM(nn.Module):
    def __init__(self, c: dict):
        super().__init__()
        self.config = c
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        nn.init.normal_(self.model.embed_tokens.weight, std=c["hidden_size"] ** -0.5)
        self.model.layers = nn.ModuleList(Block(c) for _ in range(c["num_hidden_layers"]))
        self.model.norm = Norm(c["hidden_size"], c["rms_norm_eps"])
        if not c["share_embedding"]:
            self.lm_head = matrix(c["vocab_size"], c["hidden_size"])

    @torch.no_grad()
    def forward(self, ids: list[int], schedule: list[int] | None = None):
        """`schedule`: the block of each visit, in the place of what `layer_sharing` says."""
        times = 2 if self.config["layer_sharing"] else 1
        x = self.model.embed_tokens(torch.tensor(ids))
        for block in [block for block in range(len(self.model.layers)) for _ in range(times)] if schedule is None else schedule:
            x = self.model.layers[block](x)
        head = self.model.embed_tokens if self.config["share_embedding"] else self.lm_head
        return functional.linear(self.model.norm(x), head.weight)

    def save(self, folder: Path) -> Path:
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(self.config))
        save_file(self.state_dict(), folder / "model.safetensors", metadata={"format": "pt"})
        return folder


def small_mobilellm(*, share_embedding: bool, layer_sharing: bool, seed: int) -> MobileLLM:
    torch.manual_seed(seed)
    return MobileLLM({
        "architectures": ["MobileLLMForCausalLM"],
        "auto_map": {"AutoConfig": "configuration_mobilellm.MobileLLMConfig"},
        "model_type": "mobilellm",
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "hidden_act": "silu",
        "hidden_size": 192,
        "head_dim": 64,
        "initializer_range": 0.02,
        "intermediate_size": 320,
        "layer_sharing": layer_sharing,
        "max_position_embeddings": 256,
        "num_attention_heads": 3,
        "num_hidden_layers": 2,
        "num_key_value_heads": 1,
        "pretraining_tp": 1,
        "rms_norm_eps": 1e-5,
        "rope_scaling": None,
        "rope_theta": 10000.0,
        "share_embedding": share_embedding,
        "tie_word_embeddings": False,  # says nothing: share_embedding decides
        "torch_dtype": "float32",
        "transformers_version": "4.41.2",
        "use_cache": not layer_sharing,
        "vocab_size": 400,
    })
