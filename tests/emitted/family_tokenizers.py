"""Small tokenizers in the forms that model families have: normalizer, pre-tokenizer, decoder and post-processor as transformers' converters make them.

Vocabularies are trained on mixed text. Byte-level ones also get words that no merges make, and character ones lack most letters, so that
`ignore_merges` and the fall back to bytes decide about many texts.
"""

import json
import random
import re
from functools import cache
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from mixed_text import mixed_lines
from pre_tokenizer_expressions import CHAMELEON, GPT4O, LLAMA3, QWEN, TEKKEN

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
