"""What is heard of a compilation: a bar on a terminal or in a notebook, the log, and a way to stop.

Tested by tests/python/test_library_compile.py.
"""

import logging
import sys
import threading
from typing import Any, Protocol

_log = logging.getLogger("weebill")


class Listener(Protocol):
    """Hears what the compiler does. An exception that leaves one of its functions ends the compilation."""

    def step(self, what: str) -> None:
        """Hears that a step begins."""

    def progress(self, done: int, of: int) -> None:
        """Hears how much of the step is done."""

    def note(self, text: str) -> None:
        """Hears something that the user should know and that stops nothing."""

    def cancelled(self) -> bool:
        """Says whether to stop."""


class Progress:
    """The listener that `compile` has by itself: notes go to the log "weebill", steps to a bar if one can be seen."""

    def __init__(self, shown: bool | None = None, stop: threading.Event | None = None) -> None:
        """Begin.

        Args:
            shown: whether there is a bar; None: on a terminal and in a notebook.
            stop: ends the work when it is set, with `weebill.Cancelled`.
        """
        self._bar: Any = _bar() if _visible(shown) else None
        self._stop = stop

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()

    def step(self, what: str) -> None:
        """Begin a step."""
        _log.info("%s", what)
        if self._bar is not None:
            self._bar.reset()
            self._bar.set_description(what)

    def progress(self, done: int, of: int) -> None:
        """Draw how much of the step is done."""
        if self._bar is not None and of > 0:
            self._bar.update(done / of - self._bar.n)

    def note(self, text: str) -> None:
        """Log a note."""
        _log.info("note: %s", text)

    def cancelled(self) -> bool:
        """Say whether to stop."""
        return self._stop is not None and self._stop.is_set()


def _visible(shown: bool | None) -> bool:
    return "ipykernel" in sys.modules or sys.stderr.isatty() if shown is None else shown


def _bar() -> Any:  # noqa: ANN401
    from tqdm.auto import tqdm  # takes a while to import, and most programs have no bar

    return tqdm(total=1.0, desc="weebill", leave=False, bar_format="{desc}: {bar}| {elapsed}")


def counting_bar(total: int, shown: bool | None) -> Any:  # noqa: ANN401
    """Give a bar of so many things, with `update`, to be used with `with`."""
    from tqdm.auto import tqdm

    return tqdm(total=total, desc="sweep", disable=not _visible(shown))
