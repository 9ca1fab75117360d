"""Tools in conversations: what `chat_text` and sessions make of them is what jinja2 makes of the same messages."""

from pathlib import Path

import pytest

import chat_reference
import weebill

TEMPLATES = Path(__file__).parent / "chat_templates"
SOURCE = (TEMPLATES / "thinking_tools.jinja").read_text()
CALLS = [{"type": "function", "function": {"name": "f", "arguments": {"city": "Zürich", "days": [1, 2]}}}, {"function": {"name": "g", "arguments": "{}"}}]
THOUGHT = "<think>\nHm.\n</think>\n\n"


def user(text="Hi"):
    return {"role": "user", "content": text}


def said(text, calls=None):
    return {"role": "assistant", "content": text} | ({"tool_calls": calls} if calls else {})


def tool(text="8"):
    return {"role": "tool", "content": text, "tool_call_id": "1"}


CONVERSATIONS = [
    [user(), said("", CALLS[:1]), tool()],
    [user(), said(None, CALLS[:1]), tool(), tool(" 9\n"), user("And?")],
    [{"role": "system", "content": "Be brief."}, user(), said("So:", CALLS), tool(), tool(), said("Done."), user("And?")],
    [user(), said(THOUGHT, CALLS), tool(), said(THOUGHT + "So:", CALLS[:1]), tool()],
    [user(), said(THOUGHT, CALLS), tool(), said(THOUGHT + "Done."), user("And?"), said(THOUGHT, CALLS), tool()],
    [user(), said('<call>{"name": "f"}</call>'), tool()],
]


def made(folder, template, name):
    from parts import SHAPE
    from tiny_model import write_tiny_model

    return weebill.compile(write_tiny_model(folder / f"{name}.gguf", chat_template=template, **SHAPE), threads=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return made(tmp_path_factory.mktemp("tools"), SOURCE, "tools")


def with_dictionaries(messages):
    """Arguments as transformers wants them."""
    plain = lambda call: {"function": call["function"] | {"arguments": {} if call["function"]["arguments"] == "{}" else call["function"]["arguments"]}}
    return [message | {"tool_calls": [plain(call) for call in message["tool_calls"]]} if "tool_calls" in message else message for message in messages]


@pytest.mark.parametrize("messages", CONVERSATIONS)
def test_the_text_is_the_templates(model, messages):
    wanted = chat_reference.render(SOURCE, with_dictionaries(messages), True)
    assert model.chat_text(messages) == wanted
    # What the model reads are the tokens of that text, and so its answer is what it says to them.
    assert model.chat(messages, 4) == model.generate(model.tokenize(wanted), 4)


def test_a_session_takes_what_a_tool_answers(model):
    session = model.session()
    session.say("Hi")
    assert "".join(session.answer(4))
    position = session.position
    session.say("8", "tool")
    session.say("9", "tool")
    assert "".join(session.answer(4)) and session.position > position


@pytest.mark.parametrize("messages, sentence", [
    ([tool()], "a tool answers what the model has said"),
    ([user(), tool()], "a tool answers what the model has said"),
    ([user() | {"tool_calls": CALLS}], "only the assistant calls tools, not the role 'user'"),
    ([user(), said("", [{"function": {"name": "f", "arguments": "{"}}]), tool()], "the arguments of 'f' are no JSON"),
    ([user(), said("", [{"function": {"name": "f", "arguments": "3"}}]), tool()], "the arguments of 'f' are no dictionary"),
    ([user(), said("", [{"function": {"arguments": {}}}]), tool()], "{'function': {'arguments': {}}} has no name of a function"),
    ([user(), said("", [{"function": "f"}]), tool()], "{'function': 'f'} has no name of a function"),
    ([{"content": "Hi"}], "role: '' is not one of system, user, assistant, tool"),
])  # fmt: skip
def test_what_cannot_be_said(model, messages, sentence):
    for call in (model.chat, model.chat_text):
        with pytest.raises((weebill.UsageError, ValueError), match=sentence):
            call(messages)


def test_templates_without_tools(tmp_path):
    """One has no role for them, the other one writes no calls."""
    roleless = made(tmp_path, (TEMPLATES / "gemma.jinja").read_text(), "gemma")
    for call in (roleless.chat, roleless.chat_text):
        with pytest.raises(weebill.UsageError, match="the model's chat template has no role for tools: line 1: the template refuses: Roles take turns"):
            call([user(), said("x"), tool()])
    plain = "{% for m in messages %}[{{ m.role }}]{{ m.content }}<|im_end|>{% endfor %}{{ '[assistant]' if add_generation_prompt }}"
    callless = made(tmp_path, plain, "plain")
    assert callless.chat_text([user(), said("f()"), tool()]) == chat_reference.render(plain, [user(), said("f()"), tool()], True)
    with pytest.raises(weebill.UsageError, match="leaves out or changes calls of tools; put the calls into the content"):
        callless.chat([user(), said("", CALLS[:1]), tool()])
