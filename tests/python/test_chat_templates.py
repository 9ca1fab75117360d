"""Compares the chat template evaluator (compiler/import/chat) with jinja2, byte for byte."""

import random
from pathlib import Path

import pytest

import chat_reference

TEMPLATES = sorted((Path(__file__).parent / "chat_templates").glob("*.jinja"))

U, A, S = "user", "assistant", "system"
CONVERSATIONS = [
    [(U, "Hello")],
    [(S, "Be brief."), (U, "Hello")],
    [(U, "Hello"), (A, "Hi!")],
    [(U, "Hello"), (A, "Hi!"), (U, "  How are\nyou? \n"), (A, " Well, <b>thanks</b> "), (U, "谢谢 {{ x }} {% y %}")],
    [(S, " Be brief. \n"), (U, "Hello"), (A, "Hi!\n"), (U, "How are you?")],
    [(A, "I begin"), (U, "and I follow")],
    [(U, "twice"), (U, "the same")],
    [(U, "")],
    [(U, "a"), (A, "<think>\nhm\n</think>\n\nb"), (U, "c"), (A, "d")],
]


def conversations():
    return [
        {"messages": [{"role": role, "content": text} for role, text in turns], "add_generation_prompt": prompt}
        for turns in CONVERSATIONS
        for prompt in (False, True)
    ]


def job(source, chats):
    return {"template": source, "bos_token": "<s>", "eos_token": "</s>", "conversations": chats}


def expected(source, chat):
    return chat_reference.render(source, chat["messages"], chat["add_generation_prompt"])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_templates_of_real_models(import_probe, path):
    source = path.read_text()
    chats = conversations()
    [results] = import_probe.render([job(source, chats)])
    printed = 0
    for chat, result in zip(chats, results, strict=True):
        text = expected(source, chat)
        assert result.get("text") == text, f"{chat}: {result}"
        printed += text is not None
    assert printed >= 4, "the template refused almost every conversation"


# Python's str.isspace is true for the first line; the second is of no width, a separator of words, or nearly white, and no space.
WIDE_SPACES = "\x1c\x1f\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"
NO_SPACES = "\x08\x1b\x84\u180e\u200b\u2060\ufeff\xa1"


def random_white_space(rng):
    kinds = [" ", "\n", "\t", "\r\n", "x", ".", "  \n", rng.choice(WIDE_SPACES), rng.choice(WIDE_SPACES) + "\n", rng.choice(NO_SPACES)]
    return "".join(rng.choice(kinds) for _ in range(rng.randrange(5)))


def random_layout(rng):
    """Tags of every kind with random signs, and random white space around and inside them."""
    parts, open_blocks = [], []
    for _ in range(rng.randrange(1, 12)):
        parts.append(random_white_space(rng))
        left, right = rng.choice(["", "", "-", "+"]), rng.choice(["", "", "-", "+"])
        kind = rng.randrange(7)
        if kind == 0:
            value = rng.choice([" 'v' ", "'v\\n'", " ' v' ~ 1", f"{rng.choice(WIDE_SPACES)}'v'{rng.choice(WIDE_SPACES)}"])
            parts.append("{{" + left + value + right.replace("+", "") + "}}")
        elif kind == 1:
            parts.append("{#" + left + " note\n " + right + "#}")
        elif kind == 2 and open_blocks:
            parts.append("{%" + left + f" end{open_blocks.pop()} " + right + "%}")
        elif kind == 3:
            open_blocks.append("for")
            parts.append("{%" + left + " for i in [1, 2] " + right + "%}")
        elif kind == 4:
            parts.append("{%" + left + "\n set a = 1" + right + "%}")
        elif kind == 5:
            inside = rng.choice(["{{ x", "{% if %}", "{# }}", "{% raw -%}", "{%- endrawer %}", "{% endraw", "'", "", "é"])
            text = "".join([random_white_space(rng), inside, random_white_space(rng)])
            space = rng.choice(["", " ", "\n\u00a0"])
            parts.append("{%" + left + space + "raw" + space + rng.choice(["", "-"]) + "%}" + text)
            parts.append("{%" + rng.choice(["", "-", "+"]) + space + "endraw" + rng.choice(["", " "]) + right + "%}")
        else:
            open_blocks.append("if")
            parts.append("{%" + left + " if true " + right + "%}")
    while open_blocks:
        parts.append(random_white_space(rng) + "{% end" + open_blocks.pop() + " %}")
    return "".join(parts) + random_white_space(rng)


def test_white_space(import_probe):
    rng = random.Random(11)
    chat = {"messages": [], "add_generation_prompt": False}
    sources = [random_layout(rng) for _ in range(3000)]
    for source, [result] in zip(sources, import_probe.render([job(source, [chat]) for source in sources]), strict=True):
        assert result.get("text") == expected(source, chat), f"{source!r}: {result}"


def test_white_space_of_texts(import_probe):
    """Every filter and method that knows white space, on texts around and between every kind of it."""
    sources = ["{% for m in messages %}[{{ m.content | trim }}|{{ m.content.strip() }}|{{ m.content.lstrip() }}|{{ m.content.rstrip() }}|"
               "{{ m.content.strip(none) }}|{{ m.content.split() | join('/') }}|{{ m.content.rsplit() | length }}|{{ m.content.isspace() }}|"
               "{{ m.content.splitlines() | join('/') }}|{{ m.content | indent(2) }}]{% endfor %}",
               f"{{% for c in '{WIDE_SPACES}' %}}{{% set t = 'a' ~ c ~ 'B c' %}}{{{{ [t | upper, t.lower(), t | title, t.title(), (c ~ t).capitalize()] | join }}}}{{% endfor %}}"]  # fmt: skip
    sources += [f"{{{{ '{space}7{space}' | int + 1 }}}}{{{{ '{space}0.5{space}' | float }}}}" for space in WIDE_SPACES[2:] + "\t\f"]
    rng = random.Random(3)
    texts = ["".join([random_white_space(rng), "a", random_white_space(rng), "b" * rng.randrange(2), random_white_space(rng)]) for _ in range(300)]
    texts += list(WIDE_SPACES + NO_SPACES) + [""]
    chat = {"messages": [{"role": U, "content": text} for text in texts], "add_generation_prompt": False}
    for source, [result] in zip(sources, import_probe.render([job(source, [chat]) for source in sources]), strict=True):
        text = expected(source, chat)
        assert text is not None and result.get("text") == text, f"{source!r}: {result}"


class ExpressionMaker:
    """Random expressions over the conversation; most are well typed, some fail in both evaluators."""

    def __init__(self, rng):
        self.rng = rng

    def text(self, depth):
        rng = self.rng
        if depth <= 0:
            return rng.choice(["'a'", "' b '", "'user'", "''", "m.role", "m['content']", "bos_token", "'é\\nx'", "'\u3000é \x85'"])
        inner = depth - 1
        return rng.choice(
            [
                lambda: f"{self.text(inner)} + {self.text(inner)}",
                lambda: f"{self.text(inner)} ~ {self.number(inner)}",
                lambda: f"({self.text(inner)}) | trim",
                lambda: f"{self.text(inner)} | upper" if rng.random() < 0.3 else f"{self.text(inner)} | string",
                lambda: f"({self.text(inner)}).strip()",
                lambda: f"({self.text(inner)}).lstrip('a ')",
                lambda: f"({self.text(inner)})[{self.number(0)}:{self.number(0)}]",
                lambda: f"({self.text(inner)})[::{rng.choice(['2', '-1', '-2'])}]",
                lambda: f"({self.text(inner)}).replace('e', 'oo')",
                lambda: f"({self.text(inner)} if {self.truth(inner)} else {self.text(inner)})",
                lambda: f"({self.text(inner)}).split('s')[{self.number(0)}] | default('none')",
                lambda: f"missing | default({self.text(inner)})",
                lambda: f"({self.text(inner)}).split('e') | join('-')",
                lambda: f"{self.text(inner)} | tojson",
                lambda: f"(messages | map(attribute='role') | list)[{self.number(0)}] | default('?')",
            ]
        )()

    def number(self, depth):
        rng = self.rng
        if depth <= 0:
            return rng.choice(["0", "1", "2", "-1", "7", "m.content|length", "messages | length"])
        inner = depth - 1
        return rng.choice(
            [
                lambda: f"{self.number(inner)} + {self.number(inner)}",
                lambda: f"({self.number(inner)} - {self.number(inner)})",
                lambda: f"({self.number(inner)}) % ({self.number(inner)})",
                lambda: f"({self.number(inner)}) // ({self.number(inner)})",
                lambda: f"({self.number(inner)}) * ({self.number(inner)})",
                lambda: f"({self.text(inner)}) | length",
                lambda: f"-({self.number(inner)})",
                lambda: f"({self.number(inner)}) ** {rng.choice(['0', '1', '2', '3', 'messages|length', '-1', '(1 - 3)', '0.5', 'true'])}",
                lambda: f"{self.number(0)} ** {self.number(0)} ** 2 * {self.number(0)}",
            ]
        )()

    def truth(self, depth):
        rng = self.rng
        if depth <= 0:
            return rng.choice(["true", "false", "m.role == 'user'", "x is defined", "m.y is not defined", "none"])
        inner = depth - 1
        return rng.choice(
            [
                lambda: f"{self.truth(inner)} and {self.truth(inner)}",
                lambda: f"({self.truth(inner)} or {self.text(inner)})",
                lambda: f"not {self.truth(inner)}",
                lambda: f"{self.text(inner)} == {self.text(inner)}",
                lambda: f"({self.text(inner)}) in ({self.text(inner)})",
                lambda: f"{self.text(inner)} not in [{self.text(inner)}, {self.text(inner)}]",
                lambda: f"{self.number(inner)} < {self.number(inner)} <= {self.number(inner)}",
                lambda: f"{self.number(inner)} is {rng.choice(['odd', 'even', 'number', 'divisibleby 2'])}",
                lambda: f"({self.text(inner)}) is {rng.choice(['string', 'mapping', 'none', 'not none', 'iterable'])}",
                lambda: f"({self.text(inner)}) != ({self.number(inner)})",
                lambda: f"({self.text(inner)}).startswith({self.text(inner)})",
                lambda: f"{self.text(inner)} is eq {self.text(0)}",
            ]
        )()

    def any(self, depth):
        return self.rng.choice([self.text, self.number, self.truth])(depth)


def test_expressions(import_probe):
    rng = random.Random(5)
    maker = ExpressionMaker(rng)
    chat = next(c for c in conversations() if len(c["messages"]) == 4 and c["messages"][0]["role"] == S)
    sources = []
    for _ in range(4000):
        body = f"<{{{{ {maker.any(rng.randrange(4))} }}}}>"
        if rng.random() < 0.3:
            body += f"{{% set x = {maker.any(2)} %}}{{{{ x ~ '' }}}}"
        sources.append("{% for m in messages %}" + body + "{% endfor %}{{ x }}")
    results = import_probe.render([job(source, [chat]) for source in sources])
    refused = printed = 0
    for source, [result] in zip(sources, results, strict=True):
        text = expected(source, chat)
        if "error" in result and text is not None:  # a smaller subset is fine, if it says so
            refusal = result["error"]  # whole numbers have 64 bits
            assert "not supported" in refusal or "does not fit into 64 bits" in refusal, f"{source}: {result}, jinja2 prints {text!r}"
            refused += 1
        else:
            assert result.get("text") == text, f"{source}: {result}"
            printed += text is not None
    assert printed > 2500 and refused < 0.1 * len(sources), (printed, refused)


def test_powers(import_probe):
    """Looser than a sign, from left to right; whole numbers to 64 bits, others as Python has them."""
    exponents = ["0", "1", "2", "3", "-1", "-2", "0.5", "-0.5", "2.0", "-3.0", "0.0", "true", "n", "-n", "x", "(-x)", "62", "63"]
    bases = [*exponents, "7", "10", "1.5", "1000.0", "3037000499", "3037000500", "-3037000500"]
    forms = ["{a} ** {b}", "-{a} ** {b}", "2 * {a} ** {b}", "({a} ** {b}) | string", "{a} ** {b} ** 2", "({a}) ** ({b})", "1 - {a} ** -({b})"]
    setting = "{% set n = 2 %}{% set x = -3 %}"
    sources = [setting + "{{ " + form.format(a=a, b=b) + " }}" for form in forms for a in bases for b in exponents]
    chat = {"messages": [], "add_generation_prompt": False}
    refused = printed = 0
    for source, [result] in zip(sources, import_probe.render([job(source, [chat]) for source in sources]), strict=True):
        text = expected(source, chat)
        if "error" in result and text is not None:
            limits = ("does not fit into 64 bits", "so large a number is not supported", "a fraction is not supported", "that is written there is not supported")
            assert any(limit in result["error"] for limit in limits), f"{source}: {result}, jinja2 prints {text!r}"
            refused += 1
        else:
            assert result.get("text") == text, f"{source}: {result}"
            printed += text is not None
    assert printed > 1500 and refused < printed, (printed, refused)


ITEMS = [
    "{'n': 2, 't': 'b', 'd': {'a': 3, 'l': [5, {'k': 'x'}]}, 'items': 1, 'a,b': 7}", "{'n': 1, 't': 'B', 'd': {'a': 3, 'l': [4, {'k': 'y'}]}, 'items': 2, 'a,b': 5}",
    "{'n': 2, 't': 'a', 'd': {'a': 1, 'l': [6, {'k': 'X'}]}, 'items': 1, 'a,b': 6}", "{'n': 3, 't': 'c', 'd': {'a': 2, 'l': [5, {'k': 'y'}]}, 'items': 0, 'a,b': 7}",
    "{'n': 1, 't': 'a'}", "{'n': 1.5, 't': 'a', 'd': {'a': 1}}",
]  # fmt: skip
LISTS = ["[3, 1, 2, 1]", "['b', 'A', 'a', 'B']", "[[2, 'x'], [1, 'y'], [2, 'a']]", "[]", "[none, none]", "[1, true, 0.5]", "['ab', 'c']"]
ATTRIBUTES = [
    "none", "'n'", "'t'", "'d.a'", "'d.l.0'", "'d.l.1.k'", "'n,t'", "'t,n'", "'d.a,n'", "'n,d.l.1.k,t'", "'items'", "'a,b'", "''", "'d..a'", "'missing'", "'missing.a'",
    "0", "1", "'0'", "'1'", "'1,0'", "true", "1.5", "'upper'", "'keys'", "'00'", "'-1'", "'n,'",
]  # fmt: skip
USES = [
    "| sort(attribute={a})", "| sort(true, attribute={a})", "| sort(false, true, {a})", "| sort(case_sensitive=true, attribute={a})", "| map(attribute={a}) | list",
    "| map(attribute={a}, default='-') | list", "| map(attribute={a}, default=none) | list", "| selectattr({a}) | list", "| rejectattr({a}) | list",
    "| selectattr({a}, 'defined') | list", "| rejectattr({a}, 'equalto', 1) | list", "| groupby({a}) | map('list') | list", "| groupby({a}) | map(attribute='list') | list",
    "| groupby(attribute={a}) | map(attribute='grouper') | list", "| unique(attribute={a}) | list", "| unique(true, {a}) | list", "| min(attribute={a})", "| max(attribute={a})",
    "| max(true, {a})", "| sum(attribute={a})", "| sum({a}, 1)", "| join('/', {a})", "| join(attribute={a})", "| map('sort', attribute={a}) | list", "| map('join', '-', attribute={a}) | list",
]  # fmt: skip


def test_attributes(import_probe):
    """Every filter that takes an attribute, with every kind of it: none, names, paths, numbers, several."""
    rng = random.Random(17)
    sources = []
    for use in USES:
        for attribute in ATTRIBUTES:
            items = [rng.choice(LISTS), "[" + ", ".join(rng.sample(ITEMS[:4], rng.randrange(5))) + "]", "[" + ", ".join(rng.sample(ITEMS, 3)) + "]"]
            sources += [f"{{{{ ({one} {use.format(a=attribute)}) }}}}" for one in items]
    chat = {"messages": [], "add_generation_prompt": False}
    refused = printed = 0
    for source, [result] in zip(sources, import_probe.render([job(source, [chat]) for source in sources]), strict=True):
        text = expected(source, chat)
        if "error" in result and text is not None:
            assert "not supported" in result["error"], f"{source}: {result}, jinja2 prints {text!r}"
            refused += 1
        elif text is None or "at 0x" not in text:
            assert result.get("text") == text, f"{source}: {result}, jinja2 prints {text!r}"
            printed += text is not None
    assert printed > 900 and refused < 0.1 * len(sources), (printed, refused)
