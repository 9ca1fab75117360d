"""Normalizers of tokenizer.json against the `tokenizers` package: small letters, accents that go, white space, texts that take the place of others, forms
that take apart, alone and in turn. Every id of every text must be equal: of mixed lines, and of every code point of Unicode between two letters.
"""

import subprocess

import pytest
from tokenizers import AddedToken, Regex, Tokenizer, normalizers
from tokenizers.normalizers import NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Sequence, Strip, StripAccents

import family_tokenizers as families
from family_tokenizers import MARK, lines_with, save
from programs import BIN, run, runnable_targets
from test_huggingface import F32, save_llama
from test_tokenizer_families import PROBE, assert_texts_agree, encode

LINES = 1200
QUOTES = [Replace("``", '"'), Replace("''", '"')]
MARKS = [Prepend(MARK), Replace(" ", MARK)]
BYTES = {
    "small letters": Lowercase(),
    "small letters of form KC": Sequence([NFKC(), Lowercase()]),
    "as the package's guide has it": Sequence([NFD(), Lowercase(), StripAccents()]),
    "letters first": Sequence([Lowercase(), NFD(), StripAccents()]),
    "taken apart": NFD(),
    "compatibly apart": NFKD(),
    "and together again": Sequence([NFD(), StripAccents(), NFC()]),
    "marks alone": StripAccents(),
    "stripped": Sequence([Strip(), Replace("e", "ea"), NFC()]),
    "at the start": Strip(left=True, right=False),
    "at the end": Strip(left=False, right=True),
    "replaced": Sequence([*QUOTES, Replace("'", "''"), Replace("the", "")]),
}
SCORES = {
    "albert": Sequence([*QUOTES, NFKD(), StripAccents(), Lowercase(), Replace(Regex(" {2,}"), " "), *MARKS]),
    "small letters": Sequence([Lowercase(), *MARKS]),
    "stripped": Sequence([NFKC(), Strip(left=False, right=True), Replace(Regex(" {2,}"), MARK), *MARKS]),
}


def all_of_unicode() -> list[str]:
    return [f"a{chr(code)}b" for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def byte_level(normalizer, added=()) -> Tokenizer:
    return families.llama3(normalizer=normalizer, added=added)


def unigram(normalizer) -> Tokenizer:
    tokenizer = families.unigram()
    tokenizer.normalizer = normalizer
    return tokenizer


def around() -> list[str]:
    """White space and accents where texts begin and end, and capital letters of every script beside them."""
    ends = ["", " ", "\t", "\u00a0", "\u3000 ", "\u0301", "\u0345\u0323", "\u0600", "\n "]
    insides = ["A\u030aB", "İstanbul ΑΣ Σ", "ÀÉÎ", "``quoted'' 'so'", "ﬁ Ⅷ ½", "각갂", "\u1e9b\u0323", "e e", "the", "\u0f73\u0f71"]
    return [before + inside + behind for before in ends for inside in insides for behind in ends] + ends


@pytest.mark.parametrize("name", BYTES)
def test_bytes(tmp_path, name):
    tokenizer = byte_level(BYTES[name])
    assert_texts_agree(save(tokenizer, tmp_path), tokenizer, lines_with(["<|eot_id|>"], LINES, 5) + around())


@pytest.mark.parametrize("name", SCORES)
def test_scores(tmp_path, name):
    tokenizer = unigram(SCORES[name])
    assert_texts_agree(save(tokenizer, tmp_path), tokenizer, lines_with(["</s>"], LINES, 6) + around())


@pytest.mark.parametrize("name", ["as the package's guide has it", "compatibly apart", "small letters"])
def test_every_code_point(tmp_path, name):
    tokenizer = byte_level(BYTES[name])
    assert_texts_agree(save(tokenizer, tmp_path), tokenizer, all_of_unicode())


def test_added_tokens_are_looked_for_in_what_the_text_became(tmp_path):
    """As the normalizer has them too."""
    added = [AddedToken("<Think>", normalized=True), AddedToken("<Do>", normalized=False), AddedToken(" END", normalized=True)]
    tokenizer = byte_level(Sequence([NFD(), Lowercase(), StripAccents()]), added)
    file = save(tokenizer, tmp_path)
    texts = lines_with(["<Think>", "<THINK>", "<think>", "<Thínk>", "<Do>", "<do>", " end", " END"], LINES, 7)
    assert_texts_agree(file, tokenizer, texts)
    assert tokenizer.token_to_id("<Think>") in encode(file, ["x<THÍNK>y"])[0]


@pytest.mark.parametrize("normalizer, words", [
    (Sequence([NFC(), NFKD()]), "brings text to forms of both kinds"),
    (Sequence([NFKC(), Lowercase(), Replace("a", "abcd")]), "may make a text more than 64 times as long"),
    (Replace(Regex(r"\s+"), " "), "changes text before it cuts it (normalizer 'Replace')"),
    (Sequence([Lowercase()] * 17), "changes text in 17 steps, supported are 16"),
    (Replace("a" * 300, "b"), "has a text of more than 256 bytes"),
    (normalizers.Nmt(), "changes text before it cuts it (normalizer 'Nmt')"),
])
def test_what_is_not_done_is_refused(tmp_path, normalizer, words):
    file = save(byte_level(normalizer), tmp_path)
    done = subprocess.run([PROBE, file, "4000", "encode"], input=b"", capture_output=True, check=False)
    assert done.returncode == 3
    assert words in done.stderr.decode()


def test_programs_have_the_same(builder, tmp_path):
    """A text that takes the place of another is a constant of the program, whatever its letters are."""
    normalizer = Sequence([Replace('"\\?', "Ä\t"), Replace("x", ""), NFD(), Lowercase(), StripAccents(), Strip()])
    tokenizer = byte_level(normalizer)
    folder = tmp_path / "model"
    save_llama(folder, dtype="float32", vocab_size=tokenizer.get_vocab_size() + 3, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=1,
               num_key_value_heads=1, tie_word_embeddings=True)  # fmt: skip
    save(tokenizer, folder)
    program = builder.emit(folder, "--target", runnable_targets()[0], *F32).compile("g++")
    assert b"in small letters, without accents" in run(BIN / "weebill", "inspect", folder).stdout
    lines = lines_with(["<|eot_id|>", '"\\?', "x"], 200, 8)
    text = tmp_path / "text.txt"
    text.write_bytes("\n".join(lines).encode())
    found = program.run("--tokenize", text).stdout.decode().splitlines()
    for line, ours in zip(lines, found, strict=True):
        assert ours == ",".join(map(str, tokenizer.encode(line).ids)), repr(line)
