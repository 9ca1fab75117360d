"""Tokens that stand beside a vocabulary against transformers' fast class: random contents of tokenizer_config.json, special_tokens_map.json and
added_tokens.json. Every id of a text full of those tokens must be equal, and what comes before a text for each class that has an opinion."""

import json
import random
import subprocess
from itertools import product

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

import programs
from family_tokenizers import MARK, llama2, llama3, metaspace
from test_tokenizer_families import encode

WIDTH, ROWS = 16, 300
TEXTS = ["<a>", "<b>", "<c>", "ab", "<|end|>", "a<", "<d>", "é"]
SPACED = ["ab", " ab", "ab cd", "  a", "", " "]
NAMES = ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token"]


def write_model(folder, **config) -> None:
    shapes = {"model.embed_tokens.weight": (config.get("vocab_size", ROWS), WIDTH), "model.norm.weight": (WIDTH,)}
    shapes |= {f"model.layers.0.{n}_layernorm.weight": (WIDTH,) for n in ("input", "post_attention")}
    shapes |= {f"model.layers.0.self_attn.{n}_proj.weight": (WIDTH, WIDTH) for n in "qkvo"}
    shapes |= {f"model.layers.0.mlp.{n}_proj.weight": (WIDTH, WIDTH) for n in ("gate", "up", "down")}
    save_file({name: np.ones(shape, np.float32) for name, shape in shapes.items()}, str(folder / "model.safetensors"))
    config = dict(model_type="llama", num_key_value_heads=1, sliding_window=None, hidden_size=WIDTH, intermediate_size=WIDTH, num_hidden_layers=1, num_attention_heads=1, rms_norm_eps=1e-5,
                  max_position_embeddings=64, vocab_size=ROWS, tie_word_embeddings=True) | config  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))


def write_tokenizer(folder, rng) -> None:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate([*letters, "ab", "abb"])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [("a", "b"), ("ab", "b")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens([random_token(rng, text) for text in rng.sample(TEXTS, rng.randrange(3))])
    tokenizer.save(str(folder / "tokenizer.json"))


def random_token(rng, text) -> AddedToken:
    special = rng.random() < 0.5
    return AddedToken(text, special=special, normalized=rng.random() < 0.5, lstrip=rng.random() < 0.2, rstrip=rng.random() < 0.2,
                      single_word=rng.random() < 0.3)  # fmt: skip


def as_json(token: AddedToken) -> dict:
    return {name: getattr(token, name) for name in ("content", "single_word", "lstrip", "rstrip", "normalized", "special")}


def write_settings(folder, rng) -> None:
    settings = {"tokenizer_class": "PreTrainedTokenizerFast"}
    settings |= {name: rng.choice(TEXTS) for name in rng.sample(NAMES, rng.randrange(4))}
    if rng.random() < 0.5:
        numbers = rng.sample(range(250, 290), rng.randrange(4))
        settings["added_tokens_decoder"] = {str(n): as_json(random_token(rng, t)) for n, t in zip(numbers, rng.sample(TEXTS, 4), strict=False)}
    if rng.random() < 0.3:
        settings["additional_special_tokens"] = rng.sample(TEXTS, 2)
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    if rng.random() < 0.5:
        named = {name: rng.choice(TEXTS) for name in rng.sample(NAMES, rng.randrange(3))}
        (folder / "special_tokens_map.json").write_text(json.dumps(named))
    if rng.random() < 0.5:
        numbers = rng.sample(range(250, 290), rng.randrange(4))
        (folder / "added_tokens.json").write_text(json.dumps(dict(zip(rng.sample(TEXTS, 4), numbers, strict=False))))


@pytest.mark.parametrize("seed", range(40))
def test_ids_are_those_of_transformers(tmp_path, seed):
    transformers = pytest.importorskip("transformers")
    rng = random.Random(seed)
    write_model(tmp_path)
    write_tokenizer(tmp_path, rng)
    write_settings(tmp_path, rng)
    reference = transformers.AutoTokenizer.from_pretrained(tmp_path)
    lines = ["".join(rng.choice([*TEXTS, " ", "b", "abb", "x", "  "]) for _ in range(rng.randrange(1, 10))) for _ in range(40)]
    for line, ours in zip(lines, encode(tmp_path, lines), strict=True):
        assert ours == reference.encode(line, add_special_tokens=False), (seed, line)


CLASSES = ["Llama", "CodeLlama", "Gemma", "Cohere", "GPTNeoX", "GPT2", "Qwen2"]


def write_class(folder, rng, name, adds: list[bool]) -> None:
    settings = {"tokenizer_class": name + rng.choice(["Tokenizer", "TokenizerFast"])}
    settings |= {setting: rng.choice([*TEXTS, None]) for setting in rng.sample(["bos_token", "eos_token", "unk_token", "pad_token", "eot_token"], rng.randrange(4))}
    settings |= {"add_bos_token": value for value in adds}
    settings |= {"add_eos_token": rng.random() < 0.5} if rng.random() < 0.5 else {}
    if rng.random() < 0.3:
        settings["additional_special_tokens"] = rng.sample(TEXTS, 2)
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


@pytest.mark.parametrize("name", CLASSES)
def test_classes_with_an_opinion(tmp_path, name):
    transformers = pytest.importorskip("transformers")
    begun = set()
    for seed in range(9):
        rng = random.Random(f"{name} {seed}")
        folder = tmp_path / str(seed)
        folder.mkdir()
        write_model(folder)
        write_tokenizer(folder, rng)
        adds = [[], [True], [False]][seed % 3]
        write_class(folder, rng, name, adds)
        told = subprocess.run([programs.BIN / "weebill", "inspect", folder, "--json"], capture_output=True, text=True)
        try:
            reference = getattr(transformers, f"{name}TokenizerFast").from_pretrained(folder)
        except (ValueError, ImportError) as error:  # something is to be added that there is none of; some classes then try another way
            assert "= None" in f"{error} {error.__context__}", error
            assert told.returncode == 1 and "_token'" in told.stderr, told
            continue
        assert told.returncode == 0, told.stderr
        facts = json.loads(told.stdout)
        assert not facts["tokenizer_problem"], facts
        around = reference.encode("zz")
        begins = around[0] != reference.encode("zz", add_special_tokens=False)[0]
        begun.add(begins)
        assert facts["adds_beginning"] == begins, seed
        assert not begins or facts["beginning_token"] == around[0], seed
        lines = ["".join(rng.choice([*TEXTS, " ", "b", "abb", "\u2581<EOT>", "<s>", "<bos>", "<|endoftext|>"]) for _ in range(rng.randrange(1, 10))) for _ in range(20)]
        for line, ours in zip(lines, encode(folder, lines), strict=True):
            assert ours == reference.encode(line, add_special_tokens=False), (seed, line)
    assert begun == ({False} if name in ("GPT2", "Qwen2") else {False, True})


TEMPLATE = "{{ bos_token }}|{{ eos_token }}|{{ pad_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"


@pytest.mark.parametrize("model_type", ["llama", "mistral", "smollm3"])
def test_who_names_no_class_has_that_of_the_model(tmp_path, model_type):
    """By `tokenizer_class` of config.json, or by `model_type`; and templates know the tokens that are named, whatever stands before texts."""
    transformers = pytest.importorskip("transformers")
    for seed in range(12):
        rng = random.Random(f"{model_type} {seed}")
        folder = tmp_path / str(seed)
        folder.mkdir()
        stated = {"tokenizer_class": rng.choice(["GPT2Tokenizer", "GemmaTokenizerFast", "PreTrainedTokenizerFast", None])} if rng.random() < 0.3 else {}
        write_model(folder, model_type=model_type, bos_token_id=rng.choice([1, 250, None]), **stated)
        write_tokenizer(folder, rng)
        if rng.random() < 0.5:
            content = json.loads((folder / "tokenizer.json").read_text())
            content["post_processor"] = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "y", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                                         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                                         "special_tokens": {"y": {"id": "y", "ids": [7], "tokens": ["y"]}}}  # fmt: skip
            (folder / "tokenizer.json").write_text(json.dumps(content))
        settings = {name: rng.choice(TEXTS) for name in rng.sample(NAMES, rng.randrange(4))} | ({"add_bos_token": rng.random() < 0.5} if rng.random() < 0.5 else {})
        (folder / "tokenizer_config.json").write_text(json.dumps(settings if rng.random() < 0.6 else {}))
        (folder / "chat_template.jinja").write_text(TEMPLATE)
        reference = transformers.AutoTokenizer.from_pretrained(folder)
        told = json.loads(subprocess.run([programs.BIN / "weebill", "inspect", folder, "--json"], capture_output=True, text=True, check=True).stdout)
        around = reference.encode("zz")
        assert told["before_text"] == around[: len(around) - len(reference.encode("zz", add_special_tokens=False))], (seed, told)
        chat = programs.imported(folder)["chat"]
        wanted = reference.apply_chat_template([{"role": "user", "content": "zz"}], tokenize=False, add_generation_prompt=True)
        assert chat["before_first"] + chat["user"][0] + "zz" + chat["user"][1] + chat["answer_prefix"] == wanted, seed
        for line, ours in zip(TEXTS, encode(folder, TEXTS), strict=True):
            assert ours == reference.encode(line, add_special_tokens=False), (seed, line)


def test_a_tokenizer_alone_says_everything_itself(tmp_path):
    """Without tokenizer_config.json there is no class, and no token that the model was not trained with."""
    write_model(tmp_path, model_type="llama", bos_token_id=1)
    write_tokenizer(tmp_path, random.Random(4))
    reference = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    told = json.loads(subprocess.run([programs.BIN / "weebill", "inspect", tmp_path, "--json"], capture_output=True, text=True, check=True).stdout)
    assert told["before_text"] == reference.encode("").ids == []
    for line, ours in zip(TEXTS, encode(tmp_path, TEXTS), strict=True):
        assert ours == reference.encode(line).ids, line


@pytest.mark.parametrize("name", ["PreTrainedTokenizerFast", "GPT2Tokenizer", "Qwen2Tokenizer"])
@pytest.mark.parametrize("step", ["ByteLevel", "Metaspace"])
def test_a_space_before_a_text(tmp_path, step, name):
    """The class's setting decides over a step that has the flag, unless it is null; of Metaspace that flag was in older files, where it is a scheme."""
    transformers = pytest.importorskip("transformers")
    write_model(tmp_path, vocab_size=4000)
    content = json.loads((llama2(metaspace=metaspace("always", True)) if step == "Metaspace" else llama3()).to_str())
    read = set()
    for own, setting in product([True, False], ["left out", None, True, False]):
        content["pre_tokenizer"] = {"type": step, "add_prefix_space": own} | ({"replacement": MARK} if step == "Metaspace" else {"trim_offsets": True, "use_regex": True})
        if step == "Metaspace" and not own:
            content["pre_tokenizer"]["prepend_scheme"] = "never"
        (tmp_path / "tokenizer.json").write_text(json.dumps(content))
        (tmp_path / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": name} | ({} if setting == "left out" else {"add_prefix_space": setting})))
        reference = transformers.AutoTokenizer.from_pretrained(tmp_path)
        told = programs.imported(tmp_path)
        adds = reference.tokenize("ab")[0][0] in "Ġ" + MARK
        if told["tokenizer_problem"]:
            assert step == "ByteLevel" and adds and "add_prefix_space" in told["tokenizer_problem"], (own, setting, told["tokenizer_problem"])
            continue
        for line, ours in zip(SPACED, encode(tmp_path, SPACED), strict=True):
            assert ours == reference.encode(line, add_special_tokens=False), (own, setting, line)
        read.add(adds)
    assert read == ({True, False} if step == "Metaspace" else {False})
