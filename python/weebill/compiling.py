"""From a model to a compiled one, through a cache that knows builds by what decides them.

Tested by tests/python/test_library_compile.py.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Unpack

from weebill import _compiler
from weebill.architecture import Architecture
from weebill.errors import NoCompilerError
from weebill.facts import facts_of
from weebill.model import Files, Model
from weebill.progress import Listener, Progress
from weebill.recipe import Recipe, RecipeFields
from weebill.store import Digests, Store, key_of

_log = logging.getLogger("weebill")
_FACTS = "facts.json"


def plan(
    model: str | os.PathLike[str] | Architecture,
    recipe: Recipe,
    target: str = "native",
    name: str = "",
    listener: Listener | None = None,
) -> _compiler.Compiled:
    """Read a model and plan it; no weight is packed and no C++ is made.

    Raises:
        InputError: of the model, or of a recipe that does not fit it.
        UsageError: of a recipe that contradicts itself.
    """
    options: dict[str, Any] = recipe.options() | {"targets": [target]}
    if name:
        options["name"] = name
    if isinstance(model, Architecture):
        return _compiler.compile(
            options | {"model": model.name}, model.description(), listener or Progress(shown=False)
        )
    return _compiler.compile(options | {"model": os.fspath(model)}, "", listener or Progress(shown=False))


def compile(
    model: str | os.PathLike[str] | Architecture,
    recipe: Recipe | None = None,
    *,
    target: str = "native",
    name: str = "",
    threads: int = 0,
    compiler: str = "",
    progress: bool | Listener | None = None,
    stop: threading.Event | None = None,
    store: Store | None = None,
    **changes: Unpack[RecipeFields],
) -> Model:
    """Compile a model, or find it compiled already.

    Args:
        model: a GGUF file, a Hugging Face folder, a description (.json), a preset's name, or an `Architecture`.
        recipe: how it is stored and computed; None: the compiler's defaults.
        target: "native", or a name of `weebill.targets()`.
        name: of the program and its files; "": from the model.
        threads: of each session; 0: all that this process may use.
        compiler: the C++ compiler; "": the first of c++, g++, clang++.
        progress: a listener, or whether there is a bar; None: where somebody can see it.
        stop: ends the work when it is set.
        store: where builds are kept; None: ~/.cache/weebill/builds.
        changes: fields of the recipe: `weights="f32"`.

    Raises:
        InputError, UsageError: the compiler's sentence.
        NoCompilerError: there is no C++ compiler.
        OutputError: the cache cannot be written.
        Cancelled: `stop` was set.

    >>> model = compile(Architecture(model=64, layers=1, heads=1, hidden=64, vocabulary=80), context=16)
    >>> model.logits([1, 2, 3]).shape
    (3, 80)
    """
    recipe = (recipe or Recipe()).replace(**changes)
    store = store or Store()
    listener = Progress(progress, stop) if progress is None or isinstance(progress, bool) else progress
    host = find_compiler(compiler)
    content = _content_of(model, store)
    if content is None:  # no such file: the compiler has the sentence for it
        plan(model, recipe, target, name, listener)
    key = key_of(
        {
            "compiler": compiler_digest(),
            "model": content,
            "called": _name_of(model, name),
            "recipe": asdict(recipe),
            "target": target,
            "caches": _compiler.native_caches() if target == "native" else None,  # the source tells what they keep
            "native": _compiler.native_target() if target == "native" else None,
            "host": [host, os.stat(host).st_mtime_ns],
        }
    )

    def make(folder: Path) -> None:
        compiled = plan(model, recipe, target, name, listener)
        compiled.write_files(folder, listener)
        told = compiled.facts()
        files = Files.of(folder, told["name"])
        _compiler.compile_library(host, files.source, files.library, listener)
        (folder / _FACTS).write_text(json.dumps(told))

    try:
        folder, lock = store.get(key, make)
    finally:
        if isinstance(listener, Progress):
            listener.close()
    facts, sizes = facts_of(json.loads((folder / _FACTS).read_text()))
    _log.info("%s is in %s", facts.name, folder)
    return Model(
        facts, sizes, Files.of(folder, facts.name), recipe, lambda: plan(model, recipe, target, name), lock, threads
    )


def find_compiler(named: str = "") -> str:
    """Give the path of a C++ compiler.

    Raises:
        InputError: the named one does not exist.
        NoCompilerError: there is none.
    """
    if found := _compiler.find_compiler(named):
        return found
    raise NoCompilerError("there is no C++ compiler here (c++, g++, clang++): install one, or name it with compiler=")


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


@cache
def compiler_digest() -> str:
    """Give the hash of this compiler: another version makes other files."""
    return Digests(Store().root).of(Path(_compiler.__file__))
