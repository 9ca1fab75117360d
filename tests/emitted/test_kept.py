"""`--weights keep`: codes of a GGUF file stay what they are, and every logit is the interpreter's, to the bit."""

import re

import numpy as np
import pytest
from gguf import GGML_QUANT_SIZES
from gguf import GGMLQuantizationType as Type

from kept_model import HALVES, write_kept_model
from programs import ARM_COMPILER, ARM_EMULATOR, BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, skip_without
from shared import make_once, shared_folder

TOKENS = 64 + 7  # crosses the chunk; 7 fills no tile of tokens
# Three query heads on each key-value head; 480 and 160 are multiples of 32 that are none of 64.
ODD = dict(layers=2, model=160, heads=5, kv=1, head_size=32, hidden=480, vocabulary=272)
UNTIED = dict(layers=2, model=192, heads=3, kv=1, head_size=64, hidden=320, vocabulary=528, tied=False)

MODELS = {kind.name: ({"": kind}, ODD) for kind in HALVES}
MODELS["as-people-have-it"] = ({"token_embd": Type.Q8_0, "": Type.Q4_1}, ODD)
MODELS["mixed"] = ({"token_embd": Type.Q4_0, "output.weight": Type.Q8_0, "ffn_down": Type.Q8_0, "attn_output": Type.Q4_0, "": Type.Q4_1}, UNTIED)


@pytest.fixture(scope="session")
def kept_models(tmp_path_factory):
    folder = shared_folder(tmp_path_factory, "kept")

    def model(name):
        kinds, sizes = MODELS[name]
        path = folder / f"{name}.gguf"
        return make_once(path, lambda: write_kept_model(path, kinds, seed=5, **sizes))

    return model


@pytest.fixture(scope="session")
def wanted(kept_models, tmp_path_factory):
    folder, known = tmp_path_factory.mktemp("wanted"), {}

    def logits(name):
        if name not in known:
            known[name] = reference_logits(kept_models(name), ids_of(name), folder / "logits.npy", "--mode", "exact", "--weights", "keep", "--activations", "int8-g32")
            assert np.abs(known[name]).max() > 0.1
        return known[name]

    return logits


def ids_of(name):
    return np.random.default_rng(11).integers(0, MODELS[name][1]["vocabulary"], TOKENS).tolist()


def assert_logits(program, name, wanted, what):
    for threads, steps in [(1, []), (3, []), (2, ["--step"])]:
        assert_same_bits(program.logits(ids_of(name), "--threads", threads, *steps), wanted, f"{name}, {what}, {threads} threads {' '.join(steps)}")


@pytest.mark.parametrize("target", [*runnable_targets(), "generic"])
@pytest.mark.parametrize("name", MODELS)
def test_logits_are_equal_to_the_bit(builder, kept_models, wanted, name, target):
    compiler = COMPILERS[list(MODELS).index(name) % 2]
    program = builder.emit(kept_models(name), "--target", target, "--weights", "keep").compile(compiler)
    assert_logits(program, name, wanted(name), f"{target}, {compiler}")


@pytest.mark.parametrize("target", ["aarch64-dotprod", "aarch64"])
@pytest.mark.parametrize("name", MODELS)
def test_logits_are_equal_on_arm(builder, kept_models, wanted, name, target):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    program = builder.emit(kept_models(name), "--target", target, "--weights", "keep").compile(ARM_COMPILER, "-static")
    for options in (["--threads", 1], ["--threads", 2, "--step"]):
        assert_same_bits(program.on(ARM_EMULATOR, "-cpu", "max").logits(ids_of(name), *options), wanted(name), f"{name}, {target}")


@pytest.mark.parametrize("name", MODELS)
def test_the_exact_interpreter_means_what_the_double_one_means(kept_models, wanted, tmp_path, name):
    meant = reference_logits(kept_models(name), ids_of(name), tmp_path / "double.npy", "--weights", "keep", "--activations", "int8-g32")
    # A code that falls to the other side of a half moves logits by what 8 bits are worth.
    assert np.abs(wanted(name) - meant).max() < 0.02 * np.abs(meant).max()


def test_codes_are_kept_at_the_size_of_the_file(builder, kept_models):
    """A format's records have the bytes of its blocks, and a matrix that is embedding and head is there once."""
    for name, kind in [("Q4_0", Type.Q4_0), ("Q4_1", Type.Q4_1), ("Q8_0", Type.Q8_0)]:
        emitted = builder.emit(kept_models(name), "--target", "generic", "--weights", "keep")
        columns, size = GGML_QUANT_SIZES[kind]
        block = (5 * 32 + 2 * 32) * 160 + 160 * 160 + 2 * 480 * 160 + 160 * 480
        stored = (2 * block + 272 * 160) // columns * size
        said = int(re.search(r"kWeightBytes = (\d+)", emitted.source.read_text()).group(1))
        norms = (2 * 2 + 1) * 192 * 4
        assert said == stored + norms, (name, stored, said)


@pytest.mark.parametrize(
    "model, options, code, words",
    [
        ("Q4_1", ["--rotation", "folded"], 2, "codes that are kept cannot be rotated"),
        ("Q4_1", ["--activations", "int8"], 2, "int8-g32 with keep"),
        ("Q4_1", ["--weights", "int8", "--activations", "int8-g32"], 2, "int8-g32 with keep"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(kept_models, model, options, code, words):
    weights = [] if "--weights" in options else ["--weights", "keep"]
    done = run(BIN / "weebill", "build", kept_models(model), "--emit-plan", *weights, *options, check=False)
    assert done.returncode == code and words in done.stderr.decode() and done.stderr.count(b"\n") == 1, done.stderr


def test_a_float_file_has_no_codes_to_keep(tiny_models):
    done = run(BIN / "weebill", "build", tiny_models["grouped"], "--emit-plan", "--weights", "keep", check=False)
    assert done.returncode == 1 and b"int8-g32 with weights that keep the codes of a GGUF file" in done.stderr, done.stderr


def test_one_matrix_in_two_formats_is_refused_by_name(tmp_path):
    path = write_kept_model(tmp_path / "blocks.gguf", {"blk.0.ffn_down": Type.Q8_0, "": Type.Q4_0}, seed=1, **ODD)
    done = run(BIN / "weebill", "build", path, "--emit-plan", "--weights", "keep", check=False)
    assert done.returncode == 1 and b"stored as Q8_0 in 'blk.0.ffn_down.weight' and as Q4_0 in 'blk.1.ffn_down.weight'" in done.stderr, done.stderr


@pytest.mark.parametrize("scale, words", [(np.inf, b"infinite"), (np.nan, b"NaN")])
def test_a_scale_that_is_no_number_is_refused(tmp_path, scale, words):
    path = write_kept_model(tmp_path / "scale.gguf", {"": Type.Q4_1}, seed=1, **ODD)
    data = bytearray(path.read_bytes())
    data[-20:-18] = np.array([scale], "<f2").tobytes()  # of the last block
    path.write_bytes(data)
    done = run(BIN / "weebill", "build", path, "-o", tmp_path / "out", "--emit", "cpp", "--weights", "keep", check=False)
    assert done.returncode == 1 and words in done.stderr and b"blk.1.ffn_down.weight" in done.stderr, done.stderr
    assert not (tmp_path / "out" / "scale.weights").exists()
