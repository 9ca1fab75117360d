"""Caches that keep about a window: what follows is to the bit what all positions would give, after whatever way back, and memory is what is said.

Windows of 9 and 70 positions in a context of 448: their caches have room for 192 and 256 positions and move by 64, so 300 tokens move them several times.
"""

import json
import re

import numpy as np
import pytest

from programs import BIN, assert_same_bits, reference_logits, run, runnable_targets
from shared import make_once, shared_folder

SHAPE = {"model": 64, "hidden": 96, "heads": 4, "key_value_heads": 2, "vocabulary": 200, "layers": 4, "window": [9, 0, 70, 9], "context": 448, "seed": 3}
ROOMS = [192, 448, 256, 192]
IDS = np.random.default_rng(8).integers(0, 200, 300).tolist()
RECIPES = {"f16": ["--weights", "int8", "--activations", "int8", "--cache", "f16"], "int8": ["--weights", "int8", "--activations", "int8", "--cache", "int8"], "f32": ["--weights", "f32", "--activations", "f32", "--cache", "f32"]}
BYTES = {"f16": 2 * 2 * 16 * 2, "int8": 2 * 2 * (16 + 4), "f32": 2 * 2 * 16 * 4}  # of a position of a visit


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = shared_folder(tmp_path_factory, "window-cache")
    make_once(folder / "windows.json", lambda: (folder / "windows.json").write_text(json.dumps(SHAPE)))
    return folder / "windows.json"


@pytest.fixture(scope="module")
def build(builder, model):
    return lambda recipe, target=0: builder.emit(model, "--rotation", "none", "--target", runnable_targets()[target % len(runnable_targets())], *RECIPES[recipe])


@pytest.mark.parametrize("number, recipe", list(enumerate(RECIPES)))
def test_logits_are_those_of_all_positions(build, model, tmp_path, number, recipe):
    wanted = reference_logits(model, IDS, tmp_path / "wanted.npy", "--mode", "exact", "--rotation", "none", *RECIPES[recipe])
    emitted = build(recipe, number)
    for compiler in ("g++", "clang++-22") if recipe != "f32" else ("g++",):
        program = emitted.compile(compiler)
        for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
            assert_same_bits(program.logits(IDS, *options), wanted, f"{recipe} {compiler} {options}")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_state_goes_on(build, tmp_path, recipe):
    """Whatever its length; it has the windows and no more."""
    program = build(recipe).compile("g++")
    whole = program.logits(IDS)
    for tokens in (1, 78, 79, 150, 299):
        program.logits(IDS[:tokens], "--save", tmp_path / "state")
        kept = [tokens - (max(tokens - window, 0) // 64 * 64 if window else 0) for window in SHAPE["window"]]
        heads = 2 * 16 * {"f16": 2, "int8": 1, "f32": 4}[recipe]  # bytes of keys, and of values
        together = 4 if recipe == "int8" else 1  # positions whose values lie side by side
        expected = 64 + 5 * tokens + sum(heads * (-(-count // 16) * 16 + -(-count // together) * together) + (2 * 2 * 4 * count if recipe == "int8" else 0) for count in kept)
        assert (tmp_path / "state").stat().st_size == -(-expected // 64) * 64
        assert_same_bits(program.logits(IDS[tokens:], "--restore", tmp_path / "state"), whole[tokens:], f"{recipe} after {tokens}")


def test_a_state_of_another_cache_is_refused(build, tmp_path):
    build("f16").compile("g++").logits(IDS[:90], "--save", tmp_path / "state")
    done = build("int8").compile("g++").run("--tokens", "1", "--restore", tmp_path / "state", check=False)
    assert done.returncode == 1 and "other numbers or another cache" in done.stderr.decode()


def test_older_tokens_are_forgotten(build):
    """Generating beyond the context, where the older half is forgotten and the rest computed again."""
    program = build("f16").compile("g++")
    options = ["--tokens", ",".join(map(str, IDS)), "-n", 400, "--when-full", "slide"]
    told = program.run(*options).stdout
    assert told.count(b",") == 399 and program.run(*options, "--step", "--threads", 1).stdout == told


@pytest.mark.parametrize("recipe", RECIPES)
def test_memory_is_what_is_said(build, model, recipe):
    emitted, expected = build(recipe), sum(ROOMS) * BYTES[recipe]
    assert f"constexpr u64 kCacheBytes = {expected};" in emitted.source.read_text()
    assert f"_CACHE_BYTES UINT64_C({expected})" in emitted.source.with_suffix(".h").read_text()
    assert f"cache {expected:,};" in emitted.source.read_text().split("\n\n")[0]
    said = json.loads(run(BIN / "weebill", "inspect", model, "--json", *RECIPES[recipe]).stdout)
    assert said["cache_bytes"] == expected and said["cache_bytes_per_token"] == 4 * BYTES[recipe]
    assert "3 of 4 visits keep a window only" in run(BIN / "weebill", "inspect", model, *RECIPES[recipe]).stdout.decode()
    report = re.sub("<[^>]*>", "", emitted.source.with_suffix(".report.html").read_text())
    assert "2 visits keep a window of 9 tokens only, in room for 192. 1 visit keeps a window of 70 tokens only, in room for 256." in report


def test_a_short_context_has_nothing_of_it(builder, model):
    source = builder.emit(model, "--rotation", "none", "--context", "192", *RECIPES["f16"]).source.read_text()
    assert "kCacheWindows" not in source and f"constexpr u64 kCacheBytes = {4 * 192 * BYTES['f16']};" in source
