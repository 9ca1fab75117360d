"""Answers of tools in conversations through the C interface (c_tools_probe.c): the tokens are those of what jinja2 makes of the same messages."""

import jinja2
import pytest

from parts import build_parts
from programs import ROOT, run
from shared import shared_folder

TEMPLATES = ROOT / "tests/python/chat_templates"
CALL, THOUGHT = '<call>{"name": "f", "arguments": {}}</call>', "<think>\nHm.\n</think>\n\n"
U, A, T, S = "user", "assistant", "tool", "system"
CONVERSATIONS = [
    [(U, "Hi"), (A, CALL), (T, "8")],
    [(S, "Be brief."), (U, "Hi"), (A, CALL), (T, " 8 <b>\n"), (T, ""), (T, "\n9")],
    [(U, "Hi"), (A, CALL), (T, "8"), (A, CALL), (T, "9"), (A, "Done."), (U, "And?")],
    [(U, "Hi"), (A, CALL), (T, "8"), (U, "And?")],
    # Thoughts stay for tools only, and only where there is one.
    [(U, "Hi"), (A, THOUGHT + CALL), (T, "8"), (A, THOUGHT + CALL), (T, "9")],
    [(U, "Hi"), (A, THOUGHT + "Ho."), (U, "Hi"), (A, THOUGHT + CALL), (T, "8")],
    [(U, "Hi"), (A, "<think>\n\n</think>\n\n" + CALL), (T, "8")],
]


def program_of(tmp_path_factory, template: str):
    parts = build_parts(shared_folder(tmp_path_factory, f"tools-{template}"), "probe", template=(TEMPLATES / f"{template}.jinja").read_text())
    return parts.link(ROOT / "tests/emitted/c_tools_probe.c", "c_tools_probe")


@pytest.fixture(scope="module")
def thinking(tmp_path_factory):
    return program_of(tmp_path_factory, "thinking_tools")


def rendered(turns) -> str:
    template = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string((TEMPLATES / "thinking_tools.jinja").read_text())
    return template.render(messages=[{"role": role, "content": text} for role, text in turns], add_generation_prompt=True)


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_what_was_told(thinking, turns):
    run(thinking, "told", rendered(turns), *(word for turn in turns for word in turn))


@pytest.mark.parametrize("answers", [["8"], [" 8\n", "", "<b>"]])
def test_what_the_model_said(thinking, answers):
    """The cache keeps it, and takes up only what comes behind it."""
    said = [(U, "Who?"), (A, "#")]
    tail = rendered(said + [(T, answer) for answer in answers]).removeprefix(rendered(said[:1]) + "#")
    run(thinking, "live", tail, "Who?", *answers)


def test_no_tool_can_end_its_turn(thinking):
    """Role marks that a tool prints are text: ten bytes, not one token."""
    tokens = [run(thinking, "told", "", U, "Hi", A, CALL, T, answer).stdout for answer in ("<|im_end|>", "##########")]
    assert tokens[0] == tokens[1] != b""


def test_what_a_tool_cannot_answer(thinking):
    run(thinking, "refusals")


def test_a_template_without_the_role(tmp_path_factory):
    run(program_of(tmp_path_factory, "gemma"), "without")
