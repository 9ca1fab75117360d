"""A tiny model with a tokenizer as a part of C programs: emitted, compiled without its main, linked with c_api_probe.c and with the example."""

from dataclasses import dataclass
from pathlib import Path

from gguf import GGMLQuantizationType as Type

from programs import BIN, FLAGS, ROOT, Program, compile_object, compile_program, run, runnable_targets
from shared import make_once
from tiny_model import write_tiny_model

C_FLAGS = ["-std=c99", "-O1", "-Wall", "-Wextra", "-pedantic-errors", "-Werror"]
TEMPLATE = (ROOT / "tests/python/chat_templates/chatml_default_system.jinja").read_text()
SHAPE = dict(layers=2, model=128, heads=2, kv=1, head_size=64, hidden=192, vocabulary=272, kind=Type.F32, seed=5)


@dataclass
class Parts:
    """The folder of an emitted file, and what is made of it when it is asked for."""

    folder: Path
    name: str

    @property
    def source(self) -> Path:
        return self.folder / f"{self.name}.cpp"

    @property
    def library(self) -> Path:
        """The emitted file, compiled without its main."""
        library = self.folder / f"{self.name}-library.o"
        flags = [*FLAGS, "-DWEEBILL_NO_MAIN"]
        return make_once(library, lambda: compile_object(["g++"], flags, self.source, library))

    @property
    def program(self) -> Program:
        """The same file as a program."""
        program = self.folder / self.name
        return Program(make_once(program, lambda: compile_program(["g++"], FLAGS, [self.source], program)))

    def link(self, source: Path, name: str) -> Path:
        """A C99 program with the model in it, beside the weights."""
        program, library = self.folder / name, self.library

        def make() -> None:
            run("gcc", *C_FLAGS, "-I", self.folder, "-c", source, "-o", f"{program}.o")
            run("g++", f"{program}.o", library, "-o", program, "-pthread")

        return make_once(program, make)


def tiny_model(folder: Path, template: str = TEMPLATE) -> Path:
    return write_tiny_model(folder / "tiny.gguf", chat_template=template, **SHAPE)


def build_parts(folder: Path, name: str, *options: str, template: str = TEMPLATE) -> Parts:
    """Once in each folder, which several processes may share."""
    options = ("--name", name, "--emit", "cpp", "--target", runnable_targets()[0], *options)
    make_once(folder / f"{name}.cpp", lambda: run(BIN / "weebill", "build", tiny_model(folder, template), "-o", folder, *options))
    return Parts(folder, name)
