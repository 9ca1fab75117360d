"""Programs for other CPUs than this machine's, and for several: 64-bit ARM in an emulator, `generic`, files with more than one target.

The logits are those of the interpreter to the bit, as everywhere. Cross compilers and emulators that are missing are skipped by name.
"""

import re

import numpy as np
import pytest

from programs import ARM_COMPILER, ARM_EMULATOR, BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, skip_without
from tiny_model import TINY_MODELS

X86_EMULATOR = "qemu-x86_64-static"
RECIPES = {
    "w8a8": ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "online"],
    "f32": ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--rotation", "none"],
}
TOKENS = 64 + 7  # more than a chunk, and a rest that fills no tile


def ids_of(name: str) -> list[int]:
    return np.random.default_rng(11).integers(0, TINY_MODELS[name]["vocabulary"], TOKENS).tolist()


@pytest.fixture(scope="module")
def expected(tiny_models, tmp_path_factory):
    folder, known = tmp_path_factory.mktemp("expected"), {}

    def logits(name: str, recipe: str) -> np.ndarray:
        if (name, recipe) not in known:
            known[name, recipe] = reference_logits(tiny_models[name], ids_of(name), folder / "logits.npy", "--mode", "exact", *RECIPES[recipe])
        return known[name, recipe]

    return logits


def assert_logits(program, name: str, wanted: np.ndarray, what: str = "") -> None:
    for options in (["--threads", 1], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(ids_of(name), *options), wanted, f"{what} {options}")


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("name, recipe", [("grouped", "w8a8"), ("untied", "f32")])
def test_generic_is_standard_cpp(builder, tiny_models, expected, name, recipe, compiler):
    emitted = builder.emit(tiny_models[name], "--target", "generic", *RECIPES[recipe])
    text = emitted.source.read_text()
    for word in ("vector_size", "immintrin", "arm_neon", "pragma GCC target", "attribute push"):
        assert word not in text, word
    assert_logits(emitted.compile(compiler, "-pedantic-errors"), name, expected(name, recipe))


@pytest.mark.parametrize("target, name, recipe", [("aarch64-dotprod", "grouped", "w8a8"), ("aarch64", "grouped", "w8a8"), ("aarch64", "wide_heads", "f32")])
def test_arm(builder, tiny_models, expected, target, name, recipe):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    program = builder.emit(tiny_models[name], "--target", target, *RECIPES[recipe]).compile(ARM_COMPILER, "-static")
    assert_logits(program.on(ARM_EMULATOR, "-cpu", "max"), name, expected(name, recipe))


@pytest.fixture(scope="module")
def for_all(builder, tiny_models):
    """One source for two kinds of CPUs, with their best and their oldest."""
    return builder.emit(tiny_models["grouped"], "--target", "x86-64-v3,aarch64-dotprod,aarch64,generic", *RECIPES["w8a8"])


@pytest.mark.parametrize("cpu, target", [("max", "aarch64-dotprod"), ("cortex-a53", "aarch64")])
def test_one_source_takes_what_an_arm_cpu_has(for_all, expected, cpu, target):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    program = for_all.compile(ARM_COMPILER, "-static").on(ARM_EMULATOR, "-cpu", cpu)
    assert program.target() == target
    assert_logits(program, "grouped", expected("grouped", "w8a8"), target)


def test_the_same_source_and_weights_on_this_machine(for_all, expected):
    program = for_all.compile("g++")
    assert program.target() == ("x86-64-v3" if "x86-64-v3" in runnable_targets() else "generic")
    assert_logits(program, "grouped", expected("grouped", "w8a8"))


def test_an_old_cpu_takes_generic(for_all, expected):
    skip_without(X86_EMULATOR)
    program = for_all.compile("g++").on(X86_EMULATOR, "-cpu", "Nehalem")  # no AVX
    assert program.target() == "generic"
    assert_logits(program, "grouped", expected("grouped", "w8a8"))


def test_a_machine_that_has_generic_only_is_told(tiny_models, tmp_path):
    """Whoever builds there may have another machine in mind, or an emulator that hides what it could do."""
    skip_without(X86_EMULATOR)
    done = run(X86_EMULATOR, "-cpu", "Nehalem", BIN / "weebill", "build", tiny_models["wide_heads"], "-o", tmp_path, "--emit", "cpp", *RECIPES["f32"])
    assert done.stderr.decode().count("note: this machine's target is generic") == 1
    assert re.search(rb"are slow: for x86-64-v3 the CPU lacks (avx2|fma|f16c)", done.stderr)
    assert b"generic" not in run(BIN / "weebill", "build", tiny_models["wide_heads"], "-o", tmp_path, "--emit", "cpp", "--target", "generic", *RECIPES["f32"]).stderr


def test_two_targets_of_one_kind(builder, tiny_models, expected):
    emitted = builder.emit(tiny_models["grouped"], "--target", "x86-64-v3,x86-64-avx512vnni", *RECIPES["w8a8"])
    if "x86-64-v3" not in runnable_targets():
        pytest.skip("this machine runs neither of the targets")
    program = emitted.compile("g++")
    here = [target for target in ("x86-64-avx512vnni", "x86-64-v3") if target in runnable_targets()]
    assert program.target() == here[0]
    assert_logits(program, "grouped", expected("grouped", "w8a8"))
    for target in here:
        assert program.target("--target", target) == target
        assert_same_bits(program.logits(ids_of("grouped"), "--target", target), expected("grouped", "w8a8"), target)
    done = program.run("--tokens", "1,2", "--target", "generic", check=False)
    assert done.returncode == 2
    assert b"--target takes one of x86-64-avx512vnni, x86-64-v3 that this CPU runs, not 'generic'" in done.stderr


REFUSING = """
#include <errno.h>
#include <sys/syscall.h>
long syscall(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  long found = -EPERM;
  if (number != SYS_arch_prctl)
    __asm__ volatile("syscall" : "=a"(found) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  if (found >= 0)
    return found;
  errno = (int)-found;
  return -1;
}
"""


def test_a_process_that_may_not_use_tiles(builder, tiny_models, expected, tmp_path):
    """Linux, or what stands around a process, may refuse the registers of AMX to it: it takes the next target."""
    if "x86-64-amx" not in runnable_targets():
        pytest.skip("this machine has no AMX")
    (tmp_path / "refusing.c").write_text(REFUSING)
    run("gcc", "-shared", "-fPIC", tmp_path / "refusing.c", "-o", tmp_path / "refusing.so")
    preload = f"LD_PRELOAD={tmp_path / 'refusing.so'}"
    program = builder.emit(tiny_models["grouped"], "--target", "x86-64-amx,x86-64-v3", *RECIPES["w8a8"]).compile("g++")
    assert program.target() == "x86-64-amx"
    assert_logits(program, "grouped", expected("grouped", "w8a8"))
    refused = program.on("env", preload)
    assert refused.target() == "x86-64-v3"
    assert_logits(refused, "grouped", expected("grouped", "w8a8"))
    alone = builder.emit(tiny_models["grouped"], "--target", "x86-64-amx", *RECIPES["w8a8"]).compile("g++").on("env", preload)
    assert b"this CPU lacks instructions of x86-64-amx" in alone.run("--tokens", "1,2", "-n", "1", check=False).stderr
    assert "x86-64-amx" not in run("env", preload, BIN / "weebill", "targets", "--runs-here").stdout.decode().split()


def test_a_cpu_without_the_instructions_is_told_so(builder, tiny_models):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    program = builder.emit(tiny_models["grouped"], "--target", "aarch64-dotprod", *RECIPES["w8a8"]).compile(ARM_COMPILER, "-static")
    done = program.on(ARM_EMULATOR, "-cpu", "cortex-a53").run("--tokens", "1,2", "-n", "1", check=False)
    assert done.returncode == 1
    assert re.search(rb"this CPU lacks instructions of aarch64-dotprod", done.stderr)


@pytest.mark.parametrize("targets", ["aarch64", "aarch64,aarch64-dotprod"])
def test_a_program_for_another_kind_of_cpu_is_not_compiled_here(tiny_models, tmp_path, targets):
    done = run(BIN / "weebill", "build", tiny_models["grouped"], "-o", tmp_path, "--target", targets)
    assert b"for another kind of CPU and is not compiled here" in done.stderr
    assert (tmp_path / "grouped.cpp").exists() and (tmp_path / "grouped.weights").exists()
    assert not (tmp_path / "grouped").exists()
    refused = run("g++", "-std=c++20", "-fsyntax-only", tmp_path / "grouped.cpp", check=False)
    assert b"compile it for that kind of CPU" in refused.stderr


def test_a_cross_compiler_may_be_named(tiny_models, tmp_path):
    skip_without(ARM_COMPILER)
    run(BIN / "weebill", "build", tiny_models["wide_heads"], "-o", tmp_path, "--target", "aarch64", "--compiler", ARM_COMPILER)
    header = (tmp_path / "wide_heads").read_bytes()[:20]
    assert header[:4] == b"\x7fELF" and header[18:20] == b"\xb7\x00"  # EM_AARCH64
