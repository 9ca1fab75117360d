"""Programs made with the oldest compilers that will do, with another C library, and with flags that people pass: they take the kernels that the CPU
has and give the same bits, or refuse in one sentence. `python tests/emitted/toolchain_table.py` does it for the table of docs/emitted-code.md.
"""

import re

import numpy as np
import pytest

from programs import FLAGS, Program, assert_same_bits, compile_object, compile_program, reference_logits, run, runnable_targets
from tiny_model import TINY_MODELS
from toolchains import CLANG_REFUSED_AT_START, ELSEWHERE, MUSL, NEWEST, OLDEST, SENTENCE_AT_START, ZIG, flags_refused_by

RECIPE = ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "none"]
IDS = np.random.default_rng(3).integers(0, TINY_MODELS["grouped"]["vocabulary"], 20).tolist()
TARGETS = ",".join(dict.fromkeys([*runnable_targets(), "generic"]))


@pytest.fixture(scope="module")
def emitted(builder, tiny_models):
    return builder.emit(tiny_models["grouped"], "--target", TARGETS, *RECIPE)


@pytest.fixture(scope="module")
def wanted(tiny_models, tmp_path_factory):
    return reference_logits(tiny_models["grouped"], IDS, tmp_path_factory.mktemp("wanted") / "logits.npy", "--mode", "exact", *RECIPE)


@pytest.mark.parametrize("toolchain", [*OLDEST, MUSL], ids=str)
def test_takes_the_best_kernels(emitted, wanted, tmp_path, toolchain):
    """Compilers' own function says no to every feature with some C libraries, and Clang 14 does not know all names."""
    toolchain.require()
    compile_program(toolchain.command, FLAGS, [emitted.source], tmp_path / "program")
    program = Program(tmp_path / "program")
    weights = ["--weights-file", emitted.folder / f"{emitted.name}.weights"]
    assert program.target(*weights) == runnable_targets()[0]
    assert_same_bits(program.logits(IDS, *weights), wanted, toolchain.name)


@pytest.mark.parametrize("toolchain", [*OLDEST[:2], *NEWEST], ids=str)
def test_what_will_not_do_is_one_error(emitted, toolchain):
    """Whatever is wrong, the compiler says one thing, and what to do."""
    toolchain.require()
    for flags, sentence in flags_refused_by(toolchain).items():
        done = run(*toolchain.command, "-std=c++20", "-fsyntax-only", *flags, emitted.source, check=False)
        errors = re.findall(r"error: (.*)", done.stderr.decode())
        assert len(errors) == 1 and sentence in errors[0], (flags, errors)


@pytest.mark.parametrize("toolchain", [OLDEST[1], NEWEST[1]], ids=str)
def test_what_has_no_macro_is_found_at_start(builder, tiny_models, tmp_path, toolchain):
    toolchain.require()
    emitted = builder.emit(tiny_models["grouped"], "--target", "generic", *RECIPE)
    for flags in CLANG_REFUSED_AT_START:
        compile_program(toolchain.command, ["-std=c++20", "-O1", *flags], [emitted.source], tmp_path / "program")
        done = Program(tmp_path / "program").run("--tokens", "1", "--weights-file", emitted.folder / f"{emitted.name}.weights", check=False)
        assert done.returncode == 1 and SENTENCE_AT_START in done.stderr.decode(), flags


@pytest.mark.parametrize("toolchain, flag", [(OLDEST[0], "-ffp-contract=fast"), (OLDEST[1], "-freciprocal-math"), (NEWEST[1], "-freciprocal-math")], ids=str)
def test_flags_that_the_file_overrules(emitted, wanted, tmp_path, toolchain, flag):
    """They have no macro; the pragmas at the top take them back."""
    toolchain.require()
    compile_program(toolchain.command, [*FLAGS, flag], [emitted.source], tmp_path / "program")
    weights = ["--weights-file", emitted.folder / f"{emitted.name}.weights"]
    for target in runnable_targets()[-1], "generic":
        assert_same_bits(Program(tmp_path / "program").logits(IDS, "--target", target, *weights), wanted, target)


@pytest.mark.parametrize("triple", ELSEWHERE)
def test_compiles_for_other_systems_without_warnings(builder, tiny_models, tmp_path, triple):
    """One source for every CPU, by zig's headers; it is not run."""
    emitted = builder.emit(tiny_models["grouped"], "--target", "x86-64-v3,aarch64-dotprod,generic", *RECIPE)
    flags = [flag if flag != "-O2" else "-O0" for flag in FLAGS]
    compile_object([*ZIG, "-target", triple], flags, emitted.source, tmp_path / "program.o")
