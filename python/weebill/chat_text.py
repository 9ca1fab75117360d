"""The text that a model's chat template makes of a conversation, as the program puts it together.

Tested by tests/python/test_library_chat.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from weebill.errors import UsageError
from weebill.facts import Facts
from weebill.session import Role

_STRIPS: dict[str, Callable[[str], str]] = {
    "Nothing": lambda text: text,
    "LineEndsBefore": lambda text: text.lstrip("\n"),
    "LineEnds": lambda text: text.strip("\n"),
    "SpacesBefore": str.lstrip,
    "SpacesAfter": str.rstrip,
    "Spaces": str.strip,
}  # what chat templates take away from what is said


class Message(TypedDict):
    """What somebody says in a conversation."""

    role: Role
    content: str


def chat_text(facts: Facts, messages: Sequence[Mapping[str, str]], answers: bool) -> str:
    """Give the text of a conversation: see `Model.chat_text`."""
    pieces = facts.chat_pieces
    if facts.system_prompt and not (messages and messages[0]["role"] == "system"):
        messages = [{"role": "system", "content": facts.system_prompt}, *messages]
    text = "" if messages and messages[0]["role"] == "system" else pieces["before_first"]
    for index, message in enumerate(messages):
        role, content = message["role"], message["content"]
        if f"{role}_suffix" not in pieces:
            raise UsageError(f"role: '{role}' is not one of system, user, assistant")
        if role == "system" and index > 0:
            raise UsageError("a system message comes before everything else")
        after = "_after_system" if role == "user" and index == 1 and messages[0]["role"] == "system" else ""
        content = _STRIPS[pieces[f"strips_{role}{after}"]](content)
        if role == "assistant" and pieces["thought_end"] and pieces["thought_end"] in content:
            content = _STRIPS[pieces["strips_after_thought"]](content.rpartition(pieces["thought_end"])[2])
        text += pieces[f"{role}_prefix{after}"] + content
        text += pieces[f"{role}_suffix"] if answers or index + 1 < len(messages) else ""
    return text + (pieces["answer_prefix"] if answers else "")
