"""The text that a model's chat template makes of a conversation, as the program puts it together.

Tested by tests/python/test_library_chat.py and tests/python/test_library_tools.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weebill.chat_changes import changed, changed_for_tool, is_for_tool
from weebill.errors import UsageError
from weebill.facts import Facts
from weebill.messages import spoken


def chat_text(facts: Facts, messages: Sequence[Mapping[str, Any]], answers: bool) -> str:
    """Give the text of a conversation: see `Model.chat_text`."""
    pieces = facts.chat_pieces
    if facts.system_prompt and not (messages and messages[0].get("role") == "system"):
        messages = [{"role": "system", "content": facts.system_prompt}, *messages]
    said = spoken(facts, messages)
    roles = [role for role, _ in said]
    text = "" if roles[:1] == ["system"] else pieces["before_first"]
    for index, (role, content) in enumerate(said):
        before = roles[index - 1] if index else None
        after = roles[index + 1] if index + 1 < len(roles) else None
        if role == "system" and before:
            raise UsageError("a system message comes before everything else")
        if role == "tool" and before not in ("assistant", "tool"):
            raise UsageError("a tool answers what the model has said, and it has said nothing")
        joins = f"_after_{before}" if role == "user" and before in ("system", "tool") else ""
        if role == "tool":
            text += pieces["tool_between" if before == "tool" else "tool_prefix"]
        else:
            text += pieces[f"{role}_prefix{joins}"]
        if is_for_tool(pieces, roles, index):
            text += changed_for_tool(pieces, content)
        else:
            text += changed(pieces, "user_after_system" if joins == "_after_system" else role, content)
        if (after or answers) and not (role == after == "tool"):
            text += pieces["assistant_suffix_for_tool" if role == "assistant" and after == "tool" else f"{role}_suffix"]
    return text + (pieces["answer_prefix"] if answers else "")
