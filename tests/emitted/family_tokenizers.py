"""Small tokenizers in the forms that model families have: normalizer, pre-tokenizer, decoder and post-processor as transformers' converters make them.

Vocabularies are trained on mixed text. Byte-level ones also get words that no merges make, and character ones lack most letters, so that
`ignore_merges` and the fall back to bytes decide about many texts.
"""

import json
import random
import re
import struct
from functools import cache
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from mixed_text import mixed_lines

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace("{1,3}", "")
TIKTOKEN = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
GPT2_SHORT = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
SMALL, CAPITAL = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]", r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
BEFORE, CONTRACTION = r"[^\r\n\p{L}\p{N}]?", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
GPT4O = rf"{BEFORE}{CAPITAL}*{SMALL}+{CONTRACTION}|{BEFORE}{CAPITAL}+{SMALL}*{CONTRACTION}|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEKKEN = GPT4O.replace(CONTRACTION, "").replace("{1,3}", "")
DEEPSEEK3 = (
    r"\p{N}{1,3}",
    "[一-龥\u3040-ゟ゠-ヿ]+",
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""",
)
CHINESE_TO_KOREAN = "[一-龥\u0800-一가-\ud7ff]+"
DEEPSEEK_CODER = ("[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", CHINESE_TO_KOREAN, None)  # None: Digits
WITH_CASE = (
    "A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373"
    "\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-"
    "\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-"
    "\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d"
    "\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-"
    "\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-"
    "\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-"
    "\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-"
    "\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-"
    "\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943"
)
DEEPSEEK_LLM = ("[\r\n]", rf"\s?[{WITH_CASE}]+", "\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+", r"\s+$", CHINESE_TO_KOREAN, None)
SEED_CODER = LLAMA3.replace("{1,3}", "{1}").replace(r"[^\s\p{L}\p{N}]+[\r\n]*", r"[^\s\p{L}\p{N}\r\n]+")
FALCON = (r"[\p{P}\$\+<=>\^~\|`]+", GPT2.removesuffix(r"|\s+"), "[0-9][0-9][0-9]")
BLOOM, BLOOM_NESTED = " ?[^(\\s|.,!?…。，、।۔،)]+", " ?[^(\\s|[.,!?…。，、।۔،])]+"
VIKING = (BLOOM, r"\p{N}")
MINICPM5 = (r"\p{N}{1,3}", LLAMA3.replace("{1,3}", "+"))
QWEN35 = QWEN.replace(r"?\p{L}+", r"?[\p{L}\p{M}]+").replace(r"[^\s\p{L}\p{N}]", r"[^\s\p{L}\p{M}\p{N}]")
TINY_AYA = (r"\d{1,3}(?=(?:\d{3})*\b)", GPT4O)
SUPERBPE = (r"\p{N}+", r"(?=(\d{3})+(?!\d))")
EXAONE_MOE = QWEN.replace(r"?\p{L}+", r"?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+").replace(r"[\r\n]*|\s*[\r\n]+", r"[\r\n/]?|\s*[\r\n]")
YOUTU = ("[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥\u3040-ゟ゠-ヿ]+", GPT4O.replace("{1,3}", ""))
AFMOE = (
    r"\p{Nd}{1,510}(?=(?>\p{Nd}{510})*(?:\P{Nd}|$))|\G\p{Nd}{510}", r"\A\p{Nd}{1,2}(?=\p{Nd}{3}+\z)", r"\A\p{Nd}{3}|\G\p{Nd}{3}",
    r"(?:[\u4E00-\u9FFF\u3040-\u309F\u30A0-\u30FF\u3400-\u4DBF\uf900-\uFAFF\uFF65-\uFF9F\u2F00-\u2FDF]+|[\u0E00-\u0E7F]+|[\u0E80-\u0EFF]+|[\u1780-\u17FF]+|[\u1000-\u109F\uAA60-\uAA7F\uA9E0-\uA9FF]+|[\uAC00-\uD7AF\u1100-\u11FF]+)",
    DEEPSEEK3[2],
)  # fmt: skip
CHAMELEON = ("<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", r"([\t\n]|    |  )", r"\p{N}", r"[\p{P}!-/:-@\[-`{-~]", GPT2.removesuffix(r"|\s+"))
KIMI = r"[\p{Han}]+|" + GPT4O.replace(r"\p{M}]", r"\p{M}&&[^\p{Han}]]").replace(r"[\r\n/]*", r"[\r\n]*")
MARK = "▁"


def chameleon_steps():
    """As its tokenizer.json has it: two steps in the place of expressions."""
    isolated = [pre_tokenizers.Split(Regex(one), behavior="isolated", invert=False) for one in CHAMELEON[:3]]
    steps = [*isolated, pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Punctuation("isolated")]
    return byte_level(pre_tokenizers.Sequence([*steps, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]), expression=CHAMELEON)


def split(*expressions: str | None):
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)

    def step(one):
        return pre_tokenizers.Split(Regex(one), behavior="isolated", invert=False) if one else pre_tokenizers.Digits(individual_digits=True)

    return pre_tokenizers.Sequence([*map(step, expressions), byte_level])


@cache
def byte_vocabulary(*expressions: str) -> tuple[dict, list]:
    """Vocabulary and merges, and a few hundred words behind them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = split(*expressions)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(mixed_lines(1500), trainers.BpeTrainer(vocab_size=1200, initial_alphabet=alphabet, show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary, merges = model["vocab"], [tuple(pair) for pair in model["merges"]]
    rng = random.Random(4)
    for line in rng.sample(mixed_lines(1500), 300):
        words = [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(line)]
        vocabulary.setdefault(rng.choice(words or ["x"]), len(vocabulary))
    return vocabulary, merges


def byte_level(pre_tokenizer, *, expression: str | tuple = LLAMA3, normalizer=None, ignore_merges=False, special=(), added=(), beginning=None) -> Tokenizer:
    vocabulary, merges = byte_vocabulary(*([expression] if isinstance(expression, str) else expression))
    tokenizer = Tokenizer(models.BPE(vocab=dict(vocabulary), merges=list(merges), fuse_unk=False, ignore_merges=ignore_merges))
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, normalized=False, special=True) for text in special])
    tokenizer.add_tokens(list(added))
    post = processors.ByteLevel(trim_offsets=False)
    if beginning:
        pieces = dict(single=f"{beginning} $A", special_tokens=[(beginning, tokenizer.token_to_id(beginning))])
        post = processors.Sequence([post, processors.TemplateProcessing(**pieces)])
    tokenizer.post_processor = post
    return tokenizer


def llama3(expression: str = LLAMA3, **changes) -> Tokenizer:
    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|endoftext|>"]
    settings = dict(ignore_merges=True, special=special, beginning="<|begin_of_text|>") | changes
    return byte_level(split(expression), expression=expression, **settings)


def llama3_inverted() -> Tokenizer:
    """The expression as converters of tiktoken's files write it: what it does not match is removed, which is nothing."""
    tokenizer = llama3()
    parts = [pre_tokenizers.Split(Regex(LLAMA3), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts)
    return tokenizer


def gpt4o(**changes) -> Tokenizer:
    return byte_level(split(GPT4O), expression=GPT4O, special=["<|endoftext|>"], **changes)


def tekken(**changes) -> Tokenizer:
    return byte_level(split(TEKKEN), expression=TEKKEN, special=["<s>", "</s>"], ignore_merges=True, beginning="<s>", **changes)


def deepseek(expressions: tuple, **changes) -> Tokenizer:
    return byte_level(split(*expressions), expression=expressions, special=["<s>", "</s>"], beginning="<s>", **changes)


def qwen(**changes) -> Tokenizer:
    added = [AddedToken(text, normalized=False, special=False) for text in ("<think>", "</think>", "<tool_call>")]
    settings = dict(special=["<|endoftext|>", "<|im_start|>", "<|im_end|>"], added=added, normalizer=normalizers.NFC()) | changes
    return byte_level(split(QWEN), expression=QWEN, **settings)


@cache
def character_vocabulary(across_words: bool) -> tuple[dict, list]:
    """As in a SentencePiece model: three special tokens, the bytes, what merges make, single letters."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=not across_words)
    tokenizer.train_from_iterator(mixed_lines(1500), trainers.BpeTrainer(vocab_size=900, limit_alphabet=160, show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    trained = sorted(model["vocab"], key=model["vocab"].get)
    for size in (1, 2, 4):  # runs of spaces, as Llama has them
        merges.append((MARK * size, MARK * size))
        trained.append(MARK * 2 * size)
    texts = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *(t for t in dict.fromkeys(trained) if len(t) > 1)]
    texts += dict.fromkeys(t for t in trained if len(t) == 1)
    return {text: i for i, text in enumerate(texts)}, list(dict.fromkeys(merges))


def llama2(*, metaspace=None, prepend=True, normalized=False, across_words=False, strip=True, added=(), ignore_merges=False) -> Tokenizer:
    """transformers' LlamaConverter: legacy (a normalizer), or not (Metaspace)."""
    vocabulary, merges = character_vocabulary(across_words)
    model = models.BPE(vocab=dict(vocabulary), merges=list(merges), unk_token="<unk>", fuse_unk=True, byte_fallback=True, ignore_merges=ignore_merges)
    tokenizer = Tokenizer(model)
    if metaspace:
        tokenizer.pre_tokenizer = metaspace
    else:
        steps = [normalizers.Prepend(MARK)] if prepend else []
        tokenizer.normalizer = normalizers.Sequence([*steps, normalizers.Replace(" ", MARK)])
    steps = [decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence(steps + ([decoders.Strip(content=" ", left=1)] if strip else []))
    tokenizer.add_special_tokens([AddedToken(text, normalized=normalized, special=True) for text in ("<unk>", "<s>", "</s>")])
    tokenizer.add_tokens(list(added))
    pieces = dict(single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))])
    tokenizer.post_processor = processors.TemplateProcessing(**pieces)
    return tokenizer


def gemma() -> Tokenizer:
    """Spaces are replaced, and then text is cut at spaces that are no longer there; the tab is a character and no byte."""
    tokenizer = llama2(prepend=False, strip=False)
    saved = json.loads(tokenizer.to_str())
    vocabulary = saved["model"]["vocab"]
    freed = vocabulary.pop("<0x09>")
    vocabulary["unused piece" if "\t" in vocabulary else "\t"] = freed
    saved["pre_tokenizer"] = {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}
    return Tokenizer.from_str(json.dumps(saved))


def metaspace(scheme: str, split: bool):
    return pre_tokenizers.Metaspace(replacement=MARK, prepend_scheme=scheme, split=split)


def unigram_pieces() -> list[tuple[str, float, int]]:
    """A unigram vocabulary as SentencePiece has it: scores of 32 bits."""
    types = {"<unk>": 2, "<s>": 3, "</s>": 3}
    single = lambda score: struct.unpack("<f", struct.pack("<f", score))[0]  # noqa: E731
    trained = [(text, single(score), types.get(text, 1)) for text, score in unigram_vocabulary(True)]
    without = [piece for piece in trained if "\0" not in piece[0]]  # which it refuses
    return [*without, *((f"<0x{byte:02X}>", 0.0, 6) for byte in range(256))]


def pieces() -> list[tuple[str, float, int]]:
    """The same vocabulary as SentencePiece has it: texts, scores, which fall from piece to piece, and types."""
    types = {"<unk>": 2, "<s>": 3, "</s>": 3}
    return [(text, -float(i), 6 if byte_name(text) else types.get(text, 1)) for i, text in enumerate(character_vocabulary(True)[0])]


def add_pieces(writer, model: str = "llama", given=None) -> None:
    """They as metadata of a GGUF file."""
    texts, scores, types = zip(*(given or pieces()), strict=True)
    writer.add_tokenizer_model(model)
    writer.add_token_list(list(texts))
    writer.add_token_scores(list(scores))
    writer.add_token_types(list(types))
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


@cache
def unigram_vocabulary(across_words: bool) -> list[tuple[str, float]]:
    """Trained, without most letters, with scores that make ties: many are equal, and small sums are exact."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=not across_words)
    trainer = trainers.UnigramTrainer(vocab_size=900, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>", max_piece_length=12, show_progress=False)
    common = ("".join(letter for letter in line if letter < "\u0250") for line in mixed_lines(1500))
    tokenizer.train_from_iterator(common, trainer)
    trained = [(text, score) for text, score in json.loads(tokenizer.to_str())["model"]["vocab"] if len(text) > 1 or text < "\u0250" or text == MARK]
    ties = [(MARK * 2, -9.0), (MARK * 4, -9.0), ("abc", -9.0), ("ab", -4.5), ("bc", -4.5), ("xyz", -0.1), ("xy", -0.3), ("yz", -0.3), ("zx", -0.1)]
    return [*trained, *((text, score) for text, score in ties if text not in dict(trained))]


def unigram(*, metaspace=None, across_words=False, byte_fallback=True, decoder=None, added=()) -> Tokenizer:
    """transformers' LlamaConverter for a unigram model: legacy (a normalizer), or not (Metaspace)."""
    vocabulary = unigram_vocabulary(across_words)
    if byte_fallback:
        vocabulary = [*vocabulary, *((f"<0x{byte:02X}>", 0.0) for byte in range(256))]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=byte_fallback))
    if metaspace:
        tokenizer.pre_tokenizer = metaspace
    else:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    steps = [decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=" ", left=1)]
    tokenizer.decoder = decoder or decoders.Sequence(steps)
    tokenizer.add_special_tokens([AddedToken(text, normalized=False, special=True) for text in ("<unk>", "<s>", "</s>")])
    tokenizer.add_tokens(list(added))
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path) -> Path:
    path = folder / "tokenizer.json"
    tokenizer.save(str(path))
    return path


def lines_with(marks: list[str], count: int, seed: int) -> list[str]:
    """Mixed lines, a third of which have marks of this tokenizer in them, alone, in a row, and with spaces around them."""
    rng = random.Random(seed)
    lines = mixed_lines(count, seed)
    for index in range(0, count, 3):
        mark = rng.choice(marks)
        mark = rng.choice([mark, mark, f" {mark}", f"{mark} ", f"  {mark}\t", f"{mark}{rng.choice(marks)}", mark[:-1]])
        at = rng.choice([0, len(lines[index]), rng.randrange(len(lines[index]) + 1)])
        lines[index] = lines[index][:at] + mark + lines[index][at:]
    return lines


def byte_name(token: str) -> bool:
    return re.fullmatch(r"<0x[0-9A-F]{2}>", token) is not None
