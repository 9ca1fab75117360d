"""Floats that Weebill rounds to groups of 32 (`--weights int4|int5|int6|mixed`): every logit is the interpreter's, to the bit, and a calibration text
makes them better."""

import json

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Type

from programs import ARM_COMPILER, ARM_EMULATOR, BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, skip_without
from tiny_model import write_tiny_model

TOKENS = np.random.default_rng(3).integers(0, 272, 64 + 7).tolist()  # crosses the chunk; 7 fills no tile of tokens
# Words that come again and again, in sentences, so that the inputs of matrices go together.
TEXT = "".join(f"the thing in the {word} sings within {word}; " for word in ["inn", "heath", "thicket", "ninth", "other", "spring"] * 40)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    path = tmp_path_factory.mktemp("recipe") / "recipe.json"
    formats = {"token_embd": "q5_1", "attn_q": "q4_0", "attn_k": "q5_1", "attn_v": ["q8_0", "q4_1"], "attn_output": "q5_1",
               "ffn_gate": "q5_0", "ffn_up": ["q5_0", "q5_1"], "ffn_down": "q5_1"}  # fmt: skip
    path.write_text(json.dumps(formats))
    return path


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Three query heads on each key-value head, rows of 3 and 5 groups; four and a head of its own, with codes of 8 bits in the file."""
    folder = tmp_path_factory.mktemp("models")
    sizes = dict(layers=2, head_size=32, vocabulary=272, chat_template="{{ messages[0]['content'] }}")
    return {
        "floats": write_tiny_model(folder / "floats.gguf", model=96, heads=3, kv=1, hidden=160, kind=Type.F32, seed=1, **sizes),
        "codes": write_tiny_model(folder / "codes.gguf", model=128, heads=4, kv=4, hidden=192, kind=Type.Q8_0, seed=2, tied=False, **sizes),
    }


RECIPES = {
    "int4 of codes": ("codes", ["--weights", "int4"]),
    "budget": ("floats", ["--weights", "mixed", "--bits", "5.2"]),
    "recipe": ("floats", ["--weights", "mixed", "--recipe", "RECIPE"]),
    "int6": ("floats", ["--weights", "int6"]),
    "calibrated": ("codes", ["--weights", "int5", "--calibrate", "TEXT"]),
    "rotated": ("floats", ["--weights", "int4", "--rotation", "folded", "--calibrate", "TEXT"]),
    "online": ("floats", ["--weights", "int4", "--rotation", "online", "--calibrate", "TEXT"]),
}


@pytest.fixture(scope="module")
def options_of(recipe, text):
    return lambda name: [{"RECIPE": str(recipe), "TEXT": str(text)}.get(word, word) for word in RECIPES[name][1]]


# Their formats are on every target in test_kept.py: one of this machine's for each recipe, and ARM for one of them.
@pytest.mark.parametrize("name", RECIPES)
def test_logits_are_equal_to_the_bit(builder, models, options_of, tmp_path, name):
    model, index = models[RECIPES[name][0]], list(RECIPES).index(name)
    wanted = reference_logits(model, TOKENS, tmp_path / "logits.npy", "--mode", "exact", "--activations", "int8-g32", *options_of(name))
    targets = [*runnable_targets(), "generic"]
    program = builder.emit(model, "--target", targets[index % len(targets)], *options_of(name)).compile(COMPILERS[index % 2])
    for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(TOKENS, *options), wanted, f"{name} {options}")
    if name == "recipe":
        skip_without(ARM_COMPILER, ARM_EMULATOR)
        program = builder.emit(model, "--target", "aarch64-dotprod", *options_of(name)).compile(ARM_COMPILER, "-static")
        assert_same_bits(program.on(ARM_EMULATOR, "-cpu", "max").logits(TOKENS, "--threads", 2), wanted, "aarch64-dotprod")


def test_a_text_makes_up_for_some_of_what_is_lost(models, text, tmp_path):
    def logits(*options):
        return reference_logits(models["floats"], list(TEXT.encode()[:128]), tmp_path / "logits.npy", *options)

    exact = logits("--weights", "f32", "--activations", "f32")
    off = {name: np.square(logits("--weights", "int4", "--activations", "int8-g32", *more) - exact).mean() for name, more in {"plain": [], "text": ["--calibrate", text]}.items()}
    print(off)
    assert off["text"] < 0.7 * off["plain"]


def built(model, folder, *options, before=()):
    done = run(*before, BIN / "weebill", "build", model, "-o", folder, "--emit", "cpp", "--target", "generic", *options)
    return (folder / "floats.weights").read_bytes(), done.stderr.decode()


def test_the_number_of_threads_changes_nothing(models, text, tmp_path):
    skip_without("taskset")
    options = ["--weights", "int4", "--calibrate", text]
    one, told = built(models["floats"], tmp_path / "one", *options, before=["taskset", "-c", "0"])
    assert one == built(models["floats"], tmp_path / "all", *options)[0]
    assert told.splitlines()[0] == f"weebill: note: the matrices of blocks are rounded to 5.00 bits a weight, scales included, for the text of '{text}'"


def test_a_recipe_that_was_written_is_read(models, tmp_path):
    path = tmp_path / "recipe.json"
    first, _ = built(models["floats"], tmp_path / "first", "--weights", "mixed", "--bits", "5.2", "--write-recipe", path)
    assert json.loads(path.read_text())["attn_v"] == "q6_0"
    assert built(models["floats"], tmp_path / "second", "--recipe", path)[0] == first


@pytest.mark.parametrize(
    "options, code, words",
    [
        (["--weights", "int4", "--calibrate", "/no/such/text"], 1, "weebill: --calibrate: cannot read '/no/such/text': No such file or directory\n"),
        (["--weights", "mixed", "--bits", "3"], 1, "weebill: --bits 3 cannot be met: the smallest format, q4_0, has 4.5 bits for each weight\n"),
        (["--calibrate", "text"], 2, "weebill: --calibrate goes with --weights compact, int4, int5, int6 or mixed, not with int8\n"),
        (["--write-recipe", "recipe"], 2, "weebill: --write-recipe goes with --weights int4, int5, int6 or mixed\n"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(models, tmp_path, options, code, words):
    done = run(BIN / "weebill", "build", models["floats"], "-o", tmp_path / "out", "--emit", "cpp", *options, check=False)
    assert (done.returncode, done.stderr.decode()) == (code, words) and not (tmp_path / "out").exists()
