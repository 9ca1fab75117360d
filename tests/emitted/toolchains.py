"""The compilers, standard libraries and C libraries that emitted programs are made with, the oldest that will do among them."""

import os
import sys
from dataclasses import dataclass

from programs import COMPILERS, skip_without


@dataclass(frozen=True)
class Toolchain:
    """What compiles and links a program for this machine's kind of CPU."""

    name: str
    command: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    def require(self) -> "Toolchain":
        """Skips the test that asks if it is not installed."""
        skip_without(self.command[0])
        return self


ZIG = (sys.executable, "-m", "ziglang", "c++")
OLDEST = [
    Toolchain("GCC 11", ("g++-11",)),
    Toolchain("Clang 14 with libstdc++", ("clang++-14",)),
    Toolchain("Clang 14 with libc++", ("clang++-14", "-stdlib=libc++")),
]
NEWEST = [Toolchain(compiler, (compiler,)) for compiler in COMPILERS]
MUSL = Toolchain("zig with musl", (*ZIG, "-target", f"{os.uname().machine}-linux-musl", "-s"))  # -s: the C++ library that test_devices.py has compiled

ELSEWHERE = ["aarch64-macos", "x86_64-windows-gnu"]  # where zig has headers, and nobody runs the program
LOOSE = "flags that loosen float arithmetic change the model's numbers"
SENTENCE_AT_START = "error: the compiler was allowed to change float arithmetic"
# Clang has no macro for these, and its pragmas do not reach everything.
CLANG_REFUSED_AT_START = [("-ffp-contract=fast",), ("-funsafe-math-optimizations",)]


def flags_refused_by(toolchain: Toolchain) -> dict[tuple[str, ...], str]:
    """Flags with which the file does not compile, and what of the sentence is."""
    refused = {
        ("-std=c++17",): "compile it with -std=c++20",
        ("-fno-exceptions",): "compile it without -fno-exceptions",
        ("-ffast-math",): LOOSE,
        ("-ffinite-math-only",): LOOSE,
    }
    if "clang" not in toolchain.command[0]:
        refused |= {flags: LOOSE for flags in [("-Ofast",), ("-funsafe-math-optimizations",), ("-freciprocal-math",), ("-fno-signed-zeros",)]}
    return refused
