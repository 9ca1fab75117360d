"""Unigram vocabularies with all that is done to a text first: against `sentencepiece`, and, for tokenizer.json, against `tokenizers`.

Every id of every text must be equal, of texts with broken bytes too where the package reads such.
"""

import random
import struct
import sys
from pathlib import Path

import pytest
from sentencepiece import SentencePieceProcessor
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers

import family_tokenizers as families
import piece_files
from family_tokenizers import MARK
from mixed_text import mixed_texts
from programs import runnable_targets
from sentencepiece_models import CHANGED, CODES, as_tokenizers, broken, hard_texts, map_of, pieces_of, trained
from shared import children_seconds
from test_huggingface import F32, save_llama
from test_tokenizer_families import assert_ids_agree, assert_texts_agree, run_probe
from tiny_model import TINY_MODELS, write_tiny_model

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
from character_map import character_map  # noqa: E402

TEXTS = 2500
# What the trainer of SentencePiece is told.
TRAINED = {
    "identity": dict(normalization_rule_name="identity", byte_fallback=True),
    "nmt_nfkc": dict(),
    "nmt_nfkc_bytes": dict(byte_fallback=True, split_by_whitespace=False),
    "nmt_nfkc_cf": dict(normalization_rule_name="nmt_nfkc_cf"),
    "nfkc_spaces_kept": dict(normalization_rule_name="nfkc", remove_extra_whitespaces=False, byte_fallback=True),
    "nfkc_cf_no_prefix": dict(normalization_rule_name="nfkc_cf", add_dummy_prefix=False),
    "merges_nmt_nfkc": dict(model_type="bpe", byte_fallback=True),
}


def some_texts(seed: int) -> list[str]:
    edges = ["", " ", "  ", MARK, f" {MARK} ", "\n", "\u3000", f"a {MARK}", f"{MARK}{MARK}a", "<0x41>", "<0x0A>x", "\u0301"]
    return [*edges, *hard_texts(TEXTS, seed), *mixed_texts(600, seed)]


def unpacked(ids: bytes) -> list[int]:
    return [*struct.unpack(f"<{len(ids) // 4}i", ids)]


def assert_agrees_with_sentencepiece(file: Path, model: bytes, texts: list[bytes]) -> None:
    sp = SentencePieceProcessor(model_proto=model)
    for text, ours in zip(texts, run_probe(file, "encode", texts), strict=True):
        assert unpacked(ours) == sp.encode(text), text


@pytest.mark.parametrize("name", TRAINED)
def test_tokenizer_model(tmp_path, name):
    model = trained(**TRAINED[name])
    file = tmp_path / "tokenizer.model"
    file.write_bytes(model)
    texts, rng = some_texts(len(name)), random.Random(6)
    assert_agrees_with_sentencepiece(file, model, [text.encode() for text in texts] + [broken(text, rng) for text in texts[::3]])


@pytest.mark.parametrize("kind", ["tokenizer.model", "gguf"])
def test_ties(tmp_path, kind):
    """Many scores are equal, and many sums: SentencePiece rounds them, `tokenizers` does not. Names of bytes in a text are no bytes."""
    pieces = piece_files.unigram_pieces()
    model = piece_files.sentencepiece_model(pieces, model_type=1)

    def add_vocabulary(writer) -> None:
        piece_files.add_pieces(writer, "t5", pieces)
        writer.add_add_eos_token(False)
        writer.add_add_space_prefix(True)

    file = tmp_path / ("tokenizer.model" if kind == "tokenizer.model" else "tiny.gguf")
    if kind == "gguf":
        write_tiny_model(file, tokenizer=add_vocabulary, **TINY_MODELS["grouped"] | dict(vocabulary=len(pieces)))
    else:
        file.write_bytes(model)
    rng = random.Random(1)
    rows = ["".join(rng.choices(["abc", "ab", "bc", "xyz", "xy", "zx", " ", "a", "<0x41>", "\u00e9", "\u4e00"], k=rng.randrange(30))) for _ in range(TEXTS)]
    assert_agrees_with_sentencepiece(file, model, [text.encode() for text in [*rows, *families.lines_with(["xyzx", "<0x0A>"], TEXTS, 14)]])


def test_parts_between_special_tokens(tmp_path):
    """Each is what SentencePiece makes of it alone."""
    model = trained()
    sp = SentencePieceProcessor(model_proto=model)
    file = tmp_path / "tokenizer.model"
    file.write_bytes(model)
    rng = random.Random(5)
    parts = [[text.replace("<s>", "") for text in rng.choices(hard_texts(300, 5), k=3)] for _ in range(300)]
    found = run_probe(file, "encode", ["<s>".join(some).encode() for some in parts])
    for some, ours in zip(parts, found, strict=True):
        first, *others = (sp.encode(part) for part in some)
        assert unpacked(ours) == [*first, *(i for other in others for i in (sp.bos_id(), *other))], some


@pytest.mark.parametrize("name", ["nmt_nfkc", "nfkc_spaces_kept", "nfkc_cf_no_prefix", "merges_nmt_nfkc"])
def test_gguf(tmp_path, name):
    """As llama.cpp's converter writes it."""
    settings = TRAINED[name]
    model = trained(**settings)
    pieces = pieces_of(model)

    def add_vocabulary(writer) -> None:
        piece_files.add_pieces(writer, "llama" if "merges" in name else "t5", pieces)
        writer.add_add_eos_token(False)
        writer.add_add_bos_token(False)
        writer.add_add_space_prefix(settings.get("add_dummy_prefix", True))
        writer.add_remove_extra_whitespaces(settings.get("remove_extra_whitespaces", True))
        writer.add_precompiled_charsmap(map_of(model))

    file = tmp_path / "tiny.gguf"
    write_tiny_model(file, tokenizer=add_vocabulary, **TINY_MODELS["grouped"] | dict(vocabulary=len(pieces)))
    rng = random.Random(7)
    texts = some_texts(11)[:1500]
    assert_agrees_with_sentencepiece(file, model, [text.encode() for text in texts] + [broken(text, rng) for text in texts[::3]])


def precompiled(*behind):
    return normalizers.Sequence([normalizers.Precompiled(map_of(trained())), *behind])


SEVERAL = Regex(" {2,}")
# The forms that transformers' converters give a tokenizer.json.
JSON = {
    "t5_old": (lambda: normalizers.Precompiled(map_of(trained())), lambda: pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), families.metaspace("always", True)])),
    "t5_new": (lambda: precompiled(normalizers.Strip(left=False, right=True), normalizers.Replace(SEVERAL, MARK)), lambda: families.metaspace("always", True)),
    "t5_whole": (lambda: precompiled(normalizers.Strip(left=False, right=True), normalizers.Replace(SEVERAL, " ")), lambda: families.metaspace("always", False)),
    "xlm_r": (lambda: precompiled(normalizers.Replace(SEVERAL, " ")), lambda: pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), families.metaspace("always", True)])),
    "mapped_legacy": (lambda: precompiled(normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)), lambda: None),
    "nfkc": (lambda: normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" ", MARK)]), lambda: None),
    "nfkc_alone": (lambda: normalizers.NFKC(), lambda: families.metaspace("always", True)),
    "nfc": (lambda: normalizers.NFC(), lambda: families.metaspace("never", True)),
    "spaces": (lambda: normalizers.Replace(SEVERAL, " "), lambda: families.metaspace("always", True)),
}  # fmt: skip


@pytest.mark.parametrize("name", JSON)
def test_tokenizer_json(tmp_path, name):
    normalizer, pre_tokenizer = (make() for make in JSON[name])
    reference = as_tokenizers(trained(byte_fallback=name in ("t5_new", "mapped_legacy", "nfkc")), normalizer, pre_tokenizer)
    file = families.save(reference, tmp_path)
    assert_texts_agree(file, reference, some_texts(len(name)))
    assert_ids_agree(file, reference, [reference.encode(text, add_special_tokens=False).ids for text in mixed_texts(200, 3)])


def test_every_character(tmp_path):
    """Alone, between letters, and before and behind a mark: what the packages make of a map, of form KC, and of parts of clusters."""
    around = [CHANGED[i : i + 40] for i in range(0, len(CHANGED), 40)]
    texts = ["".join(f"a{c}b{c}\u0301 " for c in some) for some in around] + ["".join(f"e{c}\u0340\u0301" for c in CODES[i : i + 4000]) for i in range(0, len(CODES), 4000)]
    reference = as_tokenizers(trained(byte_fallback=True), precompiled(normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)), None)
    assert_texts_agree(families.save(reference, tmp_path), reference, texts)
    compatible = families.qwen(normalizer=normalizers.NFKC())
    assert_texts_agree(families.save(compatible, tmp_path), compatible, [*texts, *hard_texts(TEXTS, 8)])
    model = trained(byte_fallback=True)
    (tmp_path / "tokenizer.model").write_bytes(model)
    assert_agrees_with_sentencepiece(tmp_path / "tokenizer.model", model, [text.encode() for text in texts])


RULES = {"a": "x", "ab": "y", "abc": "", "b": "  b ", "e\u0301": "E", "\u0301": "'", "c": " ", "\u0600": "n", "\u200b": "w", "\uac00": "ga", "\r": "R", "\n": "N", "\u0958": "q", "\U0001f600": ":)"}


def test_a_map_of_its_own(tmp_path):
    """Texts that begin with each other, that become nothing or spaces, in both readings; the trie is written by scripts/character_map.py."""
    rng = random.Random(2)
    parts = [*RULES, "e", "f", "\u0301", "\u0300", "\u0600", " ", "\r\n", "\u1100", "\u1161"]
    texts = ["".join(rng.choices(parts, k=rng.randrange(1, 9))) for _ in range(TEXTS)]
    reference = as_tokenizers(trained(byte_fallback=True), normalizers.Sequence([normalizers.Precompiled(character_map(RULES)), normalizers.Replace(" ", MARK)]), None)
    assert_texts_agree(families.save(reference, tmp_path), reference, texts)


def test_text_of_a_megabyte(tmp_path):
    """Work grows with the text, not with its square: marks on one letter, spaces, what grows, one word."""
    model = trained(byte_fallback=True)
    (tmp_path / "tokenizer.model").write_bytes(model)
    mapped = as_tokenizers(model, *(make() for make in JSON["t5_old"]))
    for file in (tmp_path / "tokenizer.model", families.save(mapped, tmp_path)):
        for text in ("a" + "\u0301\u0323" * 200_000, " " * 1_000_000, "\ufdfa" * 100_000, "the" * 300_000, "\u1100\u1161" * 150_000):
            started = children_seconds()
            run_probe(file, "encode", [text.encode()])
            assert children_seconds() - started < 20, text[:3]


@pytest.mark.parametrize("name", ["tokenizer.model", "tokenizer.json"])
def test_emitted_program(builder, tmp_path, name):
    """It carries the map, and reads lines as the packages do."""
    pytest.importorskip("torch")
    model, folder = trained(byte_fallback=True), tmp_path / "mapped"
    save_llama(folder, dtype="float32", vocab_size=len(pieces_of(model)) + 3, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=1,
               num_key_value_heads=1, tie_word_embeddings=True)  # fmt: skip
    encode = SentencePieceProcessor(model_proto=model).encode
    if name == "tokenizer.model":
        (folder / name).write_bytes(model)
        (folder / "tokenizer_config.json").write_text('{"add_bos_token": false}')
    else:
        reference = as_tokenizers(model, *(make() for make in JSON["t5_old"]))
        families.save(reference, folder)
        encode = lambda line: reference.encode(line).ids  # noqa: E731
    program = builder.emit(folder, "--target", runnable_targets()[-1], *F32).compile("g++")
    lines = [line for line in some_texts(9)[:1200] if "\n" not in line and "\0" not in line]
    (tmp_path / "text").write_bytes("".join(line + "\n" for line in lines).encode())
    found = program.run("--tokenize", tmp_path / "text").stdout.decode().splitlines()
    for line, ours in zip(lines, found, strict=True):
        assert ours == ",".join(map(str, encode(line))), repr(line)
