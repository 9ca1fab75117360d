"""Every decoder that a tokenizer.json may have beside every kind of vocabulary, against the package `tokenizers`: the text of ids is the
package's, or the tokenizer is refused."""

import json
import random
import subprocess

import pytest
from tokenizers import Tokenizer

from family_tokenizers import MARK, byte_name, llama2, llama3, metaspace, mixed_lines, unigram
from test_tokenizer_families import PROBE, assert_ids_agree

BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
MARKS = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "always", "split": True}
SPACES = {"type": "Replace", "pattern": {"String": MARK}, "content": " "}
FALLBACK, FUSE = {"type": "ByteFallback"}, {"type": "Fuse"}


def strip(start: int, stop: int = 0) -> dict:
    return {"type": "Strip", "content": " ", "start": start, "stop": stop}


def sequence(*steps) -> dict:
    return {"type": "Sequence", "decoders": [*steps]}


DECODERS = {
    "none": None,
    "nothing": sequence(),
    "bytes": BYTES,
    "bytes_alone": sequence(BYTES),
    "bytes_inside": sequence(sequence(), sequence(BYTES)),
    "bytes_twice": sequence(BYTES, BYTES),
    "bytes_fused": sequence(BYTES, FUSE),
    "bytes_stripped": sequence(BYTES, strip(1)),
    "fused": FUSE,
    "fallback": FALLBACK,
    "spaces": SPACES,
    "marks": MARKS,
    "marks_alone": sequence(MARKS),
    "marks_never": MARKS | {"prepend_scheme": "never"},
    "marks_first": MARKS | {"prepend_scheme": "first"},
    "other_marks": MARKS | {"replacement": "_"},
    "marks_twice": sequence(MARKS, MARKS),
    "pieces": sequence(SPACES, FALLBACK, FUSE),
    "pieces_stripped": sequence(SPACES, FALLBACK, FUSE, strip(1)),
    "pieces_inside": sequence(sequence(SPACES, FALLBACK), FUSE, strip(1)),
    "pieces_stripped_twice": sequence(SPACES, FALLBACK, FUSE, strip(1), strip(1)),
    "pieces_stripped_more": sequence(SPACES, FALLBACK, FUSE, strip(2)),
    "pieces_stripped_behind": sequence(SPACES, FALLBACK, FUSE, strip(0, 1)),
    "pieces_stripped_first": sequence(SPACES, FALLBACK, strip(1), FUSE),
    "pieces_not_fused": sequence(SPACES, FALLBACK),
    "pieces_without_bytes": sequence(SPACES, FUSE),
    "pieces_late": sequence(FALLBACK, FUSE, SPACES),
    "words": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "ends_of_words": {"type": "BPEDecoder", "suffix": "</w>"},
    "ctc": {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": True},
}
# Which are read; the rest is refused.
READ = {
    "llama3": {"bytes", "bytes_alone", "bytes_inside"},
    "llama2": {"pieces", "pieces_stripped", "pieces_inside"},
    "llama2_metaspace": {"pieces", "pieces_stripped", "pieces_inside"},
    "unigram": {"pieces", "pieces_stripped", "pieces_inside", "marks_never"},
    "unigram_unknown": {"pieces", "pieces_stripped", "pieces_inside", "marks_never"},
}
KINDS = {
    "llama3": llama3,
    "llama2": llama2,
    "llama2_metaspace": lambda: llama2(metaspace=metaspace("first", False)),
    "unigram": unigram,
    "unigram_unknown": lambda: unigram(metaspace=metaspace("always", True), byte_fallback=False),
}


def ids_for(reference: Tokenizer) -> list[list[int]]:
    """Of texts, and random ones without bytes; of bytes without a character the package replaces all if one is broken."""
    rng = random.Random(5)
    texts = [" ", "  ", " a", "a  b ", "é \u2581_", *mixed_lines(60, 7)]
    plain = [i for i in range(reference.get_vocab_size()) if not byte_name(reference.id_to_token(i))]
    return [*(one.ids for one in reference.encode_batch(texts)), *([rng.choice(plain) for _ in range(rng.randrange(9))] for _ in range(100))]


@pytest.mark.parametrize("kind", KINDS)
def test_text_of_ids(tmp_path, kind):
    content = json.loads(KINDS[kind]().to_str())
    read = set()
    for name, decoder in DECODERS.items():
        content["decoder"] = decoder
        reference = Tokenizer.from_str(json.dumps(content))
        file = tmp_path / "tokenizer.json"
        file.write_text(json.dumps(content))
        done = subprocess.run([PROBE, file, "4000", "decode"], input=b"", capture_output=True, check=False)
        if done.returncode == 3:
            assert b"decoder" in done.stderr, (name, done.stderr)
            continue
        assert done.returncode == 0, (name, done.stderr)
        assert_ids_agree(file, reference, ids_for(reference))
        read.add(name)
    assert read == READ[kind]
