#!/usr/bin/env python3
"""Compiles one emitted file with every compiler here and with flags that people pass, runs it on every target that this CPU has, and prints the
tables of docs/emitted-code.md: `equal`, where all logits are those of the interpreter to the bit, or who refuses. The second table does it for the
devices whose programs can be run here. Takes some minutes.
"""

import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from programs import Builder, Program, reference_logits, run, runnable_targets
from tiny_model import TINY_MODELS, write_tiny_model
from toolchains import MUSL, NEWEST, OLDEST, RUNNERS, SENTENCE_AT_START, ZIG, Toolchain, runnable_devices

RECIPE = ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--rotation", "none"]
FLAGS = ["-O2", "-O3 -march=native", "-Ofast", "-O2 -ffast-math", "-O2 -funsafe-math-optimizations", "-O2 -freciprocal-math", "-O2 -ffp-contract=fast",
         "-O2 -ffinite-math-only", "-std=c++17", "-fno-exceptions"]  # fmt: skip


DEVICE_FLAGS = ["-O2", "-O3", "-O2 -ffast-math", "-O2 -ffp-contract=fast", "-std=c++17"]


class Table:
    """What comes of one model with each compiler and flag."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.model = write_tiny_model(folder / "grouped.gguf", **TINY_MODELS["grouped"])
        self.ids = np.random.default_rng(3).integers(0, TINY_MODELS["grouped"]["vocabulary"], 20).tolist()
        self.wanted = reference_logits(self.model, self.ids, folder / "wanted.npy", "--mode", "exact", *RECIPE)

    def emit(self, targets: str):
        return Builder(self.folder).emit(self.model, "--target", targets, *RECIPE)

    def answer(self, toolchain, flags: str, emitted, targets: list[str], runner: tuple[str, ...] = ()) -> str:
        done = run(*toolchain.command, "-std=c++20", "-O2", *flags.split(), emitted.source, "-o", self.folder / "program", check=False)
        if done.returncode != 0:
            errors = re.findall(r"error: (.*)", done.stderr.decode())
            return "`#error`" if len(errors) == 1 else f"**{len(errors)} errors**"
        program = Program(self.folder / "program", runner)
        for target in targets:
            options = ["--target", target, "--weights-file", emitted.folder / f"{emitted.name}.weights"]
            done = program.run("--tokens", "1", *options, check=False)
            if SENTENCE_AT_START in done.stderr.decode():
                return "refuses to start"
            if program.logits(self.ids, *options).tobytes() != self.wanted.tobytes():
                return f"**other numbers on {target}**"
        return "equal"


def print_row(cells: list[str]) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def print_compilers(table: Table) -> None:
    toolchains = [*OLDEST, *NEWEST, MUSL]
    targets = list(dict.fromkeys([*runnable_targets(), "generic"]))
    emitted = table.emit(",".join(targets))
    print_row(["flags", *(toolchain.name for toolchain in toolchains)])
    print("|---" * (1 + len(toolchains)) + "|")
    for flags in FLAGS:
        print_row([f"`{flags}`", *(table.answer(toolchain, flags, emitted, targets) for toolchain in toolchains)])


def print_devices(table: Table) -> None:
    print_row(["device", "targets", "how it is run", *(f"`{flags}`" for flags in DEVICE_FLAGS)])
    print("|---" * (3 + len(DEVICE_FLAGS)) + "|")
    for device in runnable_devices():
        emitted, toolchain = table.emit(device.targets), Toolchain(device.name, (*ZIG, "-target", device.triple, "-s"))
        targets = [target for target in device.targets.split(",") if "x86" not in target or target in runnable_targets()]
        answers = [table.answer(toolchain, flags, emitted, targets, RUNNERS[device.triple]) for flags in DEVICE_FLAGS]
        print_row([f"`{device.name}`", ", ".join(f"`{target}`" for target in targets), device.tried, *answers])


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        table = Table(Path(folder))
        if "--devices" not in sys.argv:
            print_compilers(table)
            print()
        print_devices(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
