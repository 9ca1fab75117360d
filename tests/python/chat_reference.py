"""Chat templates as jinja2 renders them, with the options and the extras that transformers gives it.

Used by test_chat_templates.py and test_published_templates.py.
"""

import json
from functools import cache

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(jinja2.ext.Extension):
    """{% generation %} ... {% endgeneration %} marks what a model is trained on; it prints its body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.Scope(body).set_lineno(line)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment(date=None):
    result = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    result.globals["raise_exception"] = raise_exception
    if date:  # otherwise it stays undefined: what is built does not depend on the day
        result.globals["strftime_now"] = date.strftime
    result.filters["tojson"] = to_json
    return result


@cache
def compiled(source, date):
    return environment(date).from_string(source)


def render(source, messages, add_generation_prompt, bos_token="<s>", eos_token="</s>", tools=None, date=None):
    """The text, or None if the template raises an error."""
    try:
        return compiled(source, date).render(
            messages=messages,
            add_generation_prompt=add_generation_prompt,
            tools=tools,
            documents=None,
            bos_token=bos_token,
            eos_token=eos_token,
        )
    except (jinja2.exceptions.TemplateError, AttributeError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
