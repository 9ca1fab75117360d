"""Model families beside Llama: tiny random folders of each class, saved by transformers, against what transformers makes of them.

Float32 logits agree within the tolerance that test_huggingface.py derives; W8A8 logits are those of the reference interpreter's exact mode, to the bit.
Each model has what tells a wrong program from a right one: biases that are not zero, gains that are not one, positions far beyond the context before
RoPE was scaled, heads that are not as wide as the model. `without` takes it away from transformers' model, and logits must then be others.
"""

import json
from dataclasses import dataclass
from typing import Callable

import numpy as np
import pytest

from programs import BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets
from test_huggingface import F32, TOKENS, assert_near, token_ids

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

W8A8 = ["--weights", "int8", "--activations", "int8", "--cache", "f16"]
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


@pytest.mark.parametrize("name", FAMILIES)
def test_agrees_with_transformers(builder, tmp_path, name):
    folder = tmp_path / name
    model = save(name, folder)
    ids = token_ids(COMMON["vocab_size"])
    wanted = logits_of(model, ids)
    program = builder.emit(folder, "--target", runnable_targets()[-1], *F32).compile("g++")
    assert_near(program.logits(ids), wanted, "prefill")
    assert_near(program.logits(ids, "--step"), wanted, "steps")
    with torch.no_grad():
        FAMILIES[name].without(model)
    assert np.abs(logits_of(model, ids) - wanted).max() > 0.05, "what is special about this model changes nothing"


# What each of these takes away matters, beside what `without` of its family does: a program that left it out would fail above.
SPECIALITIES = {
    "gemma3": [silu, no_embedding_scale, scale_of_the_head_size, no_norms_behind, gains_from_nothing, no_gains, one_base],
    "olmo2": [heads_apart, no_gains],
    "mobilellm_pro": [no_head_norms],
    "granite": [multiplied_by(name) for name in ("embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling")],
}


@pytest.mark.parametrize("name, without", [(name, without) for name, all in SPECIALITIES.items() for without in all], ids=lambda value: getattr(value, "__name__", value))
def test_every_speciality_matters(tmp_path, name, without):
    model = save(name, tmp_path)
    ids = token_ids(COMMON["vocab_size"])
    wanted = logits_of(model, ids)
    with torch.no_grad():
        without(model)
    assert np.abs(logits_of(model, ids) - wanted).max() > 0.05


@pytest.mark.parametrize("prefix, tied", [("", True), ("_orig_mod.model.", False), ("language_model.model.", False)])
def test_names_with_another_prefix(builder, tmp_path, prefix, tied):
    """And a bias of the head, which no class of transformers has, but models by another name."""
    safetensors = pytest.importorskip("safetensors.torch")
    folder = tmp_path / "model"
    model = save("llama_mlp_biased", folder, tie_word_embeddings=tied)
    tensors = safetensors.load_file(folder / "model.safetensors")
    outer = prefix.removesuffix("model.")
    renamed = {(prefix + name.removeprefix("model.") if name.startswith("model.") else outer + name): tensor for name, tensor in tensors.items()}
    bias = torch.linspace(-1, 1, COMMON["vocab_size"])
    renamed[outer + "lm_head.bias"] = bias
    safetensors.save_file(renamed, folder / "model.safetensors")
    ids = token_ids(COMMON["vocab_size"])
    program = builder.emit(folder, "--target", runnable_targets()[0], *F32).compile("g++")
    wanted = logits_of(model, ids) + bias.numpy()
    assert_near(program.logits(ids), wanted, "prefill")
    assert_near(program.logits(ids, "--step"), wanted, "steps")
    exact = reference_logits(folder, ids, tmp_path / "wanted.npy", "--mode", "exact", *W8A8, "--rotation", "none")
    assert_same_bits(builder.emit(folder, *W8A8, "--rotation", "none").compile("g++").logits(ids, "--threads", 2), exact, prefix)


@pytest.mark.parametrize("name", FAMILIES)
def test_rotated_weights_are_the_same_model(tmp_path, name):
    """A bias that is added to the residual stream turns with it; biases and gains of heads stay as they are."""
    folder = tmp_path / name
    model = save(name, folder)
    ids = token_ids(COMMON["vocab_size"])
    assert_near(reference_logits(folder, ids, tmp_path / "logits.npy", "--rotation", "folded"), logits_of(model, ids), name)


@pytest.mark.parametrize("number, name", list(enumerate(FAMILIES)))
def test_quantized_logits_are_equal_to_the_bit(builder, tmp_path, number, name):
    folder = tmp_path / name
    save(name, folder)
    ids = token_ids(COMMON["vocab_size"])
    rotation = ["--rotation", ["folded", "none"][number % 2]]
    wanted = reference_logits(folder, ids, tmp_path / "wanted.npy", "--mode", "exact", *W8A8, *rotation)
    assert np.abs(wanted).max() > 1
    target = runnable_targets()[number % len(runnable_targets())]
    program = builder.emit(folder, "--target", target, *W8A8, *rotation).compile(COMPILERS[number // 2 % len(COMPILERS)])
    for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(ids, *options), wanted, f"{name} {target} {options}")


@pytest.mark.parametrize(
    "name, changes, words",
    [
        ("qwen2_windows", {"sliding_window": 0}, "'sliding_window' is 0, but must be an integer from 1 to"),
        ("qwen3", {"layer_types": ["full_attention", "sliding_attention", "full_attention"]}, "an entry of 'layer_types' is the text 'sliding_attention'"),
        ("qwen3", {"rope_scaling": {"rope_type": "yarn", "factor": 4.0}}, "RoPE of type 'yarn', supported are 'default', 'linear' and 'llama3'"),
        ("llama4_text", {"no_rope_layers": [1, 0, 1]}, "'no_rope_layers' is 0 for layer 1: a layer without RoPE is not supported"),
        ("llama4_text", {"no_rope_layers": [], "no_rope_layer_interval": 3}, "layer 2 has no RoPE"),
        ("llama4_text", {"layer_types": ["sliding_attention"] * 3}, "an entry of 'layer_types' is the text 'sliding_attention', which is not supported"),
        ("llama4_text", {"attention_chunk_size": 128}, "'attention_chunk_size' is 128, less than the context of 256"),
        ("llama4_text", {"moe_layers": [1]}, "'moe_layers' has 1 layer, experts are not supported"),
        ("smollm3", {"no_rope_layers": [1, 1]}, "'no_rope_layers' has 2 entries for 5 layers"),
        ("smollm3_windows", {"layer_types": ["full_attention"]}, "'layer_types' names the type of 1 layer, but there are 3"),
        ("llama_biased", {"use_sliding_window": True}, "'use_sliding_window' is true, attention in windows is not known of this family"),
        ("granite_hybrid", {"num_local_experts": 2}, "layers have experts unless 'num_local_experts' is 0, and experts are not supported"),
        ("gemma3", {"final_logit_softcapping": 30.0}, "'final_logit_softcapping' is set, but logits are not capped here"),
        ("gemma3", {"hidden_activation": "relu"}, "'hidden_activation' is 'relu', supported is 'gelu_pytorch_tanh'"),
        ("llama_scaled", {"rope_scaling": LLAMA3 | {"mscale": 1.0}}, "'mscale' of 'rope_scaling' is not known here"),
    ],
)
def test_what_is_not_computed_is_refused(tmp_path, name, changes, words):
    folder = tmp_path / "model"
    save(name, folder)
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(config))
    done = run(BIN / "weebill", "build", folder, "-o", tmp_path / "out", check=False)
    assert done.returncode == 1
    assert words in done.stderr.decode()


# ------------------------------------------------------------------- GGUF ---

# Llama 3.2's own numbers: a GGUF file holds divisors of frequencies, which are recognized as these.
FAMILIES_OF_GGUF = {"qwen2": {}, "qwen3": {}, "smollm3": {}, "olmo2": {"tie_word_embeddings": True}, "granite": {"tie_word_embeddings": True}, "llama4_text": {}, "gemma3": {"query_pre_attn_scalar": 32, "rope_local_base_freq": 10000.0}, "llama_scaled": {"rope_scaling": LLAMA3 | {"factor": 32.0, "original_max_position_embeddings": 8192}}}
PARTS = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm", "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "feed_forward.gate_proj": "ffn_gate", "feed_forward.up_proj": "ffn_up", "feed_forward.down_proj": "ffn_down",
}


def gguf_name(name: str, norms_behind: bool) -> str:
    if not name.startswith("model.layers."):
        return {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}[name]
    layer, part = name.removeprefix("model.layers.").split(".", 1)
    stem, kind = part.rsplit(".", 1)
    part = "post_attention_norm" if norms_behind and stem == "post_attention_layernorm" else PARTS[stem]
    return f"blk.{layer}.{part}.{kind}"


def write_gguf(model, path) -> None:
    """As llama.cpp's converter writes it: rows of Llama's, SmolLM3's and Granite's query and key heads interleaved, frequencies as divisors."""
    gguf = pytest.importorskip("gguf")
    config = model.config
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    gemma = config.model_type == "gemma3_text"
    writer = gguf.GGUFWriter(path, config.model_type.removesuffix("_text"))
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(getattr(config, "intermediate_size_mlp", config.intermediate_size))
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if config.model_type == "granite":
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    if config.model_type == "llama4_text":
        writer.add_interleave_moe_layer_step(0)
        writer.add_expert_feed_forward_length(config.intermediate_size)
        writer.add_sliding_window(0)
    if gemma:
        writer.add_sliding_window(config.sliding_window)
    if config.model_type in ("qwen3", "llama4_text") or gemma:
        writer.add_key_length(size)
        writer.add_value_length(size)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight":
            continue  # tied
        values = tensor.numpy() + (1 if gemma and "norm" in name else 0)
        if config.model_type in ("llama", "smollm3", "granite") and name.endswith(("q_proj.weight", "k_proj.weight")):
            values = values.reshape(-1, 2, size // 2, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        writer.add_tensor(gguf_name(name, norms_behind=gemma or config.model_type == "olmo2"), np.ascontiguousarray(values))
    if config.model_type == "llama":
        plain = 1 / config.rope_theta ** (torch.arange(0, size, 2).float() / size)
        writer.add_tensor("rope_freqs.weight", (plain / model.model.rotary_emb.inv_freq).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize("name", FAMILIES_OF_GGUF)
def test_a_gguf_file_and_a_folder_give_the_same_weights_file(builder, tmp_path, name):
    folder, file = tmp_path / name, tmp_path / f"{name}.gguf"
    model = save(name, folder, **FAMILIES_OF_GGUF[name])
    write_gguf(model, file)
    options = ["--target", runnable_targets()[0], *F32]
    ours, theirs = builder.emit(folder, *options), builder.emit(file, *options)
    weights = (ours.folder / f"{name}.weights").read_bytes()
    assert len(weights) > 4 * 300 * 128
    assert weights == (theirs.folder / f"{name}.weights").read_bytes()


def test_tokens_go_beyond_the_context_before_scaling():
    assert TOKENS > 2 * LLAMA3["original_max_position_embeddings"]
