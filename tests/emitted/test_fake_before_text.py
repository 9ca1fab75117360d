"""Several tokens that stand before every text, around the fake model: what is read, kept, predicted, and what chats begin with."""

import re
import struct

import fake_program
import numpy as np
import pytest
from fake_program import CONTEXT, out, run
from test_program_texts import fake_logits


def before_text(*ids: int) -> dict[str, str]:
    """Constants of a model that wants these tokens before every text."""
    return {"kBeforeText": "{" + ", ".join(map(str, ids)) + "}", "kBeforeTextCount": str(len(ids))}


@pytest.fixture(scope="module")
def after_two(tmp_path_factory, fake_content):
    """The fake model, which wants 256 and 100 before every text."""
    return fake_program.build(tmp_path_factory.mktemp("two"), fake_content, **before_text(256, 100))


def test_two_tokens_before_a_text(after_two, tmp_path):
    (tmp_path / "t").write_text("a\n\n")
    assert out(after_two, "--tokenize", tmp_path / "t") == "256,100,97\n256,100\n"
    for options in ((), ("--step",)):
        out(after_two, "a", "--logits", tmp_path / "l.npy", *options)
        np.testing.assert_array_equal(np.load(tmp_path / "l.npy"), fake_logits([256, 100, 97]))
    assert out(after_two, "", "-n", 2) == "ef\n"  # what stands before every text is enough to go on from
    out(after_two, "--tokens", "97", "--logits", tmp_path / "l.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "l.npy"), fake_logits([97]))


def test_what_stands_before_a_text_is_there_once_and_stays(after_two, tmp_path):
    """A text behind a saved state has nothing before it. In a context that is full it is kept."""
    def state() -> tuple[int, tuple[int, ...]]:
        data = (tmp_path / "state").read_bytes()
        positions, kept = struct.unpack_from("<2i", data, 48)
        return kept, struct.unpack_from(f"<{positions}i", data, 64)

    out(after_two, "p", "-n", 1, "--save", tmp_path / "state")
    assert state() == (2, (256, 100, *b"p"))
    out(after_two, "x", "-n", 0, "--restore", tmp_path / "state", "--save", tmp_path / "state")
    assert state() == (2, (256, 100, *b"pqx"))
    out(after_two, "k" * 90, "-n", 10, "--when-full", "slide", "--save", tmp_path / "state")
    kept, ids = state()
    assert kept == 2 and ids[:2] == (256, 100) and 40 < len(ids) < 90 and {*ids[2:]} <= {*b"klmnopqrstuv"}


@pytest.mark.parametrize("tokens", [1, 2, CONTEXT - 2, CONTEXT - 1, 2 * CONTEXT + 3])
def test_perplexity_behind_two_tokens(after_two, tmp_path, tokens):
    """Each window begins with them, they are not predicted, and the first token of the text is."""
    ids = [ord("f") + 2 * (i % 3) for i in range(tokens)]
    (tmp_path / "t").write_bytes(bytes(ids))
    windows = [[256, 100, *ids[first : first + CONTEXT - 2]] for first in range(0, tokens, CONTEXT - 2)]
    losses = []
    for window in windows:
        for row, following in list(zip(fake_logits(window).astype(np.float64), window[1:]))[1:]:
            losses.append(np.log(np.exp(row - row.max()).sum()) - (row[following] - row.max()))
    assert len(losses) == tokens
    value, count = re.fullmatch(rf"perplexity (\S+) over (\d+) tokens, in windows of {CONTEXT}\n", out(after_two, "--perplexity", tmp_path / "t")).groups()
    expected = np.exp(np.mean(losses))
    assert int(count) == tokens and abs(float(value) - expected) <= 0.5e-4 + expected * 2**-22


@pytest.mark.parametrize("written, wanted", [("", [256, 5, 7]), ("<|im_start|>\\005\\007", [256, 5, 7]), ("<|im_start|>", [256]), ("\\007", [7])])
def test_a_template_that_writes_the_beginning_itself(tmp_path, fake_content, written, wanted):
    """All of it, or a part: then nothing is put before a chat. Where there is a system message, too."""
    texts = {"kChatBeforeFirst": f'"{written}b"', "kChatSystemPrefix": f'"{written}s"'}
    program = fake_program.build(tmp_path, fake_content, **before_text(256, 5, 7), **texts)
    for options, text in (((), "b"), (("--system", "y"), "sy")):
        run(program, "--chat", "k", "-n", 0, "--save", tmp_path / "state", *options)
        data = (tmp_path / "state").read_bytes()
        positions, kept = struct.unpack_from("<2i", data, 48)
        ids = struct.unpack_from(f"<{positions}i", data, 64)
        beginning = [*wanted, *text.encode()]
        assert list(ids[: len(beginning)]) == beginning
        assert kept == len(beginning) + (2 if options else 0)
