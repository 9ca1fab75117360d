"""Programs for other machines than this one: which there are, what makes them, and what comes of it.

Tested by tests/python/test_library_devices.py.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

from weebill import _compiler
from weebill.errors import UsageError
from weebill.facts import Facts, Sizes


@dataclass(frozen=True)
class DeviceProgram:
    """A program for a device, made by `weebill.compile(model, device=...)`. It needs no other file but its weights.

    Attributes:
        device: its name.
        facts: shape, tokens, recipe, targets.
        sizes: bytes, known before it runs.
        program: the program, in the folder of the cache.
        weights: its weights file, which belongs beside it.
    """

    device: str
    facts: Facts
    sizes: Sizes
    program: Path
    weights: Path
    _lock: IO[bytes] = field(repr=False)  # keeps the files

    def copy_to(self, folder: str | os.PathLike[str]) -> Path:
        """Copy the program and its weights into a folder, which is made if it is missing, and give the program's path.

        Raises:
            OSError: it cannot be written.
        """
        into = Path(folder)
        into.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.weights, into)
        return Path(shutil.copy(self.program, into))


def devices() -> list[dict[str, Any]]:
    """Give the machines that programs can be made for: name, description, targets, triple, what tests do with them.

    >>> [device["suffix"] for device in devices() if device["name"] == "wasi"]
    ['.wasm']
    """
    return _compiler.devices()


def device_named(name: str) -> dict[str, Any]:
    """Give the device of a name.

    Raises:
        UsageError: there is none; the sentence names those that there are.
    """
    known = {device["name"]: device for device in devices()}
    if name not in known:
        raise UsageError(f"device: '{name}' is not one of {', '.join(known)}")
    return known[name]


@cache
def packaged_zig() -> str:
    """Give the path of zig from PyPI's package ziglang in this Python; "" if it is not installed."""
    package = importlib.util.find_spec("ziglang")
    zig = Path(package.origin).with_name("zig") if package and package.origin else None
    return os.fspath(zig) if zig and zig.exists() else ""
