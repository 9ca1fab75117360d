"""weebill.Architecture: what can be described, what is counted, and what the compiler says of the rest."""

import json

import pytest

import weebill

SMALL = dict(model=64, layers=2, heads=2, key_value_heads=1, hidden=96, vocabulary=80)


@pytest.mark.parametrize("name", weebill.Architecture.presets())
def test_a_preset_is_itself_again(name):
    """Through its fields and a description, with every field that a preset has."""
    preset = weebill.Architecture.preset(name)
    told = weebill.compiling.plan(name, weebill.Recipe(), "generic").facts()
    again = weebill.compiling.plan(preset, weebill.Recipe(), "generic").facts()
    assert preset.parameters == told["parameters"]
    assert {key: value for key, value in told.items() if key != "family"} == {key: value for key, value in again.items() if key != "family"}


@pytest.mark.parametrize("schedule, visits", [
    (weebill.immediate(2), [0, 0, 1, 1]), (weebill.all_over(2), [0, 1, 0, 1]), (weebill.reverse(2), [0, 1, 1, 0]),
])  # fmt: skip
def test_sharing_is_a_schedule(schedule, visits):
    shared, written = (weebill.Architecture(**SMALL, schedule=how) for how in (schedule, visits))
    plans = [weebill.compiling.plan(shape, weebill.Recipe(), "generic").ir("lm-plan-phases") for shape in (shared, written)]
    assert plans[0] == plans[1]
    assert shared.visits == written.visits == 4
    assert shared.parameters == weebill.Architecture(**SMALL).parameters


def test_parameters_are_those_of_the_shape():
    a = weebill.Architecture(**SMALL)
    block = 64 * 64 * 2 + 2 * 64 * 32 + 3 * 64 * 96 + 2 * 64
    assert a.parameters == 80 * 64 + 2 * block + 64
    assert a.replace(share_embedding=False).parameters == a.parameters + 80 * 64
    assert a.replace(layers=3).parameters == a.parameters + block


@pytest.mark.parametrize("change, sentence", [
    ({"key_value_heads": 3}, "3 key-value heads do not divide 2 heads"),
    ({"layers": 0}, "'layers' is 0, but must be an integer from 1 to 1024"),
    ({"head_size": 31}, "head size 31 is odd"),
    ({"more": {"rope_thetta": 1e6}}, "did you mean 'rope_theta'?"),
    ({"schedule": [0, 0]}, "block 1"),
    ({"hidden": "wide"}, "hidden"),
])  # fmt: skip
def test_the_compiler_says_what_is_wrong(change, sentence):
    with pytest.raises(weebill.InputError) as caught:
        weebill.Architecture(**SMALL).replace(**change)
    assert sentence in str(caught.value)
    assert "architecture:" not in str(caught.value), "the place of a text that nobody wrote"


def test_a_description_is_json_that_a_file_may_hold(tmp_path):
    shape = weebill.Architecture(**SMALL, name="bird", more={"qk_norm": "before_rope"})
    file = tmp_path / "bird.json"
    file.write_text(shape.description())
    assert json.loads(file.read_text())["qk_norm"] == "before_rope"
    plans = [weebill.compiling.plan(model, weebill.Recipe(), "generic").facts() for model in (shape, file)]
    assert plans[0] == plans[1]


def test_no_such_preset():
    with pytest.raises(weebill.UsageError, match="'mobilellm-125' is not one of mobilellm-125m, "):
        weebill.Architecture.preset("mobilellm-125")
