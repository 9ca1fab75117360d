"""A tokenizer that puts several tokens before every text, in everything that reads one: prompts, perplexity, eval, chats, known system prompts, NAME.h.

Ids are compared with `tokenizers` and transformers in test_tokenizer_families.py, rules of programs in test_fake_before_text.py.
"""

import ctypes
import json
import re
import struct

import numpy as np
import pytest

pytest.importorskip("torch")

from glm_folder import CHAT, glm, save_glm
from programs import BIN, FAST, Builder, Program, assert_same_bits, compile_program, reference_logits, run, runnable_targets
from shared import make_once, shared_folder

CONTEXT = 40
TEXT = "the thin sea in the word, and " * 9
F32 = ["--weights", "f32", "--activations", "f32", "--cache", "f32"]
INT8 = ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "none"]
TEMPLATE = "[gMASK] <sop> [gMASK] $A <eop>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = shared_folder(tmp_path_factory, "before-text")
    make_once(folder / "glm", lambda: save_glm(folder / "glm", TEMPLATE))
    (folder / "text.txt").write_text(TEXT)
    return folder


@pytest.fixture(scope="module")
def tokenizer():
    return glm(TEMPLATE)


@pytest.fixture(scope="module")
def before(tokenizer):
    return [tokenizer.token_to_id(text) for text in ("[gMASK]", "<sop>", "[gMASK]")]


@pytest.fixture(scope="module")
def build(folder):
    """A program of that recipe, without optimization, and its weights beside it."""
    builder = Builder(folder)

    def compiled(*options: str) -> Program:
        return builder.emit(folder / "glm", "--context", str(CONTEXT), "--target", runnable_targets()[0], *options).compile_beside_weights()

    return compiled


@pytest.mark.parametrize("recipe", [INT8, F32], ids=["codes", "floats"])
def test_a_prompt_is_the_interpreters(folder, build, before, tokenizer, tmp_path, recipe):
    ids = [*before, *tokenizer.encode("the thin sea", add_special_tokens=False).ids]
    expected = reference_logits(folder / "glm", ids, tmp_path / "expected.npy", "--mode", "exact", *recipe)
    for options in ((), ("--step",)):
        build(*recipe).run("the thin sea", "--logits", tmp_path / "found.npy", *options)
        assert_same_bits(np.load(tmp_path / "found.npy"), expected)


def windows(ids: list[int], before: list[int]) -> list[list[int]]:
    step = CONTEXT - len(before)
    return [[*before, *ids[first : first + step]] for first in range(0, len(ids), step)]


def losses(program: Program, window: list[int], given: int) -> list[float]:
    """Of every token but the given ones."""
    logits = program.logits(window).astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    chosen = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return [-chosen[i - 1, window[i]] for i in range(given, len(window))]


def test_every_token_of_a_text_is_predicted_and_no_other(folder, build, before, tokenizer):
    ids = tokenizer.encode(TEXT, add_special_tokens=False).ids
    assert len(ids) > 2 * CONTEXT
    program = build()
    wanted = [loss for window in windows(ids, before) for loss in losses(program, window, len(before))]
    told = program.run("--perplexity", folder / "text.txt").stdout.decode()
    value, count = re.match(r"perplexity (\S+) over (\d+) tokens", told).groups()
    expected = np.exp(np.mean(wanted))
    assert int(count) == len(ids) == len(wanted)
    assert abs(float(value) - expected) <= 0.5e-4 + expected * 2**-20  # four decimals; terms in single precision

    words = [program.binary, "--text", folder / "text.txt", "--reference", folder / "glm", "--tokens", 50]
    found = json.loads(run(BIN / "weebill", "eval", *words, "--json").stdout)
    parts = windows(ids[:50], before)
    wanted = [loss for window in parts for loss in losses(program, window, len(before))]
    assert (found["tokens"], found["window"]) == (50 + len(parts), CONTEXT)  # behind the last one of each window anything may come
    assert found["programs"][0]["perplexity"] == pytest.approx(np.exp(np.mean(wanted)), rel=1e-9)
    assert found["programs"][0]["mean_kl"] > 0


def chat_state(program: Program, file, *options) -> tuple[bytes, list[int]]:
    """A saved chat, and its tokens."""
    program.run("--chat", "in the sea", "-n", 4, "--save", file, *options)
    (count,) = struct.unpack_from("<i", file.read_bytes(), 48)
    return file.read_bytes(), [*struct.unpack_from(f"<{count}i", file.read_bytes(), 64)]


def test_chats_and_known_system_prompts(folder, build, before, tokenizer, tmp_path):
    (folder / "prompt.txt").write_text("the word")
    plain, known = build(), build("--system-prompt", str(folder / "prompt.txt"))
    said, ids = chat_state(plain, tmp_path / "said", "--system", "the word")
    assert (said, ids) == chat_state(known, tmp_path / "known")
    beginning = tokenizer.encode("<|system|>\nthe word<|user|>\nin the sea<|assistant|>\n", add_special_tokens=False).ids
    assert ids[: len(before) + len(beginning)] == [*before, *beginning]
    assert known.binary.with_name("glm.weights").stat().st_size > plain.binary.with_name("glm.weights").stat().st_size


@pytest.mark.parametrize("wrote", ["[gMASK]<sop>[gMASK]", "[gMASK]<sop>", "<sop>"])
def test_a_template_that_writes_them(tmp_path, wrote):
    """As transformers does, which puts nothing before the text of a template: also where it writes a part."""
    from transformers import PreTrainedTokenizerFast

    save_glm(tmp_path / "glm", TEMPLATE, chat=wrote + CHAT)
    (tmp_path / "prompt.txt").write_text("the")
    run(BIN / "weebill", "build", tmp_path / "glm", "-o", tmp_path / "out", "--emit", "cpp", "--target", runnable_targets()[0], "--system-prompt", tmp_path / "prompt.txt")
    binary = tmp_path / "out" / "glm"
    run("g++", *FAST, tmp_path / "out" / "glm.cpp", "-o", binary)
    _, ids = chat_state(Program(binary), tmp_path / "state")
    messages = [{"role": "system", "content": "the"}, {"role": "user", "content": "in the sea"}]
    wanted = PreTrainedTokenizerFast.from_pretrained(tmp_path / "glm").apply_chat_template(messages, add_generation_prompt=True)
    assert ids[: len(wanted)] == wanted


def test_other_programs_are_told(folder, build, before, tmp_path):
    """The C interface, as others call it, and inspect."""
    made = build().binary.parent
    library = tmp_path / "glm.so"
    compile_program(["g++"], [*FAST, "-DWEEBILL_NO_MAIN", "-shared", "-fPIC"], [made / "glm.cpp"], library)
    loaded = ctypes.CDLL(str(library))
    loaded.glm_number.restype = ctypes.c_int64
    assert [loaded.glm_number(what) for what in (2, 3, 10, 11)] == [-1, 0, 3, -1]
    assert [loaded.glm_before_text(index) for index in (-1, 0, 1, 2, 3)] == [-1, *before, -1]
    header = (made / "glm.h").read_text()
    assert "#define GLM_BEFORE_TEXT_COUNT 3\n" in header and "#define GLM_ADD_BEGINNING 0\n" in header
    told = json.loads(run(BIN / "weebill", "inspect", folder / "glm", "--json").stdout)
    assert (told["before_text"], told["beginning_token"], told["adds_beginning"]) == (before, -1, False)
    assert any("puts '<eop>' behind every text" in note for note in told["notes"])
    names = ", ".join(f"{i} '{text}'" for i, text in zip(before, ("[gMASK]", "<sop>", "[gMASK]"), strict=True))
    assert f"{names}, before every text" in run(BIN / "weebill", "inspect", folder / "glm").stdout.decode()


def test_a_context_without_room_for_them(folder, tmp_path):
    words = [BIN / "weebill", "build", folder / "glm", "-o", tmp_path / "out", "--emit", "cpp", "--target", runnable_targets()[0], "--context"]
    refused = run(*words, 4, check=False)
    assert refused.returncode == 1 and not (tmp_path / "out").exists()
    assert "the context of 4 tokens is too short: the tokenizer puts 3 before every text, so that 5 are the least (--context)" in refused.stderr.decode()
    run(*words, 4, "--without-tokenizer")
    run(*words, 5)
    run("g++", *FAST, tmp_path / "out" / "glm.cpp", "-o", tmp_path / "out" / "glm")
    program = Program(tmp_path / "out" / "glm")
    (tmp_path / "t").write_text("in")
    assert re.match(r"perplexity \S+ over 1 tokens, in windows of 5\n", program.run("--perplexity", tmp_path / "t").stdout.decode())
    assert b"does not fit" not in program.run("in", "-n", 1).stderr
