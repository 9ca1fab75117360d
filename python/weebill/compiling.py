"""From a model to a compiled one, through a cache that knows builds by what decides them.

Tested by tests/python/test_library_compile.py.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Unpack, overload

from weebill import _compiler
from weebill.architecture import Architecture
from weebill.devices import DeviceProgram, device_named, packaged_zig
from weebill.errors import NoCompilerError
from weebill.facts import facts_of
from weebill.files import Files
from weebill.model import Model
from weebill.progress import Listener, Progress
from weebill.reading import Reading, ReadingFields
from weebill.recipe import Recipe, RecipeFields
from weebill.store import Digests, Store, key_of

_log = logging.getLogger("weebill")
_FACTS = "facts.json"


class Choices(RecipeFields, ReadingFields, total=False):
    """The fields of a `Recipe` and of a `Reading`, as keywords of `compile`."""


def plan(
    model: str | os.PathLike[str] | Architecture,
    recipe: Recipe,
    target: str | Sequence[str] = "native",
    name: str = "",
    listener: Listener | None = None,
    reading: Reading | None = None,
) -> _compiler.Compiled:
    """Read a model and plan it; no weight is packed and no C++ is made.

    Raises:
        InputError: of the model, or of a recipe that does not fit it.
        UsageError: of a recipe that contradicts itself.
    """
    options: dict[str, Any] = recipe.options() | (reading or Reading()).options()
    options["targets"] = [target] if isinstance(target, str) else list(target)
    if name:
        options["name"] = name
    if isinstance(model, Architecture):
        return _compiler.compile(
            options | {"model": model.name}, model.description(), listener or Progress(shown=False)
        )
    return _compiler.compile(options | {"model": os.fspath(model)}, "", listener or Progress(shown=False))


@overload
def compile(
    model: str | os.PathLike[str] | Architecture,
    recipe: Recipe | None = None,
    *,
    target: str = "native",
    device: None = None,
    name: str = "",
    threads: int = 0,
    compiler: str = "",
    progress: bool | Listener | None = None,
    stop: threading.Event | None = None,
    store: Store | None = None,
    **changes: Unpack[Choices],
) -> Model: ...
@overload
def compile(
    model: str | os.PathLike[str] | Architecture,
    recipe: Recipe | None = None,
    *,
    target: str = "native",
    device: str,
    name: str = "",
    threads: int = 0,
    compiler: str = "",
    progress: bool | Listener | None = None,
    stop: threading.Event | None = None,
    store: Store | None = None,
    **changes: Unpack[Choices],
) -> DeviceProgram: ...
def compile(
    model: str | os.PathLike[str] | Architecture,
    recipe: Recipe | None = None,
    *,
    target: str = "native",
    device: str | None = None,
    name: str = "",
    threads: int = 0,
    compiler: str = "",
    progress: bool | Listener | None = None,
    stop: threading.Event | None = None,
    store: Store | None = None,
    **changes: Unpack[Choices],
) -> Model | DeviceProgram:
    """Compile a model, or find it compiled already.

    Args:
        model: a GGUF file, a Hugging Face folder, a description (.json), a preset's name, or an `Architecture`.
        recipe: how it is stored and computed; None: the compiler's defaults.
        target: "native", or a name of `weebill.targets()`.
        device: a name of `weebill.devices()`: makes a program for it instead of a model that runs here; `target`
            then chooses one CPU of those that it may have. Needs zig (`pip install weebill[compiler]`).
        name: of the program and its files; "": from the model.
        threads: of each session; 0: all that this process may use.
        compiler: the C++ compiler; "": the first of c++, g++, clang++, zig.
        progress: a listener, or whether there is a bar; None: where somebody can see it.
        stop: ends the work when it is set.
        store: where builds are kept; None: ~/.cache/weebill/builds.
        changes: fields of the recipe: `weights="f32"`; and of a `Reading`, how the model's file is read:
            `template_variables={"enable_thinking": False}`, `date`, `tools`, `ignored_fields`.

    Raises:
        InputError, UsageError: the compiler's sentence.
        NoCompilerError: there is no C++ compiler.
        OutputError: the cache cannot be written.
        Cancelled: `stop` was set.

    >>> model = compile(Architecture(model=64, layers=1, heads=1, hidden=64, vocabulary=80), context=16)
    >>> model.logits([1, 2, 3]).shape
    (3, 80)
    """
    keywords: dict[str, Any] = dict(changes)
    reading = Reading.taken_from(keywords)
    recipe = (recipe or Recipe()).replace(**keywords)
    store = store or Store()
    listener = Progress(progress, stop) if progress is None or isinstance(progress, bool) else progress
    row = device_named(device) if device is not None else None
    targets = row["targets"] if row and target == "native" else [target]
    host = find_compiler(compiler, device or "", targets)
    content = _content_of(model, store)
    if content is None:  # no such file: the compiler has the sentence for it
        plan(model, recipe, targets, name, listener, reading)
    key = key_of(
        {
            "compiler": compiler_digest(),
            "model": content,
            "called": _name_of(model, name),
            "recipe": asdict(recipe),
            "files": recipe.contents(Digests(store.root)),
            "reading": reading.content(Digests(store.root)),
            "target": targets,
            "device": device,
            "caches": _compiler.native_caches() if targets == ["native"] else None,  # the source tells what they keep
            "native": _compiler.native_target() if targets == ["native"] else None,
            "host": [host, os.stat(host[0]).st_mtime_ns],
        }
    )

    def make(folder: Path) -> None:
        compiled = plan(model, recipe, targets, name, listener, reading)
        compiled.write_files(folder, listener)
        told = compiled.facts()
        files = Files.of(folder, told["name"])
        if row:
            _compiler.compile_program(host, files.source, folder / f"{told['name']}{row['suffix']}", listener)
        else:
            _compiler.compile_library(host, files.source, files.library, listener)
        (folder / _FACTS).write_text(json.dumps(told))

    folder, lock = _kept(store, key, make, listener)
    facts, sizes = facts_of(json.loads((folder / _FACTS).read_text()))
    _log.info("%s is in %s", facts.name, folder)
    files = Files.of(folder, facts.name)
    if row:
        return DeviceProgram(row["name"], facts, sizes, folder / f"{facts.name}{row['suffix']}", files.weights, lock)
    again = functools.partial(plan, model, recipe, targets, name, reading=reading)
    return Model(facts, sizes, files, recipe, again, lock, threads)


def _kept(store: Store, key: str, make: Callable[[Path], None], listener: Listener) -> tuple[Path, IO[bytes]]:
    """Give the build of a key and what keeps it, made if it is not there; a bar ends with it."""
    try:
        return store.get(key, make)
    finally:
        if isinstance(listener, Progress):
            listener.close()


def find_compiler(named: str = "", device: str = "", targets: Sequence[str] = ("native",)) -> list[str]:
    """Give the words that a command of a C++ compiler begins with.

    Raises:
        InputError: the named one, or the device's, does not exist.
        NoCompilerError: there is none.
    """
    if found := _compiler.find_compiler(named, device, targets, packaged_zig()):
        return found
    raise NoCompilerError(
        "there is no C++ compiler here (c++, g++, clang++, zig): install one, pip install weebill[compiler], "
        "or name it with compiler="
    )


def _name_of(model: str | os.PathLike[str] | Architecture, name: str) -> str:
    """Give what the program's name and its opening comment come from."""
    return name or (model.name if isinstance(model, Architecture) else Path(model).name)


def _content_of(model: str | os.PathLike[str] | Architecture, store: Store) -> str | None:
    """Give what a model is, whatever its file is called; None if there is no such file."""
    if isinstance(model, Architecture):
        return model.description()
    path = Path(model)
    if path.exists():
        return Digests(store.root).of(path)
    preset = _compiler.presets().get(os.fspath(model))
    return json.dumps(preset) if preset else None


@functools.cache
def compiler_digest() -> str:
    """Give the hash of this compiler: another version makes other files."""
    return Digests(Store().root).of(Path(_compiler.__file__))
