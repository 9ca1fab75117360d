"""How deep a thread of an emitted program uses its stack, against the size that it states and gets: a pattern on the stack tells
(c_api_probe.c). With optimization most of it must stay untouched on every target, so that larger kernels have room."""

import json
from pathlib import Path

import pytest
from gguf import GGMLQuantizationType as Type

from parts import C_FLAGS, TEMPLATE
from programs import ARM_COMPILER, ARM_EMULATOR, BIN, FLAGS, ROOT, compile_object, run, runnable_targets, skip_without
from tiny_model import write_tiny_model

IDS = ",".join(str(7 * i % 272) for i in range(80))  # more than a chunk
# As wide as small models are: what kernels keep on the stack may grow with rows, heads and their size.
SHAPE = dict(layers=1, model=576, heads=9, kv=3, head_size=64, hidden=1536, vocabulary=272, kind=Type.Q8_0, seed=6)
FORMS = {
    "int8": ["--weights", "int8", "--activations", "int8"],
    "f32": ["--weights", "f32", "--activations", "f32", "--cache", "f32"],
}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("wide") / "wide.gguf", chat_template=TEMPLATE, **SHAPE)


def deepest(folder: Path, model: Path, target: str, form: str, compiler: str, flags: list[str]) -> tuple[int, int]:
    """Bytes used and bytes stated."""
    arm = target.startswith("aarch64")
    c_compiler, linker, runner = ("aarch64-linux-gnu-gcc", [ARM_COMPILER, "-static"], [ARM_EMULATOR, "-cpu", "max"]) if arm else ("gcc", [compiler], [])
    skip_without(compiler, c_compiler, *runner[:1])
    run(BIN / "weebill", "build", model, "-o", folder, "--name", "probe", "--emit", "cpp", "--target", target, *FORMS[form])
    compile_object([compiler], [*flags, "-DWEEBILL_NO_MAIN"], folder / "probe.cpp", folder / "library.o")
    run(c_compiler, *C_FLAGS, "-I", folder, "-c", ROOT / "tests/emitted/c_api_probe.c", "-o", folder / "caller.o")
    run(*linker, folder / "caller.o", folder / "library.o", "-o", folder / "probe", "-pthread")
    found = json.loads(run(*runner, folder / "probe", "stack", 2, IDS, cwd=folder).stdout)
    return found["used"], found["stated"]


CASES = [(target, "int8", "g++") for target in [*runnable_targets(), "generic"]]
CASES += [("aarch64", "int8", ARM_COMPILER), ("aarch64-dotprod", "int8", ARM_COMPILER), (runnable_targets()[0], "f32", "clang++-22")]


@pytest.mark.parametrize("target, form, compiler", sorted(set(CASES)))
def test_most_of_the_stack_is_never_touched(tmp_path, model, target, form, compiler):
    used, stated = deepest(tmp_path, model, target, form, compiler, FLAGS)
    assert 1024 < used <= stated // 16


def test_it_is_enough_without_optimization(tmp_path, model):
    """Then every temporary has a place of its own."""
    used, stated = deepest(tmp_path, model, runnable_targets()[0], "int8", "clang++-22", ["-std=c++20", "-O0"])
    assert used <= stated // 2
