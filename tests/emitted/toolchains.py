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
MUSL = Toolchain("zig with musl", (*ZIG, "-target", f"{os.uname().machine}-linux-musl"))
