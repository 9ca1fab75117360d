"""Conversations on a terminal of which the program has both ends: keys, pasted text, lines that no system's own would hold, and what is left behind."""

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

import pytest

LIMIT = 30  # seconds for anything that is waited for


class Chat:
    """A program on a terminal of its own."""

    def __init__(self, program, *arguments, kind="xterm"):
        self.main, side = pty.openpty()
        self.side = os.dup(side)  # settings can be asked for when the program is gone
        self.before = termios.tcgetattr(side)
        take = lambda: os.setsid()
        self.process = subprocess.Popen([program, "--chat", *arguments], stdin=side, stdout=side, stderr=side, env={"TERM": kind}, preexec_fn=take)
        os.close(side)
        self.seen = ""

    def type(self, text: str) -> None:
        data = text.encode()
        while data:
            select.select([], [self.main], [], LIMIT)
            data = data[os.write(self.main, data[:512]) :]
            self.read(0)

    def read(self, wait: float) -> bool:
        if not select.select([self.main], [], [], wait)[0]:
            return False
        with contextlib.suppress(OSError):  # the other end is closed
            self.seen += os.read(self.main, 1 << 16).decode(errors="replace")
        return True

    def wait_for(self, pattern: str) -> str:
        """What was said up to there."""
        end = time.monotonic() + LIMIT
        while not (found := re.search(pattern, self.seen)):
            assert time.monotonic() < end and self.process.poll() is None, f"{pattern!r} does not come: {self.seen[-400:]!r}"
            self.read(0.1)
        said, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return said

    def turn(self, keys: str) -> int:
        """Tokens of the prompt that the turn made."""
        self.wait_for("> ")
        self.type(keys)
        return int(re.findall(r"prompt (\d+) tokens", self.wait_for(r"prompt \d+ tokens.*\n"))[0])

    def end(self, keys: str = "\x04") -> int:
        self.wait_for("> ")
        self.type(keys)
        code = self.process.wait(LIMIT)
        assert termios.tcgetattr(self.side) == self.before  # lines and echo as they were
        return code


@pytest.fixture
def chat(fake):
    chats = []

    def start(*arguments, **options) -> Chat:
        chats.append(Chat(fake, *arguments, **options))
        return chats[-1]

    yield start
    for one in chats:
        one.process.kill()
        one.process.wait()
        os.close(one.main)
        os.close(one.side)


QUIET = ["--verbose", "--when-full", "slide"]


def test_keys_edit_a_turn(chat):
    typed, edited = chat(*QUIET), chat(*QUIET)
    assert edited.turn("vyw\x1b[Dx\x1b[H\x1b[3~uu\x7f\r") == typed.turn("uyxw\r")
    assert edited.turn("\x1b[A\r") == typed.turn("uyxw\r")  # the turn before once more
    assert edited.end() == typed.end() == 0


def test_pasted_lines_are_one_turn(chat):
    one = chat(*QUIET)
    pasted = one.turn("\x1b[200~ux\rwv\r\x1b[201~\r")
    assert one.end() == 0 and pasted == chat(*QUIET).turn("uxwvuxwv"[:6] + "\r")


def test_a_line_may_be_longer_than_a_terminals(chat):
    """The system cuts lines at 4,095 bytes; the refusal counts what came, and the terminal is as it was."""
    one = chat()
    one.wait_for("> ")
    one.type("x" * 6000 + "\r")
    said = one.wait_for(r"prompt has \d+ tokens[^\n]*\n")
    assert int(re.findall(r"prompt has (\d+) tokens", said)[0]) > 6000
    assert one.process.wait(LIMIT) == 1 and termios.tcgetattr(one.side) == one.before


def test_an_interrupt_while_a_turn_is_typed_ends_the_program(chat):
    assert chat().end("half a turn\x03") == -signal.SIGINT


def test_a_simple_terminal_has_the_systems_lines(chat):
    one = chat(*QUIET, kind="dumb")
    assert one.turn("uyxw\n") > 0
    assert "\x1b" not in one.seen and one.end() == 0
