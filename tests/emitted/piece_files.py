"""Vocabularies of pieces in their files: SentencePiece's own, and metadata of GGUF."""

import struct

from tokenizers import Tokenizer, models

from family_tokenizers import byte_name, character_vocabulary, llama2, unigram_vocabulary


def unigram_pieces() -> list[tuple[str, float, int]]:
    """A unigram vocabulary as SentencePiece has it: scores of 32 bits."""
    types = {"<unk>": 2, "<s>": 3, "</s>": 3}
    single = lambda score: struct.unpack("<f", struct.pack("<f", score))[0]  # noqa: E731
    trained = [(text, single(score), types.get(text, 1)) for text, score in unigram_vocabulary(True)]
    without = [piece for piece in trained if "\0" not in piece[0]]  # which it refuses
    return [*without, *((f"<0x{byte:02X}>", 0.0, 6) for byte in range(256))]


def pieces() -> list[tuple[str, float, int]]:
    """The vocabulary of `llama2` as SentencePiece has it: texts, scores, which fall from piece to piece, and types."""
    types = {"<unk>": 2, "<s>": 3, "</s>": 3}
    return [(text, -float(i), 6 if byte_name(text) else types.get(text, 1)) for i, text in enumerate(character_vocabulary(True)[0])]


def add_pieces(writer, model: str = "llama", given=None, *, ends: bool = True) -> None:
    """They as metadata of a GGUF file, with a word on what begins and ends a text or without."""
    texts, scores, types = zip(*(given or pieces()), strict=True)
    writer.add_tokenizer_model(model)
    writer.add_token_list(list(texts))
    writer.add_token_scores(list(scores))
    writer.add_token_types(list(types))
    if ends:
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)


def piece_reference() -> Tokenizer:
    """What transformers makes of these pieces: merges by score."""
    from transformers.convert_slow_tokenizer import generate_merges

    tokenizer = llama2()
    scores = {text: score for text, score, _ in pieces()}
    vocabulary = {text: i for i, text in enumerate(scores)}
    tokenizer.model = models.BPE(vocab=vocabulary, merges=generate_merges(vocabulary, scores), unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    return tokenizer


def message(number: int, kind: int, value: bytes) -> bytes:
    """A field of a protocol buffer."""
    return varint(number << 3 | kind) + (varint(len(value)) if kind == 2 else b"") + value


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def sentencepiece_model(given=None, charsmap: bytes = b"", **settings: int) -> bytes:
    """tokenizer.model, as SentencePiece's trainer writes it: pieces, then what it was told."""
    settings = dict(model_type=2, byte_fallback=1, remove_extra_whitespaces=0, add_dummy_prefix=1) | settings
    found = []
    for text, score, kind in given or pieces():
        parts = message(1, 2, text.encode()) + message(2, 5, struct.pack("<f", score))
        found.append(message(1, 2, parts + (message(3, 0, varint(kind)) if kind != 1 else b"")))
    trainer = message(3, 0, varint(settings["model_type"])) + message(35, 0, varint(settings["byte_fallback"]))
    normalizer = message(1, 2, b"identity") + (message(2, 2, charsmap) if charsmap else b"") + message(3, 0, varint(settings["add_dummy_prefix"])) + message(4, 0, varint(settings["remove_extra_whitespaces"]))
    return b"".join(found) + message(2, 2, trainer) + message(3, 2, normalizer)
