"""What emitted programs compute of a text and write down, around a fake model: logits, numbers of tokens, perplexity."""

import os
import re

import numpy as np
import pytest

import fake_program
from fake_program import CONTEXT, out, refusal

# Logits.


def fake_logits(ids: list[int]) -> np.ndarray:
    following = [257 if i == ord("z") else ord("w") if i == 10 else i + 1 for i in ids]
    rows = [-2.0 * np.abs(np.arange(300) - n) - position / 8 for position, n in enumerate(following)]
    return np.array(rows, dtype="<f4")


@pytest.mark.parametrize("step", [(), ("--step",)])
def test_logits(fake, tmp_path, step):
    file = tmp_path / "out.npy"
    assert out(fake, "--tokens", "97,122,10,5", "--logits", file, *step) == ""
    found = np.load(file)
    assert found.dtype == np.dtype("<f4") and found.flags.c_contiguous
    np.testing.assert_array_equal(found, fake_logits([97, 122, 10, 5]))
    assert out(fake, "uv", "--logits", file, "-n", 2, *step) == "wx\n"
    np.testing.assert_array_equal(np.load(file), fake_logits([117, 118]))
    assert os.listdir(tmp_path) == ["out.npy"]


def test_npy_is_what_numpy_writes(fake, tmp_path):
    ours, theirs = tmp_path / "ours.npy", tmp_path / "theirs.npy"
    out(fake, "--tokens", "1,2,3", "--logits", ours)
    np.save(theirs, fake_logits([1, 2, 3]))
    assert ours.read_bytes() == theirs.read_bytes()


def test_logits_that_cannot_be_written(fake, tmp_path):
    where = tmp_path / "missing" / "x.npy"
    assert refusal(fake, "--tokens", "1", "--logits", where) == f"cannot write '{where}.part': No such file or directory"


# Texts.


def test_tokenize(fake, tmp_path):
    file = tmp_path / "text.txt"
    file.write_bytes(b"abc\n\n 1 a<|im_end|>\r\nab")
    assert out(fake, "--tokenize", file) == "259\n\n32,49,260,257,13\n258\n"
    file.write_bytes(b"")
    assert out(fake, "--tokenize", file) == ""
    assert refusal(fake, "--tokenize", tmp_path / "none").startswith("cannot open text '")


def test_tokenize_with_a_beginning(tmp_path, fake_content):
    program = fake_program.build(tmp_path, fake_content, kBeginningToken="256", kBeforeText="{256}", kBeforeTextCount="1")
    (tmp_path / "t").write_text("a\n")
    assert out(program, "--tokenize", tmp_path / "t") == "256,97\n"
    file = tmp_path / "l.npy"
    out(program, "a", "--logits", file)
    np.testing.assert_array_equal(np.load(file), fake_logits([256, 97]))


@pytest.mark.parametrize("tokens", [2, 50, CONTEXT, CONTEXT + 1, 2 * CONTEXT + 3])
def test_perplexity(fake, tmp_path, tokens):
    """Against the definition in double precision; four decimals are printed, single precision terms are good to 2 ulp."""
    ids = [ord("f") + 2 * (i % 3) for i in range(tokens)]
    (tmp_path / "t").write_bytes(bytes(ids))
    losses = []
    for first in range(0, tokens, CONTEXT):
        window = ids[first : first + CONTEXT]
        for row, following in zip(fake_logits(window).astype(np.float64), window[1:]):
            losses.append(np.log(np.exp(row - row.max()).sum()) - (row[following] - row.max()))
    printed = out(fake, "--perplexity", tmp_path / "t")
    value, count = re.fullmatch(rf"perplexity (\S+) over (\d+) tokens, in windows of {CONTEXT}\n", printed).groups()
    assert int(count) == len(losses)
    expected = np.exp(np.mean(losses))
    assert abs(float(value) - expected) <= 0.5e-4 + expected * 2**-22


def test_perplexity_of_nothing(fake, tmp_path):
    (tmp_path / "t").write_bytes(b"a")
    assert "fewer than two tokens" in refusal(fake, "--perplexity", tmp_path / "t")
