"""Tiny random models of each class that transformers has, and how to take away what is special about one.

Each has what tells a wrong program from a right one: biases that are not zero, gains that are not one, positions far beyond the context before RoPE
was scaled, heads that are not as wide as the model. `without` takes it away from transformers' model, and logits must then be others.
"""

import json
from dataclasses import dataclass
from typing import Callable

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

COMMON = dict(hidden_size=128, intermediate_size=192, num_hidden_layers=3, vocab_size=300, max_position_embeddings=256, initializer_range=128**-0.5)
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 24}
SMALL_IDS = dict(pad_token_id=0, bos_token_id=1, eos_token_id=2)  # the class has those of a large vocabulary
DENSE = dict(moe_layers=[], intermediate_size_mlp=192, intermediate_size=64, no_rope_layers=[1, 1, 1], attention_chunk_size=256, head_dim=32)
PRO = DENSE | dict(num_hidden_layers=6, no_rope_layers=[1] * 6, attention_chunk_size=8, sliding_window=9, layer_types=["full_attention", *["sliding_attention"] * 3, *["full_attention"] * 2])

GEMMA3 = dict(num_attention_heads=3, num_key_value_heads=1, head_dim=32, num_hidden_layers=7, sliding_window=9, rope_local_base_freq=300.0, query_pre_attn_scalar=20, **SMALL_IDS)


GRANITE = dict(num_attention_heads=4, num_key_value_heads=2, embedding_multiplier=3.0, residual_multiplier=0.4, attention_multiplier=0.3, logits_scaling=0.5)
DENSE_GRANITE = dict(num_local_experts=0, num_experts_per_tok=0, shared_intermediate_size=192, intermediate_size=64, layer_types=["attention"] * 3, mamba_n_heads=8, mamba_d_state=16)


@dataclass
class Family:
    model: str  # transformers' classes
    settings: dict
    without: Callable  # takes what is special away
    special: tuple[str, ...] = ()  # parameters that only such a model has


def no_bias(model):
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            parameter.zero_()


def no_gains(model):
    for name, parameter in model.named_parameters():
        if "q_norm" in name or "k_norm" in name:
            parameter.fill_(1)


def no_head_norms(model):
    for layer in model.model.layers:
        layer.self_attn.qk_norm = torch.nn.Identity()


def rope_everywhere(model):
    for layer in model.model.layers:
        layer.self_attn.use_rope = 1


def no_scaling(model):
    rotary, config = model.model.rotary_emb, model.config
    size = config.head_dim if config.model_type == "llama4_text" else config.hidden_size // config.num_attention_heads
    rotary.inv_freq = config.rope_theta ** (-torch.arange(0, size, 2).float() / size)


def silu(model):
    for layer in model.model.layers:
        layer.mlp.act_fn = torch.nn.SiLU()


def no_embedding_scale(model):
    model.model.embed_tokens.embed_scale.fill_(1)


def scale_of_the_head_size(model):
    for layer in model.model.layers:
        layer.self_attn.scaling = layer.self_attn.head_dim**-0.5


def no_norms_behind(model):
    for layer in model.model.layers:
        layer.post_attention_layernorm = layer.post_feedforward_layernorm = torch.nn.Identity()


def gains_from_nothing(model):
    for name, parameter in model.named_parameters():
        if "norm" in name:
            parameter.sub_(1)


def heads_apart(model):
    """Each head normed by itself, with its part of the gains."""

    def norm(norm, x):
        heads = x.unflatten(-1, (-1, size))
        return (heads * torch.rsqrt(heads.pow(2).mean(-1, keepdim=True) + norm.variance_epsilon)).flatten(-2) * norm.weight

    size = model.model.layers[0].self_attn.head_dim
    for layer in model.model.layers:
        for name in ("q_norm", "k_norm"):
            module = getattr(layer.self_attn, name)
            module.forward = lambda x, module=module: norm(module, x)


def multiplied_by(name: str) -> Callable:
    """One of Granite's multipliers set to 1."""

    def without(model):
        holders = [model.config, model.model, *model.model.layers]
        for holder in holders:
            if hasattr(holder, name):
                setattr(holder, name, 1.0)
        if hasattr(model, name):
            setattr(model, name, 1.0)
        if name == "attention_multiplier":
            for layer in model.model.layers:
                layer.self_attn.scaling = layer.self_attn.head_dim**-0.5

    without.__name__ = f"without_{name}"
    return without


def one_base(model):
    model.model.rotary_emb_local.inv_freq = model.model.rotary_emb.inv_freq


def no_windows(model):
    model.config.sliding_window = None if model.config.model_type == "mistral" else 4096
    if hasattr(model.config, "layer_types"):
        model.config.layer_types = ["full_attention"] * len(model.model.layers)
    for layer in model.model.layers:
        layer.attention_type = "full_attention"
        layer.self_attn.sliding_window = None


FAMILIES = {
    "qwen2": Family("Qwen2", dict(num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True, rope_theta=1e6, rms_norm_eps=1e-6), no_bias, ("q_proj.bias", "k_proj.bias", "v_proj.bias")),
    # Heads together are 192 wide, the model 128.
    "qwen3": Family("Qwen3", dict(num_attention_heads=3, num_key_value_heads=1, head_dim=64, tie_word_embeddings=True, rms_norm_eps=1e-6), no_gains, ("q_norm.weight", "k_norm.weight")),
    "qwen3_biased": Family("Qwen3", dict(num_attention_heads=2, num_key_value_heads=2, head_dim=96, attention_bias=True), no_bias, ("q_proj.bias", "o_proj.bias")),
    "llama4_text": Family("Llama4", dict(num_attention_heads=6, num_key_value_heads=2, tie_word_embeddings=True, rope_theta=8e6, **DENSE), no_head_norms),
    "llama4_text_scaled": Family("Llama4", dict(num_attention_heads=4, num_key_value_heads=4, use_qk_norm=False, rope_scaling=LLAMA3, **DENSE), no_scaling),
    "llama_scaled": Family("Llama", dict(num_attention_heads=2, num_key_value_heads=1, rope_theta=5e5, rope_scaling=LLAMA3, tie_word_embeddings=True), no_scaling),
    # Every fourth layer has no RoPE, or those that are listed.
    "smollm3": Family("SmolLM3", dict(num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=5, rope_theta=1e4, **SMALL_IDS), rope_everywhere),
    "smollm3_listed": Family("SmolLM3", dict(num_attention_heads=2, num_key_value_heads=1, no_rope_layers=[0, 1, 0], attention_bias=True, tie_word_embeddings=False, rope_scaling=LLAMA3, **SMALL_IDS), rope_everywhere, ("q_proj.bias", "o_proj.bias")),
    # Windows: in every layer, from a layer on, in the layers without RoPE.
    "mistral": Family("Mistral", dict(num_attention_heads=4, num_key_value_heads=2, sliding_window=9, **SMALL_IDS), no_windows),
    "qwen2_windows": Family("Qwen2", dict(num_attention_heads=4, num_key_value_heads=2, use_sliding_window=True, sliding_window=20, max_window_layers=1), no_windows),
    "smollm3_windows": Family("SmolLM3", dict(num_attention_heads=4, num_key_value_heads=1, no_rope_layer_interval=2, use_sliding_window=True, sliding_window=5, **SMALL_IDS), no_windows),
    # Llama 4's blocks with windows, by a class that is none of transformers'.
    "mobilellm_pro": Family("Llama4", dict(num_attention_heads=6, num_key_value_heads=2, tie_word_embeddings=True, **PRO), no_windows, ("feed_forward.gate_proj.weight",)),
    # Norms around both halves, their gains less one; GELU; windows in all layers but every sixth, with a base of their own.
    "gemma3": Family("Gemma3", GEMMA3, no_windows, ("pre_feedforward_layernorm.weight", "post_feedforward_layernorm.weight", "q_norm.weight")),
    "gemma3_listed": Family("Gemma3", GEMMA3 | dict(num_hidden_layers=3, layer_types=["full_attention", "sliding_attention", "full_attention"], attention_bias=True), no_bias, ("q_proj.bias", "o_proj.bias")),
    # RoPE scaled in the layers without a window only.
    "gemma3_scaled": Family("Gemma3", GEMMA3 | dict(rope_scaling={"rope_type": "linear", "factor": 8.0}), no_windows),
    # Norms behind both halves only, and of all heads as one row.
    "olmo2": Family("Olmo2", dict(num_attention_heads=4, num_key_value_heads=2, **SMALL_IDS), no_norms_behind, ("post_feedforward_layernorm.weight", "q_norm.weight")),
    # Four multipliers; gate and up as one tensor, with RoPE and without.
    "granite": Family("Granite", GRANITE | dict(mlp_bias=True), no_bias, ("up_proj.bias",)),
    "granite_hybrid": Family("GraniteMoeHybrid", GRANITE | DENSE_GRANITE | dict(position_embedding_type="rope", tie_word_embeddings=True), multiplied_by("logits_scaling"), ("input_linear.weight",)),
    "granite_hybrid_without_rope": Family("GraniteMoeHybrid", GRANITE | DENSE_GRANITE, multiplied_by("logits_scaling")),
    "llama_mlp_biased": Family("Llama", dict(num_attention_heads=4, num_key_value_heads=2, mlp_bias=True), no_bias, ("gate_proj.bias", "up_proj.bias", "down_proj.bias")),
    "llama_linear": Family("Llama", dict(num_attention_heads=4, num_key_value_heads=2, rope_scaling={"rope_type": "linear", "factor": 4.0}), no_scaling),
    "mistral_without_window": Family("Mistral", dict(num_attention_heads=4, num_key_value_heads=2, sliding_window=None, rope_scaling={"rope_type": "linear", "factor": 2.0}, **SMALL_IDS), no_scaling),
    "llama_biased": Family("Llama", dict(num_attention_heads=4, num_key_value_heads=1, attention_bias=True), no_bias, ("q_proj.bias", "o_proj.bias")),
}


@torch.no_grad()
def save(name: str, folder, **settings):
    """Saves a random model, and returns what transformers reads again."""
    family = FAMILIES[name]
    torch.manual_seed(11)
    configuration = family.model + ("TextConfig" if family.model in ("Llama4", "Gemma3") else "Config")
    kind = getattr(transformers, family.model + "ForCausalLM")
    model = kind(getattr(transformers, configuration)(**(COMMON | family.settings | settings))).float()
    for parameter_name, parameter in model.named_parameters():
        if "norm" in parameter_name:
            parameter.add_(0.3 * torch.randn_like(parameter))
        elif parameter_name.endswith("bias"):
            parameter.copy_(0.5 * torch.randn_like(parameter))
    for special in family.special:
        assert any(parameter_name.endswith(special) for parameter_name, _ in model.named_parameters()), special
    model.save_pretrained(folder)
    model = kind.from_pretrained(folder, dtype=torch.float32).eval()
    if name == "mobilellm_pro":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | {"architectures": ["MobileLLMP1ForCausalLM"], "model_type": "its_own"}))
    return model


def masks_of(model, tokens: int):
    """Of Llama 4 with windows, which transformers' class knows no masks of; None: those of the class."""
    if model.config.model_type != "llama4_text" or "sliding_attention" not in model.config.layer_types:
        return None
    behind = torch.arange(tokens)[:, None] - torch.arange(tokens)[None, :]
    hidden = torch.finfo(torch.float32).min
    seen = {"full_attention": behind >= 0, "sliding_attention": (behind >= 0) & (behind < model.config.sliding_window)}
    return {name: torch.where(mask, 0.0, hidden)[None, None] for name, mask in seen.items()}


@torch.no_grad()
def logits_of(model, ids) -> np.ndarray:
    return model(torch.tensor([ids]), attention_mask=masks_of(model, len(ids))).logits[0].numpy()
