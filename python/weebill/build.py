"""What was made of a model: its facts, its files and its plan.

Tested by tests/python/test_library_compile.py.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cached_property
from typing import IO

from weebill import _compiler
from weebill.facts import Facts, Sizes
from weebill.files import Files
from weebill.recipe import Recipe


class Build:
    """A model that was compiled, before it runs: what `Model` tells of itself."""

    def __init__(
        self,
        facts: Facts,
        sizes: Sizes,
        files: Files,
        recipe: Recipe,
        plan: Callable[[], _compiler.Compiled],
        lock: IO[bytes],
    ) -> None:
        self.facts = facts
        self.sizes = sizes
        self.files = files
        self.recipe = recipe
        self._plan = plan
        self._lock = lock  # keeps the files

    @property
    def name(self) -> str:
        """The name of the program and its files."""
        return self.facts.name

    @property
    def context(self) -> int:
        """Tokens that a session holds."""
        return self.facts.context

    @property
    def source(self) -> str:
        """The emitted C++ file."""
        return self.files.source.read_text()

    @property
    def header(self) -> str:
        """The C interface."""
        return self.files.header.read_text()

    @property
    def report(self) -> str:
        """The compile report: a page of HTML."""
        return self.files.report.read_text()

    @cached_property
    def _compiled(self) -> _compiler.Compiled:
        return self._plan()

    def plan_now(self) -> None:
        """Read the model again for `ir` and `predict`, while its file is there. Otherwise they do it."""
        _ = self._compiled

    def ir(self, after: str) -> str:
        """Give the module of the lm dialect as text after a pass: `ir(after="lm-fuse-swiglu")`.

        Raises:
            InputError: there is no such pass; the sentence names those that there are.
        """
        return self._compiled.ir(after)

    def _repr_html_(self) -> str:
        frame = "width: 100%; height: 40em; border: 1px solid #8888"
        return f'<iframe srcdoc="{html.escape(self.report)}" style="{frame}" title="{html.escape(self.name)}"></iframe>'
