"""Conversations, sampling, ways back and saved states: what the program of the same file says."""

import signal
import subprocess
import sys

import pytest

import weebill

SAMPLING = dict(temperature=0.8, top_k=40, top_p=0.95, seed=7)
TURNS = [{"role": "user", "content": "the sea in the"}]


def words(sampling):
    return [word for name, value in sampling.items() for word in (f"--{name.replace('_', '-')}", str(value))]


def test_sampled_text_is_the_programs(tiny, program):
    for prompt in ("the sea", "in"):
        told = program.run(prompt, "-n", 30, *words(SAMPLING)).stdout.decode()
        assert tiny.generate(prompt, 30, **SAMPLING) + "\n" == told
    assert tiny.generate("the sea", 30, **SAMPLING) != tiny.generate("the sea", 30, **(SAMPLING | {"seed": 8}))


def test_an_answer_is_the_programs(tiny, program):
    told = program.run("the sea in the", "--chat", "-n", 20).stdout.decode()
    assert tiny.chat(TURNS, 20) + "\n" == told
    assert "".join(tiny.stream_chat(TURNS, 20)) + "\n" == told
    told = program.run("the sea in the", "--chat", "--system", "in", "-n", 20).stdout.decode()
    assert tiny.chat([{"role": "system", "content": "in"}, *TURNS], 20) + "\n" == told


def test_a_system_prompt_that_is_known(tiny, tiny_file):
    """Computed by the compiler, to the bits of a conversation that says it."""
    model = weebill.compile(tiny_file, threads=2, system_prompt="in")
    said = [{"role": "system", "content": "in"}, *TURNS]
    assert model.chat(TURNS, 20) == tiny.chat(said, 20)
    assert model.chat_text(TURNS) == tiny.chat_text(said)
    assert model.chat([{"role": "system", "content": "the"}, *TURNS], 20) == tiny.chat([{"role": "system", "content": "the"}, *TURNS], 20)


def test_turns_go_on(tiny):
    """A session keeps what was said; the same conversation at once says the same."""
    session = tiny.session()
    session.say("the sea")
    first = "".join(session.answer(8))
    session.say("in the")
    position = session.position
    second = "".join(session.answer(8))
    assert session.position > position and first and second
    session.reset()
    session.say("the sea")
    assert "".join(session.answer(8)) == first


def test_pieces_are_whole_characters(tiny):
    """The model is random and says bytes that make no character: they are U+FFFD, and nothing is cut."""
    pieces = list(tiny.stream("the", 60, temperature=1.5, seed=1))
    assert all(pieces) and len(pieces) > 5
    assert "".join(pieces).encode().decode() == "".join(pieces)


def test_stop_texts(tiny):
    whole = tiny.generate("the sea", 40)
    stop = next(character for character in whole if character.isalnum())
    assert tiny.generate("the sea", 40, stop=[stop]) == whole[: whole.index(stop)]
    assert tiny.generate("the sea", 40, stop=["nowhere"]) == whole
    with pytest.raises(ValueError, match="empty"):
        tiny.generate("the sea", stop=[""])


def test_a_fork_goes_its_own_way(tiny):
    session = tiny.session()
    session.prefill([1, 2, 3])
    other = session.fork()
    assert (session.step(4) == tiny.logits([1, 2, 3, 4])[-1]).all()
    assert (other.step(5) == tiny.logits([1, 2, 3, 5])[-1]).all()
    session.go_back(2)
    assert session.position == 2
    assert (session.step(9) == tiny.logits([1, 2, 9])[-1]).all()
    with pytest.raises(ValueError, match="no way back to 99"):
        session.go_back(99)


def test_a_state_is_kept(tiny, tmp_path):
    session, other = tiny.session(), tiny.session()
    session.prefill(list(range(40)))
    session.save(tmp_path / "state")
    other.restore(tmp_path / "state")
    assert other.position == 40
    assert (other.step(7) == session.step(7)).all()
    (tmp_path / "damaged").write_bytes((tmp_path / "state").read_bytes()[:-3])
    for file in ("damaged", "none"):
        with pytest.raises(ValueError, match=file):
            other.restore(tmp_path / file)
    assert other.position == 41


@pytest.mark.parametrize("call, kind, sentence", [
    (lambda m: m.generate("x", temperature=-1), ValueError, "temperature is from 0 to 100, not -1"),
    (lambda m: m.chat([{"role": "robot", "content": "x"}]), weebill.UsageError, "'robot' is not one of system, user, assistant"),
    (lambda m: m.chat([*TURNS, {"role": "system", "content": "x"}]), ValueError, "a system message comes before everything else"),
    (lambda m: m.chat([{"role": "user", "content": "x" * 5000}]), weebill.ContextFullError, "the context holds 512"),
])  # fmt: skip
def test_what_cannot_be_said(tiny, call, kind, sentence):
    with pytest.raises(kind, match=sentence):
        call(tiny)
    assert tiny.chat(TURNS, 5)  # nothing of it is left


def test_a_model_that_cannot_chat():
    model = weebill.compile(weebill.Architecture(model=64, layers=1, heads=1, hidden=64, vocabulary=80), context=16)
    with pytest.raises(weebill.UsageError, match="has no chat template"):
        model.chat(TURNS)


def test_control_c_ends_the_reading_of_a_message(tiny_file):
    """While the message is read, which happens in one call of the library."""
    program = (
        "import sys, weebill\n"
        "session = weebill.compile(sys.argv[1], threads=1).session()\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    while True:\n"
        "        session.reset()\n"
        "        session.say('the sea ' * 150)\n"
        "        for piece in session.answer(1): pass\n"
        "except KeyboardInterrupt: print('stopped')\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, tiny_file], stdout=subprocess.PIPE, text=True) as running:
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.stdout.read() == "stopped\n"
    assert running.returncode == 0
