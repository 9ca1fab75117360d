"""The tokenizer that a GGUF file describes, built with the `tokenizers` package: the reference for the emitted program's.

Not through transformers: what it makes of such a file splits digits wrongly and puts a token before the text.
"""

from pathlib import Path

from gguf import GGUFReader, TokenType
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers


def read_vocabulary(path: Path) -> dict:
    """What the file says about its tokenizer: tokens, types, merges and the name of its pre-tokenizer."""
    fields = GGUFReader(str(path)).fields
    return {
        "tokens": fields["tokenizer.ggml.tokens"].contents(),
        "types": fields["tokenizer.ggml.token_type"].contents(),
        "merges": [tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"].contents()],
        "pre": fields["tokenizer.ggml.pre"].contents(),
    }


def build_reference(vocabulary: dict, pre: str | None = None) -> Tokenizer:
    """The reference; `pre` overrides the file's pre-tokenizer: "smollm" or "gpt2"."""
    ids = {token: i for i, token in enumerate(vocabulary["tokens"])}
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=vocabulary["merges"]))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    if (pre or vocabulary["pre"]) == "smollm":
        digits = pre_tokenizers.Digits(individual_digits=True)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, byte_level])
    else:
        tokenizer.pre_tokenizer = byte_level
    tokenizer.decoder = decoders.ByteLevel()

    def of_type(wanted: TokenType) -> list[str]:
        return [token for token, kind in zip(vocabulary["tokens"], vocabulary["types"]) if kind == wanted]

    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in of_type(TokenType.CONTROL)])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in of_type(TokenType.USER_DEFINED)])
    return tokenizer


def byte_of_letter() -> dict[str, int]:
    """GPT-2's alphabet: the printable stand-in of each byte, backwards."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}


def token_bytes(vocabulary: dict) -> list[bytes]:
    """The bytes that each token stands for; tokens that are matched as whole text are their own text."""
    letters = byte_of_letter()
    return [
        bytes(letters[letter] for letter in token) if kind == TokenType.NORMAL else token.encode()
        for token, kind in zip(vocabulary["tokens"], vocabulary["types"])
    ]
