"""What a chat template is given at build time: the day, variables, tools. The program's pieces put together are what jinja2 renders, and the emitted
file says what was given."""

import ast
import datetime
import json
import re

import jinja2
import pytest

from programs import BIN, run
from tiny_model import TINY_MODELS, add_tokenizer, write_tiny_model

TEMPLATE = """\
{%- macro turn(m, role='') -%}<|im_start|>{{ role or m.role }}
{{ m.content }}<|im_end|>
{% endmacro -%}
<|im_start|>system
{{ strftime_now('%A, %d %B %Y') }}{% for tool in tools or [] %}
{{ tool.function.name | title }}: {{ tool | tojson(indent=1) }}{% endfor %}<|im_end|>
{% for m in messages %}{{ turn(m) }}{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
<think>
{% if enable_thinking is defined and not enable_thinking %}
</think>

{% endif %}{% endif %}"""
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "model.gguf"
    return write_tiny_model(path, tokenizer=lambda writer: add_tokenizer(writer, 272, TEMPLATE), **TINY_MODELS["untied"] | dict(vocabulary=272))


def build(model, folder, *options):
    done = run(BIN / "weebill", "build", model, "-o", folder, "--name", "m", "--emit", "cpp", *options, check=False)
    return done, (folder / "m.cpp").read_text() if done.returncode == 0 else ""


def piece(source: str, name: str) -> str:
    """A constant's text, whose literal may go on over several lines."""
    literal = re.search(rf"constexpr const char \*{name} =\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+);", source).group(1)
    return "".join(ast.literal_eval(part) for part in re.findall(r"\"(?:[^\"\\]|\\.)*\"", literal))


def rendered(messages, **given) -> str:
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
    environment.globals["strftime_now"] = datetime.date(2026, 11, 26).strftime
    return environment.from_string(TEMPLATE).render(messages=messages, add_generation_prompt=True, **given)


@pytest.mark.parametrize("thinks, tools", [(None, None), (False, None), (True, TOOLS)])
def test_pieces_are_what_jinja2_renders(model, tmp_path, thinks, tools):
    options, given = ["--date", "2026-11-26"], {}
    words = "the date 2026-11-26"
    if thinks is not None:
        options += ["--template-variable", f"enable_thinking={json.dumps(thinks)}"]
        given["enable_thinking"] = thinks
        words += f", enable_thinking={json.dumps(thinks)}"
    if tools:
        (tmp_path / "tools.json").write_text(json.dumps(tools))
        options += ["--tools", tmp_path / "tools.json"]
        given["tools"] = tools
        words += ", 1 tool"
    done, source = build(model, tmp_path, *options)
    assert done.returncode == 0, done.stderr
    assert f"// The chat template was given {words}.\n" in source
    user, answer = [[piece(source, f"kChat{role}{side}") for side in ("Prefix", "Suffix")] for role in ("User", "Assistant")]
    text = piece(source, "kChatBeforeFirst") + user[0] + "Hello" + user[1] + answer[0] + "Hi!" + answer[1] + user[0] + "Bye" + user[1] + piece(source, "kChatAnswerPrefix")
    messages = [{"role": role, "content": content} for role, content in (("user", "Hello"), ("assistant", "Hi!"), ("user", "Bye"))]
    assert text == rendered(messages, **given)


@pytest.mark.parametrize(
    "options, words",
    [
        (["--date", "26.11.2026"], "--date: '26.11.2026' is no day, as 2026-11-26 is"),
        (["--template-variable", "a"], "--template-variable: 'a' is not NAME=VALUE"),
        (["--tools", "/no/such/file"], "/no/such/file: cannot be opened"),
    ],
)
def test_what_cannot_be_given_is_refused(model, tmp_path, options, words):
    done, _ = build(model, tmp_path / "out", *options)
    assert done.returncode == 1
    assert words in done.stderr.decode()


def test_without_a_date_the_note_says_what_to_do(model, tmp_path):
    done, source = build(model, tmp_path)
    assert "kHasChat = false" in source
    assert "the template asks for the date of the day, which '--date YYYY-MM-DD' fixes" in done.stderr.decode()
