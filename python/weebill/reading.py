"""How a model's file is read: what counts as harmless, and what its chat template is given beside messages.

Tested by tests/python/test_library_reading.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypedDict

from weebill.store import Digests


class ReadingFields(TypedDict, total=False):
    """The fields of a `Reading`, as keywords."""

    ignored_fields: Sequence[str]
    date: str
    template_variables: Mapping[str, Any]
    tools: str | os.PathLike[str] | Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Reading:
    """How a model's file is read. What is left out is as the file has it.

    Attributes:
        ignored_fields: of config.json, or keys of a GGUF file, that are not known and change no number.
        date: the day that a chat template prints where it asks for today's: "2026-11-26".
        template_variables: of the chat template: `{"enable_thinking": False}`. Values as JSON has them.
        tools: that the model may call, for templates that present them: a list as `apply_chat_template` of
            transformers takes it, or the name of a JSON file that has one.
    """

    ignored_fields: Sequence[str] = ()
    date: str = ""
    template_variables: Mapping[str, Any] = field(default_factory=dict)
    tools: str | os.PathLike[str] | Sequence[Mapping[str, Any]] = ()

    @classmethod
    def taken_from(cls, keywords: dict[str, Any]) -> Reading:
        """Make one of the keywords that are its fields, which are taken out."""
        return cls(**{one.name: keywords.pop(one.name) for one in fields(cls) if one.name in keywords})

    def options(self) -> dict[str, object]:
        """Give what the compiler takes: fields that are not its defaults."""
        variables = [f"{name}={json.dumps(value)}" for name, value in self.template_variables.items()]
        path = isinstance(self.tools, str | os.PathLike)
        chosen: dict[str, object] = {
            "ignored_fields": list(self.ignored_fields),
            "date": self.date,
            "template_variables": variables,
            "tools": os.fspath(self.tools) if isinstance(self.tools, str | os.PathLike) else "",
            "tools_text": "" if path or not self.tools else json.dumps(self.tools),
        }
        return {name: value for name, value in chosen.items() if value}

    def content(self, digests: Digests) -> dict[str, object]:
        """Give what decides a build: as `options`, with a file's content instead of its name."""
        options = self.options()
        if "tools" in options and (path := Path(str(options["tools"]))).is_file():
            options["tools"] = digests.of(path)
        return options
