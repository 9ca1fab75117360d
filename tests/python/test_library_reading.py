"""How weebill.compile reads a model's file: fields that are harmless, and what a chat template is given."""

import json

import pytest

import weebill
from test_library_compile import Hearing, builds, compiler_of
from test_template_options import TEMPLATE, TOOLS, rendered
from tiny_model import TINY_MODELS, add_tokenizer, write_tiny_model

SHAPE = TINY_MODELS["untied"] | dict(vocabulary=272)


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """A model whose template asks for the day and for tools."""
    return write_tiny_model(
        tmp_path_factory.mktemp("reading") / "asking.gguf", tokenizer=lambda writer: add_tokenizer(writer, 272, TEMPLATE), **SHAPE
    )


def pieces_of(model, **reading):
    plan = weebill.compiling.plan(model, weebill.Recipe(), "generic", reading=weebill.Reading(**reading))
    return plan.facts()["chat_pieces"]


@pytest.mark.parametrize("tools", ["list", "file"])
def test_a_template_is_given_what_it_asks_for(asking, tmp_path, tools):
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS))
    given = {"enable_thinking": False}
    pieces = pieces_of(
        asking, date="2026-11-26", template_variables=given, tools=TOOLS if tools == "list" else tmp_path / "tools.json"
    )
    text = pieces["before_first"] + pieces["user_prefix"] + "Hello" + pieces["user_suffix"] + pieces["answer_prefix"]
    assert text == rendered([{"role": "user", "content": "Hello"}], tools=TOOLS, **given)


def test_each_is_a_build_of_its_own(tiny, asking, tmp_path):
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS))
    store, compiler = weebill.Store(tmp_path / "store"), compiler_of(tmp_path, tiny)

    def compiled(**reading):
        hearing = Hearing()
        model = weebill.compile(asking, store=store, compiler=compiler, progress=hearing, name=tiny.name, **reading)
        return bool(hearing.steps), f"The chat template was given {reading.get('date')}" in model.source, model.ir(after="lm-fuse-swiglu")

    compiled(date="2026-11-26")
    compiled(date="2026-11-27")
    compiled(date="2026-11-27", tools=tmp_path / "tools.json")
    assert len(builds(tmp_path / "store")) == 3
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS * 2))  # under the same name
    assert compiled(date="2026-11-27", tools=tmp_path / "tools.json")[0]
    assert not compiled(date="2026-11-27", tools=tmp_path / "tools.json")[0]
    assert len(builds(tmp_path / "store")) == 4


def test_harmless_fields(tmp_path):
    path = tmp_path / "odd.gguf"
    write_tiny_model(path, tokenizer=lambda writer: writer.add_float32("llama.attn_logit_softcapping", 30.0), **SHAPE)
    with pytest.raises(weebill.InputError, match=r"llama\.attn_logit_softcapping"):
        weebill.compiling.plan(path, weebill.Recipe(), "generic")
    reading = weebill.Reading(ignored_fields=["llama.attn_logit_softcapping"])
    assert weebill.compiling.plan(path, weebill.Recipe(), "generic", reading=reading).facts()["blocks"]


@pytest.mark.parametrize(
    "reading, sentence",
    [
        (dict(date="26.11.2026"), "'26.11.2026' is no day"),
        (dict(template_variables={"a b": 1}), "NAME=VALUE"),
        (dict(tools={"name": "f"}), "tools: is no list of tools"),
        (dict(tools="/no/such/file"), "/no/such/file: cannot be opened"),
    ],
)
def test_what_cannot_be_given_is_refused(asking, reading, sentence):
    with pytest.raises(weebill.InputError, match=sentence):
        weebill.compile(asking, progress=False, **reading)
