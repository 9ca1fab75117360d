"""Families in GGUF files: a file and a folder of the same model give the same weights file, to the byte."""

import numpy as np
import pytest

from programs import runnable_targets
from test_huggingface import F32
from transformers_families import LLAMA3, save, torch

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
