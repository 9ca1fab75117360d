#!/usr/bin/env python3
"""Compiles one emitted file with every compiler here and with flags that people pass, runs it on every target that this CPU has, and prints the
table of docs/emitted-code.md: `equal`, where all logits are those of the interpreter to the bit, or who refuses. Takes some minutes.
"""

import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from programs import Builder, Program, reference_logits, run, runnable_targets
from tiny_model import TINY_MODELS, write_tiny_model
from toolchains import MUSL, NEWEST, OLDEST, SENTENCE_AT_START

RECIPE = ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--rotation", "none"]
FLAGS = ["-O2", "-O3 -march=native", "-Ofast", "-O2 -ffast-math", "-O2 -funsafe-math-optimizations", "-O2 -freciprocal-math", "-O2 -ffp-contract=fast",
         "-O2 -ffinite-math-only", "-std=c++17", "-fno-exceptions"]  # fmt: skip


def answer(toolchain, flags: str, emitted, ids: list[int], wanted: np.ndarray, folder: Path) -> str:
    program = folder / "program"
    done = run(*toolchain.command, "-std=c++20", "-O2", *flags.split(), emitted.source, "-o", program, check=False)
    if done.returncode != 0:
        errors = re.findall(r"error: (.*)", done.stderr.decode())
        return "`#error`" if len(errors) == 1 else f"**{len(errors)} errors**"
    for target in dict.fromkeys([*runnable_targets(), "generic"]):
        options = ["--target", target, "--weights-file", emitted.folder / f"{emitted.name}.weights"]
        done = Program(program).run("--tokens", "1", *options, check=False)
        if SENTENCE_AT_START in done.stderr.decode():
            return "refuses to start"
        if Program(program).logits(ids, *options).tobytes() != wanted.tobytes():
            return f"**other numbers on {target}**"
    return "equal"


def main() -> int:
    toolchains = [*OLDEST, *NEWEST, MUSL]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = write_tiny_model(folder / "grouped.gguf", **TINY_MODELS["grouped"])
        ids = np.random.default_rng(3).integers(0, TINY_MODELS["grouped"]["vocabulary"], 20).tolist()
        wanted = reference_logits(model, ids, folder / "wanted.npy", "--mode", "exact", *RECIPE)
        emitted = Builder(folder).emit(model, "--target", ",".join(dict.fromkeys([*runnable_targets(), "generic"])), *RECIPE)
        print("| flags | " + " | ".join(toolchain.name for toolchain in toolchains) + " |")
        print("|---" * (1 + len(toolchains)) + "|")
        for flags in FLAGS:
            row = [answer(toolchain, flags, emitted, ids, wanted, folder) for toolchain in toolchains]
            print(f"| `{flags}` | " + " | ".join(row) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
