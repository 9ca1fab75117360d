"""`--weights compact`: codes of a GGUF file in fewer bytes; every logit is the interpreter's, to the bit, and little is lost."""

import re

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Type

from kept_model import write_kept_model
from programs import ARM_COMPILER, ARM_EMULATOR, BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, skip_without
from test_kept import HERE, ODD, UNTIED, matrices_of
from test_rounded import TEXT

TOKENS = np.random.default_rng(11).integers(0, 272, 64 + 7).tolist()  # crosses the chunk; 7 fills no tile of tokens
ARM = ["aarch64-dotprod", "aarch64"]

# As people have them; Q4_1 at both ends and beside other formats; a head of its own.
MODELS = {
    "tied": ({"token_embd": Type.Q8_0, "": Type.Q4_1}, dict(ODD, chat_template="{{ messages[0]['content'] }}")),
    "ends": ({"blk.1.ffn_down": Type.Q8_0, "blk.0.attn_v": Type.Q5_0, "": Type.Q4_1}, UNTIED),
    "untied": ({"token_embd": Type.F16, "output.": Type.Q8_0, "blk.0.ffn_": Type.Q4_0, "": Type.Q4_1}, UNTIED),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compact")
    return {name: write_kept_model(folder / f"{name}.gguf", kinds, seed=5, **sizes) for name, (kinds, sizes) in MODELS.items()}


def wanted(models, name, path, *options):
    return reference_logits(models[name], TOKENS, path, "--mode", "exact", "--weights", "compact", "--activations", "int8-g32", *options)


def emitted(builder, models, name, *options):
    return builder.emit(models[name], "--target", ",".join(dict.fromkeys([*HERE, *ARM])), "--weights", "compact", *options)


@pytest.mark.parametrize("name", MODELS)
def test_logits_are_equal_to_the_bit(builder, models, tmp_path, name):
    logits = wanted(models, name, tmp_path / "logits.npy")
    assert np.abs(logits).max() > 0.1
    program = emitted(builder, models, name).compile(COMPILERS[list(MODELS).index(name) % 2])
    for target in HERE:
        for options in ([1], [3], [2, "--step"]):
            assert_same_bits(program.logits(TOKENS, "--target", target, "--threads", *options), logits, f"{name}, {target}, {options}")


@pytest.mark.parametrize("name", MODELS)
def test_logits_are_equal_on_arm(builder, models, tmp_path, name):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    logits = wanted(models, name, tmp_path / "logits.npy")
    program = emitted(builder, models, name).compile(ARM_COMPILER, "-static").on(ARM_EMULATOR, "-cpu", "max")
    for target in ARM:
        for options in ([1], [2, "--step"]):
            assert_same_bits(program.logits(TOKENS, "--target", target, "--threads", *options), logits, f"{name}, {target}, {options}")


def test_a_text_changes_the_head_alone(builder, models, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    logits = wanted(models, "tied", tmp_path / "logits.npy", "--calibrate", text)
    assert not np.array_equal(logits, wanted(models, "tied", tmp_path / "alone.npy"))
    program = builder.emit(models["tied"], "--target", "generic", "--weights", "compact", "--calibrate", str(text)).compile(COMPILERS[0])
    assert_same_bits(program.logits(TOKENS, "--threads", 2), logits, "calibrated")


def test_a_token_reads_what_the_formats_say(builder, models):
    """4.5 bits a weight and 6.25 at the ends, and what each row has besides."""
    sizes = MODELS["tied"][1]
    stored = (2 * sizes["layers"] + 1) * ((sizes["model"] + 63) // 64 * 64) * 4  # norms
    for name, rows, columns in matrices_of(sizes):
        stored += rows * (columns // 32 * 25 + 2 if name == "token_embd.weight" else columns // 32 * 18 + 4)
    assert int(re.search(r"kWeightBytes = (\d+)", emitted(builder, models, "tied").source.read_text()).group(1)) == stored


@pytest.mark.parametrize(
    "kinds, options, code, words",
    [
        ({"": Type.Q5_0}, [], 1, "--weights compact makes nothing of it smaller"),
        ({"": Type.F16}, [], 1, "--weights compact makes nothing of it smaller"),
        ({"": Type.Q4_1}, ["--rotation", "folded"], 2, "--weights compact with --rotation folded: codes that are kept cannot be rotated; leave one out"),
        ({"": Type.Q4_1}, ["--activations", "int8"], 2, "int8-g32 with keep, compact, int4"),
        ({"": Type.Q4_1}, ["--bits", "5"], 2, "--bits goes with --weights mixed, not with compact"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(tmp_path, kinds, options, code, words):
    path = write_kept_model(tmp_path / "model.gguf", kinds, seed=1, **ODD)
    done = run(BIN / "weebill", "build", path, "-o", tmp_path / "out", "--emit", "cpp", "--weights", "compact", *options, check=False)
    assert done.returncode == code and words in done.stderr.decode() and done.stderr.count(b"\n") == 1, done.stderr
    assert not (tmp_path / "out").exists()
