"""Widths that are no multiple of 16: the feed-forward half, the residual stream, heads. They are padded inside, so the program has to be the same
model as transformers', and the reference interpreter's to the bit."""

import json

import numpy as np
import pytest

from programs import COMPILERS, assert_same_bits, reference_logits, runnable_targets
from test_families import W8A8
from test_huggingface import F32, assert_near, token_ids

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

# The first is the 260K-parameter Llama for microcontrollers: heads of 8.
WIDTHS = {
    "stories260k": ("Llama", dict(hidden_size=64, intermediate_size=172, num_attention_heads=8, num_key_value_heads=4, tie_word_embeddings=True)),
    "hidden": ("Llama", dict(hidden_size=64, intermediate_size=70, num_attention_heads=4, num_key_value_heads=2, mlp_bias=True)),
    "odd_heads": ("Llama", dict(hidden_size=60, intermediate_size=48, num_attention_heads=5, num_key_value_heads=1, attention_bias=True)),
    "stream": ("Qwen3", dict(hidden_size=52, intermediate_size=80, num_attention_heads=3, num_key_value_heads=3, head_dim=22)),
    "norms_after_rope": (
        "Llama4",
        dict(hidden_size=36, intermediate_size_mlp=40, intermediate_size=8, num_attention_heads=2, num_key_value_heads=1, head_dim=10, moe_layers=[],
             no_rope_layers=[1, 1], attention_chunk_size=128),
    ),
}  # fmt: skip


@torch.no_grad()
def save(name: str, folder):
    family, settings = WIDTHS[name]
    torch.manual_seed(3)
    configuration = "Llama4TextConfig" if family == "Llama4" else family + "Config"
    config = getattr(transformers, configuration)(num_hidden_layers=2, vocab_size=150, max_position_embeddings=128, initializer_range=0.12, **settings)
    kind = getattr(transformers, family + "ForCausalLM")
    model = kind(config).float()
    for parameter_name, parameter in model.named_parameters():
        if "norm" in parameter_name or parameter_name.endswith("bias"):
            parameter.add_(0.3 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    return kind.from_pretrained(folder, dtype=torch.float32).eval()


@pytest.mark.parametrize("name", WIDTHS)
def test_agrees_with_transformers(builder, tmp_path, name):
    folder = tmp_path / name
    model = save(name, folder)
    ids = token_ids(150)
    with torch.no_grad():
        wanted = model(torch.tensor([ids])).logits[0].numpy()
    assert np.abs(wanted).max() > 0.5
    program = builder.emit(folder, "--target", runnable_targets()[-1], *F32).compile("g++")
    assert_near(program.logits(ids), wanted, "prefill")
    assert_near(program.logits(ids, "--step"), wanted, "steps")


@pytest.mark.parametrize("number, name", list(enumerate(WIDTHS)))
def test_logits_are_equal_to_the_bit(builder, tmp_path, number, name):
    """On every target in turn, rotated where the width has a rotation."""
    folder = tmp_path / name
    save(name, folder)
    ids = token_ids(150)
    rotation = ["--rotation", ["online", "folded", "none"][number % 3]]
    wanted = reference_logits(folder, ids, tmp_path / "wanted.npy", "--mode", "exact", *W8A8, *rotation)
    target = runnable_targets()[number % len(runnable_targets())]
    program = builder.emit(folder, "--target", target, *W8A8, *rotation).compile(COMPILERS[number % len(COMPILERS)])
    for options in (["--threads", 3], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(ids, *options), wanted, f"{name} {target} {rotation} {options}")


@pytest.mark.parametrize("size", [2, 14, 26])
def test_every_target_has_kernels_for_every_head_size(builder, tmp_path, size):
    model = tmp_path / "m.json"
    model.write_text(json.dumps({"layers": 1, "model": size + 7, "hidden": size + 1, "heads": 2, "key_value_heads": 1, "head_size": size, "vocabulary": 50}))
    for target in ("x86-64-amx", "x86-64-avx512vnni", "aarch64-dotprod"):
        assert builder.emit(model, "--target", target).folder.exists()
