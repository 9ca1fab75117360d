"""Shapes of models that are only described: sizes, a schedule of blocks, and a seed for random weights.

Tested by tests/python/test_library_architecture.py.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from weebill import _compiler
from weebill.errors import InputError, UsageError

# Names of this class -> fields of docs/description.md.
_FIELDS = {"share_embedding": "tied_embeddings"}


@dataclass(frozen=True)
class Sharing:
    """How often, and in which order, stored blocks are visited: see `immediate`, `all_over` and `reverse`."""

    order: str
    times: int


def immediate(times: int) -> Sharing:
    """Visit each block several times in a row: 0 0 1 1 2 2."""
    return Sharing("immediate", times)


def all_over(times: int) -> Sharing:
    """Visit all blocks several times: 0 1 2 0 1 2."""
    return Sharing("all-over", times)


def reverse(times: int) -> Sharing:
    """Visit all blocks several times, every second time backwards: 0 1 2 2 1 0."""
    return Sharing("reverse", times)


@dataclass(frozen=True)
class Architecture:
    """The shape of a decoder-only transformer. It is checked when it is made.

    Attributes:
        model: width of the residual stream.
        layers: blocks that are stored.
        heads: query heads.
        key_value_heads: divides `heads`; None: as many.
        hidden: width of the feed-forward half.
        vocabulary: tokens.
        head_size: width of a head, even; None: `model / heads`.
        share_embedding: whether the head is the embedding matrix.
        schedule: the order in which blocks are visited: `immediate(2)`, `all_over(2)`, `reverse(2)`, or the block of
            each visit, counted from 0. None: each block once.
        context: positions that the model is made for.
        name: of the program.
        seed: of the random weights.
        more: other fields of docs/description.md: `{"rope_theta": 1e6, "qk_norm": "before_rope"}`.

    Raises:
        InputError: what the compiler says of a shape that cannot be.

    >>> small = Architecture(model=576, layers=30, heads=9, key_value_heads=3, hidden=1536, vocabulary=32000)
    >>> small.parameters
    124635456
    >>> small.replace(schedule=immediate(2)).visits
    60
    """

    model: int
    layers: int
    heads: int
    hidden: int
    vocabulary: int
    key_value_heads: int | None = None
    head_size: int | None = None
    share_embedding: bool = True
    schedule: Sharing | Sequence[int] | None = None
    context: int = 2048
    name: str = "architecture"
    seed: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.schedule, Sequence):
            object.__setattr__(self, "schedule", tuple(self.schedule))
        self._say(lambda: _compiler.count_parameters("architecture", self.description()))

    @staticmethod
    def presets() -> dict[str, "Architecture"]:
        """Give the shapes of published models, by name.

        >>> Architecture.presets()["mobilellm-ls-125m"].visits
        60
        """
        return {name: Architecture._of_fields(name, given) for name, given in _compiler.presets().items()}

    @staticmethod
    def preset(name: str) -> "Architecture":
        """Give the shape of a published model.

        Raises:
            UsageError: there is none of that name.
        """
        known = Architecture.presets()
        if name not in known:
            raise UsageError(f"preset: '{name}' is not one of {', '.join(known)}")
        return known[name]

    @staticmethod
    def _of_fields(name: str, given: dict[str, Any]) -> "Architecture":
        ours = {other: own for own, other in _FIELDS.items()} | {"blocks": "layers"}
        taken = {ours.get(key, key): value for key, value in given.items()}
        own = {f.name for f in fields(Architecture)}
        more = {key: taken.pop(key) for key in list(taken) if key not in own}
        return Architecture(name=name, more=more, **taken)

    def description(self) -> str:
        """Give the shape as a description (docs/description.md): JSON."""
        shape: dict[str, Any] = {"name": self.name, "layers" if self.schedule is None else "blocks": self.layers}
        if isinstance(self.schedule, Sharing):
            shape["sharing"] = {"order": self.schedule.order, "times": self.schedule.times}
        elif self.schedule is not None:
            shape["schedule"] = list(self.schedule)
        plain = (
            "model",
            "hidden",
            "heads",
            "key_value_heads",
            "head_size",
            "vocabulary",
            "context",
            "share_embedding",
            "seed",
        )
        for key in plain:
            if (value := getattr(self, key)) is not None:
                shape[_FIELDS.get(key, key)] = value
        return json.dumps(shape | self.more)

    def replace(self, **changes: object) -> "Architecture":
        """Give this shape with some fields changed, checked again."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def parameters(self) -> int:
        """Numbers that are stored: a shared block once, a shared embedding once."""
        return _compiler.count_parameters("architecture", self.description())

    @property
    def visits(self) -> int:
        """Blocks that a token goes through, each time counted."""
        if self.schedule is None:
            return self.layers
        return self.layers * self.schedule.times if isinstance(self.schedule, Sharing) else len(self.schedule)

    @staticmethod
    def _say(check: Callable[[], object]) -> None:
        """Let the compiler complain, without the place in a text that nobody wrote."""
        try:
            check()
        except InputError as error:
            raise InputError(re.sub(r"^architecture:\d+:\d+: ", "", str(error))) from None
