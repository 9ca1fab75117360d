"""Small models of SentencePiece, trained on mixed text, and the texts that its normalization is asked about."""

import io
import random
import unicodedata
from collections.abc import Iterator
from functools import cache

import sentencepiece
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer
from tokenizers import Tokenizer, decoders, models

from family_tokenizers import MARK
from mixed_text import ACCENTED, CJK, CONTROL, SPACES, mixed_lines

assert sentencepiece.__version__


@cache
def trained(**settings) -> bytes:
    """tokenizer.model."""
    written = io.BytesIO()
    known = {letter for letter in "".join(ACCENTED + CJK) if letter > "\u0400"}
    lines = ("".join(letter for letter in line[:300] if letter < "\u0100" or letter in known) for line in mixed_lines(800, 41))
    fixed = dict(model_type="unigram", vocab_size=900, character_coverage=0.99, num_threads=1, minloglevel=2, hard_vocab_limit=False, max_sentence_length=10000)
    SentencePieceTrainer.train(sentence_iterator=lines, model_writer=written, **fixed | settings)
    return written.getvalue()


def fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Those of a message of protocol buffers."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            size = varint() if key & 7 == 2 else 4
            at += size
            yield key >> 3, message[at - size : at]


def map_of(model: bytes) -> bytes:
    """Its map of characters."""
    (normalizer,) = (value for number, value in fields(model) if number == 3)
    return b"".join(value for number, value in fields(normalizer) if number == 2)


def pieces_of(model: bytes) -> list[tuple[str, float, int]]:
    """Texts, scores and types."""
    sp = SentencePieceProcessor(model_proto=model)
    types = [(sp.is_unknown, 2), (sp.is_control, 3), (sp.is_unused, 5), (sp.is_byte, 6)]
    return [(sp.id_to_piece(i), sp.get_score(i), next((number for ask, number in types if ask(i)), 1)) for i in range(sp.get_piece_size())]


def as_tokenizers(model: bytes, normalizer, pre_tokenizer) -> Tokenizer:
    """The same pieces as transformers' converters put them together."""
    pieces = pieces_of(model)
    tokenizer = Tokenizer(models.Unigram([(text, score) for text, score, _ in pieces], unk_id=0, byte_fallback=any(kind == 6 for *_, kind in pieces)))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.Metaspace(replacement=MARK, prepend_scheme="always")
    tokenizer.add_special_tokens([text for text, _, kind in pieces if kind in (2, 3)])
    return tokenizer


CODES = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
CHANGED = [c for c in CODES if unicodedata.normalize("NFKC", c) != c]
MARKS = [c for c in CODES if unicodedata.category(c)[0] == "M" or c in "\u200d\u200c"]
HANGUL = [chr(c) for first, last in ((0x1100, 0x1113), (0x1160, 0x1177), (0x11A7, 0x11C4), (0xAC00, 0xAC40), (0x3131, 0x3164), (0xFF61, 0xFFDD)) for c in range(first, last)]
CONTROLS = [c for c in CODES if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Zs")]
LETTERS = "aAeEoOuiscnAE .,\t\u0915\u09c7\u0b47\u05d0\u0627\u30ab"


def hard_texts(count: int, seed: int) -> list[str]:
    """Letters with marks, what is compatible with something else, parts of Hangul, spaces and controls of all kinds, anything."""
    rng = random.Random(seed)
    sources = [
        lambda: rng.choice(CHANGED), lambda: rng.choice(CHANGED) + rng.choice(MARKS), lambda: rng.choice(LETTERS) + rng.choice(MARKS),
        lambda: unicodedata.normalize("NFD", rng.choice(CHANGED)), lambda: "".join(rng.choices(HANGUL, k=3)), lambda: rng.choice(MARKS),
        lambda: rng.choice(SPACES), lambda: rng.choice([" ", "  ", MARK, f" {MARK}", f"{MARK} "]), lambda: rng.choice(CONTROLS), lambda: rng.choice(CONTROL),
        lambda: rng.choice(CODES), lambda: rng.choice(CODES), lambda: "".join(rng.choices("etaoinshr", k=rng.randrange(1, 9))), lambda: rng.choice(["\r\n", "\n", "\r", "\U0001f469\u200d\U0001f680", "\U0001f1e9\U0001f1ea"]),
    ]  # fmt: skip
    return ["".join(rng.choice(sources)() for _ in range(rng.randrange(1, 16))) for _ in range(count)]


def broken(text: str, rng: random.Random) -> bytes:
    """With bytes that make no character."""
    data = bytearray(text.encode())
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data) + 1)
        data[at : at + rng.randrange(2)] = bytes([rng.choice([0x80, 0xBF, 0xC0, 0xC3, 0xE2, 0xED, 0xF0, 0xF5, 0xFF])])
    return bytes(data)
