"""What a chat template changes of what is said: white space, thoughts, answers of tools that become JSON.

Tested by tests/python/test_library_chat.py and tests/python/test_library_tools.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

_CHANGES: dict[str, Callable[[str], str]] = {
    "Nothing": lambda text: text,
    "LineEndsBefore": lambda text: text.lstrip("\n"),
    "LineEnds": lambda text: text.strip("\n"),
    "SpacesBefore": str.lstrip,
    "SpacesAfter": str.rstrip,
    "Spaces": str.strip,
    "Json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],  # its quotes are in the pieces
}


def changed(pieces: Mapping[str, str], role: str, text: str) -> str:
    """Give what is said as it stands between the template's words. A role may be "user_after_system"."""
    text = _CHANGES[pieces[f"strips_{role}"]](text)
    if role == "assistant" and pieces["thought_end"] and pieces["thought_end"] in text:
        text = _CHANGES[pieces["strips_after_thought"]](text.rpartition(pieces["thought_end"])[2])
    return text


def changed_for_tool(pieces: Mapping[str, str], text: str) -> str:
    """Give an answer as it stands where a tool has answered, and the template keeps its thought for that."""
    if pieces["thought_end"] in text:
        thought = text.rpartition(pieces["thought_end"])[0].strip()
        if thought.removeprefix(pieces["thought_begin"]).strip():
            return _CHANGES[pieces["strips_assistant"]](text)
    return pieces["no_thought"] + changed(pieces, "assistant", text)


def is_for_tool(pieces: Mapping[str, str], roles: Sequence[str], index: int) -> bool:
    """Whether what these roles say has such an answer there."""
    if pieces["kept_thoughts"] == "None" or roles[index] != "assistant" or roles[index + 1 : index + 2] != ["tool"]:
        return False
    return pieces["kept_thoughts"] == "Always" or "user" not in roles[index:]
