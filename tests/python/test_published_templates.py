"""Chat templates as they are published, against jinja2: what an emitted program puts together is what the template prints.

They come out of the source packages of llama-cpp-python and axolotl and out of trl, 163 different ones. What is not supported is listed by name in
published_template_limits.py.
"""

import datetime
import json
import re
from pathlib import PurePath

import pytest

import chat_reference
from published import files_of, from_pypi
from published_template_limits import NO_ROLE, NO_SYSTEM, NO_TOOLS, OFF, THOUGHTS_BEFORE_TOOLS, THOUGHTS_STAY

PACKAGES = {"llama-cpp-python==0.3.36": True, "axolotl==0.19.0": True, "trl==1.16.0": False}  # whether it is a source package
DATE = datetime.date(2026, 11, 26)
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": 'Weather "now" <b>',
            "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "A city"}, "days": {"type": "integer", "enum": [1, 2]}}, "required": ["city"]},
        },
    },
    {
        "type": "function",
        "function": {"name": "add", "description": "Adds", "parameters": {"type": "object", "properties": {"a": {"type": "number", "minimum": 1.5}, "b": {"type": "number", "maximum": 1e3}}, "required": ["a", "b"]}},
    },
]

U, A, S, T = "user", "assistant", "system", "tool"
PLAIN = [[(U, "Hello")], [(U, "Hello"), (A, "Hi!"), (U, "How are you?\nWell?")], [(U, "Hello"), (A, "Hi!"), (U, "How?"), (A, "Fine.\n\nThanks <b>"), (U, "Bye")]]
SYSTEM = [[(S, "Be brief.\nBe kind."), *turns] for turns in PLAIN]
THOUGHTS = [
    [(U, "Hello"), (A, "<think>\nHm.\n</think>\n\nHi!"), (U, "How?"), (A, "<think>\nWell.\nSo\n</think>\n\nFine."), (U, "Bye")],
    [(U, "Hello"), (A, "<think>\n\n</think>\n\nHi!"), (U, "Bye")],
]
CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Zürich"}}\n</tool_call>'
ANSWER = '{"degrees": 8, "sky": "\\"grey\\""}'
WITH_TOOLS = [
    [(U, "Weather?"), (A, CALL), (T, ANSWER)],
    [(U, "Weather?"), (A, "I look.\n" + CALL), (T, ANSWER), (T, " 9 °C\n"), (A, "It is 8 or 9."), (U, "And now?")],
    [(U, "Weather?"), (A, CALL), (T, ANSWER), (A, CALL), (T, "9\tof 10"), (T, ""), (A, "9."), (U, "Hm"), (A, CALL), (T, "7"), (U, "Well?")],
    [(U, "Hi"), (A, "Hi!"), (U, "Weather?"), (A, CALL), (T, ANSWER)],
]
THOUGHTS_WITH_TOOLS = [
    [(U, "Weather?"), (A, "<think>\nHm.\n</think>\n\n" + CALL), (T, ANSWER), (A, "<think>\nSo\n</think>\n\n" + CALL), (T, "9")],
    [(U, "Weather?"), (A, "<think>\nHm.\n</think>\n\n" + CALL), (T, ANSWER), (A, "<think>\nSo\n</think>\n\n9."), (U, "Hm"), (A, "<think>\n\n</think>\n\n" + CALL), (T, "7")],
]
CALLS = [{"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Zürich \"1\"", "days": [1, 2.5, None]}}}, {"type": "function", "function": {"name": "add", "arguments": {}}}]
STRIPS = {
    "nothing": lambda text: text,
    "line ends before": lambda text: text.lstrip("\n"),
    "line ends": lambda text: text.strip("\n"),
    "spaces before": str.lstrip,
    "spaces after": str.rstrip,
    "spaces": str.strip,
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],  # its quotes are in the pieces
}


@pytest.fixture(scope="module")
def templates() -> dict[str, str]:
    found = {}
    for requirement, source in PACKAGES.items():
        package = requirement.partition("==")[0]
        for path, text in files_of(from_pypi(requirement, source), lambda name: name.endswith(".jinja") and "template" in name).items():
            found.setdefault(text.decode().strip(), (f"{package}/{PurePath(path).stem}", text.decode()))
    return dict(found.values())


def derive(import_probe, sources, tools) -> list[dict]:
    marks = r"<\|[^|>\s]{1,40}\|>|<｜[^｜>]{1,40}｜>|<[a-z_/]{2,24}>|\[/?[A-Z_]{3,30}\]"
    jobs = [
        {"template": source, "special": ["<s>", "</s>", *dict.fromkeys(re.findall(marks, source))], "date": DATE.isoformat(), "variables": [], "tools": tools}
        for source in sources
    ]
    return import_probe.derive(jobs)


def for_tool(pieces: dict, messages: list[dict], index: int) -> bool:
    """Whether an answer stands as the template prints it for a tool's, which follows."""
    kept = pieces["tools"]["kept"]
    return kept != "None" and messages[index + 1]["role"] == T and (kept == "Always" or all(m["role"] != U for m in messages[index:]))


def composed(pieces: dict, messages: list[dict]) -> str:
    """What the program makes of a conversation (runtime/turns.h)."""
    text = "" if messages[0]["role"] == S else pieces["before_first"]
    end, strip, after = pieces["answers"]
    tools = pieces["tools"]
    before = None
    for index, message in enumerate(messages):
        role, content = message["role"], message["content"]
        text += tools["suffix"] if before == T and role != T else ""
        prefix, suffix = pieces.get(role, ("", ""))
        if role == S:
            content = STRIPS[pieces["strips"][0]](content)
        elif role == U:
            content = STRIPS[pieces["strips"][2 if before == S else 1]](content)
        elif role == T:
            content = STRIPS[tools["strip"]](content)
            prefix, suffix = tools["between" if before == T else "prefix"], ""
        else:
            content = STRIPS[strip](content)
            keeps = for_tool(pieces, messages, index)
            has_thought = keeps and content.rpartition(end)[0].strip().removeprefix(tools["thought_begin"]).strip()
            if not has_thought:
                content = STRIPS[after](content.rpartition(end)[2]) if end and end in content else content
                content = (tools["no_thought"] if keeps else "") + content
            suffix = tools["answer_suffix"] if messages[index + 1]["role"] == T else suffix
        prefix = prefix if role != U else {S: pieces["user_after_system"], T: tools["user_prefix"]}.get(before, prefix)
        text += prefix + content + suffix
        before = role
    return text + (tools["suffix"] if before == T else "") + pieces["answer_prefix"]


def wrong(source, pieces, conversations, tools=None) -> list:
    """The conversations that come out otherwise than jinja2's; those that it refuses are none."""
    found = []
    for turns in conversations:
        messages = [{"role": role, "content": content} for role, content in turns]
        text = chat_reference.render(source, messages, True, tools=tools, date=DATE)
        if text is not None and text != composed(pieces, messages):
            found.append((turns, text, composed(pieces, messages)))
    return found


def written(calls: dict, content: str, given: list[dict]) -> str:
    """An answer with calls as the model would have written it."""
    texts = [calls["prefix"] + call["function"]["name"] + calls["middle"] + json.dumps(call["function"]["arguments"], ensure_ascii=False) + calls["suffix"] for call in given]
    return content + (calls["after_text"] if content else "") + calls["between"].join(texts)


def wrong_calls(source, pieces, tools) -> list:
    """As `wrong`, of answers whose calls are given apart."""
    found, calls = [], pieces["tools"]["calls"]
    for content in ["", "I look."] if calls["with_text"] else [""]:
        for given in [CALLS[:1], CALLS] if calls["many"] else [CALLS[:1]]:
            around = lambda answer: [{"role": U, "content": "Weather?"}, {"role": A, "content": content} | answer, {"role": T, "content": ANSWER}]
            text = chat_reference.render(source, around({"tool_calls": given}), True, tools=tools, date=DATE)
            if text != composed(pieces, around({"content": written(calls, content, given)})):
                found.append((content, given, text))
    return found


def check_tools(name, source, pieces, tools) -> None:
    assert not wrong(source, pieces, WITH_TOOLS, tools), name
    if not pieces["system_problem"]:
        assert not wrong(source, pieces, [[(S, "Be brief."), *turns] for turns in WITH_TOOLS], tools), name
    if not pieces["answers_problem"] and not pieces["tools"]["thoughts_problem"]:
        assert not wrong(source, pieces, THOUGHTS_WITH_TOOLS, tools), name
    if not pieces["tools"]["calls"]["problem"]:
        assert not wrong_calls(source, pieces, tools), name


def test_published_templates(import_probe, templates, tmp_path):
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS))
    plain = derive(import_probe, templates.values(), "")
    tooled = derive(import_probe, templates.values(), str(tmp_path / "tools.json"))
    off, no_system, thoughts_stay, no_tools, on = {}, set(), set(), set(), 0
    no_role, thoughts_before_tools, answered, called = {}, set(), set(), set()
    for (name, source), pieces, with_tools in zip(templates.items(), plain, tooled, strict=True):
        if "problem" in pieces:
            off[name] = pieces["problem"]
        else:
            on += 1
            assert not wrong(source, pieces, PLAIN), name
            if pieces["system_problem"]:
                no_system.add(name)
            else:
                assert not wrong(source, pieces, SYSTEM), name
            if pieces["answers_problem"]:
                thoughts_stay.add(name)
            else:
                assert not wrong(source, pieces, THOUGHTS), name
        if "problem" in with_tools:
            no_tools |= {name} - off.keys()
        else:
            assert not wrong(source, with_tools, PLAIN, TOOLS), name
        for found, tools in ((pieces, None), (with_tools, TOOLS)):
            if "problem" in found:
                continue
            if not found["tools"]["problem"]:
                check_tools(name, source, found, tools)
                answered.add(name)
                called |= set() if found["tools"]["calls"]["problem"] else {name}
                thoughts_before_tools |= {name} if found["tools"]["thoughts_problem"] else set()
            elif re.search(r"""["']tool["']""", source):
                no_role[name] = found["tools"]["problem"]
    assert {name: reason for name, reason in off.items() if OFF.get(name, "?") not in reason} == {} and off.keys() == OFF.keys()
    assert (no_system, thoughts_stay, no_tools) == (NO_SYSTEM, THOUGHTS_STAY, NO_TOOLS)
    assert on >= 120
    assert {name: reason for name, reason in no_role.items() if NO_ROLE.get(name, "?") not in reason} == {} and no_role.keys() == NO_ROLE.keys()
    assert thoughts_before_tools == THOUGHTS_BEFORE_TOOLS
    assert (len(answered), len(called)) == (87, 27)
