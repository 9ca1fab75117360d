"""--embed-weights: the weights are a part of the program. The reference is the same model with its weights in a file (probe_parts)."""

import pytest

from parts import build_parts, tiny_model
from programs import BIN, FAST, Program, assert_same_bits, run, runnable_targets

IDS = [1, 2, 3, 200]


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return build_parts(tmp_path_factory.mktemp("emitted"), "inside", "--embed-weights")


def test_compiled_where_the_weights_are(emitted, probe_parts, tmp_path):
    """Afterwards the program needs no file."""
    binary = tmp_path / "alone"
    run("g++", *FAST, "inside.cpp", "-o", binary, cwd=emitted.folder)
    assert_same_bits(Program(binary).logits(IDS), probe_parts.program.logits(IDS))
    run(binary, "--verify", cwd="/")
    assert b"weights inside, from inside.weights" in run(binary, "--version").stdout

    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"x" * 100)
    done = run(binary, "--tokens", "1", "--weights-file", damaged, check=False)
    assert done.returncode == 1 and b"is not a weights file" in done.stderr


@pytest.mark.parametrize("compiler", ["g++", "clang++-22"])
def test_another_folder_and_another_models_weights(emitted, tmp_path, compiler):
    """The path is a macro; what the assembler copied is checked when the program starts."""
    data = bytearray((emitted.folder / "inside.weights").read_bytes())
    data[24] ^= 1  # of the content's hash
    (tmp_path / "other weights").write_bytes(data)
    macro = f'-DWEEBILL_WEIGHTS_PATH="{tmp_path}/other weights"'
    run(compiler, *FAST, macro, emitted.folder / "inside.cpp", "-o", tmp_path / "wrong", cwd="/")
    done = run(tmp_path / "wrong", "--tokens", "1", check=False)
    assert done.returncode == 1 and b"is another model's" in done.stderr


def test_weebill_compiles_it(probe_parts, tmp_path):
    """Before the weights have their name, and under a path that a string of C++ and one of the assembler must survive."""
    folder = tmp_path / 'a "quoted" folder'
    run(BIN / "weebill", "build", tiny_model(tmp_path), "-o", folder, "--name", "inside", "--embed-weights", "--target", runnable_targets()[0])
    (folder / "inside.weights").unlink()
    assert_same_bits(Program(folder / "inside").logits(IDS), probe_parts.program.logits(IDS))
