"""Emitted programs under the sanitizers of GCC and Clang: prompts, single tokens, conversations and the C interface with one and three threads have
nothing to report, and the numbers stay what they are. A barrier that is taken out is reported, so silence means something."""

import re
import subprocess
from pathlib import Path

import pytest

from parts import C_FLAGS, Parts, build_parts
from programs import ROOT, Program, assert_same_bits, compile_object, compile_program, ids_text, reference_logits, run, skip_without
from shared import shared_folder

IDS = [7 * i % 272 for i in range(71)]  # crosses a chunk of 64
SANITIZERS = {
    "address": ["-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"],
    "thread": ["-fsanitize=thread"],
}
FORMS = {
    "int8": ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "online"],
    "f32": ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--rotation", "none"],
}
# Every compiler and every form under every sanitizer once; all four would say nothing more.
CASES = [("address", "g++", "int8"), ("address", "clang++-22", "f32"), ("thread", "clang++-22", "int8"), ("thread", "g++", "f32")]


@pytest.fixture(scope="module")
def emitted(tmp_path_factory) -> dict[str, Parts]:
    return {form: build_parts(shared_folder(tmp_path_factory, f"sanitizers-{form}"), "probe", *options) for form, options in FORMS.items()}


@pytest.fixture(scope="module")
def expected(emitted, tmp_path_factory):
    """Logits by the interpreter, which shares no code with the programs."""
    file = tmp_path_factory.mktemp("expected") / "expected.npy"
    return {form: reference_logits(parts.folder / "tiny.gguf", IDS, file, "--mode", "exact", *FORMS[form]) for form, parts in emitted.items()}


def compile_with(sanitizer: str, compiler: str, parts: Parts, name: str, *more: str) -> Path:
    skip_without(compiler)
    flags = ["-std=c++20", "-O1", "-g1", "-Wall", "-Wextra", "-Werror", *SANITIZERS[sanitizer], *more]
    made = parts.folder / name
    if "-c" in more:
        compile_object([compiler], flags, parts.source, made)
    else:
        compile_program([compiler], flags, [parts.source], made)
    return made


@pytest.mark.parametrize("sanitizer, compiler, form", CASES)
def test_programs(emitted, expected, sanitizer, compiler, form):
    program = Program(compile_with(sanitizer, compiler, emitted[form], f"program-{sanitizer}"))
    for threads in ["1", "3"]:
        for way in [[], ["--step"]]:
            found = program.logits(IDS, "--threads", threads, *way)
            assert_same_bits(found, expected[form], f"{sanitizer}, {threads} threads {way}")
        program.run("--chat", "Who are you?", "--system", "A bird.", "-n", "9", "--threads", threads)
        program.run("--chat", "-n", "5", "--threads", threads, input=b"One.\nTwo.\n")
        sampling = ["--temperature", "1", "--top-k", "20", "--top-p", "0.9", "--stop", "the end", "--logprobs"]
        program.run("the in", "-n", "9", "--threads", threads, "--prefill-threads", "2", *sampling)
    program.run("--tokens", ids_text(IDS), "-n", "500", "--when-full", "slide", "--threads", "2")
    program.run("--bench", "--prompt-tokens", "16", "--new-tokens", "4", "--threads", "3")
    program.run("--verify")


@pytest.mark.parametrize("sanitizer, compiler", [("address", "clang++-22"), ("thread", "g++")])
def test_the_c_interface(emitted, expected, sanitizer, compiler, tmp_path):
    """Two instances in two threads, cancelling from another thread, wrong arguments, texts."""
    parts = emitted["int8"]
    library = compile_with(sanitizer, compiler, parts, f"library-{sanitizer}.o", "-c", "-DWEEBILL_NO_MAIN")
    caller, probe = parts.folder / f"caller-{sanitizer}.o", parts.folder / f"probe-{sanitizer}"
    c_compiler = {"g++": "gcc", "clang++-22": "clang-22"}[compiler]
    run(c_compiler, *C_FLAGS, *SANITIZERS[sanitizer], "-I", parts.folder, "-c", ROOT / "tests/emitted/c_api_probe.c", "-o", caller)
    run(compiler, *SANITIZERS[sanitizer], caller, library, "-o", probe, "-pthread")
    run(probe, "two", ids_text(IDS), tmp_path / "a", ids_text(IDS), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == expected["int8"][-5:].tobytes()
    run(probe, "cancel", ids_text(IDS), tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == expected["int8"][-1:].tobytes()
    run(probe, "tokens", "the in<|im_end|>", 1)
    states = parts.folder / f"states-{sanitizer}"
    run(c_compiler, *C_FLAGS, *SANITIZERS[sanitizer], "-I", parts.folder, "-c", ROOT / "tests/emitted/c_state_probe.c", "-o", caller)
    run(compiler, *SANITIZERS[sanitizer], caller, library, "-o", states, "-pthread")
    run(states, "branches", 2, ids_text(IDS))
    run(states, "states", 2, ids_text(IDS), tmp_path / "state")
    run(states, "chat", 9, "A bird.", "Who?", "He?")
    run(states, "refusals")
    other = bytearray((parts.folder / "probe.weights").read_bytes())
    other[24] ^= 1  # of the content's hash
    (tmp_path / "other.weights").write_bytes(other)
    run(probe, "errors", tmp_path / "other.weights")


def changed(parts: Parts, pattern: str, replacement: str, least: int, folder: Path) -> Parts:
    """The same program with something else in its text, at so many places at least."""
    text, count = re.subn(pattern, replacement, (parts.folder / "probe.cpp").read_text())
    assert count >= least
    (folder / "probe.cpp").write_text(text)
    (folder / "probe.weights").write_bytes((parts.folder / "probe.weights").read_bytes())
    return Parts(folder, "probe")


@pytest.mark.parametrize("compiler, form", [("g++", "int8"), ("clang++-22", "f32")])
def test_threads_that_take_parts_of_each_other(emitted, expected, compiler, form, tmp_path):
    """As they do when cores are not equally fast, which a test cannot have."""
    parts = changed(emitted[form], r"\bdealing\.parts\);", "true);", 1, tmp_path)
    program = Program(compile_with("thread", compiler, parts, "program"))
    for threads in ["2", "3"]:
        for way in [[], ["--step"]]:
            found = program.logits(IDS, "--threads", threads, *way)
            assert_same_bits(found, expected[form], f"{threads} threads {way}")


def test_a_missing_barrier_is_reported(emitted, tmp_path):
    parts = changed(emitted["f32"], r"\bme\.wait\(\);", ";", 5, tmp_path)
    program = compile_with("thread", "g++", parts, "program")
    done = subprocess.run([program, "--tokens", "1,2,3", "-n", "9", "--threads", "3"], capture_output=True, text=True, timeout=60)
    assert "data race" in done.stderr
