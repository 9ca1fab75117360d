"""The emitted text is meant to be read: what a person would not write is not in it, whatever the model, the recipe and the target."""

import json
import re
import subprocess

import pytest

from programs import BIN, ROOT

PLAIN = {"layers": 2, "model": 192, "hidden": 320, "heads": 3, "key_value_heads": 1, "vocabulary": 528}
MODELS = {
    "one-kv-head": PLAIN,
    "many-kv-heads": PLAIN | {"key_value_heads": 3, "head_size": 32, "qkv_bias": True, "attention_out_bias": True, "qk_norm": "before_rope", "tied_embeddings": False},
    "shared": PLAIN | {"layers": None, "blocks": 3, "sharing": {"order": "immediate", "times": 2}, "head_size": 80, "heads": 2, "key_value_heads": 2, "qk_norm": "after_rope"},
    "long": PLAIN | {"layers": None, "blocks": 12, "sharing": {"order": "reverse", "times": 4}, "model": 128, "heads": 4, "key_value_heads": 4},
}  # fmt: skip
RECIPES = {
    "int8": ["--target", "x86-64-v3"],
    "symmetric": ["--activations", "int8-symmetric", "--cache", "int8", "--target", "x86-64-avx512vnni,x86-64-v3,generic"],
    "f32": ["--weights", "f32", "--cache", "f32", "--target", "aarch64,generic"],
    "f16": ["--weights", "f16", "--target", "aarch64-dotprod", "--embed-weights"],
}
COMBINATIONS = [(model, recipe) for m, model in enumerate(MODELS) for r, recipe in enumerate(RECIPES) if (m + r) % 2 == 0]
# What is wrong with a line, outside of comments and texts.
DEFECTS = {
    "a product with one": r"(?<![\w.])1 \* |[\w)] \* 1(?![\w.])",
    "a quotient or remainder of one": r" [/%] 1(?![\w.])",
    "a sum with nought": r" [+-] 0(?![\w.])|(?<![\w.])0 \+ ",
    "a step of one that is no ++": r"\+= 1(?![\w.])",
    "a group of one": r"block \+ 1 <= ",
    "a brace or comma alone": r"^\s*[{,]$",
    "blanks at the end": r"\s$",
}


@pytest.fixture(scope="module", params=COMBINATIONS, ids="-".join)
def folder(request, tmp_path_factory):
    model, recipe = request.param
    folder = tmp_path_factory.mktemp("text")
    description = folder / "m.json"
    description.write_text(json.dumps({key: value for key, value in MODELS[model].items() if value is not None}))
    subprocess.run([BIN / "weebill", "build", description, "-o", folder, "--name", "my-very-small-model", "--emit", "cpp", *RECIPES[recipe]], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def text(folder):
    return (folder / "my-very-small-model.cpp").read_text()


def code_of(line: str) -> str:
    """A line without its comment, and with nothing in its texts."""
    return re.sub(r"\s*//.*", "", re.sub(r'"(\\.|[^"\\])*"', '""', line))


def test_no_line_has_a_defect(text):
    found = [f"{number}: {what}: {line}" for number, line in enumerate(text.splitlines(), 1) for what, pattern in DEFECTS.items() if re.search(pattern, code_of(line))]
    assert not found, "\n".join(found[:20])


def test_defects_are_found():
    bad = ["x = tokens * 1;", "t = unit / 1;", "g = unit % 1;", "s.x = at(arena + 0);", "for (; block + 1 <= blocks.to; block += 1)", "    {", "int a; "]
    for line in bad:
        assert any(re.search(pattern, code_of(line)) for pattern in DEFECTS.values()), line
    for line in ["x = 1.0f * y;", "a(x + 0.5f);", "// tokens * 1", 'f("unit / 1");', "k * 16", "x * 1e-5f", "f({", "i32 id = 0, n;"]:
        assert not any(re.search(pattern, code_of(line)) for pattern in DEFECTS.values()), line


@pytest.mark.parametrize("suffix", ["cpp", "h"])
def test_lines_have_120_columns(folder, suffix):
    text = (folder / f"my-very-small-model.{suffix}").read_text()
    long = [f"{number}: {line}" for number, line in enumerate(text.splitlines(), 1) if len(line) > 120 and not re.match(r'constexpr const char \*\w+ = ".*";$|#error|#pragma', line)]
    assert not long, "\n".join(long[:20])


def test_every_loop_over_blocks_does_something_of_its_own(text):
    """A second loop takes what a first one left; with groups of one there is nothing."""
    loops = re.findall(r"  for \(; block \+ (\d+) <= blocks\.to; block \+= \1\)", text)
    rests = re.findall(r"  for \(; block < blocks\.to; \+\+block\)", text)
    assert len(loops) == len(rests) and all(int(count) > 1 for count in loops)


def test_the_contents_say_where_sections_are(text):
    lines = text.splitlines()
    rulers = {number: re.sub(r"// -+ (.*) ---", r"\1", line) for number, line in enumerate(lines, 1) if re.fullmatch(r"// -{4,} .* ---", line)}
    opening = text.split("\n\n")[0]
    contents = {int(number): title for number, title in re.findall(r"^// +(\d+)  (.*)$", opening, re.MULTILINE)}
    assert len(rulers) >= 10 and contents.keys() == rulers.keys()
    for number, title in rulers.items():
        assert contents[number].startswith(title)
    assert sum("the forward pass" in title for title in contents.values()) == sum(title.startswith("layer for") for title in rulers.values())


def test_parts_of_the_runtime_begin_and_end(text):
    marks = re.findall(r"^// (Begin|End) (runtime/[\w/]+\.h|codegen/emit/vectors/portable\.h)", text, re.MULTILINE)
    assert len(marks) >= 40
    for begin, end in zip(marks[::2], marks[1::2], strict=True):
        assert begin[0] == "Begin" and end[0] == "End" and begin[1] == end[1]
        assert (ROOT / begin[1]).is_file()


def test_sizes_have_names(text):
    """What a layer multiplies by is a name: numbers stand in the kernels, which are named for them."""
    layers = "".join(re.findall(r"// -+ layer for .*?(?=\n// -+ \w+)", text, re.DOTALL))
    assert "kModelColumns" in layers and "kHeads" in layers and "kQueryScale" in layers
    numbers = {number for number in re.findall(r"\b(\d+) \*|\* (\d+)\b", layers) for number in number if number} - {"2", "16"}  # kHeads + 2 * kKeyValueHeads, and units of 16 rows
    assert not numbers, numbers
    assert re.search(r"share\(kHeads(?: \+ 2 \* kKeyValueHeads)?, me\); // heads", layers)


def test_a_model_without_tokenizer_has_nothing_of_one(text):
    for word in ["TokenizerHeader", "MergeSlot", "class Chat", "kSpaces", "kChatUserPrefix", "BasicTokenizer"]:
        assert word not in text, word
