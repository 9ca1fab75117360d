"""Models whose matrices are stored in several ways: every logit equal to the reference interpreter's, to the bit.

The recipes are lm-quantize's `store`, which the command line takes without showing it.
"""

import re

import numpy as np
import pytest

from programs import assert_same_bits, reference_logits, run, runnable_targets, BIN
from tiny_model import TINY_MODELS

TOKENS = 64 + 7  # crosses the chunk; 7 fills no tile of tokens

# Model, storage and activations of the rest, the recipe, passes left out, structs that the emitted file declares.
RECIPES = {
    "codes-at-both-ends": ("grouped", "f32", "int8", ["embedding=int8"], [], {"LinearInt8", "LinearF32"}),
    "halves-at-both-ends": ("untied", "f32", "f32", ["embedding=f16", "head=f16"], [], {"LinearF16", "LinearF32"}),
    "one-each": ("untied", "int8", "int8", ["embedding=f16", "head=f32", "down=f16"], [], {"LinearInt8", "LinearF16", "LinearF32"}),
    "symmetric": ("wide_heads", "f16", "int8-symmetric", ["gate=int8", "up=int8"], [], {"LinearInt8", "LinearF16"}),
    "one-row-read-twice": ("grouped", "int8", "int8", ["v=f16"], ["lm-fuse-qkv"], {"LinearInt8", "LinearF16"}),
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_logits_are_equal_to_the_bit(builder, tiny_models, tmp_path, recipe):
    name, weights, activations, stored, skipped, structs = RECIPES[recipe]
    model = tiny_models[name]
    ids = np.random.default_rng(11).integers(0, TINY_MODELS[name]["vocabulary"], TOKENS).tolist()
    passes = f"weights={weights} activations={activations} store={','.join(stored)}" + "".join(f" skip={flag}" for flag in skipped)
    wanted = reference_logits(model, ids, tmp_path / "logits.npy", "--mode", "exact", "--passes", f"lm-pipeline{{{passes}}}")
    uniform = reference_logits(model, ids, tmp_path / "uniform.npy", "--mode", "exact", "--weights", weights, "--activations", "f32" if weights != "int8" else activations)
    assert np.abs(wanted).max() > 0.1 and not np.array_equal(wanted, uniform)  # the recipe does something

    options = ["--target", runnable_targets()[0], "--weights", weights, "--activations", activations, "--rotation", "none"]
    options += [word for entry in stored for word in ("--store", entry)] + [word for flag in skipped for word in ("--skip-pass", flag)]
    emitted = builder.emit(model, *options)
    assert set(re.findall(r"^struct (Linear\w+) \{", emitted.source.read_text(), re.MULTILINE)) == structs
    program = emitted.compile("g++")
    for threads, steps in [(1, []), (3, []), (2, ["--step"])]:
        assert_same_bits(program.logits(ids, "--threads", threads, *steps), wanted, f"{recipe}, {threads} threads {' '.join(steps)}")


def test_a_recipe_is_named_in_words(tiny_models):
    plan = run(BIN / "weebill", "build", tiny_models["untied"], "--emit-plan", "--rotation", "none", "--store", "head=f32").stdout.decode()
    assert re.search(r"embedding +matrix int8 ", plan) and re.search(r"head +matrix f32 ", plan), plan


@pytest.mark.parametrize(
    "options, words",
    [
        (["--store", "query=f16"], "store names 'query', which is no matrix of the model"),
        (["--store", "q=f16"], "reads @k as int8 and @q as f16 and @v as int8 at once"),
        (["--weights", "f32", "--store", "head=int8"], "weights f32, some stored otherwise, with activations f32 has no kernels"),
    ],
)
def test_what_has_no_kernel_is_refused_in_a_sentence(tiny_models, options, words):
    done = run(BIN / "weebill", "build", tiny_models["untied"], "--emit-plan", *options, check=False)
    assert done.returncode == 1 and words in done.stderr.decode() and done.stderr.count(b"\n") == 1, done.stderr
