"""Programs made with the oldest compilers that will do, and with another C library: they take the kernels that the CPU has, and give the same bits."""

import numpy as np
import pytest

from programs import FLAGS, Program, assert_same_bits, reference_logits, run, runnable_targets
from tiny_model import TINY_MODELS
from toolchains import MUSL, OLDEST

RECIPE = ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "none"]
IDS = np.random.default_rng(3).integers(0, TINY_MODELS["grouped"]["vocabulary"], 20).tolist()
TARGETS = ",".join(dict.fromkeys([*runnable_targets(), "generic"]))


@pytest.fixture(scope="module")
def emitted(builder, tiny_models):
    return builder.emit(tiny_models["grouped"], "--target", TARGETS, *RECIPE)


@pytest.fixture(scope="module")
def wanted(tiny_models, tmp_path_factory):
    return reference_logits(tiny_models["grouped"], IDS, tmp_path_factory.mktemp("wanted") / "logits.npy", "--mode", "exact", *RECIPE)


@pytest.mark.parametrize("toolchain", [*OLDEST, MUSL], ids=lambda toolchain: toolchain.name)
def test_takes_the_best_kernels(emitted, wanted, tmp_path, toolchain):
    """Compilers' own function says no to every feature with some C libraries, and Clang 14 does not know all names."""
    toolchain.require()
    run(*toolchain.command, *FLAGS, emitted.source, "-o", tmp_path / "program")
    program = Program(tmp_path / "program")
    weights = ["--weights-file", emitted.folder / f"{emitted.name}.weights"]
    assert program.target(*weights) == runnable_targets()[0]
    assert_same_bits(program.logits(IDS, *weights), wanted, toolchain.name)
