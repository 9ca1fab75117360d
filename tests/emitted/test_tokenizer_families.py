"""Tokenizers of model families against the `tokenizers` package: every id of every text, and every text of ids, must be equal.

The importer, the tables and the runtime's headers in one program (tests/python/tokenizer_probe.cpp); at the end, in emitted programs.
"""

import json
import os
import random
import re
import struct
import subprocess
import unicodedata
from pathlib import Path

import pytest
from tokenizers import AddedToken, Tokenizer, decoders, normalizers, processors

import family_tokenizers as families
import piece_files
import pre_tokenizer_expressions as expressions
from family_tokenizers import MARK, lines_with, llama2, llama3, qwen, save
from glm_folder import glm
from programs import runnable_targets
from reference_tokenizer import byte_of_letter
from shared import children_seconds
from test_huggingface import F32, save_llama
from tiny_model import TINY_MODELS, write_tiny_model

PROBE = Path(os.environ.get("WEEBILL_BUILD_FOLDER", "build/release")) / "tests" / "tokenizer_probe"
RUNTIME = Path(__file__).resolve().parents[2] / "runtime"
LINES = int(os.environ.get("WEEBILL_LINES", "1200"))


def run_probe(file: Path, what: str, given: list[bytes], vocabulary: int = 4000, unit: int = 1) -> list[bytes]:
    sent = b"".join(struct.pack("<I", len(one) // unit) + one for one in given)
    done = subprocess.run([PROBE, file, str(vocabulary), what], input=sent, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found, at, size = [], 0, 4 if what == "encode" else 1
    while at < len(done.stdout):
        (count,) = struct.unpack_from("<I", done.stdout, at)
        found.append(done.stdout[at + 4 : at + 4 + count * size])
        at += 4 + count * size
    assert len(found) == len(given)
    return found


def encode(file: Path, texts: list[str]) -> list[list[int]]:
    return [[*struct.unpack(f"<{len(ids) // 4}i", ids)] for ids in run_probe(file, "encode", [text.encode() for text in texts])]


def decode(file: Path, ids: list[list[int]]) -> list[str]:
    return [text.decode() for text in run_probe(file, "decode", [struct.pack(f"<{len(one)}i", *one) for one in ids], unit=4)]


def assert_texts_agree(file: Path, reference: Tokenizer, texts: list[str]) -> None:
    wanted = [one.ids for one in reference.encode_batch_fast(texts, add_special_tokens=False)]
    for text, ours, theirs in zip(texts, encode(file, texts), wanted, strict=True):
        assert ours == theirs, repr(text)


def assert_ids_agree(file: Path, reference: Tokenizer, ids: list[list[int]]) -> None:
    wanted = reference.decode_batch(ids, skip_special_tokens=True)
    for one, ours, theirs in zip(ids, decode(file, ids), wanted, strict=True):
        assert ours == theirs, one


USER = [AddedToken("user_defined", special=False), AddedToken("<tool>", special=False, normalized=False)]
GREEDY = [AddedToken("<l>", lstrip=True, normalized=False), AddedToken("<r>", rstrip=True, normalized=False), AddedToken("<lr>", lstrip=True, rstrip=True, special=True)]
ALONE = [AddedToken("alone", single_word=True), AddedToken("aloneness", special=False), AddedToken("<w>", single_word=True, normalized=False), AddedToken("sole", single_word=True, lstrip=True, special=True)]


def with_template(tokenizer: Tokenizer, template: str) -> Tokenizer:
    """Tokens around every text, of which those behind it are left out with a note."""
    tokens = [(text, tokenizer.token_to_id(text)) for text in template.split() if text != "$A"]
    tokenizer.post_processor = processors.TemplateProcessing(single=template, special_tokens=tokens)
    return tokenizer


FAMILIES = {
    "llama3": llama3,
    "llama3_merging": lambda: llama3(ignore_merges=False),
    "llama3_inverted": families.llama3_inverted,
    "gemma": families.gemma,
    "llama3_possessive": lambda: llama3(expressions.TIKTOKEN),
    "llama3_greedy": lambda: llama3(added=[*USER, *GREEDY]),
    "qwen": qwen,
    "qwen_normalized": lambda: qwen(added=[AddedToken("<é>"), *USER]),
    "qwen_without_nfc": lambda: qwen(normalizer=None, ignore_merges=True),
    "qwen_possessive": lambda: families.byte_level(families.split(expressions.TIKTOKEN.replace("{1,3}", ""))),
    "qwen_single_words": lambda: qwen(added=ALONE),
    "gpt4o": families.gpt4o,
    "tekken": families.tekken,
    "deepseek3": lambda: families.deepseek(expressions.DEEPSEEK3),
    "deepseek_coder": lambda: families.deepseek(expressions.DEEPSEEK_CODER),
    "deepseek_llm": lambda: families.deepseek(expressions.DEEPSEEK_LLM),
    "seed_coder": lambda: families.byte_level(families.split(expressions.SEED_CODER), expression=expressions.SEED_CODER),
    "falcon": lambda: families.byte_level(families.split(*expressions.FALCON), expression=expressions.FALCON),
    "bloom": lambda: families.byte_level(families.split(expressions.BLOOM), expression=expressions.BLOOM),
    "bloom_nested": lambda: families.byte_level(families.split(expressions.BLOOM_NESTED), expression=expressions.BLOOM_NESTED),
    "viking": lambda: families.byte_level(families.split(*expressions.VIKING), expression=expressions.VIKING),
    "minicpm5": lambda: families.byte_level(families.split(*expressions.MINICPM5), expression=expressions.MINICPM5, ignore_merges=True),
    "qwen35": lambda: families.byte_level(families.split(expressions.QWEN35), expression=expressions.QWEN35, normalizer=normalizers.NFC()),
    "tiny_aya": lambda: families.byte_level(families.split(*expressions.TINY_AYA), expression=expressions.TINY_AYA),
    "superbpe": lambda: families.byte_level(families.split(*expressions.SUPERBPE), expression=expressions.SUPERBPE),
    "exaone_moe": lambda: families.byte_level(families.split(expressions.EXAONE_MOE), expression=expressions.EXAONE_MOE),
    "youtu": lambda: families.byte_level(families.split(*expressions.YOUTU), expression=expressions.YOUTU, ignore_merges=True),
    "afmoe": lambda: families.byte_level(families.split(*expressions.AFMOE), expression=expressions.AFMOE),
    "chameleon_steps": families.chameleon_steps,
    "chameleon": lambda: families.byte_level(families.split(*expressions.CHAMELEON), expression=expressions.CHAMELEON),
    "kimi": lambda: families.byte_level(families.split(expressions.KIMI), expression=expressions.KIMI),
    "seed_coder_behind": lambda: with_template(families.byte_level(families.split(expressions.SEED_CODER), special=["<s>", "</s>"]), "<s> $A </s>"),
    "gpt2_split": lambda: families.byte_level(families.split(expressions.GPT2)),
    "gpt2_split_short": lambda: families.byte_level(families.split(expressions.GPT2_SHORT)),
    "llama2": llama2,
    "llama2_single_words": lambda: llama2(added=ALONE),
    "llama2_across_words": lambda: llama2(across_words=True),
    "llama2_normalized": lambda: llama2(normalized=True, added=USER),
    "llama2_bare": lambda: llama2(prepend=False, strip=False, added=USER),
    "llama2_whole_words": lambda: llama2(ignore_merges=True, added=GREEDY),
    **{f"metaspace_{scheme}_{'split' if split else 'whole'}": lambda scheme=scheme, split=split: llama2(metaspace=families.metaspace(scheme, split), added=[*USER, *GREEDY])
       for scheme in ("always", "first", "never") for split in (True, False)},
    "unigram": families.unigram,
    "unigram_across_words": lambda: families.unigram(across_words=True, added=[*USER, *ALONE]),
    "unigram_unknown": lambda: families.unigram(byte_fallback=False, added=GREEDY),
    "unigram_metaspace_split": lambda: families.unigram(metaspace=families.metaspace("always", True), added=USER),
    "unigram_metaspace_first": lambda: families.unigram(metaspace=families.metaspace("first", False), byte_fallback=False),
    "unigram_metaspace_never": lambda: families.unigram(metaspace=families.metaspace("never", True), byte_fallback=False, decoder=decoders.Metaspace(prepend_scheme="never")),
    "metaspace_words": lambda: llama2(metaspace=families.metaspace("first", True), ignore_merges=True),
}  # fmt: skip


@pytest.fixture(scope="module", params=FAMILIES)
def family(request, tmp_path_factory) -> tuple[Path, Tokenizer]:
    reference = FAMILIES[request.param]()
    return save(reference, tmp_path_factory.mktemp(request.param)), reference


def marks_of(reference: Tokenizer) -> list[str]:
    added = [entry["content"] for entry in json.loads(reference.to_str())["added_tokens"]]
    return [*added, MARK, MARK + " ", " " + MARK, "<0x41>", "<0xE2>", "'S", "'\u017f", "'LL", "it'Ll", "aBc", "ABc", "\u02b0A", "ﬁA", "!a", "$a", "a\u200bb", "\u200b", "あ", "中々", "⺀", "〇", "ก", "ຂ", "ក", "က", "ﾊ", "ᄀ", "١٢٣٤", "๑๒", "a/b", "<sentinel:12>", "<sentinel:>", "IMGIMGABIZ", "IMGIMGABCDEZ", "IMGIMGZ", "1234", "/\n", "\r\n", "\n\n", " \n", "é", "e\u0301", "각", "xyzx", "abcabc", "xyzxyzx"]


def test_texts(family):
    file, reference = family
    lines = lines_with(marks_of(reference), LINES, 12)
    assert_texts_agree(file, reference, ["", " ", "  ", "\n", MARK, MARK * 2, *lines])


def test_ids(family):
    """Ids of texts, whole and cut off anywhere, and random ones. Of bytes without a character the package replaces all if one is broken, which
    a stream cannot know: random ids are those of tokens that are no bytes, or of single ones."""
    file, reference = family
    rng = random.Random(3)
    # In a unigram vocabulary the name of a byte is a piece, which would break the row of bytes beside it.
    lines = [line for line in lines_with(marks_of(reference), 300, 5) if "<0xE2>" not in line]
    ids = [one.ids for one in reference.encode_batch_fast(lines, add_special_tokens=False)]
    plain = [i for i in range(reference.get_vocab_size()) if not families.byte_name(reference.id_to_token(i))]
    ids += [[rng.choice(plain) for _ in range(rng.randrange(12))] for _ in range(300)]
    for byte in (i for i in range(reference.get_vocab_size()) if families.byte_name(reference.id_to_token(i))):
        ids.append([rng.choice(plain), byte, rng.choice(plain)])
    if not any(families.byte_name(reference.id_to_token(i)) for i in range(reference.get_vocab_size())):
        ids += [one[rng.randrange(len(one)) :] for one in ids if one]
    assert_ids_agree(file, reference, ids)


@pytest.mark.parametrize("kind", ["tokenizer.model", "gguf"])
def test_vocabularies_with_scores(tmp_path, kind):
    """SentencePiece's own file, and the same vocabulary in GGUF: what transformers makes of them."""
    reference = piece_files.piece_reference()
    file = tmp_path / ("tokenizer.model" if kind == "tokenizer.model" else "tiny.gguf")
    if kind == "gguf":
        write_tiny_model(file, tokenizer=piece_files.add_pieces, **TINY_MODELS["grouped"] | dict(vocabulary=len(piece_files.pieces())))
    else:
        file.write_bytes(piece_files.sentencepiece_model())
    lines = lines_with(marks_of(reference), LINES, 14)
    assert_texts_agree(file, reference, ["", " ", "  ", MARK, *lines])
    assert_ids_agree(file, reference, [reference.encode(line, add_special_tokens=False).ids for line in lines[:300]])


def test_normalization_form_c(tmp_path):
    """Texts of what changes: all that the package takes apart, marks in any order, Hangul in parts, what is never put together again."""
    apart = normalizers.NFD().normalize_str
    rng = random.Random(21)
    codes = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    changing = [c for c in map(chr, codes) if unicodedata.combining(c) or (apart(c) != c and not "\uac00" <= c <= "\ud7a3")]
    hangul = [chr(c) for first, last in ((0x1100, 0x1113), (0x1161, 0x1177), (0x11A7, 0x11C4), (0xAC00, 0xAC40)) for c in range(first, last)]
    plain = "aAeEoOu .\n<>=\u0915\u09c7\u0b47"

    def text() -> str:
        parts = ([rng.choice(changing)], [apart(rng.choice(changing))], rng.choices(hangul, k=3), [rng.choice(plain)], rng.sample(apart(rng.choice(changing)) + "\u0301\u0323", 2))
        return "".join("".join(rng.choice(parts)) if rng.random() < 0.5 else rng.choice(changing + hangul) for _ in range(rng.randrange(1, 14)))

    reference = qwen()
    assert_texts_agree(save(reference, tmp_path), reference, [*changing, *(f"a{c}b" for c in changing), *(text() for _ in range(4000))])


def test_borders_of_digits(tmp_path):
    """What follows a number, and what is in it, code point by code point where the tables of decimal digits and words have an end."""
    table = (RUNTIME / "unicode_decimals.h").read_text() + (RUNTIME / "unicode_words.h").read_text()
    ends = [int(number, 16) for number in re.findall(r"0x[0-9a-f]+", table)]
    codes = {*range(0x300), *(end + by for end in ends for by in (-1, 0, 1))}
    characters = [chr(code) for code in sorted(codes) if code < 0x110000 and not 0xD800 <= code < 0xE000]
    texts = ["".join(f"1234{c} 12345{c}a {c}1234567 {c}{c}{c}{c} 12{c}34 1{c}" for c in characters[i : i + 16]) for i in range(0, len(characters), 16)]
    for name in ("tiny_aya", "superbpe", "afmoe"):
        reference = FAMILIES[name]()
        assert_texts_agree(save(reference, tmp_path), reference, texts)


def test_a_word_as_long_as_a_book(tmp_path):
    """Nothing is quadratic: a megabyte without a border, of one letter, of spaces, of marks of one character, of bytes to fall back to."""
    for tokenizer in (llama2(across_words=True), qwen(), llama3(), families.unigram(across_words=True), families.deepseek(expressions.DEEPSEEK_LLM), families.gpt4o(), *(FAMILIES[name]() for name in ("tiny_aya", "superbpe", "exaone_moe", "afmoe", "chameleon", "kimi"))):
        file = save(tokenizer, tmp_path)
        for text in ("a" * 1_000_000, " " * 1_000_000, "\u0301\u0323" * 250_000, "\n a" * 300_000, "\U0001f600" * 100_000, "1" * 500_000, "1" * 500_000 + "a"):
            started = children_seconds()
            run_probe(file, "encode", [text.encode()])
            assert children_seconds() - started < 20, text[:3]


def test_bytes_that_are_no_text(tmp_path):
    """They become tokens of their own, whatever stands around them, and the tokens spell the input."""
    rng = random.Random(8)
    texts = [bytes(rng.choice([rng.randrange(256), 0xCC, 0x81, 0xE2, 0x96, 0x81, 0xF0, 0x65, 0x20]) for _ in range(n)) for n in range(200)]
    for tokenizer, spell in ((llama2(), spell_characters), (qwen(normalizer=None), spell_bytes), (llama3(), spell_bytes)):
        file = save(tokenizer, tmp_path)
        names = {i: token for token, i in tokenizer.get_vocab().items()}
        for text, found in zip(texts, run_probe(file, "encode", texts), strict=True):
            wanted = text if spell is spell_bytes else text.replace(MARK.encode(), b" ")
            assert spell([names[i] for (i,) in struct.iter_unpack("<i", found)]) == wanted, text


def spell_bytes(names: list[str]) -> bytes:
    letters = byte_of_letter()
    return b"".join(bytes(letters[c] for c in name) for name in names)


def spell_characters(names: list[str]) -> bytes:
    """Without the space that was put before the text."""
    return b"".join(bytes([int(n[3:5], 16)]) if families.byte_name(n) else n.replace(MARK, " ").encode() for n in names)[1:]


# ------------------------------------------------------- emitted programs ---

PROGRAMS = {"glm": lambda: glm("[gMASK] <sop> $A"), "glm_three": lambda: glm("<sop> [gMASK] <sop> $A <eop>"), "llama3": llama3, "qwen": qwen, "llama2": lambda: llama2(added=USER), "deepseek": lambda: families.deepseek(expressions.DEEPSEEK3, added=ALONE),
            "unigram": lambda: families.unigram(across_words=True, added=USER),
            "falcon": lambda: with_template(families.byte_level(families.split(*expressions.FALCON), expression=expressions.FALCON, special=["<s>", "</s>"]), "<s> $A"),
            **{name: lambda cut=cut: with_template(families.byte_level(families.split(*cut), expression=cut, special=["<s>", "</s>"]), "<s> $A")
               for name, cut in dict(viking=expressions.VIKING, minicpm5=expressions.MINICPM5, qwen35=(expressions.QWEN35,), tiny_aya=expressions.TINY_AYA,
                                     superbpe=expressions.SUPERBPE, exaone_moe=(expressions.EXAONE_MOE,), youtu=expressions.YOUTU,
                                     afmoe=expressions.AFMOE, chameleon=expressions.CHAMELEON, kimi=(expressions.KIMI,)).items()}}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_emitted_program(builder, tmp_path, name):
    """Ids of lines, and the text of what a model without sense says, which is full of broken characters: signs for those are not compared."""
    pytest.importorskip("torch")
    reference = PROGRAMS[name]()
    size = reference.get_vocab_size() + 3  # some rows of the matrix are nobody's
    folder = tmp_path / name
    save_llama(folder, dtype="float32", vocab_size=size, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=1,
               num_key_value_heads=1, tie_word_embeddings=True)  # fmt: skip
    save(reference, folder)
    eos = {"llama3": "<|end_of_text|>", "qwen": "<|im_end|>", "glm": "<|endoftext|>", "glm_three": "<|endoftext|>"}.get(name, "</s>")
    (folder / "tokenizer_config.json").write_text(json.dumps({"bos_token": None, "eos_token": {"content": eos}, "tokenizer_class": "PreTrainedTokenizerFast"}))
    program = builder.emit(folder, "--target", runnable_targets()[-1], *F32).compile("g++")

    lines = ["", " ", *(line for line in lines_with(marks_of(reference), 400, 9) if "\n" not in line)]
    text = tmp_path / "text"
    text.write_bytes("".join(line + "\n" for line in lines).encode())
    found = program.run("--tokenize", text).stdout.decode().splitlines()
    assert_are_the_packages(found, lines, reference, folder, behind=int(name == "glm_three"))

    for seed in range(8):
        done = program.run("Once upon a time", "-n", "60", "--temperature", "2", "--seed", seed, "--logprobs")
        ids = [json.loads(line)["token"] for line in done.stderr.decode().splitlines() if line.startswith("{")]
        assert len(ids) > 1
        assert done.stdout.decode().removesuffix("\n").replace("\ufffd", "") == printed_text(reference, ids)


def assert_are_the_packages(found: list[str], lines: list[str], reference: Tokenizer, folder: Path, behind: int) -> None:
    """Ids as `tokenizers` and transformers' class give them, without those behind every text."""
    from transformers import PreTrainedTokenizerFast

    of_folder = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    for line, ours in zip(lines, found, strict=True):
        wanted = reference.encode(line).ids
        assert of_folder(line)["input_ids"] == wanted
        assert ours == ",".join(map(str, wanted[: len(wanted) - behind])), repr(line)


def printed_text(reference: Tokenizer, ids: list[int]) -> str:
    """What the package makes of ids, without its signs for broken characters; of bytes as tokens, what a stream can know (see test_ids)."""
    special = {entry["id"] for entry in json.loads(reference.to_str())["added_tokens"] if entry["special"]}
    known = [i for i in ids if i < reference.get_vocab_size() and i not in special]
    if reference.token_to_id("<0x00>") is None:
        return reference.decode(known).replace("\ufffd", "")
    names = [reference.id_to_token(i).replace(MARK, " ") for i in known]
    found = b"".join(bytes([int(n[3:5], 16)]) if families.byte_name(n) else n.encode() for n in names)
    return found.decode(errors="ignore").removeprefix(" ").replace("\ufffd", "")
