"""Activations that overflow: what is infinite or no number gives the same numbers on every target, as docs/numerics.md has them, and nothing
that C++ leaves undefined. Which NaN it is may differ."""

from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Type
from gguf import GGUFReader

from programs import ARM_COMPILER, ARM_EMULATOR, Program, assert_same_bits, compile_program, reference_logits, skip_without
from shared import make_once, shared_folder
from test_every_target import ARM, HERE, programs_of
from test_exact import RECIPES
from tiny_model import write_tiny_model

IDS = np.random.default_rng(5).integers(0, 272, 71).tolist()  # crosses a chunk of 64
SHAPE = dict(layers=2, model=128, heads=4, kv=2, head_size=32, hidden=192, vocabulary=272, seed=4, context=128)
FACTORS = {"ffn_gate": 7e18, "ffn_up": 7e18, "ffn_down": 1e-22, "attn_k": 3e4, "attn_v": 3e4}
KEPT = ["--weights", "keep", "--activations", "int8-g32"]
CASES = {
    "int8": ("hidden", RECIPES["w8a8"]),
    "codes": ("hidden", RECIPES["codes"]),
    "int8 rows, int8 cache": ("hidden", [*RECIPES["w8a8"][:4], "--cache", "int8", "--rotation", "none"]),
    "f32": ("hidden", RECIPES["f32"]),
    "f32, float16 cache": ("hidden", [*RECIPES["f32"][:4], "--cache", "f16", "--rotation", "none"]),
    "groups": ("last norm", [*KEPT, "--cache", "f16"]),
    "groups, int8 cache": ("last norm", [*KEPT, "--cache", "int8"]),
}


def write_overflowing_hidden(path: Path) -> None:
    """A product of gate and up overflows for some tokens; down makes the others small again, so that the next block still sees them. Keys and
    values are around float16's greatest number."""
    random = np.random.default_rng(6)

    def numbers(name: str, rows: int, columns: int) -> tuple[np.ndarray, Type]:
        factor = next((FACTORS[part] for part in FACTORS if part in name), 1)
        return (random.standard_normal((rows, columns)) * (factor / np.sqrt(columns))).astype(np.float32), Type.F32

    write_tiny_model(path, kind=Type.F32, blocks=numbers, **SHAPE)


def write_overflowing_norm(path: Path) -> None:
    """Some elements of the row that the head multiplies overflow."""
    write_tiny_model(path, kind=Type.Q8_0, **SHAPE)
    for tensor in GGUFReader(path, "r+").tensors:
        if tensor.name == "output_norm.weight":
            tensor.data[::40] *= np.float32(1.5e38)


MODELS = {"hidden": write_overflowing_hidden, "last norm": write_overflowing_norm}


def one_nan(logits: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(logits), np.float32(np.nan), logits)


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> dict[str, Path]:
    folder = shared_folder(tmp_path_factory, "overflow")
    paths = {name: folder / f"{name.replace(' ', '-')}.gguf" for name in MODELS}
    return {name: make_once(path, lambda path=path, name=name: MODELS[name](path)) for name, path in paths.items()}


@pytest.mark.parametrize("case", CASES)
def test_logits_are_the_interpreters(builder, models, case, tmp_path):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    name, recipe = CASES[case]
    wanted = one_nan(reference_logits(models[name], IDS, tmp_path / "wanted.npy", "--mode", "exact", *recipe, verify_passes=False))
    different = len(np.unique(wanted.view(np.uint32), axis=0))
    assert different > 10  # not all tokens overflow
    assert different < len(IDS) or not np.isfinite(wanted).all()  # some do: codes of no numbers are all the same
    emitted = builder.emit(models[name], "--target", ",".join([*HERE, *ARM]), *recipe)
    for program, target in programs_of(emitted, list(CASES).index(case)):
        for options in (["--threads", 2], ["--threads", 3, "--step"]):
            found = one_nan(program.logits(IDS, "--target", target, *options))
            assert_same_bits(found, wanted, f"{target} {options}")


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_undefined(builder, models, case):
    name, recipe = CASES[case]
    skip_without("clang++-22")
    emitted = builder.emit(models[name], "--target", ",".join([*HERE, *ARM]), *recipe)
    flags = ["-std=c++20", "-O1", "-fsanitize=undefined,float-cast-overflow", "-fno-sanitize-recover=all"]
    program = emitted.folder / "sanitized"
    compile_program(["clang++-22"], flags, [emitted.source], program)
    for target in HERE[-2:]:
        Program(program).run("--tokens", ",".join(map(str, IDS)), "-n", "5", "--threads", "2", "--target", target)
        Program(program).run("--tokens", "1,2,3", "-n", "30", "--temperature", "1", "--top-p", "0.9", "--logprobs", "--target", target)
