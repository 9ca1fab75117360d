"""--embed-weights: the weights are a part of the program."""

import shutil

import pytest

from parts import build_parts
from programs import BIN, FLAGS, assert_same_bits, run, runnable_targets

IDS = [1, 2, 3, 200]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_parts(tmp_path_factory.mktemp("built"), "inside", "--embed-weights")


@pytest.fixture(scope="module")
def plain_logits(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    run(BIN / "weebill", "build", built.model, "-o", folder, "--name", "inside", "--target", runnable_targets()[0])
    run(folder / "inside", "--tokens", "1,2,3,200", "--logits", folder / "l.npy")
    import numpy as np

    return np.load(folder / "l.npy")


def test_the_program_needs_no_file(built, plain_logits, tmp_path):
    alone = type(built.program)(tmp_path / "alone")
    shutil.copy(built.program.binary, alone.binary)
    assert_same_bits(alone.logits(IDS), plain_logits)
    run(alone.binary, "--verify", cwd="/")
    assert b"weights inside, from inside.weights" in run(alone.binary, "--version").stdout


def test_a_file_that_is_named_is_taken(built, tmp_path):
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"x" * 100)
    done = run(built.program.binary, "--tokens", "1", "--weights-file", damaged, check=False)
    assert done.returncode == 1 and b"is not a weights file" in done.stderr or b"is cut" in done.stderr


@pytest.mark.parametrize("compiler", ["g++", "clang++-22"])
def test_another_folder_and_another_models_weights(built, tmp_path, compiler):
    """The path is a macro; what the assembler copied is checked when the program starts."""
    data = bytearray((built.folder / "inside.weights").read_bytes())
    data[24] ^= 1  # of the content's hash
    (tmp_path / "other weights").write_bytes(data)
    macro = f'-DWEEBILL_WEIGHTS_PATH="{tmp_path}/other weights"'
    fast = [flag if flag != "-O2" else "-O0" for flag in FLAGS]
    run(compiler, *fast, macro, built.folder / "inside.cpp", "-o", tmp_path / "wrong", cwd="/")
    done = run(tmp_path / "wrong", "--tokens", "1", check=False)
    assert done.returncode == 1 and b"is another model's" in done.stderr


def test_weebill_compiles_it(built, plain_logits, tmp_path):
    """Under a path that the C++ string and the assembler's string must both survive."""
    folder = tmp_path / 'a "quoted" folder'
    run(BIN / "weebill", "build", built.model, "-o", folder, "--name", "inside", "--embed-weights", "--target", runnable_targets()[0])
    (folder / "inside.weights").unlink()
    assert_same_bits(type(built.program)(folder / "inside").logits(IDS), plain_logits)
