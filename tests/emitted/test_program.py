"""The command line of emitted programs, around a fake model: what it prints, what it refuses, what it leaves behind.

The fake model says the alphabet (fake_model.h), so every answer is known.
"""

import json
import os
import re
import signal
import subprocess

import numpy as np
import pytest

import fake_program
from fake_program import CONTEXT, COUNTED, out, refusal, run
from test_program_texts import fake_logits

# Compiling: the contract of runtime/README.md, under both compilers, without a warning.


@pytest.mark.parametrize("compiler", ["g++", "clang++-22"])
@pytest.mark.parametrize("flags", [("-O2",), ("-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")], ids=["plain", "sanitized"])
def test_compiles_without_warnings(tmp_path, fake_content, compiler, flags):
    program = fake_program.build(tmp_path, fake_content, compiler=compiler, flags=flags)
    assert out(program, "vw", "--temperature", "0.1", "--top-k", "9", "--top-p", "0.5") == "xyz\n"
    assert out(program, "--chat", input=b"hi\n\xff<|im_end|>\n") == "wxyz\nwxyz\n"
    assert out(program, "--tokens", "1,2", "--logits", tmp_path / "l.npy") == ""


@pytest.mark.parametrize("compiler", ["g++", "clang++-22"])
def test_without_tokenizer_and_chat(tmp_path, fake_content, compiler):
    program = fake_program.build(tmp_path, fake_content, compiler=compiler, kHasTokenizer="false", kHasChat="false")
    help_text = out(program, "--help")
    assert "--tokenize" not in help_text and "--chat" not in help_text and "--perplexity" not in help_text
    assert out(program, "--tokens", "118") == "119,120,121,122\n"
    assert "has no tokenizer" in refusal(program, "hello", code=2)
    assert refusal(program, "--tokenize", "x", code=2).startswith("--tokenize is not in this program")
    assert refusal(program, "--chat", code=2).startswith("--chat is not in this program")


@pytest.mark.parametrize("made_for", ["generic", "old"])
def test_kernels_that_are_not_the_best_are_told_of_once(tmp_path, fake_content, made_for):
    """Always where they have no vectors; others where the speed is told, too. Not if the user chose them."""
    program = fake_program.build(tmp_path, fake_content, flags=("-O0",), kTarget=f'"{made_for}"')
    note = f"fake: note: this CPU runs new, the program was made for {made_for}: weebill build --target new makes a faster one\n"
    better = COUNTED | {"FAKE_BEST": "new"}
    told = run(program, "v", "--verbose", env=better).stderr.decode()
    assert told.startswith(note) and told.count("note") == 1
    assert run(program, "v", env=better).stderr.decode() == (note if made_for == "generic" else "")
    assert run(program, "v", "--target", made_for, env=better).stderr == b""
    assert b"note" not in run(program, "v", "--verbose").stderr


# Generating.


def test_continues_a_prompt(fake):
    assert out(fake, "abc u") == "vwxyz\n"
    assert out(fake, "a", "-n", 3) == "bcd\n"
    assert out(fake, "a", "-n", 0) == "\n"
    assert out(fake, "--tokens", "97,98", "-n", "2") == "cd\n"
    assert out(fake, "a", "-n", 3, "--step", "--threads", 3, "--prefill-threads", 1) == "bcd\n"


def test_control_tokens_are_read_but_not_printed(fake):
    assert out(fake, "--tokens", "255", "-n", 2) == "\n"  # after 255 comes 256, a control token, then 257, which ends the text
    assert out(fake, "--tokens", "254", "-n", 1) == "\ufffd\n"  # 255 is a byte


def test_seed_decides(fake):
    def text(seed):
        return run(fake, "m", "-n", 40, "--temperature", 30, "--seed", seed).stdout

    assert text(1) == text(1)
    assert text(1) != text(2)


def test_context_is_full(fake):
    prompt = ",".join(["97"] * (CONTEXT - 2))
    done = run(fake, "--tokens", prompt)
    assert done.stdout == b"bcd\n"  # two more places, and the token that needs none
    assert done.stderr.decode() == f"fake: note: the context of {CONTEXT} tokens is full, stopped after 3 of 128 new tokens\n"
    assert run(fake, "--tokens", prompt, "-n", 3).stderr == b""


def test_a_context_that_slides(fake):
    """The fake model only looks at the last token, so the text goes on; it aborts if it is asked for more than its context."""
    letters = "bcdefghijklmnopqrstuvwxyz"
    prompt = ",".join(["97"] * (CONTEXT - 2))
    assert out(fake, "--tokens", prompt, "--when-full", "slide") == letters + "\n"
    longer = "".join(chr(1 + i) for i in range(32, 126))
    assert out(fake, "--tokens", ",".join(["32"] * CONTEXT), "-n", 89, "--when-full", "slide") == longer[:89] + "\n"  # slides twice
    assert refusal(fake, "--tokens", prompt + ",97,97,97", "--when-full", "slide") == f"the prompt has {CONTEXT + 1} tokens, the context holds {CONTEXT}"
    assert refusal(fake, "a", "--when-full", "stay", code=2) == "--when-full takes stop or slide, not 'stay'"


def test_prompts_that_do_not_fit(fake):
    sentence = refusal(fake, "--tokens", ",".join(["97"] * (CONTEXT + 1)))
    assert sentence == f"the prompt has {CONTEXT + 1} tokens, the context holds {CONTEXT}"
    assert refusal(fake, "x" * 5000) == f"the prompt has 5000 tokens, the context holds {CONTEXT}"
    assert refusal(fake, "") == "the prompt is empty: there is no token to continue from"
    for wrong in (300, -1, 2**31 - 1):
        assert refusal(fake, "--tokens", f"1,{wrong}") == f"there is no token {wrong}: this model's vocabulary has 300, from 0 on"


def test_rubbish_is_printed_as_replacement_characters(fake):
    assert run(fake, "--tokens", "127", "-n", 2).stdout.decode() == "\ufffd\ufffd\n"
    assert run(fake, "--tokens", "193", "-n", 1).stdout.decode() == "\ufffd\n"  # an unfinished character at the end


# Ends of answers.


def test_stop_strings(fake):
    assert out(fake, "abc u", "--stop", "x") == "vw\n"
    assert out(fake, "abc u", "--stop", "wxy", "--stop", "nothing") == "v\n"  # three tokens
    assert out(fake, "abc u", "--stop", "wxa") == "vwxyz\n"  # held back, then shown
    assert out(fake, "abc u", "--stop", "yz!") == "vwxyz\n"  # at the end of the answer
    assert out(fake, "abc u", "--stop", "uv") == "vwxyz\n"  # the prompt is no part of the answer
    assert out(fake, "--tokens", "97,98", "-n", 30, "--stop", "fg", "--stop", "efg") == "cd\n"
    assert out(fake, "--chat", "--stop", "y", input=b"hi\nho\n") == "wx\nwx\n"
    assert "not an empty one" in refusal(fake, "a", "--stop", "", code=2)
    assert refusal(fake, "--bench", "--stop", "x", code=2) == "--stop does not go with --bench"


def test_log_probabilities(fake):
    done = run(fake, "abc x", "--logprobs")
    assert done.stdout == b"yz\n"
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["token"] for line in lines] == [ord("y"), ord("z"), 257]  # the last one ends the answer
    assert [bytes(line["bytes"]) for line in lines] == [b"y", b"z", b"<|im_end|>"]
    for line, row in zip(lines, fake_logits([0] * 4 + [ord("x"), ord("y"), ord("z")])[4:].astype(np.float64)):
        expected = row[line["token"]] - row.max() - np.log(np.exp(row - row.max()).sum())
        assert abs(line["logprob"] - expected) <= 2**-20  # terms in single precision, seven digits printed


# Prompts from elsewhere, answers as JSON, states.


def test_prompts_from_files_and_from_stdin(fake, tmp_path):
    file = tmp_path / "prompt"
    for text in (b"abc u", b"abc u\n", b"abc u\r\n", b"\0\n\nu"):  # one line feed at the end is no part of it
        file.write_bytes(text)
        assert out(fake, "--file", file) == out(fake, "-", input=text) == out(fake, "--file", "-", input=text) == "vwxyz\n"
    file.write_bytes(b"hi\nho\n")  # one turn
    assert out(fake, "--chat", "--file", file) == out(fake, "--chat", "-", input=b"hi\nho\n") == "wxyz\n"
    assert refusal(fake, "--file", tmp_path / "none") == f"cannot open '{tmp_path}/none': No such file or directory"
    assert refusal(fake, "--file", tmp_path) == f"cannot read '{tmp_path}': Is a directory"
    assert refusal(fake, "-", input=b"") == "the prompt is empty: there is no token to continue from"


def test_answers_as_json(fake):
    found = json.loads(out(fake, "abc u", "--json"))
    assert found.pop("prompt_seconds") > 0 and found.pop("seconds") > 0
    assert found == {"text": "vwxyz", "tokens": [*b"vwxyz"], "end": "stop token", "prompt_tokens": 3, "new_tokens": 5}
    ends = lambda *more: json.loads(run(fake, *more, "--json").stdout)["end"]
    assert ends("u", "-n", 2) == "length" and ends("u", "--stop", "wx") == "stop text"
    assert ends("--tokens", ",".join(["97"] * CONTEXT)) == "context full"
    lines = [json.loads(line) for line in out(fake, "--chat", "--json", input=b"hi\nho\n").splitlines()]
    assert [line["text"] for line in lines] == ["wxyz", "wxyz"]
    escaped = json.loads(out(fake, "--tokens", "0", "-n", 127, "--json", "--when-full", "slide"))  # from \x01 on
    assert escaped["text"].encode() == bytes(escaped["tokens"]) == bytes(range(1, 11)) + b"wxyz"


def test_answers_of_numbers_as_json(tmp_path, fake_content):
    program = fake_program.build(tmp_path, fake_content, flags=("-O0",), kHasTokenizer="false", kHasChat="false")
    assert json.loads(out(program, "--tokens", "118", "--json"))["tokens"] == [119, 120, 121, 122]
    assert out(program, "--tokens", "118", "-n", 2, "--save", tmp_path / "s") == "119,120\n"
    assert out(program, "--tokens", "120", "--restore", tmp_path / "s") == "121,122\n"


def test_saved_and_restored(fake, tmp_path):
    file = tmp_path / "state"
    assert out(fake, "abc u", "-n", 2, "--save", file) == "vw\n"
    assert os.listdir(tmp_path) == ["state"]
    assert out(fake, "", "--restore", file) == "xyz\n"  # goes on
    done = run(fake, "c t", "--restore", file, "--verbose", "--logits", tmp_path / "l.npy", "-n", 1)
    assert done.stdout == b"u\n" and b"prompt 4 tokens" in done.stderr  # the last token, c, space, t
    np.testing.assert_array_equal(np.load(tmp_path / "l.npy"), fake_logits([97, 98, 32, ord("v"), ord("w"), *b"c t"])[4:])
    assert out(fake, "--chat", "a", "--save", file) == "wxyz\n"
    tokens = lambda *more: int(re.findall(r"prompt (\d+)", run(fake, "--chat", "b", "--verbose", *more).stderr.decode())[0])
    both = run(fake, "--chat", "--verbose", input=b"a\nb\n").stderr.decode()
    assert tokens("--restore", file) == int(re.findall(r"prompt (\d+)", both)[1]) < tokens()
    assert "--system comes too late" in refusal(fake, "--chat", "b", "--restore", file, "--system", "x")


def test_states_that_are_not_taken(fake, tmp_path, fake_content):
    file, other = tmp_path / "state", tmp_path / "other"
    out(fake, "abc", "-n", 1, "--save", file)
    state = file.read_bytes()
    for damaged, sentence in [(state[:20], "is cut: it has 20 bytes"), (state[:-64], "is cut or grown"), (state + b"x", "is cut or grown"), (b"x" + state[1:], "is no saved state"),
                              (state[:-64] + bytes([state[-64] ^ 1]) + state[-63:], "is damaged"), (state[:16] + b"x" + state[17:], "is another model's")]:  # fmt: skip
        other.write_bytes(damaged)
        assert refusal(fake, "x", "--restore", other).startswith(f"state file '{other}' {sentence}")
    assert refusal(fake, "x", "--restore", tmp_path / "none").startswith(f"cannot open state file '{tmp_path}/none'")
    done = run(fake, "a", "-n", 1, "--save", tmp_path / "none/state", code=1)
    assert done.stdout == b"b\n" and done.stderr.decode().startswith("fake: error: cannot write '")


def test_repetitions_are_less_likely(fake):
    """All logits here are below zero. Behind a comes b, then a, c and `; of those, ` was not there before."""
    assert out(fake, "abc u", "--repeat-penalty", 2) == "vwxyz\n"
    assert out(fake, "--tokens", "98,99,97", "-n", 1, "--repeat-penalty", 1) == "b\n"
    assert out(fake, "--tokens", "98,99,97", "-n", 1, "--repeat-penalty", 100) == "`\n"


# Everything else.


def test_benchmark(fake):
    text = run(fake, "--bench", "--json", "--prompt-tokens", 8, "--new-tokens", 4, "--context-tokens", 2, "--threads", 2, env={}).stdout
    found = json.loads(text)
    for key in ("decode_tokens_per_second", "prefill_tokens_per_second", "read_bandwidth_fraction", "peak_resident_bytes"):
        assert found[key] > 0
    assert (found["threads"], found["prompt_tokens"], found["new_tokens"], found["context_tokens"]) == (2, 8, 4, 2)
    assert found["rounds"] >= 5
    ratio = found["decode_tokens_per_second"] * found["weight_bytes"] / found["read_bandwidth_bytes_per_second"]
    assert 0.02 < found["read_bandwidth_fraction"] / ratio < 50  # a median of ratios, not the ratio of medians
    assert json.loads(run(fake, "--bench", "--json", "--prompt-tokens", 0, env={}).stdout)["prefill_tokens_per_second"] is None
    assert "tokens/s" in run(fake, "--bench", env={}).stdout.decode()


def test_benchmark_that_does_not_fit(fake):
    sentence = refusal(fake, "--bench", "--context-tokens", 90, "--prompt-tokens", 7)
    assert sentence == f"7 tokens after 90 do not fit: the context holds {CONTEXT}"


def test_a_cpu_that_lacks_something(fake):
    assert refusal(fake, "a", env={"FAKE_UNSUPPORTED": "1"}) == "this CPU lacks instructions of nothing, for which the program was made"
    assert "fake" in out(fake, "--version", env={"FAKE_UNSUPPORTED": "1"})


def test_wrong_usage(fake):
    assert refusal(fake, code=2) == "nothing to do: give a prompt, or see --help"
    assert refusal(fake, "--thread", "1", code=2) == "there is no option '--thread', did you mean '--threads'?"


def test_a_full_disk_is_noticed(fake):
    with open("/dev/full", "w") as full:
        done = subprocess.run([fake, "a"], stdout=full, stderr=subprocess.PIPE, env=COUNTED, timeout=60)
    assert done.returncode == 1 and b"cannot write to stdout: No space left on device" in done.stderr


@pytest.mark.parametrize("arguments, said", [(["abc u"], 1), (["--chat"], 1), (["--tokens", "97"], 1)])
def test_the_first_write_that_fails_ends_it(fake, arguments, said):
    """No token is computed that nobody sees: one was chosen, and it could not be printed."""
    sentence = b"fake: error: cannot write to stdout: "
    with open("/dev/full", "w") as full:
        done = subprocess.run([fake, *arguments, "--logprobs"], input=b"a\nb\nc\n", stdout=full, stderr=subprocess.PIPE, env=COUNTED, timeout=60)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and len(lines) == said + 1 and lines[-1] == sentence + b"No space left on device"

    reader, writer = os.pipe()
    os.close(reader)
    ignoring = lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # as services do
    done = subprocess.run([fake, *arguments, "--logprobs"], input=b"a\nb\nc\n", stdout=writer, stderr=subprocess.PIPE, env=COUNTED, timeout=60, preexec_fn=ignoring, restore_signals=False)
    os.close(writer)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and len(lines) == said + 1 and lines[-1] == sentence + b"Broken pipe"


def test_notes_that_cannot_be_written_end_it(fake):
    with open("/dev/full", "w") as full:
        done = subprocess.run([fake, "a", "--logprobs"], stdout=subprocess.PIPE, stderr=full, env=COUNTED, timeout=60)
    assert done.returncode == 1 and done.stdout == b""


def test_a_list_of_tokens_that_cannot_be_written(fake, tmp_path):
    (tmp_path / "text").write_bytes(b"abc\n" * 100_000)
    with open("/dev/full", "w") as full:
        done = subprocess.run([fake, "--tokenize", tmp_path / "text"], stdout=full, stderr=subprocess.PIPE, env=COUNTED, timeout=60)
    assert done.returncode == 1 and done.stderr == b"fake: error: cannot write to stdout: No space left on device\n"


def test_a_target_that_the_program_does_not_have(fake):
    assert "--target takes one of nothing that this CPU runs, not 'best'" in refusal(fake, "--tokens", "1", "--target", "best", code=2)
    assert out(fake, "--tokens", "97", "-n", "2", "--target", "nothing") == out(fake, "--tokens", "97", "-n", "2")
