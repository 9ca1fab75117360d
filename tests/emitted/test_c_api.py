"""The C interface: NAME.h and the emitted file as parts of C programs (c_api_probe.c, examples/c_api), with the program itself as the reference."""

import subprocess

import numpy as np
import pytest

from parts import C_FLAGS, build_parts
from programs import FLAGS, ROOT, assert_same_bits, run

STEPS = 4  # as in c_api_probe.c
VOCABULARY = 272
PROMPT = 71  # crosses a chunk of 64


def ids_of(seed: int, count: int = PROMPT) -> list[int]:
    return np.random.default_rng(seed).integers(0, VOCABULARY, count).tolist()


def text_of(ids: list[int]) -> str:
    return ",".join(map(str, ids))


def rows(file) -> np.ndarray:
    return np.fromfile(file, dtype="<f4").reshape(-1, VOCABULARY)


AGREEMENT = """
static_assert(sizeof(probe_sampling) == sizeof(SamplerSettings) && offsetof(probe_sampling, seed) == offsetof(SamplerSettings, seed));
static_assert(offsetof(probe_sampling, top_p) == offsetof(SamplerSettings, top_p) && offsetof(probe_sampling, repeat_penalty) == offsetof(SamplerSettings, repeat_penalty));
static_assert(sizeof(probe_piece) == sizeof(CallersPiece) && offsetof(probe_piece, bytes) == offsetof(CallersPiece, bytes));
static_assert(PROBE_INTERFACE == kInterface && PROBE_USER == int(Role::User) && PROBE_ASSISTANT == int(Role::Assistant) && PROBE_TOOL == int(Role::Tool));
static_assert(PROBE_END_STOP_TOKEN == int(End::StopToken) && PROBE_END_STOP_TEXT == int(End::StopText) && PROBE_CANCELLED == kCancelled);
"""


def test_the_header_and_the_functions_agree(probe_parts, tmp_path):
    """In one translation unit, a declaration that differs from its function is an error. Twice: the guard."""
    both = tmp_path / "both.cpp"
    both.write_text('#include "probe.h"\n#include "probe.h"\n#include "probe.cpp"\n' + AGREEMENT)
    run("g++", *FLAGS, "-fsyntax-only", "-I", probe_parts.folder, both)


@pytest.mark.parametrize("compiler", [["gcc", *C_FLAGS], ["clang++-22", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-x", "c++"]])
def test_the_header_alone(probe_parts, compiler):
    run(*compiler, "-fsyntax-only", probe_parts.folder / "probe.h")


def test_nothing_but_the_interface_is_visible(probe_parts):
    """So that other models can be linked beside it."""
    symbols = run("nm", "--defined-only", "--extern-only", "--format=posix", probe_parts.library).stdout.decode().splitlines()
    strong = {line.split()[0] for line in symbols if line.split()[1] not in "VWu"}  # not templates of the standard library
    assert {name for name in strong if not name.startswith("probe_")} == set()
    assert {"probe_create", "probe_prefill", "probe_step", "probe_cancel", "probe_destroy"} <= strong


def test_two_instances_in_two_threads(probe_parts, probe, tmp_path):
    lists = [ids_of(1), ids_of(2, 40)]
    files = [tmp_path / "a", tmp_path / "b"]
    run(probe, "two", text_of(lists[0]), files[0], text_of(lists[1]), files[1])
    for ids, file in zip(lists, files):
        assert_same_bits(rows(file), probe_parts.program.logits(ids, "--threads", 1)[-STEPS - 1 :])


def test_cancel(probe_parts, probe, tmp_path):
    ids = ids_of(3)
    run(probe, "cancel", text_of(ids), tmp_path / "after")
    assert_same_bits(rows(tmp_path / "after"), probe_parts.program.logits(ids)[-1:])


def test_errors_are_returned(probe_parts, probe, tmp_path):
    other = tmp_path / "other.weights"
    file = bytearray((probe_parts.folder / "probe.weights").read_bytes())
    file[24] ^= 1  # of the content's hash
    other.write_bytes(file)
    run(probe, "errors", other)


@pytest.mark.parametrize("text, special, ids, printed", [
    ("the in", 0, [259, 32, 261], "the in"),
    ("a the<|im_end|>", 1, [97, 260, 257], "a the"),
    ("<|im_end|>", 0, [*b"<|im_end|>"], "<|im_end|>"),
])  # fmt: skip
def test_tokens(probe, text, special, ids, printed):
    assert run(probe, "tokens", text, special).stdout.decode() == f"{text_of(ids)}\n{printed}\n"


def test_the_example(probe_parts, tmp_path):
    """It says what the program of the same model says. The model is random, so what it says is not always UTF-8."""
    example = build_parts(tmp_path, "smollm2-135m").link(ROOT / "examples/c_api/main.c", "example")
    found = run(example, "The sea", 20).stdout.decode(errors="replace")
    assert found == "The sea" + probe_parts.program.run("The sea", "-n", 20).stdout.decode()
    (tmp_path / "smollm2-135m.weights").unlink()
    done = subprocess.run([example], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.startswith("cannot open weights file '")
