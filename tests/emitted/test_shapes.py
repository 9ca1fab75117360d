"""Emitted programs of many shapes against the reference interpreter's exact mode: every logit equal to the bit.

Descriptions are drawn at random from a fixed seed; the first DRAWN of them go through every head size, grouping, order of visits and length
of context, norms of heads before and after RoPE, biases and scaled RoPE. Widths fill no block of 64, vocabularies no block of 16. WEEBILL_SHAPES=N draws more.
"""

import json
import os

import numpy as np
import pytest

from programs import COMPILERS, assert_same_bits, reference_logits, runnable_targets

DRAWN = 14
HEADS = [(3, 1), (5, 5), (9, 3)]  # query and key-value heads
HEAD_SIZES = [32, 80, 64, 16, 96, 48, 128]
ORDERS = ["layers", "immediate", "all-over", "reverse", "schedule"]
CONTEXTS = [70, 1, 5, 70, 131]  # inside a block of 64 positions, one, across one block, across two; prefill takes 64 at once
QK_NORMS = ["after_rope", "before_rope", "none", "none"]
RECIPES = [
    ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "none"],
    ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--rotation", "none"],
    ["--weights", "int8", "--activations", "int8-symmetric", "--cache", "int8", "--rotation", "none"],
    ["--weights", "f16", "--activations", "f32", "--cache", "int8", "--rotation", "none"],
    ["--weights", "int8", "--activations", "int8", "--cache", "f32", "--rotation", "online"],  # and folded, where the width has one
]


def draw(number: int) -> dict:
    """A description. Head sizes, groupings and orders go round at lengths without a common factor, the rest is random."""
    random = np.random.default_rng([20240222, number])
    heads, key_value_heads = HEADS[number % len(HEADS)]
    blocks = int(random.integers(1, 4))
    order = ORDERS[number % len(ORDERS)]
    if order == "layers":
        visits = {"layers": 1 + number // len(ORDERS) % 3}
    elif order == "schedule":
        schedule = [*range(blocks), *random.integers(0, blocks, 2).tolist()]
        visits = {"blocks": blocks, "schedule": random.permutation(schedule).tolist()}
    else:
        visits = {"blocks": blocks, "sharing": {"order": order, "times": 2}}
    return {
        **visits,
        "model": 16 * int(random.integers(2, 21)),
        "hidden": 16 * int(random.integers(1, 25)),
        "heads": heads,
        "key_value_heads": key_value_heads,
        "head_size": HEAD_SIZES[number % len(HEAD_SIZES)],
        "vocabulary": int(random.integers(17, 600)),
        "context": CONTEXTS[number // 2 % len(CONTEXTS)],
        "rope_theta": float(random.choice([1e4, 1e5])),
        "tied_embeddings": bool(random.integers(2)),
        "seed": number,
        "qk_norm": QK_NORMS[number % len(QK_NORMS)],
        "qkv_bias": (number + 1) // 2 % 2 == 1,
        "attention_out_bias": number // 3 % 2 == 1,
        "feed_forward_bias": number // 5 % 2 == 1,
        "head_bias": number // 2 % 3 == 1,
        **({"rope_scaling": {"factor": 8, "original_context": 24}} if number % 5 < 2 else {}),
    }


@pytest.mark.parametrize("number", range(int(os.environ.get("WEEBILL_SHAPES", DRAWN))))
def test_logits_are_equal_to_the_bit(builder, tmp_path, number):
    description = draw(number)
    model = tmp_path / "shape.json"
    model.write_text(json.dumps(description))
    recipe = RECIPES[(number + number // len(HEAD_SIZES)) % len(RECIPES)]  # others for the same head size
    target = runnable_targets()[number % len(runnable_targets())]
    compiler = COMPILERS[number // 2 % len(COMPILERS)]

    ids = np.random.default_rng(number).integers(0, description["vocabulary"], description["context"])
    ids[0], ids[-1] = 0, description["vocabulary"] - 1  # first and last row of the embedding
    wanted = reference_logits(model, ids.tolist(), tmp_path / "wanted.npy", "--mode", "exact", *recipe)
    assert np.abs(wanted).max() > 0.1  # logits that say something

    program = builder.emit(model, "--target", target, *recipe).compile(compiler)
    for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(ids.tolist(), *options), wanted, f"{description} {target} {compiler} {options}")
