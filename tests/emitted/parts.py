"""A tiny model with a tokenizer as a part of C programs: emitted, compiled without its main, linked with c_api_probe.c and with the example."""

from dataclasses import dataclass
from pathlib import Path

from gguf import GGMLQuantizationType as Type

from programs import BIN, FLAGS, ROOT, Program, run, runnable_targets
from tiny_model import write_tiny_model

C_FLAGS = ["-std=c99", "-O1", "-Wall", "-Wextra", "-pedantic-errors", "-Werror"]
TEMPLATE = (ROOT / "tests/python/chat_templates/chatml_default_system.jinja").read_text()
SHAPE = dict(layers=2, model=128, heads=2, kv=1, head_size=64, hidden=192, vocabulary=272, kind=Type.F32, seed=5)


@dataclass
class Parts:
    folder: Path
    model: Path  # the GGUF file
    library: Path  # the emitted file, compiled without its main
    program: Program  # the same file as a program

    def link(self, source: Path, name: str, *options) -> Path:
        """A C99 program with the model in it, beside the weights."""
        run("gcc", *C_FLAGS, *options, "-I", self.folder, "-c", source, "-o", self.folder / f"{name}.o")
        run("g++", self.folder / f"{name}.o", self.library, "-o", self.folder / name, "-pthread")
        return self.folder / name


def build_parts(folder: Path, name: str, *options: str) -> Parts:
    model = write_tiny_model(folder / "tiny.gguf", chat_template=TEMPLATE, **SHAPE)
    target = runnable_targets()[0]
    run(BIN / "weebill", "build", model, "-o", folder, "--name", name, "--emit", "cpp", "--target", target, *options)
    source, library, program = folder / f"{name}.cpp", folder / f"{name}-library.o", folder / name
    run("g++", *FLAGS, "-DWEEBILL_NO_MAIN", "-c", source, "-o", library, cwd=folder)
    run("g++", *FLAGS, source, "-o", program, cwd=folder)
    return Parts(folder, model, library, Program(program))
