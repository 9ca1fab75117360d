"""Rows of a sweep in one file that survives whatever ends the sweep: SQLite, keyed by what a row depends on.

Tested by tests/python/test_library_sweep.py.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weebill.errors import OutputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = dict[str, Any]


class Results:
    """The rows of a sweep, in its order. A row that failed has its sentence in `error` and what is known besides.

    >>> results = Results(":memory:")
    >>> results.put("key", {"parameters": 10, "error": None})
    >>> [row["parameters"] for row in results.select(["key"])]
    [10]
    """

    def __init__(self, path: str | os.PathLike[str], keys: Sequence[str] | None = None) -> None:
        self.path = Path(path)
        self._keys = list(keys) if keys is not None else None
        try:
            self._database = sqlite3.connect(os.fspath(path), isolation_level=None)
            self._database.execute("PRAGMA busy_timeout = 10000")  # two sweeps may write into one file
            self._database.execute("CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, row TEXT NOT NULL)")
        except sqlite3.Error as error:
            raise OutputError(f"cannot use '{path}' as results: {error}") from None

    def put(self, key: str, row: Row) -> None:
        """Keep a row, at once."""
        try:
            self._database.execute("INSERT OR REPLACE INTO rows VALUES (?, ?)", (key, json.dumps(row)))
        except sqlite3.Error as error:
            raise OutputError(f"cannot write results to '{self.path}': {error}") from None

    def get(self, key: str) -> Row | None:
        """Give the row of a key, if it is there."""
        found = self._database.execute("SELECT row FROM rows WHERE key = ?", (key,)).fetchone()
        row: Row | None = json.loads(found[0]) if found else None
        return row

    def select(self, keys: Sequence[str]) -> Results:
        """Give some of the rows, in this order, with the same file behind them."""
        chosen = Results.__new__(Results)
        chosen.path, chosen._keys, chosen._database = self.path, list(keys), self._database
        return chosen

    def _all_keys(self) -> list[str]:
        if self._keys is not None:
            return self._keys
        return [key for (key,) in self._database.execute("SELECT key FROM rows ORDER BY rowid")]

    def __iter__(self) -> Iterator[Row]:
        for key in self._all_keys():
            if (row := self.get(key)) is not None:
                yield row

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        return list(self)

    @property
    def failures(self) -> list[Row]:
        """Rows that failed."""
        return [row for row in self if row["error"]]

    def columns(self) -> list[str]:
        """Give the names of all fields, in the order in which they come up."""
        return list(dict.fromkeys(name for row in self for name in row))

    def plot(self, kind: str = "pareto", **options: Any) -> Figure:  # noqa: ANN401
        """Draw the rows: see `weebill.plots.draw`. Needs matplotlib."""
        from weebill.plots import draw

        return draw(self.rows, kind, **options)

    def _repr_html_(self) -> str:
        import html

        names = self.columns()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_shown(row.get(name)))}</td>" for name in names) + "</tr>"
            for row in self
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
