"""The compilers, standard libraries and C libraries that emitted programs are made with, the oldest that will do among them."""

import os
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from programs import BIN, COMPILERS, run, skip_without


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
# What runs programs for other devices, by the triple that they are compiled for.
RUNNERS = {
    "x86_64-linux-musl": (),
    "aarch64-linux-musl": ("qemu-aarch64-static",),
    "arm-linux-musleabihf": ("qemu-arm-static",),
    "riscv64-linux-musl": ("qemu-riscv64-static",),
    "wasm32-wasi": (sys.executable, str(Path(__file__).with_name("run_wasi.py"))),
}


@dataclass(frozen=True)
class Device:
    """A row of `weebill devices`."""

    name: str
    targets: str
    triple: str
    tried: str  # what Weebill says of its tests


@cache
def devices() -> dict[str, Device]:
    listing = run(BIN / "weebill", "devices").stdout.decode()
    rows = re.findall(r"^(\S+) .*\n +(\S+); zig -target (\S+); (.*)$", listing, re.MULTILINE)
    return {row[0]: Device(*row) for row in rows}


def runnable_devices() -> list[Device]:
    """Devices whose programs can be run here, one for each kind of program."""
    kinds = {(device.targets, device.triple): device for device in reversed(devices().values()) if device.triple in RUNNERS}
    return list(kinds.values())[::-1]


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
