"""Random descriptions on every target that Weebill has, in W8A8 and in float32: one source for all of them, logits equal to the bit.

The kinds of CPU are this machine's and 64-bit ARM, the latter in an emulator; the compilers take turns, so that of two neighbouring
descriptions each recipe meets both. WEEBILL_EVERY_TARGET=N draws more descriptions (200 take about an hour and a half of two cores).
"""

import json
import os

import numpy as np
import pytest

from programs import ARM_COMPILER, ARM_EMULATOR, Program, assert_same_bits, reference_logits, runnable_targets, skip_without
from test_shapes import RECIPES, draw

DRAWN = 2
HERE, ARM = ["x86-64-amx", "x86-64-avx512vnni", "x86-64-v3", "generic"], ["aarch64-dotprod", "aarch64"]
COMPILERS_HERE = [("g++",), ("clang++-22",)]
COMPILERS_ARM = [(ARM_COMPILER, "-static"), ("clang++-22", "--target=aarch64-linux-gnu", "-static")]
INTEGER = [recipe for recipe in RECIPES if recipe[1] == "int8"]
FLOAT = [recipe for recipe in RECIPES if recipe[1] != "int8"]


def programs_of(emitted, turn: int) -> list[tuple[Program, str]]:
    """The source compiled for both kinds of CPU, with each target that can be run."""
    here, arm = emitted.compile(*COMPILERS_HERE[turn % 2]), emitted.compile(*COMPILERS_ARM[turn % 2])
    runs_here = [target for target in HERE if target == "generic" or target in runnable_targets()]
    return [(here, target) for target in runs_here] + [(arm.on(ARM_EMULATOR, "-cpu", "max"), target) for target in ARM]


@pytest.mark.parametrize("kind, recipes", [("integer", INTEGER), ("float", FLOAT)], ids=["integer", "float"])
@pytest.mark.parametrize("number", range(int(os.environ.get("WEEBILL_EVERY_TARGET", DRAWN))))
def test_logits_are_equal_to_the_bit(builder, tmp_path, number, kind, recipes):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    description = draw(number)
    model = tmp_path / "shape.json"
    model.write_text(json.dumps(description))
    recipe = recipes[number % len(recipes)]

    ids = np.random.default_rng(number).integers(0, description["vocabulary"], description["context"]).tolist()
    wanted = reference_logits(model, ids, tmp_path / "wanted.npy", "--mode", "exact", *recipe)
    emitted = builder.emit(model, "--target", ",".join([*HERE, *ARM]), *recipe)
    for program, target in programs_of(emitted, number + (kind == "float")):
        for options in (["--threads", 2], ["--threads", 3, "--step"]):
            assert_same_bits(program.logits(ids, "--target", target, *options), wanted, f"{description} {target} {recipe} {options}")
