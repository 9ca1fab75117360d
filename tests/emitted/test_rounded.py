"""Floats that Weebill rounds to groups of 32 (`--weights int4|int5|mixed`): every logit is the interpreter's, to the bit, and a calibration text
makes them better."""

import json

import numpy as np
import pytest

from programs import ARM_COMPILER, ARM_EMULATOR, BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, skip_without

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


RECIPES = {
    "int4": (["--weights", "int4"], "grouped"),
    "int5 of an untied model": (["--weights", "int5"], "untied"),
    "budget": (["--weights", "mixed", "--bits", "5.2"], "grouped"),
    "recipe": (["--weights", "mixed", "--recipe", "RECIPE"], "grouped"),
    "calibrated": (["--weights", "int4", "--calibrate", "TEXT"], "grouped"),
    "rotated": (["--weights", "int5", "--rotation", "folded", "--calibrate", "TEXT"], "grouped"),
}


def options_of(name, recipe, text):
    return [{"RECIPE": str(recipe), "TEXT": str(text)}.get(word, word) for word in RECIPES[name][0]]


@pytest.fixture(scope="module")
def wanted(tiny_models, recipe, text, tmp_path_factory):
    folder, known = tmp_path_factory.mktemp("wanted"), {}

    def logits(name):
        if name not in known:
            known[name] = reference_logits(tiny_models[RECIPES[name][1]], TOKENS, folder / "logits.npy", "--mode", "exact", "--activations", "int8-g32", *options_of(name, recipe, text))
        return known[name]

    return logits


@pytest.mark.parametrize("name", RECIPES)
def test_logits_are_equal_to_the_bit(builder, tiny_models, recipe, text, wanted, name):
    index = list(RECIPES).index(name)
    targets = [*runnable_targets(), "generic"]
    for target in targets if name == "recipe" else [targets[index % len(targets)]]:  # the others' formats are test_kept.py's
        program = builder.emit(tiny_models[RECIPES[name][1]], "--target", target, *options_of(name, recipe, text)).compile(COMPILERS[index % 2])
        for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
            assert_same_bits(program.logits(TOKENS, *options), wanted(name), f"{name}, {target} {options}")


@pytest.mark.parametrize("target", ["aarch64-dotprod", "aarch64"])
def test_logits_are_equal_on_arm(builder, tiny_models, recipe, text, wanted, target):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    program = builder.emit(tiny_models["grouped"], "--target", target, *options_of("recipe", recipe, text)).compile(ARM_COMPILER, "-static")
    assert_same_bits(program.on(ARM_EMULATOR, "-cpu", "max").logits(TOKENS, "--threads", 2), wanted("recipe"), target)


def test_a_text_makes_up_for_some_of_what_is_lost(tiny_models, text, tmp_path):
    def logits(*options):
        return reference_logits(tiny_models["grouped"], list(TEXT.encode()[:128]), tmp_path / "logits.npy", *options)

    exact = logits("--weights", "f32", "--activations", "f32")
    off = {name: np.square(logits("--weights", "int4", "--activations", "int8-g32", *more) - exact).mean() for name, more in {"plain": [], "text": ["--calibrate", text]}.items()}
    print(off)
    assert off["text"] < 0.7 * off["plain"]


def built(model, folder, *options, before=()):
    done = run(*before, BIN / "weebill", "build", model, "-o", folder, "--emit", "cpp", "--target", "generic", *options)
    return (folder / "grouped.weights").read_bytes(), done.stderr.decode()


def test_the_number_of_threads_changes_nothing(tiny_models, text, tmp_path):
    skip_without("taskset")
    options = ["--weights", "int4", "--calibrate", text]
    one, told = built(tiny_models["grouped"], tmp_path / "one", *options, before=["taskset", "-c", "0"])
    assert one == built(tiny_models["grouped"], tmp_path / "all", *options)[0]
    assert told == f"weebill: note: the matrices of blocks are rounded to 5.00 bits a weight, scales included, for the text of '{text}'\n"


def test_a_recipe_that_was_written_is_read(tiny_models, tmp_path):
    path = tmp_path / "recipe.json"
    first, _ = built(tiny_models["grouped"], tmp_path / "first", "--weights", "mixed", "--bits", "5.2", "--write-recipe", path)
    assert json.loads(path.read_text())["attn_v"] == "q8_0"
    assert built(tiny_models["grouped"], tmp_path / "second", "--recipe", path)[0] == first


@pytest.mark.parametrize(
    "options, code, words",
    [
        (["--weights", "int4", "--calibrate", "/no/such/text"], 1, "weebill: --calibrate: cannot read '/no/such/text': No such file or directory\n"),
        (["--weights", "mixed", "--bits", "3"], 1, "weebill: --bits 3 cannot be met: the smallest format, q4_0, has 4.5 bits for each weight\n"),
        (["--calibrate", "text"], 2, "weebill: --calibrate goes with --weights int4, int5 or mixed, not with int8\n"),
        (["--write-recipe", "recipe"], 2, "weebill: --write-recipe goes with --weights int4, int5 or mixed\n"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(tiny_models, tmp_path, options, code, words):
    done = run(BIN / "weebill", "build", tiny_models["grouped"], "-o", tmp_path / "out", "--emit", "cpp", *options, check=False)
    assert (done.returncode, done.stderr.decode()) == (code, words) and not (tmp_path / "out").exists()
