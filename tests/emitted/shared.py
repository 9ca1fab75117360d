"""What is built once for the whole run, although several processes (pytest -n) ask for it: built under a lock, then only read."""

import fcntl
import hashlib
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest


def shared_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all processes of the run see. With pytest-xdist each one has a temporary folder of its own below the run's."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def make_once(path: Path, make: Callable[[], object]) -> Path:
    """Calls make(), which writes `path`, unless some process of the run has done so; the others wait. What failed is tried again by who asks next."""
    with open(f"{path}.lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() != "made":
            make()
            lock.write("made")
    return path


def short_hash(*parts: object) -> str:
    """A name for what `parts` decide."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def children_seconds() -> float:
    """Processor time of the programs that this process has run: what other processes do meanwhile does not count, as it would on a clock."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
