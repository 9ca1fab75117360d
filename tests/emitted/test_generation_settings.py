"""How tokens are chosen, against what transformers' generate() makes of generation_config.json, and of config.json where there is none: the numbers that
programs begin with, and a note for whatever else would change a choice."""

import json

import pytest

import programs

families = pytest.importorskip("transformers_families")
torch, transformers = families.torch, families.transformers

# Each with what does nothing, and with what does something.
OTHERS = {
    "bad_words_ids": (None, [[3]]),
    "begin_suppress_tokens": (None, [4]),
    "encoder_no_repeat_ngram_size": (0, 2),
    "encoder_repetition_penalty": (1, 1.5),
    "epsilon_cutoff": (0.0, 0.001),
    "eta_cutoff": (0, 0.002),
    "exponential_decay_length_penalty": (None, [5, 1.1]),
    "forced_bos_token_id": (None, 0),
    "forced_eos_token_id": (None, 0),
    "guidance_scale": (1.0, 1.5),
    "min_length": (0, 5),
    "min_new_tokens": (None, 5),
    "no_repeat_ngram_size": (0, 3),
    "num_beams": (1, 2),
    "sequence_bias": (None, [[[5], 1.5]]),
    "suppress_tokens": (None, [7]),
    "typical_p": (1.0, 0.9),
    "watermarking_config": (None, {"greenlist_ratio": 0.25, "bias": 2.0}),
}
KNOWN = {"do_sample": [True, False, None], "temperature": [0.5, 1, None], "top_k": [7, 0, 50, None], "top_p": [0.5, None], "min_p": [0.25, None], "repetition_penalty": [1.5, None]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("model")
    families.save("llama_scaled", path, num_hidden_layers=1)
    config = json.loads((path / "config.json").read_text())
    (path / "plain.json").write_text(json.dumps(config | {"eos_token_id": 2}))
    return path


def read_both(folder, file: str, settings: dict):
    """The program's notes and numbers, and transformers' settings."""
    (folder / "generation_config.json").unlink(missing_ok=True)
    plain = json.loads((folder / "plain.json").read_text())
    (folder / "config.json").write_text(json.dumps(plain | (settings if file == "config.json" else {})))
    if file != "config.json":
        (folder / file).write_text(json.dumps({"eos_token_id": 2} | settings))
    told = programs.imported(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    theirs, _ = model._prepare_generation_config(None)
    model._prepare_special_tokens(theirs)
    return told, model, theirs


def changes_of(model, theirs) -> set[str]:
    """What generate() does to logits."""
    ids = torch.tensor([[1, 2]])
    found = {type(one).__name__ for one in model._get_logits_processor(theirs, input_ids_seq_length=1, encoder_input_ids=ids, device="cpu")}
    return found | ({"beams"} if theirs.num_beams > 1 else set())


@pytest.mark.parametrize("file", ["generation_config.json", "config.json"])
@pytest.mark.parametrize("samples", [True, False])
def test_what_programs_do_not_do(folder, file, samples):
    for name, (neutral, other) in OTHERS.items():
        plain = {"do_sample": samples, "temperature": 1.0, "top_k": 0}
        told, model, theirs = read_both(folder, file, plain | {name: neutral})
        assert not [note for note in told["notes"] if name in note] and changes_of(model, theirs) == set(), (name, neutral)
        told, model, theirs = read_both(folder, file, plain | {name: other})
        assert bool([note for note in told["notes"] if f"'{name}'" in note]) == bool(changes_of(model, theirs)), (name, other, told["notes"])


@pytest.mark.parametrize("file", ["generation_config.json", "config.json"])
def test_numbers(folder, file):
    """One after the other, with the others as files have them."""
    usual = {"do_sample": True, "temperature": 0.75, "top_k": 20, "top_p": 0.75, "min_p": 0.5, "repetition_penalty": 1.25}
    for name, values in KNOWN.items():
        for settings in [usual | {name: value} for value in values] + [{key: value for key, value in usual.items() if key != name}]:
            told, _, theirs = read_both(folder, file, settings)
            ours = told["sampling"]
            penalty = theirs.repetition_penalty
            assert ours["repetition_penalty"] == (1 if penalty is None else penalty), settings
            assert (ours["temperature"] != 0) == bool(theirs.do_sample), settings
            if theirs.do_sample:
                wanted = {"temperature": (theirs.temperature, 1), "top_k": (theirs.top_k, 0), "top_p": (theirs.top_p, 1), "min_p": (theirs.min_p, 0)}
                assert {key: ours[key] for key in wanted} == {key: usually if value is None else value for key, (value, usually) in wanted.items()}, settings
