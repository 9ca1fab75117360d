"""The command line of emitted programs, around a fake model: what it prints, what it refuses, what it leaves behind.

The fake model says the alphabet (fake_model.h), so every answer is known.
"""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import fake_program
from fake_program import CONTEXT

SMALL = {"FAKE_COUNT": "1"}  # and nothing allocated after the first token


@pytest.fixture(scope="session")
def content(tmp_path_factory) -> bytes:
    return fake_program.build_content(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="session")
def program(tmp_path_factory, content) -> Path:
    return fake_program.build(tmp_path_factory.mktemp("fake"), content)


def run(program: Path, *arguments, code: int = 0, **options) -> subprocess.CompletedProcess:
    options.setdefault("env", SMALL)
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=120, **options)
    assert done.returncode == code, done.stderr.decode(errors="replace")
    return done


def out(program: Path, *arguments, **options) -> str:
    done = run(program, *arguments, **options)
    assert done.stderr == b""
    return done.stdout.decode()


def refusal(program: Path, *arguments, code: int = 1, **options) -> str:
    """The one sentence on stderr."""
    done = run(program, *arguments, code=code, **options)
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1 and lines[0].startswith("fake: error: "), lines
    return lines[0].removeprefix("fake: error: ")


# Compiling: the contract of runtime/README.md, under both compilers, without a warning.


@pytest.mark.parametrize("compiler", ["g++", "clang++-22"])
@pytest.mark.parametrize("flags", [("-O2",), ("-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")], ids=["plain", "sanitized"])
def test_compiles_without_warnings(tmp_path, content, compiler, flags):
    program = fake_program.build(tmp_path, content, compiler=compiler, flags=flags)
    assert out(program, "vw", "--temperature", "0.1", "--top-k", "9", "--top-p", "0.5") == "xyz\n"
    assert out(program, "--chat", input=b"hi\n\xff<|im_end|>\n") == "wxyz\nwxyz\n"
    assert out(program, "--tokens", "1,2", "--logits", tmp_path / "l.npy") == ""


def test_without_tokenizer_and_chat(tmp_path, content):
    program = fake_program.build(tmp_path, content, kHasTokenizer="false", kHasChat="false")
    help_text = out(program, "--help")
    assert "--tokenize" not in help_text and "--chat" not in help_text and "--perplexity" not in help_text
    assert out(program, "--tokens", "118") == "119,120,121,122\n"
    assert "has no tokenizer" in refusal(program, "hello", code=2)
    assert refusal(program, "--tokenize", "x", code=2).startswith("--tokenize is not in this program")
    assert refusal(program, "--chat", code=2).startswith("--chat is not in this program")


# Generating.


def test_continues_a_prompt(program):
    assert out(program, "abc u") == "vwxyz\n"
    assert out(program, "a", "-n", 3) == "bcd\n"
    assert out(program, "a", "-n", 0) == "\n"
    assert out(program, "--tokens", "97,98", "-n", "2") == "cd\n"
    assert out(program, "a", "-n", 3, "--step", "--threads", 3, "--prefill-threads", 1) == "bcd\n"


def test_control_tokens_are_read_but_not_printed(program):
    assert out(program, "--tokens", "255", "-n", 2) == "\n"  # after 255 comes 256, a control token, then 257, which ends the text
    assert out(program, "--tokens", "254", "-n", 1) == "\ufffd\n"  # 255 is a byte


def test_seed_decides(program):
    def text(seed):
        return run(program, "m", "-n", 40, "--temperature", 30, "--seed", seed).stdout

    assert text(1) == text(1)
    assert text(1) != text(2)


def test_context_is_full(program):
    prompt = ",".join(["97"] * (CONTEXT - 2))
    done = run(program, "--tokens", prompt)
    assert done.stdout == b"bcd\n"  # two more places, and the token that needs none
    assert done.stderr.decode() == f"fake: note: the context of {CONTEXT} tokens is full, stopped after 3 of 128 new tokens\n"
    assert run(program, "--tokens", prompt, "-n", 3).stderr == b""


def test_prompts_that_do_not_fit(program):
    sentence = refusal(program, "--tokens", ",".join(["97"] * (CONTEXT + 1)))
    assert sentence == f"the prompt has {CONTEXT + 1} tokens, the context holds {CONTEXT}"
    assert refusal(program, "x" * 5000) == f"the prompt has 5000 tokens, the context holds {CONTEXT}"
    assert refusal(program, "") == "the prompt is empty: there is no token to continue from"
    for wrong in (300, -1, 2**31 - 1):
        assert refusal(program, "--tokens", f"1,{wrong}") == f"there is no token {wrong}: this model's vocabulary has 300, from 0 on"


def test_rubbish_is_printed_as_replacement_characters(program):
    assert run(program, "--tokens", "127", "-n", 2).stdout.decode() == "\ufffd\ufffd\n"
    assert run(program, "--tokens", "193", "-n", 1).stdout.decode() == "\ufffd\n"  # an unfinished character at the end


# Logits.


def fake_logits(ids: list[int]) -> np.ndarray:
    following = [257 if i == ord("z") else ord("w") if i == 10 else i + 1 for i in ids]
    rows = [-2.0 * np.abs(np.arange(300) - n) - position / 8 for position, n in enumerate(following)]
    return np.array(rows, dtype="<f4")


@pytest.mark.parametrize("step", [(), ("--step",)])
def test_logits(program, tmp_path, step):
    file = tmp_path / "out.npy"
    assert out(program, "--tokens", "97,122,10,5", "--logits", file, *step) == ""
    found = np.load(file)
    assert found.dtype == np.dtype("<f4") and found.flags.c_contiguous
    np.testing.assert_array_equal(found, fake_logits([97, 122, 10, 5]))
    assert out(program, "uv", "--logits", file, "-n", 2, *step) == "wx\n"
    np.testing.assert_array_equal(np.load(file), fake_logits([117, 118]))
    assert os.listdir(tmp_path) == ["out.npy"]


def test_npy_is_what_numpy_writes(program, tmp_path):
    ours, theirs = tmp_path / "ours.npy", tmp_path / "theirs.npy"
    out(program, "--tokens", "1,2,3", "--logits", ours)
    np.save(theirs, fake_logits([1, 2, 3]))
    assert ours.read_bytes() == theirs.read_bytes()


def test_logits_that_cannot_be_written(program, tmp_path):
    where = tmp_path / "missing" / "x.npy"
    assert refusal(program, "--tokens", "1", "--logits", where) == f"cannot write '{where}.part': No such file or directory"


# Texts.


def test_tokenize(program, tmp_path):
    file = tmp_path / "text.txt"
    file.write_bytes(b"abc\n\n 1 a<|im_end|>\r\nab")
    assert out(program, "--tokenize", file) == "259\n\n32,49,260,257,13\n258\n"
    file.write_bytes(b"")
    assert out(program, "--tokenize", file) == ""
    assert refusal(program, "--tokenize", tmp_path / "none").startswith("cannot open text '")


def test_tokenize_with_a_beginning(tmp_path, content):
    program = fake_program.build(tmp_path, content, kBeginningToken="256", kAddBeginning="true")
    (tmp_path / "t").write_text("a\n")
    assert out(program, "--tokenize", tmp_path / "t") == "256,97\n"
    file = tmp_path / "l.npy"
    out(program, "a", "--logits", file)
    np.testing.assert_array_equal(np.load(file), fake_logits([256, 97]))


@pytest.mark.parametrize("tokens", [2, 50, CONTEXT, CONTEXT + 1, 2 * CONTEXT + 3])
def test_perplexity(program, tmp_path, tokens):
    """Against the definition in double precision; four decimals are printed, single precision terms are good to 2 ulp."""
    ids = [ord("f") + 2 * (i % 3) for i in range(tokens)]
    (tmp_path / "t").write_bytes(bytes(ids))
    losses = []
    for first in range(0, tokens, CONTEXT):
        window = ids[first : first + CONTEXT]
        for row, following in zip(fake_logits(window).astype(np.float64), window[1:]):
            losses.append(np.log(np.exp(row - row.max()).sum()) - (row[following] - row.max()))
    printed = out(program, "--perplexity", tmp_path / "t")
    value, count = re.fullmatch(rf"perplexity (\S+) over (\d+) tokens, in windows of {CONTEXT}\n", printed).groups()
    assert int(count) == len(losses)
    expected = np.exp(np.mean(losses))
    assert abs(float(value) - expected) <= 0.5e-4 + expected * 2**-22


def test_perplexity_of_nothing(program, tmp_path):
    (tmp_path / "t").write_bytes(b"a")
    assert "fewer than two tokens" in refusal(program, "--perplexity", tmp_path / "t")


# Chat.

BEFORE = "<|im_start|>system\nYou speak.<|im_end|>\n"


def test_one_turn(program):
    assert out(program, "--chat", "hi") == "wxyz\n"
    assert out(program, "hi", "--chat", "-n", 2) == "wx\n"


def test_turns_of_stdin_keep_the_cache(program):
    assert out(program, "--chat", input=b"hi\n\nho") == "wxyz\nwxyz\n"
    # What the first turn costs: all marks and the answer. The second turn continues until the context is full.
    done = run(program, "--chat", "--verbose", input=b"a\nb\n")
    first = BEFORE + "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n"
    second = "<|im_end|>\n<|im_start|>user\nb<|im_end|>\n<|im_start|>assistant\n"
    counts = [len(re.sub(r"<\|im_\w+\|>", "#", text)) for text in (first, second)]
    found = re.findall(r"prompt (\d+) tokens", done.stderr.decode())
    assert [int(n) for n in found] == [counts[0], counts[1]]


def test_an_answer_that_was_cut_is_closed(program):
    """With -n 2 the last token of an answer is not in the cache: it belongs to the next prompt."""
    done = run(program, "--chat", "--verbose", "-n", "2", input=b"a\nb\n")
    assert done.stdout == b"wx\nwx\n"
    full = run(program, "--chat", "--verbose", input=b"a\nb\n")
    count = lambda done: int(re.findall(r"prompt (\d+) tokens", done.stderr.decode())[1])
    assert count(done) == count(full) + 1


def test_a_conversation_that_does_not_fit(program):
    done = run(program, "--chat", input=b"a\nb\nc\nd\n", code=1)
    assert done.stdout.startswith(b"wxyz\nwxyz\n")
    assert re.search(rf"this turn adds \d+ tokens to a conversation of \d+, the context holds {CONTEXT}", done.stderr.decode())


def test_nobody_can_end_his_turn(program):
    """Role marks that a user types are text: nine bytes and more, not one token."""
    tokens = lambda typed: int(re.findall(r"prompt (\d+)", run(program, "--chat", typed, "--verbose").stderr.decode())[0])
    assert tokens("<|im_end|>") == tokens("x") + len("<|im_end|>") - 1


def test_system_message(program):
    tokens = lambda *more: int(re.findall(r"prompt (\d+)", run(program, "--chat", "x", "--verbose", *more).stderr.decode())[0])
    assert tokens("--system", "You speak.") == tokens()
    assert tokens("--system", "") == tokens() - len("You speak.")


def test_prompt_sign_on_a_terminal_only(program):
    main, side = pty.openpty()
    with subprocess.Popen([program, "--chat"], stdin=side, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=SMALL) as chat:
        os.write(main, b"hi\n\x04")
        os.close(side)
        assert chat.communicate(timeout=60)[0] == b"> wxyz\n> \n"
    os.close(main)


# Everything else.


def test_benchmark(program):
    text = run(program, "--bench", "--json", "--prompt-tokens", 8, "--new-tokens", 4, "--context-tokens", 2, "--threads", 2, env={}).stdout
    found = json.loads(text)
    for key in ("decode_tokens_per_second", "prefill_tokens_per_second", "read_bandwidth_fraction", "peak_resident_bytes"):
        assert found[key] > 0
    assert (found["threads"], found["prompt_tokens"], found["new_tokens"], found["context_tokens"]) == (2, 8, 4, 2)
    assert found["rounds"] >= 5
    ratio = found["decode_tokens_per_second"] * found["weight_bytes"] / found["read_bandwidth_bytes_per_second"]
    assert 0.02 < found["read_bandwidth_fraction"] / ratio < 50  # a median of ratios, not the ratio of medians
    assert json.loads(run(program, "--bench", "--json", "--prompt-tokens", 0, env={}).stdout)["prefill_tokens_per_second"] is None
    assert "tokens/s" in run(program, "--bench", env={}).stdout.decode()


def test_benchmark_that_does_not_fit(program):
    sentence = refusal(program, "--bench", "--context-tokens", 90, "--prompt-tokens", 7)
    assert sentence == f"7 tokens after 90 do not fit: the context holds {CONTEXT}"


def test_verify(program, tmp_path, content):
    assert out(program, "--verify").endswith(f": fine, content {fake_program.content_hash(content):016x}\n")
    damaged = tmp_path / "damaged"
    damaged.write_bytes(fake_program.weights_file(content)[:-1] + b"\x55")
    assert out(program, "a", "-n", 1, "--weights-file", damaged) == "b\n"  # start reads the header only
    assert "is damaged: its content is" in refusal(program, "--verify", "--weights-file", damaged)


def test_weights_of_another_model(program, tmp_path, content):
    other = tmp_path / "other"
    other.write_bytes(fake_program.weights_file(content, content=0x123))
    assert "is another model's: its content is 0000000000000123" in refusal(program, "a", "--weights-file", other)
    other.write_bytes(fake_program.weights_file(content)[:100])
    assert f"it has 100 bytes, this program's has {len(content) + 64}" in refusal(program, "a", "--weights-file", other)


def test_weights_are_found_beside_the_program(program, tmp_path):
    link = tmp_path / "elsewhere"
    link.symlink_to(program)
    assert out(link, "a", "-n", 1, cwd="/") == "b\n"
    lonely = tmp_path / "lonely"
    lonely.write_bytes(program.read_bytes())
    lonely.chmod(0o755)
    sentence = refusal(lonely, "a")
    assert sentence.startswith(f"cannot open weights file '{tmp_path}/fake.weights': No such file") and "--weights-file" in sentence


def test_a_cpu_that_lacks_something(program):
    assert refusal(program, "a", env={"FAKE_UNSUPPORTED": "1"}) == "this CPU lacks instructions of nothing, for which the program was made"
    assert "fake" in out(program, "--version", env={"FAKE_UNSUPPORTED": "1"})


def test_wrong_usage(program):
    assert refusal(program, code=2) == "nothing to do: give a prompt, or see --help"
    assert refusal(program, "--thread", "1", code=2) == "there is no option '--thread', did you mean '--threads'?"


def test_a_full_disk_is_noticed(program):
    with open("/dev/full", "w") as full:
        done = subprocess.run([program, "a"], stdout=full, stderr=subprocess.PIPE, env=SMALL, timeout=60)
    assert done.returncode == 1 and b"cannot write to stdout: No space left on device" in done.stderr
