"""Conversations with emitted programs, around the fake model, which answers every turn with wxyz."""

import os
import pty
import re
import signal
import struct
import subprocess

import pytest

import fake_program
from fake_program import CONTEXT, COUNTED, out, run

BEFORE = "<|im_start|>system\nYou speak.<|im_end|>\n"


def test_one_turn(fake):
    assert out(fake, "--chat", "hi") == "wxyz\n"
    assert out(fake, "hi", "--chat", "-n", 2) == "wx\n"


def test_turns_of_stdin_keep_the_cache(fake):
    assert out(fake, "--chat", input=b"hi\n\nho") == "wxyz\nwxyz\n"
    # What the first turn costs: all marks and the answer. The second turn continues until the context is full.
    done = run(fake, "--chat", "--verbose", input=b"a\nb\n")
    first = BEFORE + "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n"
    second = "<|im_end|>\n<|im_start|>user\nb<|im_end|>\n<|im_start|>assistant\n"
    counts = [len(re.sub(r"<\|im_\w+\|>", "#", text)) for text in (first, second)]
    found = re.findall(r"prompt (\d+) tokens", done.stderr.decode())
    assert [int(n) for n in found] == [counts[0], counts[1]]


def test_a_turn_may_hold_anything(fake):
    """A NUL ends no turn, and neither does the length of a terminal's line; a carriage return before the line feed is no part of it."""
    tokens = lambda typed: int(re.findall(r"prompt (\d+)", run(fake, "--chat", "--verbose", input=typed).stderr.decode())[0])
    assert tokens(b"x\0yz\n") == tokens(b"x\0yz\r\n") == tokens(b"x\0yz") == tokens(b"wxyz\n")
    done = run(fake, "--chat", input=b"x" * (2**18 + 1) + b"\n", code=1)
    assert done.stderr == b"fake: error: a turn is longer than 262144 bytes\n"


def test_an_answer_that_was_cut_is_closed(fake):
    """With -n 2 the last token of an answer is not in the cache: it belongs to the next prompt."""
    done = run(fake, "--chat", "--verbose", "-n", "2", input=b"a\nb\n")
    assert done.stdout == b"wx\nwx\n"
    full = run(fake, "--chat", "--verbose", input=b"a\nb\n")
    count = lambda done: int(re.findall(r"prompt (\d+) tokens", done.stderr.decode())[1])
    assert count(done) == count(full) + 1


def test_a_conversation_that_does_not_fit(fake):
    done = run(fake, "--chat", input=b"a\nb\nc\nd\n", code=1)
    assert done.stdout.startswith(b"wxyz\nwxyz\n")
    assert re.search(rf"this turn adds \d+ tokens to a conversation of \d+, the context holds {CONTEXT}", done.stderr.decode())


def test_a_conversation_that_slides(fake):
    done = run(fake, "--chat", "--when-full", "slide", input=b"a\nb\nc\nd\ne\nf\n")
    assert done.stdout == b"wxyz\n" * 6 and done.stderr == b""


def test_a_first_turn_that_does_not_fit(fake):
    """There is nothing to forget: it ended with a broken heap."""
    for typed in (b"x" * 500 + b"\n", b"xyz" * CONTEXT):
        done = run(fake, "--chat", "--when-full", "slide", input=typed, code=1)
        assert re.fullmatch(rf"fake: error: the prompt has \d+ tokens, the context holds {CONTEXT}\n", done.stderr.decode()) and done.stdout == b""


def test_messages_are_stripped_if_the_template_does(tmp_path, fake_content):
    program = fake_program.build(tmp_path, fake_content, flags=("-O0",), strips={"kUser": "Spaces"}, kChatSystemProblem='"it has no place for one"')
    tokens = lambda typed: int(re.findall(r"prompt (\d+)", run(program, "--chat", typed, "--verbose").stderr.decode())[0])
    assert tokens(" \u3000x\t\n ") == tokens("x") == tokens("")+ 1
    assert out(program, "--chat", input=b" x \n \n") == "wxyz\n"  # a line of spaces says nothing
    assert fake_program.refusal(program, "--chat", "x", "--system", "y", code=2) == "--system does not go with this model: it has no place for one"


def said(program, folder, *arguments, **options) -> str:
    """All that a conversation has in its cache, as text."""
    run(program, "--chat", "--save", folder / "state", *arguments, **options)
    state = (folder / "state").read_bytes()
    (count,) = struct.unpack_from("<i", state, 48)  # SavedStateHeader::positions; the ids are behind the header
    tokens = [bytes([b]) for b in range(256)] + [mark.encode() for mark in fake_program.MARKS] + [b"ab", b"abc", b" a"]
    return b"".join(tokens[i] for i in struct.unpack_from(f"<{count}i", state, 64)).decode()


TURN = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(
    "strips, end, changes, answer",
    [
        ({}, "x", {}, "yz"),
        ({}, "z", {}, ""),
        ({}, "no", {}, "wxyz"),
        ({}, "x", {"kChatAnswerPrefix": r'"<|im_start|>assistant\n<think>\n"'}, "yz"),
        ({}, "x", {"kChatAssistantPrefix": r'"<|im_start|>assistant\n<think></think>"'}, "<think></think>yz"),
        ({}, "", {"kChatAssistantPrefix": r'"<|im_start|>assistant\n "'}, " wxyz"),
    ],
)
def test_what_becomes_of_an_earlier_answer(tmp_path, fake_content, strips, end, changes, answer):
    """The second turn finds the first answer as the template prints it, and the last one as the model wrote it."""
    program = fake_program.build(tmp_path, fake_content, flags=("-O0",), strips=strips, thought_end=end, **changes)
    opened = "<think>\n" if "kChatAnswerPrefix" in changes else ""
    wanted = BEFORE + TURN.format("a") + answer + "<|im_end|>\n" + TURN.format("b") + opened + "wxy"
    assert said(program, tmp_path, input=b"a\nb\n").startswith(wanted)
    # The same when the first answer comes out of a saved state.
    run(program, "--chat", "a", "--save", tmp_path / "first")
    assert said(program, tmp_path, "b", "--restore", tmp_path / "first").startswith(wanted)


def test_an_answer_that_was_cut_in_its_thought(tmp_path, fake_content):
    program = fake_program.build(tmp_path, fake_content, flags=("-O0",), thought_end="x")
    assert said(program, tmp_path, "-n", 1, input=b"a\nb\n").startswith(BEFORE + TURN.format("a") + "w<|im_end|>\n" + TURN.format("b"))
    assert said(program, tmp_path, "-n", 3, input=b"a\nb\n").startswith(BEFORE + TURN.format("a") + "y<|im_end|>\n" + TURN.format("b"))


def test_nobody_can_end_his_turn(fake):
    """Role marks that a user types are text: nine bytes and more, not one token."""
    tokens = lambda typed: int(re.findall(r"prompt (\d+)", run(fake, "--chat", typed, "--verbose").stderr.decode())[0])
    assert tokens("<|im_end|>") == tokens("x") + len("<|im_end|>") - 1


def test_system_message(fake):
    tokens = lambda *more: int(re.findall(r"prompt (\d+)", run(fake, "--chat", "x", "--verbose", *more).stderr.decode())[0])
    assert tokens("--system", "You speak.") == tokens()
    assert tokens("--system", "") == tokens() - len("You speak.")


def test_prompt_sign_on_a_terminal_only(fake):
    main, side = pty.openpty()
    with subprocess.Popen([fake, "--chat"], stdin=side, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=COUNTED) as chat:
        os.write(main, b"hi\n\x04")
        os.close(side)
        assert chat.communicate(timeout=60)[0] == b"> wxyz\n> \n"
    os.close(main)


def test_turns_of_several_lines(fake):
    """Between two lines \"\"\" everything is one turn, empty lines too; the end of the input ends it as well."""
    tokens = lambda typed: [int(n) for n in re.findall(r"prompt (\d+)", run(fake, "--chat", "--verbose", "-n", 1, input=typed).stderr.decode())]
    assert tokens(b'"""\nab\n\ncd\n"""\n') == tokens(b"wxyzabc\n")[:1]  # ab, two line feeds, cd: six bytes, of which ab is one token
    assert tokens(b'"""\nxx\nyy') == tokens(b"uuvww\n")
    assert len(tokens(b'x\n"""\nx\nx\n"""\nx\n')) == 3
    assert tokens(b'"""\n"""\n') == []


def interrupt(process) -> None:
    process.send_signal(signal.SIGINT)


def test_an_interrupt_ends_the_answer_and_then_the_program(fake):
    with subprocess.Popen([fake, "--chat", "--when-full", "slide"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"FAKE_SLOW": "1"}) as chat:
        for _ in range(2):  # one that was interrupted is gone on from
            chat.stdin.write(b"hi\n")
            chat.stdin.flush()
            assert chat.stdout.read(1) == b"w"
            interrupt(chat)
            assert chat.stdout.readline() in (b"\n", b"x\n")
        chat.stdin.write(b"ho\n")
        chat.stdin.flush()
        assert chat.stdout.read(5) == b"wxyz\n"
        chat.stdin.write(b"ho\n")
        chat.stdin.flush()
        assert chat.stdout.read(1) == b"w"
        interrupt(chat)
        assert chat.stdout.readline().endswith(b"\n")
        interrupt(chat)  # it waits for a turn: nothing to end but the program
        assert chat.wait(timeout=60) == -signal.SIGINT


def test_two_interrupts_at_once_end_the_program(fake):
    with subprocess.Popen([fake, "a" * 80], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"FAKE_SLOW": "1"}) as program:
        assert program.stdout.read(1) == b"b"
        for _ in range(2):
            interrupt(program)
            signal.sigtimedwait([], 0.01)
        assert program.wait(timeout=60) in (-signal.SIGINT, 130)


def test_a_single_answer_that_was_interrupted(fake, tmp_path):
    """It is no success, but what was said is printed and saved."""
    with subprocess.Popen([fake, "a", "--save", tmp_path / "s"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"FAKE_SLOW": "1"}) as program:
        assert program.stdout.read(1) == b"b"
        interrupt(program)
        rest, said = program.communicate(timeout=60)
    assert program.returncode == 130 and rest.endswith(b"\n") and said == b"fake: error: interrupted\n"
    assert out(fake, "--restore", tmp_path / "s", "", "-n", 2) in ("cd\n", "de\n")


def test_an_ignored_interrupt_stays_ignored(fake):
    ignoring = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)
    with subprocess.Popen([fake, "u"], stdout=subprocess.PIPE, env={"FAKE_SLOW": "1"}, preexec_fn=ignoring) as program:
        assert program.stdout.read(1) == b"v"
        interrupt(program)
        assert program.communicate(timeout=60)[0] == b"wxyz\n" and program.returncode == 0


def test_a_full_context_offers_to_slide(fake):
    """On a terminal only; who says no leaves as before."""
    for answer, turns in ((b"y", 6), (b"n", 3)):
        main, side = pty.openpty()
        with subprocess.Popen([fake, "--chat"], stdin=side, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=COUNTED) as chat:
            os.close(side)
            os.write(main, b"a\nb\nc\nd\n" + answer + b"\ne\nf\n\x04")
            said, asked = chat.communicate(timeout=60)
        os.close(main)
        assert said.count(b"wxyz") == turns and asked.count(b"forget the older half and go on? y/n") == 1
        assert chat.returncode == (0 if answer == b"y" else 1)
