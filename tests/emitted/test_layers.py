"""Layers that differ in numbers, not in shape, go through one loop: RoPE of another base in each block, blocks without RoPE, windows, scales.

Descriptions of every way to norm heads, to share blocks and to keep the cache; the emitted program and the reference interpreter agree to the bit, through
prefill and step by step. That the interpreter is right about layers without RoPE and about windows is for test_families.py: transformers' SmolLM3 and Mistral have them.
"""

import json

import numpy as np
import pytest

from programs import COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, BIN

SIZES = dict(model=96, hidden=160, heads=3, key_value_heads=1, head_size=32, vocabulary=271, context=80)
INT8 = ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "online"]
MODELS = {
    "bases": (dict(layers=3, rope_theta=[1e4, 5e5, 100]), INT8),
    "every other without": (dict(layers=4, rope_theta=[1e4, 0, 1e4, 0], qk_norm="before_rope", qkv_bias=True), ["--weights", "f32", "--activations", "f32", "--cache", "f32"]),
    "shared and scaled": (
        dict(blocks=3, sharing={"order": "all-over", "times": 2}, rope_theta=[0, 1e4, 5e5], rope_scaling={"factor": 8, "original_context": 24}),
        ["--weights", "int8", "--activations", "int8-symmetric", "--cache", "int8", "--rotation", "none"],
    ),
    "normed after": (dict(blocks=2, schedule=[1, 0, 1], rope_theta=[2e6, 0], qk_norm="after_rope"), ["--weights", "f16", "--activations", "f32", "--cache", "int8"]),
    "none at all": (dict(layers=2, rope_theta=[0, 0]), INT8),
    "windows": (dict(layers=4, window=[1, 17, 0, 64], qk_norm="before_rope"), INT8),
    "one window": (dict(layers=2, window=70, heads=4, key_value_heads=2), ["--weights", "f32", "--activations", "f32", "--cache", "f32"]),
    "windows of shared blocks": (
        dict(blocks=2, sharing={"order": "immediate", "times": 2}, window=[5, 0], rope_theta=[1e4, 0]),
        ["--weights", "int8", "--activations", "int8-symmetric", "--cache", "int8", "--rotation", "none"],
    ),
    "scales": (dict(layers=3, attention_scale=[0.1, 2, 0.5]), INT8),
    "scales behind a norm": (dict(layers=2, attention_scale=[0.1, 2], window=[0, 30], qk_norm="after_rope"), ["--weights", "f16", "--activations", "f32", "--cache", "int8"]),
    "norms around": (
        dict(layers=3, norms="around", activation="gelu_tanh", embedding_scale=9.7979589, qk_norm="before_rope", window=[9, 0, 9], rope_theta=[300, 1e4, 300], attention_scale=0.2),
        INT8,
    ),
    "norms around, floats": (dict(layers=2, norms="around", activation="gelu_tanh"), ["--weights", "f16", "--activations", "f32", "--cache", "f16"]),
    "norms behind": (dict(layers=2, norms="after", qk_norm="all_heads", heads=4, key_value_heads=2), INT8),
    "norms behind, floats": (dict(layers=2, norms="after", qk_norm="all_heads"), ["--weights", "f32", "--activations", "f32", "--cache", "f32"]),
    "multiplied": (dict(layers=2, embedding_scale=12, residual_scale=0.246, logit_scale=0.25, attention_scale=0.015625, feed_forward_bias=True), INT8),
    "normed repetitions": (dict(blocks=2, sharing={"order": "all-over", "times": 3}, norms="around", repetition_norm=True), INT8),
    "normed repetitions, floats": (dict(blocks=3, schedule=[2, 0, 1, 0, 2], repetition_norm=True, window=[0, 9, 0]), ["--weights", "f32", "--activations", "f32", "--cache", "f32"]),
    "factors": (dict(layers=3, rope_theta=[300, 1e4, 1e4], rope_scaling={"factor": [1, 8, 2], "original_context": 0}), INT8),
    "convolutions": (dict(layers=4, convolution=[1, 1, 0, 1], qk_norm="before_rope"), INT8),
    "convolutions of shared blocks": (
        dict(blocks=3, sharing={"order": "reverse", "times": 2}, convolution=[1, 0, 0], convolution_width=5, window=[0, 9, 0], norms="around", qkv_bias=True, attention_out_bias=True),
        ["--weights", "int8", "--activations", "int8-symmetric", "--cache", "int8", "--rotation", "none"],
    ),
    "wide convolutions, floats": (dict(layers=2, convolution=[1, 0], convolution_width=64, model=100, residual_scale=0.5), ["--weights", "f32", "--activations", "f32", "--cache", "f32"]),
    "one scale": (dict(layers=2, attention_scale=0.0625), INT8),
    "convolutions, normed around": (dict(blocks=2, schedule=[1, 0, 1], convolution=[0, 1], norms="around", activation="gelu_tanh", rope_theta=[300, 1e4]), INT8),
}
NUMBERS = ("rope_theta", "window", "convolution", "convolution_width", "attention_scale", "norms", "activation", "embedding_scale", "residual_scale", "logit_scale", "repetition_norm", "rope_scaling")
IDS = np.random.default_rng(5).integers(0, SIZES["vocabulary"], SIZES["context"]).tolist()


def describe(path, **fields):
    path.write_text(json.dumps(SIZES | fields))
    return path


@pytest.mark.parametrize("number, name", list(enumerate(MODELS)))
def test_logits_are_equal_to_the_bit(builder, tmp_path, number, name):
    fields, recipe = MODELS[name]
    model = describe(tmp_path / "layers.json", **fields)
    wanted = reference_logits(model, IDS, tmp_path / "wanted.npy", "--mode", "exact", *recipe)
    plain = {key: value for key, value in fields.items() if key not in NUMBERS}
    one = describe(tmp_path / "one.json", **plain)
    assert np.abs(reference_logits(one, IDS, tmp_path / "one.npy", "--mode", "exact", *recipe) - wanted).max() > 0.05, "the numbers change nothing"
    targets = runnable_targets()
    for target in {targets[number % len(targets)], targets[-1 - number % len(targets)]}:
        program = builder.emit(model, "--target", target, *recipe).compile(COMPILERS[number % len(COMPILERS)])
        for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
            assert_same_bits(program.logits(IDS, *options), wanted, f"{name} {target} {options}")


def test_one_base_in_a_list_is_the_model_without_a_list(tmp_path):
    """And each base is stored once, however many blocks have it."""
    sizes = {}
    for name, theta in {"number": 1e4, "same": [1e4] * 4, "two": [1e4, 0, 1e4, 0]}.items():
        (tmp_path / name).mkdir()
        model = describe(tmp_path / name / "layers.json", layers=4, rope_theta=theta)
        run(BIN / "weebill", "build", model, "-o", tmp_path / name, "--emit", "cpp")
        sizes[name] = (tmp_path / name / "layers.weights").read_bytes()
    assert sizes["same"] == sizes["number"]
    positions = (SIZES["context"] + 63) // 64 * 64
    assert len(sizes["two"]) - len(sizes["number"]) == 2 * 4 * positions * SIZES["head_size"] // 2
    assert "kRopeTable[kBlocks] = {0, 1, 0, 1};" in (tmp_path / "two" / "layers.cpp").read_text()
