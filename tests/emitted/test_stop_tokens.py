"""What ends a text, against what transformers' generate() takes: `eos_token_id` of config.json and generation_config.json, each left out, null or
stated, and either file without it, for every class that transformers has of a model that is imported. And what a GGUF file may leave out."""

import json
import subprocess
from functools import partial

import pytest

import piece_files
import programs
from tiny_model import TINY_MODELS, write_tiny_model

lfm2 = pytest.importorskip("lfm2")
families = pytest.importorskip("transformers_families")
transformers = families.transformers

LEFT_OUT, NO_FILE = "left out", "no file"
# Such that the class's own end is a row of the model.
ROWS = {"smollm3": 128100, "olmo2": 50304}
NARROW = dict(hidden_size=16, intermediate_size=16, num_attention_heads=2, num_key_value_heads=1, num_hidden_layers=1)
MODELS = ["llama_scaled", "mistral", "qwen2", "qwen3", "llama4_text", "smollm3", "gemma3", "olmo2", "granite", "granite_hybrid", "lfm2"]


def write(folder, name: str, content: dict, end) -> None:
    """A file whose `eos_token_id` is this; `NO_FILE`: none."""
    path = folder / name
    path.unlink(missing_ok=True)
    if end != NO_FILE:
        others = {key: value for key, value in content.items() if key != "eos_token_id"}
        path.write_text(json.dumps(others | ({} if end == LEFT_OUT else {"eos_token_id": end})))


def ids(end) -> set[int]:
    return set() if end in (None, LEFT_OUT, NO_FILE) else {*end} if isinstance(end, list) else {end}


def taken_by_generate(folder) -> set[int]:
    """As `from_pretrained` of a model looks for it."""
    try:
        settings = transformers.GenerationConfig.from_pretrained(folder)
    except OSError:
        settings = transformers.GenerationConfig.from_model_config(transformers.AutoConfig.from_pretrained(folder))
    return ids(settings.eos_token_id)


def save(name: str, folder):
    """A random model of that class without tokenizer."""
    if name == "lfm2":
        return lfm2.save(folder)
    return families.save(name, folder, **({"vocab_size": ROWS[name]} | NARROW if name in ROWS else {}))


@pytest.mark.parametrize("name", MODELS)
def test_stop_tokens(tmp_path, name):
    save(name, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    of_class = set()
    for stated in (LEFT_OUT, None, 5, [5, 6], 2, []):
        for generation in (NO_FILE, LEFT_OUT, None, 7, [7, 5]):
            write(tmp_path, "config.json", config, stated)
            write(tmp_path, "generation_config.json", {}, generation)
            ours, wanted = {*programs.imported(tmp_path)["stop_tokens"]}, taken_by_generate(tmp_path)
            assert ours == wanted | ids(stated) | ids(generation), (stated, generation)
            if stated == LEFT_OUT and generation == NO_FILE:
                of_class = ours
                model = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
                assert ids(model._prepare_generation_config(None)[0].eos_token_id) == wanted
    assert of_class == {"qwen2": set(), "qwen3": set(), "gemma3": {1}, "smollm3": {128001}, "olmo2": {50279}}.get(name, {2})


def test_beyond_the_vocabulary(tmp_path):
    """A class's end that the model has no row for is never produced, and no note is about it."""
    families.save("smollm3", tmp_path)
    write(tmp_path, "config.json", json.loads((tmp_path / "config.json").read_text()), LEFT_OUT)
    write(tmp_path, "generation_config.json", {}, NO_FILE)
    assert taken_by_generate(tmp_path) == {128001}
    facts = programs.imported(tmp_path)
    assert facts["stop_tokens"] == [] and not any("eos_token_id" in note for note in facts["notes"])


def test_ends_that_a_gguf_file_leaves_out(tmp_path):
    """A vocabulary of pieces has the usual ones then, as in llama.cpp: all is as if the file said them."""
    told = []
    for ends in (True, False):
        file = tmp_path / f"{ends}.gguf"
        write_tiny_model(file, tokenizer=partial(piece_files.add_pieces, ends=ends), **TINY_MODELS["grouped"] | dict(vocabulary=len(piece_files.pieces())))
        told.append(json.loads(subprocess.run([programs.BIN / "weebill", "inspect", file, "--json"], capture_output=True, text=True, check=True).stdout))
    assert 2 in told[0]["stop_tokens"] and told[0]["stop_tokens"] == told[1]["stop_tokens"]
    assert [one["beginning_token"] for one in told] == [1, 1] and all(one["adds_beginning"] for one in told)
    assert "'tokenizer.ggml.eos_token_id' is left out" in str(told[1]["notes"]) and "left out" not in str(told[0]["notes"])
