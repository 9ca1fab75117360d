"""Emitted programs against the reference interpreter's exact mode: every logit equal to the bit.

Every target that runs here, both compilers, 1 to 4 threads, through prefill (more tokens than a chunk, and a number that fills no tile) and
token by token.
"""

import numpy as np
import pytest

from programs import COMPILERS, assert_same_bits, reference_logits, runnable_targets
from tiny_model import TINY_MODELS

CHUNK = 64
TOKENS = CHUNK + 7  # crosses the chunk; 7 fills no tile of tokens
RECIPES = {
    "w8a8": ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "none"],
    "rotated": ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "folded"],
    "mixed": ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "online"],
    "f32": ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--rotation", "none"],
    "halves": ["--weights", "f16", "--activations", "f32", "--cache", "f16", "--rotation", "none"],
    "codes": ["--weights", "int8", "--activations", "int8-symmetric", "--cache", "int8", "--rotation", "none"],
    "w8a8-cache-f32": ["--weights", "int8", "--activations", "int8", "--cache", "f32", "--rotation", "none"],
}


def token_ids(vocabulary: int) -> list[int]:
    ids = np.random.default_rng(7).integers(0, vocabulary, TOKENS)
    ids[0], ids[-1] = 0, vocabulary - 1  # first and last row of the embedding
    return ids.tolist()


@pytest.fixture(scope="session")
def expected(tiny_models, tmp_path_factory):
    """Logits of the interpreter, computed once for each model and recipe."""
    folder, known = tmp_path_factory.mktemp("expected"), {}

    def logits(name: str, recipe: str) -> np.ndarray:
        if (name, recipe) not in known:
            ids = token_ids(TINY_MODELS[name]["vocabulary"])
            known[name, recipe] = reference_logits(tiny_models[name], ids, folder / "logits.npy", "--mode", "exact", *RECIPES[recipe])
        return known[name, recipe]

    return logits


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("target", runnable_targets())
@pytest.mark.parametrize("name, recipe", [(name, recipe) for name in TINY_MODELS for recipe in ("w8a8", "f32")] + [("grouped", "w8a8-cache-f32"), ("grouped", "rotated"), ("grouped", "mixed"), ("untied", "rotated"), ("untied", "mixed"), ("grouped", "codes"), ("untied", "halves")])
def test_logits_are_equal_to_the_bit(builder, tiny_models, expected, name, recipe, target, compiler):
    ids = token_ids(TINY_MODELS[name]["vocabulary"])
    program = builder.emit(tiny_models[name], "--target", target, *RECIPES[recipe]).compile(compiler)
    wanted = expected(name, recipe)
    assert np.abs(wanted).max() > 0.1  # logits that say something
    for threads in (1, 2, 3, 4):
        for steps in ([], ["--step"]):
            found = program.logits(ids, "--threads", threads, *steps)
            assert_same_bits(found, wanted, f"{threads} threads {' '.join(steps)}")


FUSIONS = ["lm-fuse-qkv", "lm-fuse-swiglu", "lm-fuse-norm-quantize", "lm-fuse-residual"]


@pytest.mark.parametrize("left_out", [[fusion] for fusion in FUSIONS] + [FUSIONS], ids=lambda flags: "+".join(flags) if len(flags) == 1 else "all")
@pytest.mark.parametrize("recipe", ["w8a8", "mixed", "f32"])
def test_a_fusion_changes_the_text_and_not_the_numbers(builder, tiny_models, expected, recipe, left_out):
    if recipe == "f32" and left_out == ["lm-fuse-norm-quantize"]:
        pytest.skip("float32 programs quantize nothing")
    target = runnable_targets()[-1]
    options = ["--target", target, *RECIPES[recipe]]
    fused = builder.emit(tiny_models["grouped"], *options)
    unfused = builder.emit(tiny_models["grouped"], *options, *(word for flag in left_out for word in ("--skip-pass", flag)))
    assert fused.source.read_text() != unfused.source.read_text()
    ids = token_ids(TINY_MODELS["grouped"]["vocabulary"])
    program = unfused.compile("g++")
    for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(ids, *options), expected("grouped", recipe), f"{left_out} {options}")


def test_the_same_input_gives_the_same_bytes(builder, tiny_models, tmp_path):
    from programs import BIN, run

    first = builder.emit(tiny_models["grouped"], "--target", runnable_targets()[0])
    run(BIN / "weebill", "build", tiny_models["grouped"], "-o", tmp_path, "--emit", "cpp", "--target", runnable_targets()[0])
    for file in first.folder.glob("grouped.*"):
        if file.suffix in (".cpp", ".weights", ".h"):
            assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name
