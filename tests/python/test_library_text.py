"""weebill.text: pieces of text that end between characters and hold nothing of a stop string."""

import random

import pytest

from weebill.text import TextPieces


def all_of(pieces: TextPieces, parts: list[bytes]) -> str:
    text = ""
    for part in parts:
        text += pieces.take(part)
        if pieces.stopped:
            break
    return text + pieces.finish()


def cut(text: bytes, seed: int) -> list[bytes]:
    chosen = random.Random(seed)
    ends = sorted(chosen.sample(range(len(text) + 1), min(6, len(text))))
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


@pytest.mark.parametrize("seed", range(20))
def test_however_it_is_cut_the_text_is_the_same(seed):
    text = "a caf\u00e9, \u4e16\u754c and \U0001f426 END of <|end|>"
    parts = cut(text.encode(), seed)
    assert all_of(TextPieces(), parts) == text
    assert all_of(TextPieces(stop=["END of", "<|x"]), parts) == text[: text.index("END")]
    assert all_of(TextPieces(stop=["ENDED"]), parts) == text


def test_pieces_are_whole_characters():
    pieces = TextPieces()
    assert [pieces.take(b"\xf0\x9f"), pieces.take(b"\x90"), pieces.take(b"\xa6!")] == ["", "", "\U0001f426!"]


def test_bytes_that_make_no_character():
    assert all_of(TextPieces(), [b"a\xff", b"\xe4\xb8"]) == "a\ufffd\ufffd"


def test_of_two_stop_texts_that_end_together_the_longer_counts():
    assert all_of(TextPieces(stop=["c", "abc"]), [b"xab", b"c"]) == "x"


def test_the_first_space_of_some_tokenizers_is_dropped_once():
    assert all_of(TextPieces(drops_first_space=True), [b"", b" one", b" two"]) == "one two"


def test_an_empty_stop_text_is_refused():
    with pytest.raises(ValueError, match="stop"):
        TextPieces(stop=[""])
