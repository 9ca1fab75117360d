"""The C interface beyond tokens: processes that fork, branches, ways back, saved states, chats (c_state_probe.c), and the examples that use them."""

import os
import re
import socket
import subprocess
import sys
import time

import gguf
import jinja2
import numpy as np
import pytest

from parts import TEMPLATE, build_parts
from programs import FLAGS, ROOT, run, skip_without
from shared import make_once, shared_folder
from test_c_api import ids_of, text_of


@pytest.fixture(scope="module")
def states(probe_parts):
    return probe_parts.link(ROOT / "tests/emitted/c_state_probe.c", "c_state_probe")


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_process_that_was_forked(states, threads):
    """With two or more threads its first call never came back."""
    run(states, "forked", threads, text_of(ids_of(4)))


@pytest.mark.parametrize("threads", [1, 3])
def test_branches_and_ways_back(states, threads):
    run(states, "branches", threads, text_of(ids_of(5)))


def test_weights_that_are_read_may_change(probe_parts, states, tmp_path):
    weights = tmp_path / "own.weights"
    weights.write_bytes((probe_parts.folder / "probe.weights").read_bytes())
    run(states, "read", weights)


@pytest.mark.parametrize("threads", [1, 3])
def test_saved_states(states, tmp_path, threads):
    run(states, "states", threads, text_of(ids_of(6)), tmp_path / "state")
    assert os.listdir(tmp_path) == ["state"]


@pytest.mark.parametrize("threads", [1, 3])
def test_logits_of_all_tokens_at_once(states, threads):
    run(states, "rows", threads, text_of(ids_of(7)))


def test_chats_are_the_programs(probe_parts, states):
    """What the program of the same model says, as it stands on the same functions; a branch says the same again."""
    sampling = ["--temperature", "0.8", "--top-k", "40", "--min-p", "0.01", "--repeat-penalty", "1.1", "--seed", "3", "--stop", "the end", "--stop", "fin"]
    lines = run(states, "chat", 12, "A bird.", "Who are <|im_end|> you?", "And \xe9?").stdout.decode().splitlines()
    program = lambda text: probe_parts.program.run("--chat", "--system", "A bird.", "-n", 12, *sampling, input=text.encode()).stdout.decode().splitlines()
    assert lines[0] == program("Who are <|im_end|> you?\n")[0]
    assert len(lines) == 3 and lines[1] == lines[2]


def test_answers_that_were_given_elsewhere(states):
    """Told as a history, they are what the template makes of them."""
    said = ["in the", "a the in", "more"]
    messages = [{"role": role, "content": text} for role, text in zip(["user", "assistant", "user"], said)]
    run(states, "history", *said, jinja2.Template(TEMPLATE).render(messages=messages, add_generation_prompt=True))


def test_what_is_refused(probe_parts, states):
    lines = run(states, "refusals").stdout.decode().splitlines()
    version = probe_parts.program.run("--version").stdout.decode()
    name, made, source, title, licence, targets, target, content, prompt = lines[1:]
    assert (name, source) == ("probe", "tiny.gguf") and f"made by weebill {made} from {source} for {targets}" in version
    assert re.search(r"content (\w+)\)", version)[1] == content and target == targets and prompt == ""


def test_hidden_states(tmp_path_factory, tmp_path):
    """The last norm and the head, in double precision, make the logits of it: in a model without rotation whose numbers are float32."""
    form = ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--rotation", "none"]
    parts = build_parts(shared_folder(tmp_path_factory, "hidden"), "probe", *form)
    run(parts.link(ROOT / "tests/emitted/c_state_probe.c", "c_state_probe"), "hidden", text_of(ids_of(8)), tmp_path / "out")
    numbers = np.fromfile(tmp_path / "out", dtype="<f4").astype(np.float64)
    tensors = {tensor.name: tensor.data.astype(np.float64) for tensor in gguf.GGUFReader(parts.folder / "tiny.gguf").tensors}
    norm, head = tensors["output_norm.weight"], tensors["token_embd.weight"]
    hidden, logits = numbers[: len(norm)], numbers[len(norm) :]
    normed = hidden / np.sqrt(np.mean(hidden**2) + 1e-5) * norm
    error = 2**-24 * 2 * len(norm) * (np.abs(head) @ np.abs(normed))  # every product and every sum is rounded to 24 bits
    assert (np.abs(logits - head @ normed) <= error).all()


# The examples, with a random model of the name that they are written for.


@pytest.fixture(scope="module")
def example_parts(tmp_path_factory):
    return build_parts(shared_folder(tmp_path_factory, "examples"), "smollm2-135m")


def test_the_chat_example(example_parts):
    source = ROOT / "examples/c_api/chat.c"
    assert len(source.read_text().splitlines()) < 60
    chat = example_parts.link(source, "chat")
    done = subprocess.run([chat, "A bird."], input=b"Who are you?\n", capture_output=True, timeout=60)
    program = example_parts.program.run("--chat", "--system", "A bird.", "--temperature", "0.7", "--min-p", "0.05", input=b"Who are you?\n")
    assert done.returncode == 0 and done.stdout == program.stdout and len(done.stdout) > 20


def test_the_rust_example(example_parts):
    """A random model goes on until the context is full: what the program says until then, and the sentence why there is no more."""
    skip_without("rustc")
    chat = example_parts.folder / "chat-rs"  # beside the weights
    flags = ["--edition", "2021", "-D", "warnings", "-C", f"link-arg={example_parts.library}", "-C", "link-arg=-lstdc++", "-C", "link-arg=-lm"]
    run("rustc", *flags, ROOT / "examples/c_api/chat.rs", "-o", chat)
    done = run(chat, input="Who are you \u00e9?\n".encode(), check=False)
    said = example_parts.program.run("--chat", input="Who are you \u00e9?\n".encode()).stdout
    assert said.startswith(done.stdout) and len(said) - 8 < len(done.stdout) > 100  # a beginning of a character was held back
    assert done.returncode == 1 and b"do not fit: the context holds 512" in done.stderr


@pytest.fixture(scope="module")
def library(example_parts):
    path = example_parts.folder / "libmodel.so"
    source = example_parts.folder / "smollm2-135m.cpp"
    return make_once(path, lambda: run("g++", *FLAGS, "-DWEEBILL_NO_MAIN", "-fPIC", "-shared", source, "-o", path))


def test_the_python_example(example_parts, library):
    sys.path.insert(0, str(ROOT / "examples/c_api"))
    from model import SYSTEM, Model

    model = Model(str(library), "smollm2_135m", str(example_parts.folder / "smollm2-135m.weights"), threads=1)
    expected = lambda text: example_parts.program.run("--chat", "-n", 9, "--system", "A bird.", input=text.encode()).stdout.decode().splitlines()
    model.say("A bird.", SYSTEM)
    model.say("Who are you?")
    assert "".join(model.answer(9)) == expected("Who are you?\n")[0]
    state = model.state()
    model.say("And he?")
    second = "".join(model.answer(9))
    assert second == expected("Who are you?\nAnd he?\n")[1]
    model.restore(state)
    model.say("And he?")
    assert "".join(model.answer(9)) == second
    with pytest.raises(RuntimeError, match="^the saved state is cut"):
        model.restore(state[:-64])
    model.close()
    with pytest.raises(RuntimeError, match="^cannot open weights file"):
        Model(str(library), "smollm2_135m", "/nowhere/x")
    done = run(sys.executable, ROOT / "examples/c_api/model.py", library, "smollm2_135m", example_parts.folder / "smollm2-135m.weights", "Hello", env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert done.stdout.decode() == example_parts.program.run("--chat", "Hello", "-n", 256).stdout.decode()


def test_the_daemon_example(example_parts, tmp_path):
    """Two conversations at once, turn by turn; a third that hangs up in the middle disturbs nobody."""
    daemon, path = example_parts.link(ROOT / "examples/c_api/daemon.c", "daemon"), str(tmp_path / "socket")
    says = [["Who are you?", "And he?"], ["the in the", "more"]]
    expected = [example_parts.program.run("--chat", "-n", 9, input="".join(f"{line}\n" for line in lines).encode()).stdout.decode().splitlines() for lines in says]

    def connect():
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(path)
        return connection

    with subprocess.Popen([daemon, path, "9"]) as process:
        try:
            deadline = time.monotonic() + 60
            while not os.path.exists(path) and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(0.05)
            rude = connect()
            rude.sendall(b"x\n" * 100)
            rude.close()
            connections = [connect().makefile("rw", encoding="utf-8", newline="\n") for _ in says]
            for turn in range(2):
                for connection, lines in zip(connections, says):
                    connection.write(lines[turn] + "\n")
                    connection.flush()
                for connection, answers in zip(connections, expected):
                    assert connection.readline() == answers[turn] + "\n"
        finally:
            process.kill()
