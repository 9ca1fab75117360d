"""Weebill built by Clang, and without optimization and with the standard library's assertions (presets `clang` and `debug`): every file that it
writes is, byte for byte, the release build's. `scripts/test builds` builds both and runs this.

The inputs are small, but every reader of a tokenizer is among them: an error that one compiler's inlining hides ends another one's program.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import family_tokenizers as families
import piece_files
from programs import BIN, ROOT, run
from shared import make_once, shared_folder
from tiny_model import MERGES, TINY_MODELS, add_tokenizer, byte_letters, write_tiny_model

PRESETS = ["clang", "debug"]
TARGETS = "x86-64-avx512vnni,x86-64-v3,generic"
SHARED = dict(blocks=3, sharing={"order": "immediate", "times": 2}, model=160, hidden=256, heads=2, key_value_heads=2, head_size=80, vocabulary=304,
              qk_norm="after_rope", rope_scaling={"factor": 32, "original_context": 64})  # fmt: skip


def gguf(folder: Path, tokenizer: Callable, vocabulary: int) -> Path:
    return write_tiny_model(folder / "model.gguf", tokenizer=tokenizer, **TINY_MODELS["untied"] | dict(vocabulary=vocabulary))


def byte_level(folder: Path, pre: str) -> Path:
    def add(writer) -> None:
        tokens = [*byte_letters(), *(merge.replace(" ", "") for merge in MERGES), "<|end|>"]
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(pre)
        writer.add_token_list(tokens)
        writer.add_token_types([1] * (len(tokens) - 1) + [3])
        writer.add_token_merges(MERGES)
        writer.add_bos_token_id(len(tokens) - 1)
        writer.add_eos_token_id(len(tokens) - 1)

    return gguf(folder, add, 256 + len(MERGES) + 1)


def chat(folder: Path) -> Path:
    from parts import TEMPLATE

    return gguf(folder, lambda writer: add_tokenizer(writer, 272, TEMPLATE), 272)


def scores(folder: Path) -> Path:
    """The vocabulary of Llama 2. A build that had two types of one name ended here with `malloc(): invalid size`."""
    return gguf(folder, piece_files.add_pieces, len(piece_files.pieces()))


def checkpoint(folder: Path, vocabulary: int) -> Path:
    from test_huggingface import save_llama

    save_llama(folder, dtype="float32", vocab_size=vocabulary, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=1,
               num_key_value_heads=1, tie_word_embeddings=True)  # fmt: skip
    return folder


def tokenizer_json(folder: Path, tokenizer) -> Path:
    families.save(tokenizer, checkpoint(folder, tokenizer.get_vocab_size()))
    return folder


def tokenizer_model(folder: Path) -> Path:
    checkpoint(folder, len(piece_files.pieces())).joinpath("tokenizer.model").write_bytes(piece_files.sentencepiece_model())
    return folder


def described(folder: Path) -> Path:
    (folder / "model.json").write_text(json.dumps(SHARED))
    return folder / "model.json"


MODELS: dict[str, Callable[[Path], Path | str]] = {
    **{f"gguf-{pre}": lambda folder, pre=pre: byte_level(folder, pre) for pre in ("gpt-2", "smollm", "llama-bpe", "qwen2")},
    "gguf-chat": chat,
    "gguf-scores": scores,
    "tokenizer.model": tokenizer_model,
    "json-llama3": lambda folder: tokenizer_json(folder, families.llama3()),
    "json-qwen": lambda folder: tokenizer_json(folder, families.qwen()),
    "json-llama2": lambda folder: tokenizer_json(folder, families.llama2()),
    "json-unigram": lambda folder: tokenizer_json(folder, families.unigram()),
    "json-words": lambda folder: tokenizer_json(folder, families.llama2(metaspace=families.metaspace("first", True))),
    "description": described,
    "preset": lambda folder: "smollm2-135m",
}
OPTIONS = {
    "description": ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--target", "aarch64-dotprod,aarch64"],
    "preset": ["--context", "256", "--target", "x86-64-v3"],
}


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Callable[[str], tuple[Path | str, Path]]:
    """Each model, and the folder that the release build makes of it."""

    def build(name: str) -> tuple[Path | str, Path]:
        folder = shared_folder(tmp_path_factory, f"other-builds-{name}")

        def make() -> None:
            model = MODELS[name](folder)
            (folder / "where").write_text(str(model))
            build_with(BIN, name, model, folder / "release")

        make_once(folder / "release", make)
        return (folder / "where").read_text(), folder / "release"

    return build


def build_with(programs: Path, name: str, model: Path | str, folder: Path) -> None:
    options = OPTIONS.get(name, ["--target", TARGETS])
    run(programs / "weebill", "build", model, "-o", folder, "--name", "model", "--emit", "cpp", *options)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("preset", PRESETS)
def test_writes_the_same_files(release, tmp_path, preset, name):
    programs = ROOT / "build" / preset / "bin"
    if not (programs / "weebill").exists():
        pytest.skip(f"build/{preset} is not built (scripts/test builds)")
    model, wanted = release(name)
    build_with(programs, name, model, tmp_path / preset)
    files = sorted(path.name for path in wanted.iterdir())
    assert {"model.cpp", "model.h", "model.weights", "model.report.html"} <= set(files)
    assert sorted(path.name for path in (tmp_path / preset).iterdir()) == files
    for file in files:
        assert (tmp_path / preset / file).read_bytes() == (wanted / file).read_bytes(), file
    if name.startswith(("gguf", "json", "tokenizer")):
        assert "kHasTokenizer = true" in (wanted / "model.cpp").read_text()  # it was read, not left out
