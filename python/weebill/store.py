"""Builds that are kept: a folder for each, under a key that everything that decides it goes into.

Processes agree by locks on files, so that one of them builds and the others wait. A build appears whole or not at all.
The one that was used longest ago goes first when the folder grows beyond its limit; what a living model uses stays.
Tested by tests/python/test_library_store.py.
"""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from weebill.errors import Error, OutputError

_log = logging.getLogger("weebill")


def _default_root() -> Path:
    return Path(os.environ.get("WEEBILL_CACHE", Path.home() / ".cache" / "weebill")) / "builds"


class Store:
    """A folder of builds with a limit.

    Attributes:
        root: the folder; by default ~/.cache/weebill/builds, and $WEEBILL_CACHE moves ~/.cache/weebill.
        limit: bytes, 10 GB by default.
    """

    def __init__(self, root: str | os.PathLike[str] | None = None, limit: int = 10_000_000_000) -> None:
        self.root = Path(root) if root is not None else _default_root()
        self.limit = limit

    def get(self, key: str, make: Callable[[Path], None]) -> tuple[Path, IO[bytes]]:
        """Give the build of a key, made by `make(folder)` if it is not there.

        Returns:
            Its folder, and a lock that keeps it there until it is closed.

        Raises:
            OutputError: the folder cannot be written.
        """
        folder = self.root / key
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            while (lock := self._used(folder)) is None:
                with self._locked(key, fcntl.LOCK_EX):
                    if not folder.is_dir():
                        self._make(folder, make)
            os.utime(folder)
        except Error:
            raise
        except OSError as error:
            raise OutputError(f"cannot keep a build in '{self.root}': {error.strerror or error}") from error
        self._make_room(key)
        return folder, lock

    def _used(self, folder: Path) -> IO[bytes] | None:
        """Give a lock that keeps a build, if it is there."""
        if not folder.is_dir():  # and so nobody holds such a lock for long: who waits to build it gets its turn
            return None
        lock = self._lock(folder.name, fcntl.LOCK_SH)
        if folder.is_dir():
            return lock
        lock.close()  # room was made meanwhile
        return None

    def _make(self, folder: Path, make: Callable[[Path], None]) -> None:
        for left in self.root.glob(f"{folder.name}.part-*"):  # by a process that was killed: the lock is ours
            shutil.rmtree(left, ignore_errors=True)
        part = Path(tempfile.mkdtemp(prefix=folder.name + ".part-", dir=self.root))
        try:
            make(part)
            part.chmod(0o755)
            part.rename(folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def _lock(self, key: str, kind: int) -> IO[bytes]:
        lock = open(self.root / f"{key}.lock", "ab")  # noqa: SIM115
        try:
            fcntl.flock(lock, kind)
        except BaseException:
            lock.close()
            raise
        return lock

    @contextlib.contextmanager
    def _locked(self, key: str, kind: int) -> Iterator[None]:
        lock = self._lock(key, kind)
        try:
            yield
        finally:
            lock.close()

    def size(self) -> int:
        """Bytes of all builds."""
        return sum(_bytes_of(folder) for folder in self._builds())

    def _builds(self) -> list[Path]:
        """All builds, the one that was used longest ago first."""
        folders = [entry for entry in self.root.iterdir() if entry.is_dir() and ".part-" not in entry.name]
        return sorted(folders, key=_used_at)

    def _make_room(self, newest: str) -> None:
        total = self.size()
        for folder in self._builds():
            if total <= self.limit:
                return
            if folder.name == newest:
                continue
            try:
                with self._locked(folder.name, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    total -= _bytes_of(folder)
                    _log.info("forget the build %s", folder.name)
                    shutil.rmtree(folder, ignore_errors=True)
            except BlockingIOError:
                continue  # in use

    def clear(self) -> None:
        """Forget all builds that nobody uses."""
        if self.root.is_dir():
            limit, self.limit = self.limit, 0
            try:
                self._make_room("")
            finally:
                self.limit = limit


def _used_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _bytes_of(folder: Path) -> int:
    total = 0
    for file in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_size
    return total


def key_of(parts: dict[str, object]) -> str:
    """Give the key of a build: a hash of everything that decides it."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


class Digests:
    """Hashes of files, remembered for as long as a file has the size and the time that it had."""

    def __init__(self, root: Path) -> None:
        self._root = root / "digests"

    def of(self, path: Path) -> str:
        """Give the hash of a file, or of the files of a folder and their names."""
        if path.is_dir():
            names = sorted(file.name for file in path.iterdir() if file.is_file())
            return key_of({name: self.of(path / name) for name in names})
        state = path.stat()
        seen = [state.st_size, state.st_mtime_ns, state.st_ino]
        note = self._root / hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads(note.read_text())
            if known["seen"] == seen:
                return str(known["digest"])
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with contextlib.suppress(OSError):  # a note that is not kept costs time, nothing else
            self._root.mkdir(parents=True, exist_ok=True)
            part = note.with_name(f"{note.name}.{os.getpid()}")
            part.write_text(json.dumps({"seen": seen, "digest": digest}))
            part.replace(note)
        return digest
