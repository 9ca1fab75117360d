"""What is said in a conversation, by whom, and what becomes of it before the chat template's words stand around it.

Tested by tests/python/test_library_tools.py and tests/python/test_library_chat.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

from weebill.chat_changes import changed
from weebill.errors import UsageError
from weebill.facts import Facts

Role = Literal["system", "user", "assistant", "tool"]
ROLES: tuple[Role, ...] = ("system", "user", "assistant", "tool")  # in the order of the C interface


class Message(TypedDict):
    """What somebody says in a conversation.

    Attributes:
        role: "system", which comes first; "user"; "assistant"; "tool": what a tool answers to the assistant's call.
        content: the text. An answer of the assistant may have its calls in it, as the model wrote them.
        tool_calls: of the assistant, in the place of that, as transformers and OpenAI have them: each is
            `{"function": {"name": "add", "arguments": {"a": 1}}}`, the arguments as a dictionary or as JSON.
    """

    role: Role
    content: str | None
    tool_calls: NotRequired[Sequence[Mapping[str, Any]]]


def require_role(facts: Facts, role: str) -> Role:
    """Give the role, or raise UsageError where the model's chat template has no such one."""
    for known in ROLES:
        if role == known:
            break
    else:
        raise UsageError(f"role: '{role}' is not one of {', '.join(ROLES)}")
    if known == "tool" and (problem := facts.chat_pieces["tool_problem"]):
        raise UsageError(f"the model's chat template has no role for tools: {problem}")
    return known


def spoken(facts: Facts, messages: Sequence[Mapping[str, Any]]) -> list[tuple[Role, str]]:
    """Give who says what, as `Session.say` takes it: calls of tools stand in the text."""
    said: list[tuple[Role, str]] = []
    for message in messages:
        role, text = require_role(facts, message.get("role", "")), message.get("content") or ""
        if calls := message.get("tool_calls"):
            if role != "assistant":
                raise UsageError(f"tool_calls: only the assistant calls tools, not the role '{role}'")
            text = _with_calls(facts, text, calls)
        said.append((role, text))
    return said


def _with_calls(facts: Facts, text: str, calls: Sequence[Mapping[str, Any]]) -> str:
    """Give the text of an answer with calls as the model would have written it."""
    pieces = facts.chat_pieces
    problem = pieces["call_problem"]
    if not problem and len(calls) > 1 and pieces["calls"] == "one":
        problem = "the chat template takes one call in an answer"
    if not problem and text and pieces["call_beside_text"] == "no":
        problem = "the chat template takes no text beside a call"
    if problem:
        raise UsageError(f"tool_calls: {problem}; put the calls into the content, as the model wrote them")
    text += pieces["call_after_text"] if changed(pieces, "assistant", text) else ""
    return text + pieces["call_between"].join(_call_text(pieces, call) for call in calls)


def _call_text(pieces: Mapping[str, str], call: Mapping[str, Any]) -> str:
    function = call.get("function", call)
    if not isinstance(function, Mapping) or not isinstance(name := function.get("name"), str):
        raise UsageError(f"tool_calls: {call!r} has no name of a function")
    arguments = function.get("arguments", {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError as error:
            raise UsageError(f"tool_calls: the arguments of '{name}' are no JSON: {error}") from None
    if not isinstance(arguments, Mapping):
        raise UsageError(f"tool_calls: the arguments of '{name}' are no dictionary")
    written = json.dumps(dict(arguments), ensure_ascii=False)
    return f"{pieces['call_prefix']}{name}{pieces['call_middle']}{written}{pieces['call_suffix']}"
