"""Attention over a long context, where threads share out halves of heads: every logit equal to the interpreter's, to the bit.

With three key-value heads two threads share one of them, with five also four threads do; every other number deals out whole heads. A short
context never does: test_exact.py and test_shapes.py have those.
"""

import json

import numpy as np
import pytest

from programs import assert_same_bits, reference_logits, runnable_targets

TOKENS = 261  # the halves are shared out from 256 on
RECIPES = {
    "w8a8": ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "none"],
    "f32": ["--weights", "f32", "--activations", "f32", "--cache", "int8", "--rotation", "none"],
}


@pytest.mark.parametrize("heads, key_value_heads, recipe", [(6, 3, "w8a8"), (5, 5, "f32")])
def test_halves_of_heads_give_the_same_bits(builder, tmp_path, heads, key_value_heads, recipe):
    description = {
        "blocks": 1,
        "sharing": {"order": "immediate", "times": 2},
        "model": 64,
        "hidden": 96,
        "heads": heads,
        "key_value_heads": key_value_heads,
        "head_size": 32,
        "vocabulary": 96,
        "context": TOKENS,
        "tied_embeddings": True,
        "seed": 5,
    }
    model = tmp_path / "long.json"
    model.write_text(json.dumps(description))
    ids = np.random.default_rng(3).integers(0, description["vocabulary"], TOKENS).tolist()
    wanted = reference_logits(model, ids, tmp_path / "wanted.npy", "--mode", "exact", *RECIPES[recipe])
    emitted = builder.emit(model, "--target", runnable_targets()[0], *RECIPES[recipe])
    assert "handed_scores" in emitted.source.read_text()
    program = emitted.compile("g++")
    for threads in (1, 2, 3, 4):
        assert_same_bits(program.logits(ids, "--threads", threads, "--step"), wanted, f"{threads} threads")
