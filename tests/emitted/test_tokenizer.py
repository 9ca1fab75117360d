"""The emitted program's tokenizer against the `tokenizers` package: every id of every text must be equal.

Uses the real model's vocabulary; set WEEBILL_MODEL to the GGUF file, otherwise the tests that need it are skipped.
"""

import os
import random
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from family_tokenizers import split
from mixed_text import mixed_lines, mixed_texts
from pre_tokenizer_expressions import DEEPSEEK3, DEEPSEEK_CODER, DEEPSEEK_LLM, GPT4O, LLAMA3, QWEN, TEKKEN
from programs import ROOT, TOKENIZE_PROBE, compile_program
from reference_tokenizer import build_reference, byte_of_letter, read_vocabulary, token_bytes
from shared import children_seconds, make_once, shared_folder

KINDS = {1: 0, 3: 1, 4: 2}  # GGUF's normal, control, user-defined


@pytest.fixture(scope="session")
def probe(tmp_path_factory) -> Path:
    program = shared_folder(tmp_path_factory, "tokenizer") / "probe"
    flags = ["-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-I", ROOT]
    return make_once(program, lambda: compile_program([os.environ.get("CXX", "c++")], flags, TOKENIZE_PROBE, program))


@pytest.fixture(scope="session")
def vocabulary() -> dict:
    path = os.environ.get("WEEBILL_MODEL")
    if not path:
        pytest.skip("WEEBILL_MODEL does not name a .gguf file")
    return read_vocabulary(Path(path))


PIECES = {"gpt2": 0, "smollm": 1, "llama3": 2, "qwen": 3, "gpt4o": 4, "tekken": 5, "deepseek3": 6, "deepseek_coder": 7, "deepseek_llm": 8}  # TokenizerKind::Pieces


def pack_vocabulary(texts: list[bytes], kinds: list[int], merges: list[tuple[int, int, int]], pieces: str) -> bytes:
    packed = [struct.pack("<II", PIECES[pieces], len(texts))]
    packed += [struct.pack("<I", len(text)) + text + struct.pack("<I", kind) for text, kind in zip(texts, kinds)]
    packed += [struct.pack("<I", len(merges)), *(struct.pack("<III", *merge) for merge in merges)]
    return b"".join(packed)


def pack_model(vocabulary: dict, pieces: str) -> bytes:
    ids = {token: i for i, token in enumerate(vocabulary["tokens"])}
    merges = [(ids[left], ids[right], ids[left + right]) for left, right in vocabulary["merges"]]
    return pack_vocabulary(token_bytes(vocabulary), [KINDS[t] for t in vocabulary["types"]], merges, pieces)


def tokenize(probe: Path, file: Path, packed: bytes, texts: list[bytes]) -> list[list[int]]:
    file.write_bytes(packed)
    given = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    done = subprocess.run([probe, file], input=given, stdout=subprocess.PIPE, check=True)
    return [[int(i) for i in line.split(",") if i] for line in done.stdout.decode().splitlines()]


def assert_equal(texts: list[str], found: list[list[int]], expected: list[list[int]]) -> None:
    assert len(found) == len(texts)
    for text, ours, theirs in zip(texts, found, expected):
        assert ours == theirs, repr(text)


@pytest.mark.parametrize("pre", ["smollm", "gpt2"])
@pytest.mark.parametrize("texts", [mixed_lines(2500), mixed_texts(1500)], ids=["lines", "texts"])
def test_mixed_text(probe, vocabulary, tmp_path, pre, texts):
    found = tokenize(probe, tmp_path / "v", pack_model(vocabulary, pre), [t.encode() for t in texts])
    reference = build_reference(vocabulary, pre)
    assert_equal(texts, found, [e.ids for e in reference.encode_batch_fast(texts, add_special_tokens=False)])


def bytes_only(pieces: str) -> tuple[Tokenizer, bytes]:
    """A tokenizer that makes visible how text is cut: single bytes, and a merge of any two bytes with a rank."""
    letters = {byte: letter for letter, byte in byte_of_letter().items()}
    texts = [bytes([b]) for b in range(256)]
    pairs = [(a, b) for a in range(256) for b in range(256)]
    texts += [bytes(pair) for pair in pairs]
    merges = [(a, b, 256 + i) for i, (a, b) in enumerate(pairs)]
    names = ["".join(letters[b] for b in text) for text in texts]
    model = models.BPE(vocab={n: i for i, n in enumerate(names)}, merges=[(names[a], names[b]) for a, b, _ in merges])
    reference = Tokenizer(model)
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    reference.pre_tokenizer = {
        "gpt2": byte_level,
        "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level]),
        "llama3": split(LLAMA3),
        "qwen": split(QWEN),
        "gpt4o": split(GPT4O),
        "tekken": split(TEKKEN),
        "deepseek3": split(*DEEPSEEK3),
        "deepseek_coder": split(*DEEPSEEK_CODER),
        "deepseek_llm": split(*DEEPSEEK_LLM),
    }[pieces]
    return reference, pack_vocabulary(texts, [0] * len(texts), merges, pieces)


def test_classes_of_every_code_point():
    """The tables in the headers are what the package's own regular expressions and digit splitter say, code point by code point."""
    subprocess.run([sys.executable, ROOT / "scripts/generate_unicode_table.py", "--check"], check=True)
    subprocess.run([sys.executable, ROOT / "scripts/generate_normal_form_table.py", "--check"], check=True)


@pytest.mark.parametrize("pieces", PIECES)
def test_borders_of_classes(probe, tmp_path, pieces):
    """Code points at the ends of each range, and every 101st, between letters, spaces, digits and signs."""
    table = "".join((ROOT / f"runtime/unicode_{name}.h").read_text() for name in ("letters", "digits", "spaces", "cases", "marks", "signs"))
    ends = [int(number, 16) for number in re.findall(r"0x[0-9a-f]+", table)]
    codes = {*range(0x300), *range(0, 0x110000, 101), *(end + by for end in ends for by in (-1, 0, 1))}
    characters = [chr(code) for code in sorted(codes) if not 0xD800 <= code < 0xE000]
    texts = ["".join(f"a{c}a{c}{c}1{c}1 {c}  {c}.{c}.'{c}\n{c}A{c}Ab{c}\u02b0{c}A" for c in characters[i : i + 16]) for i in range(0, len(characters), 16)]
    reference, packed = bytes_only(pieces)
    found = tokenize(probe, tmp_path / "v", packed, [t.encode() for t in texts])
    assert_equal(texts, found, [e.ids for e in reference.encode_batch_fast(texts, add_special_tokens=False)])


def test_random_merges(probe, tmp_path):
    """Small random vocabularies over few letters: ties, chains and overlaps that real merges rarely have."""
    rng = random.Random(11)
    for _ in range(40):
        tokens = ["a", "b", "c", "d"]
        merges = []
        for _ in range(rng.randrange(1, 60)):
            left, right = rng.choice(tokens), rng.choice(tokens)
            if (left, right) in merges or len(left + right) > 24:
                continue
            merges.append((left, right))
            if left + right not in tokens:  # two merges may make the same token
                tokens.append(left + right)
        ids = {t: i for i, t in enumerate(tokens)}
        reference = Tokenizer(models.BPE(vocab=ids, merges=merges))
        reference.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        triples = [(ids[a], ids[b], ids[a + b]) for a, b in merges]
        packed = pack_vocabulary([t.encode() for t in tokens], [0] * len(tokens), triples, "gpt2")
        texts = ["".join(rng.choice("abcde ") for _ in range(rng.choice([1, 5, 30, 300]))) for _ in range(30)]
        found = tokenize(probe, tmp_path / "v", packed, [t.encode() for t in texts])
        assert_equal(texts, found, [e.ids for e in reference.encode_batch_fast(texts, add_special_tokens=False)])


def test_bytes_that_are_no_text_pass_through(probe, tmp_path):
    """Every byte becomes a token whatever stands around it, and the tokens spell the input."""
    rng = random.Random(5)
    packed = pack_vocabulary([bytes([b]) for b in range(256)], [0] * 256, [], "smollm")
    texts = [bytes(rng.choice([rng.randrange(256), 0xC3, 0xE2, 0xF0, 0x80, 0x20]) for _ in range(n)) for n in range(300)]
    found = tokenize(probe, tmp_path / "v", packed, texts)
    assert [bytes(ids) for ids in found] == texts


def test_a_word_as_long_as_a_prompt(probe, vocabulary, tmp_path):
    """n log n: eight times the letters may take 8 * (1 + 3/17) = 9.4 times as long, not 64; the limit lies between, start-up subtracted. Seconds are the
    processor's: what else runs here does not count."""
    rng = random.Random(6)
    packed = pack_model(vocabulary, "smollm")
    word = "".join(rng.choice("etaoinshrdlucmfw") for _ in range(800_000))
    seconds = []
    for letters in (0, 100_000, 800_000):
        started = children_seconds()
        found = tokenize(probe, tmp_path / "v", packed, [word[:letters].encode()])
        seconds.append(children_seconds() - started)
    assert seconds[2] - seconds[0] < 30 * max(seconds[1] - seconds[0], 0.02)
    assert found == [build_reference(vocabulary).encode(word).ids]
