"""Emitted programs as objects: built once for each set of options, compiled once with each compiler, run as often as a test likes."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from shared import make_once, short_hash

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(os.environ.get("WEEBILL_BIN", ROOT / "build" / "release" / "bin"))
COMPILERS = ["g++", "clang++-22"]
# Makes the tables of a vocabulary and asks the runtime's tokenizer.
TOKENIZE_PROBE = [ROOT / "tests/unit/runtime/TokenizeProbe.cpp", *(ROOT / f"codegen/weights/{name}.cpp" for name in ("NormalForms", "TokenizerTables"))]
ARM_COMPILER = "aarch64-linux-gnu-g++"
ARM_EMULATOR = "qemu-aarch64-static"
CCACHE = ["ccache"] if shutil.which("ccache") else []
FLAGS = ["-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror"]  # and nothing else: no -march
FAST = [flag if flag != "-O2" else "-O0" for flag in FLAGS]  # to compile, where it is not the code that is tested


@cache
def runnable_targets() -> list[str]:
    """Targets with this machine's instructions, the best first, as `weebill targets` says; generic, which runs everywhere, only if there is no other."""
    listing = subprocess.run([BIN / "weebill", "targets", "--runs-here"], capture_output=True, text=True, check=True).stdout
    return [target for target in listing.split() if target != "generic"] or ["generic"]


def skip_without(*commands: str) -> None:
    """Skips the test that calls this, naming the first command that is not installed."""
    for command in commands:
        if shutil.which(command) is None:
            pytest.skip(f"{command} is not installed")


def run(*command, check: bool = True, **options) -> subprocess.CompletedProcess:
    """Runs a program, bounded in time; on failure its own words are in the message."""
    done = subprocess.run([str(c) for c in command], capture_output=True, timeout=600, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return done


def imported(model: Path) -> dict:
    """What the importer makes of a model's file or folder (tests/python/import_probe.cpp)."""
    return json.loads(run(BIN.parent / "tests" / "import_probe", "model", model).stdout)


def compile_object(compiler: Sequence[str], flags: Sequence[object], source: Path, made: Path) -> None:
    """Compiles through ccache: a run of the tests mostly emits what the run before did, and compilers took nine tenths of its time."""
    cached = CCACHE if "++" in Path(compiler[0]).name else []  # zig, which Python starts, has a cache of its own
    # In the source's folder, so that ccache finds what was compiled in the folder of another run.
    run(*cached, *compiler, *flags, "-c", source.name, "-o", made.absolute(), cwd=source.parent)


def compile_program(compiler: Sequence[str], flags: Sequence[object], sources: Sequence[Path], program: Path) -> None:
    """Compiles and links; `compiler` is the words that its command begins with."""
    objects = [program.with_name(f"{program.name}-{source.stem}.o") for source in sources]
    for source, made in zip(sources, objects, strict=True):
        compile_object(compiler, flags, source, made)
    run(*compiler, *flags, *objects, "-o", program)


def ids_text(ids: list[int]) -> str:
    return ",".join(map(str, ids))


@dataclass
class Program:
    """An emitted file, compiled. `runner` starts it: an emulator, for another CPU than this machine's."""

    binary: Path
    runner: tuple[str, ...] = ()

    def logits(self, ids: list[int], *options) -> np.ndarray:
        """Logits of every position, float32 [tokens][vocabulary]."""
        file = self.binary.with_name(f"{self.binary.name}-{os.getpid()}.npy")  # another process may run the same binary
        run(*self.runner, self.binary, "--tokens", ids_text(ids), "--logits", file, *options)
        return np.load(file)

    def run(self, *arguments, check: bool = True, **options) -> subprocess.CompletedProcess:
        return run(*self.runner, self.binary, *arguments, check=check, **options)

    def on(self, *runner: str) -> "Program":
        """The same program, started by `runner`."""
        return Program(self.binary, runner)

    def target(self, *options) -> str:
        """The target whose kernels it takes here."""
        return json.loads(self.run("--bench", "--json", "--prompt-tokens", "1", "--new-tokens", "1", "--threads", "1", *options).stdout)["target"]


@dataclass
class Emitted:
    """The folder that `weebill build --emit cpp` wrote."""

    folder: Path
    name: str

    @property
    def source(self) -> Path:
        return self.folder / f"{self.name}.cpp"

    def compile(self, compiler: str, *more_flags: str) -> Program:
        binary = self.folder / f"{self.name}-{short_hash(compiler, *more_flags)}"
        return Program(make_once(binary, lambda: compile_program([compiler], [*FLAGS, *more_flags], [self.source], binary)))

    def compile_beside_weights(self) -> Program:
        """Without optimization, where the program finds its weights by itself."""
        binary = self.folder / self.name
        return Program(make_once(binary, lambda: run("g++", *FAST, self.source, "-o", binary)))


class Builder:
    """Emitted folders below `folder`, which all processes of the run share: each model with each set of options once."""

    def __init__(self, folder: Path):
        self.folder = folder

    def emit(self, model: Path, *options: str) -> Emitted:
        folder = self.folder / short_hash(model, *options)
        make_once(folder, lambda: run(BIN / "weebill", "build", model, "-o", folder, "--emit", "cpp", *options))
        name = options[options.index("--name") + 1] if "--name" in options else model.stem
        return Emitted(folder, name)


def reference_logits(model: Path, ids: list[int], file: Path, *options: str, verify_passes: bool = True) -> np.ndarray:
    """Logits of the reference interpreter, float32 [tokens][vocabulary]. The passes that run before prove themselves: large models need minutes for it."""
    verify = ["--verify-passes"] if verify_passes else []
    run(BIN / "weebill-reference", model, "--tokens", ids_text(ids), "--logits", file, *verify, *options)
    return np.load(file)


def assert_same_bits(found: np.ndarray, expected: np.ndarray, what: str = "") -> None:
    """Equal to the bit; otherwise says where it first differs and by how much."""
    assert found.shape == expected.shape, f"{what}: {found.shape} is not {expected.shape}"
    if found.tobytes() == expected.tobytes():
        return
    token, word = np.argwhere(found.view(np.uint32) != expected.view(np.uint32))[0]
    differ = np.count_nonzero(found.view(np.uint32) != expected.view(np.uint32))
    raise AssertionError(
        f"{what}: {differ} of {found.size} logits differ; first at token {token}, id {word}: "
        f"{found[token, word]!r} is not {expected[token, word]!r}; greatest difference {np.abs(found - expected).max()}"
    )
