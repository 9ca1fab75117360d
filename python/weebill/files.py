"""The files of a build.

Tested by tests/python/test_library_compile.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Files:
    """The files of a build: what `weebill build` writes, and the source compiled as a shared library."""

    source: Path
    header: Path
    weights: Path
    report: Path
    library: Path

    @staticmethod
    def of(folder: Path, name: str) -> Files:
        """Give the files of a folder."""
        return Files(*(folder / f"{name}{suffix}" for suffix in (".cpp", ".h", ".weights", ".report.html", ".so")))
