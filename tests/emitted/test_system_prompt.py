"""weebill build --system-prompt: how chats begin is computed by the compiler. What follows is to the bit what a program says that computes it itself."""

import struct

import pytest

from parts import SHAPE, TEMPLATE
from programs import BIN, FAST, Builder, Program, run, runnable_targets
from shared import make_once, shared_folder
from tiny_model import write_tiny_model

PROMPT = "the thin in\nthe word, <|im_end|> and in the end \u00e9"
QUESTION = "in the thin"
RECIPES = {"default": [], "codes": ["--cache", "int8", "--activations", "int8-symmetric"], "floats": ["--weights", "f32", "--cache", "f32"], "groups": ["--weights", "int4"]}
HEADER = struct.Struct("<8sIIQQQQQQ")  # magic, version, header's bytes, layout, content, bytes of the file, opening's place and bytes, reserved


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = shared_folder(tmp_path_factory, "system-prompt")
    make_once(folder / "model.gguf", lambda: write_tiny_model(folder / "model.gguf", chat_template=TEMPLATE, **SHAPE))
    (folder / "prompt.txt").write_text(PROMPT + "\n")
    return folder


@pytest.fixture(scope="module")
def build(folder):
    """A program of that recipe, without optimization, and its weights beside it."""
    builder = Builder(folder)

    def compiled(*options: str) -> Program:
        return builder.emit(folder / "model.gguf", "--target", runnable_targets()[0], *options).compile_beside_weights()

    return compiled


def with_prompt(folder, *options):
    return ["--system-prompt", str(folder / "prompt.txt"), *options]


def state(program, file, *options):
    """What a chat's first answer says, the logarithms of its probabilities, and the state afterwards."""
    told = program.run("--chat", QUESTION, "-n", 12, "--logprobs", "--save", file, *options)
    return told.stdout, told.stderr, file.read_bytes()


def assert_takes_what_it_computes(program, tmp_path):
    """A prompt of the same tokens: if the logits of all of them are asked for, the program computes them all."""
    text = f"<|im_start|>system\n{PROMPT}<|im_end|>\n<|im_start|>user\n{QUESTION}"
    options = [text, "-n", "12", "--logprobs", "--save"]
    taken = program.run(*options, tmp_path / "taken")
    computed = program.run(*options, tmp_path / "computed", "--logits", tmp_path / "logits.npy")
    assert (taken.stdout, taken.stderr) == (computed.stdout, computed.stderr)
    assert (tmp_path / "taken").read_bytes() == (tmp_path / "computed").read_bytes()


def test_as_if_it_were_said(folder, build, tmp_path):
    """Compared with a program that was built without, and is given the prompt by --system."""
    known, plain = build(*with_prompt(folder)), build()
    expected = state(plain, tmp_path / "plain", "--system", PROMPT)
    assert state(known, tmp_path / "known") == expected
    assert state(known, tmp_path / "said", "--system", PROMPT) == expected
    assert state(known, tmp_path / "stepped", "--step", "--threads", "1") == expected
    for other in ("the", "the thin in\nthe other", ""):  # which begin like it, or not
        assert state(known, tmp_path / "other", "--system", other) == state(plain, tmp_path / "plain", "--system", other)
    typed = f"{QUESTION}\nthe sea\n".encode()
    assert known.run("--chat", "-n", 8, input=typed).stdout == plain.run("--chat", "-n", 8, "--system", PROMPT, input=typed).stdout
    for prompt in ("the", "<|im_start|>system\nthe thin"):
        assert known.run(prompt, "-n", 8).stdout == plain.run(prompt, "-n", 8).stdout
    assert PROMPT.encode() in known.run("--version").stdout and b"system prompt" not in plain.run("--version").stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_state_is_what_the_program_computes(folder, build, tmp_path, recipe):
    known = build(*with_prompt(folder, *RECIPES[recipe]))
    assert_takes_what_it_computes(known, tmp_path)
    opening = HEADER.unpack(known.binary.with_name("model.weights").read_bytes()[:64])[7]
    assert opening > 64 * 40  # there is something to take


def test_the_rest_of_the_file_is_as_without(folder, build):
    known, plain = (program.binary.with_name("model.weights").read_bytes() for program in (build(*with_prompt(folder)), build()))
    *same, file_bytes, place, opening, reserved = HEADER.unpack(known[:64])
    assert known[64:place] == plain[64:] and [*same, len(plain), 0, 0, 0] == list(HEADER.unpack(plain[:64]))
    assert (file_bytes, place + opening, reserved) == (len(known), len(known), 0)
    assert known[place:].startswith(b"WEESTATE")


def test_damaged_and_foreign_states(folder, build, tmp_path):
    known = build(*with_prompt(folder))
    (tmp_path / "other.txt").write_text(PROMPT.replace("word", "dorw"))  # as many tokens
    foreign = build("--system-prompt", str(tmp_path / "other.txt"))
    whole, other = (program.binary.with_name("model.weights").read_bytes() for program in (known, foreign))
    place = HEADER.unpack(whole[:64])[6]

    def refused(data, words, *options):
        (tmp_path / "w").write_bytes(data)
        done = known.run("--weights-file", tmp_path / "w", *(options or ("--chat", "in", "-n", "1")), check=False)
        assert done.returncode == 1 and done.stdout == b"" and done.stderr.count(b"\n") == 1, done.stderr
        assert words in done.stderr.decode(), done.stderr

    def changed(at, byte=0x40):
        return whole[:at] + bytes([whole[at] ^ byte]) + whole[at + 1 :]

    refused(changed(len(whole) - 100), "is damaged: its content is")
    refused(changed(len(whole) - 100), "is damaged: its system prompt's state is", "--verify")
    refused(changed(len(whole) - 100), "is damaged: its system prompt's state is", "--read-weights", "--chat", "in")
    refused(changed(place), "does not begin with WEESTATE")
    refused(changed(place + 16), "is another model's")
    refused(changed(place + 48, 1), "cut or grown")  # one position more or less
    refused(changed(40), "was built with another system prompt")
    refused(changed(48), "was built with another system prompt")
    refused(whole[:-64], "is cut or grown")
    assert len(other) == len(whole)
    refused(other, "is another prompt's")
    assert known.run("--verify").returncode == 0


def test_inside_the_program(folder, tmp_path):
    """Nothing else is needed, and --verify reads the state, too."""
    options = ["--name", "inside", "--embed-weights", "--emit", "cpp", "--target", runnable_targets()[0]]
    run(BIN / "weebill", "build", folder / "model.gguf", "-o", tmp_path, *with_prompt(folder), *options)
    run("g++", *FAST, "inside.cpp", "-o", "inside", cwd=tmp_path)
    (tmp_path / "inside.weights").unlink()
    inside = Program(tmp_path / "inside")
    assert_takes_what_it_computes(inside, tmp_path)
    inside.run("--verify", cwd="/")


@pytest.mark.parametrize(
    "template, text, options, words",
    [
        ("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}", "in", [], "leave the option out, and say it at the beginning of the first message"),
        (TEMPLATE, "the thin " * 40, ["--context", "64"], "and the context holds 64: shorten the prompt, or see --context"),
        (TEMPLATE, "in", ["--without-tokenizer"], "the program has no --chat"),
        (TEMPLATE, "\n", [], "is empty: leave --system-prompt out"),
        (TEMPLATE, "a\0b", [], "the text has a byte 0, which ends texts in C"),
        (TEMPLATE, "a" * ((1 << 20) + 1), [], "is longer than 1048576 bytes"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path, template, text, options, words):
    model = write_tiny_model(tmp_path / "model.gguf", chat_template=template, **SHAPE)
    (tmp_path / "prompt.txt").write_text(text)
    done = run(BIN / "weebill", "build", model, "-o", tmp_path / "out", "--emit", "cpp", "--system-prompt", tmp_path / "prompt.txt", *options, check=False)
    assert done.returncode in (1, 2) and words in done.stderr.decode(), done.stderr
    assert done.stderr.count(b"\n") == 1 and not (tmp_path / "out").exists()
