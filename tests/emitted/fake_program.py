"""Pastes the runtime around a fake model, as runtime/README.md says: what the emitter does, without a model.

The vocabulary is all single bytes, a few merges and two role marks; id 256 is <|im_start|>, 257 <|im_end|>.
"""

import re
import struct
import subprocess
from pathlib import Path

from programs import ROOT, TOKENIZE_PROBE, compile_program

ORDER = re.search(r"\n    (types\.h.*?)\n    \}", (ROOT / "runtime/README.md").read_text(), re.DOTALL)[1]
TOKENIZER = "unicode_letters.h unicode_digits.h characters.h text_as_it_is.h pieces_gpt2.h pieces_smollm.h symbols_bytes.h merge.h encode_by_merging.h"
NAMED = re.findall(r"[\w/]+\.h|sizes and constants|the layers|struct TokenizerKind|struct ChatChanges", ORDER.replace("the tokenizer's own headers", TOKENIZER))
ELSEWHERE = {"codes.h", "whole_cache.h", "cache_windows.h", "cache_places.h", "two_kinds_of_places.h", "convolution_cache.h", "cache_part.h", "cache.h", "cache_of_codes.h", "sliding_cache.h", "share.h", "head_halves.h", "routes.h", "weights_inside.h", "opening_state.h", "tool_turns.h"}  # this model does without
WITHOUT_TEXT = {"no_tokenizer.h", "no_text_commands.h"}
ONLY_WITH_TEXT = {*NAMED[NAMED.index("code_ranges.h") : NAMED.index("no_tokenizer.h")], "strip_spaces.h", "struct ChatChanges", "no_tool_turns.h", "answers_as_given.h", "earlier_answer.h", "turns.h", "line_reader.h", "platform/terminal.h", "edited_text.h", "typed_lines.h", "line_history.h", "line_editor.h", "chat.h", "perplexity.h", "text_commands.h"} - {"utf8.h"}
KIND = """\
struct TokenizerKind {
  using Borders = AnyBorders;
  using Text = TextAsItIs;
  using Parts = TextAsItIs;
  using Pieces = SmollmPieces;
  using Symbols = ByteSymbols;
  static constexpr bool kWholeWords = false, kDropsFirstSpace = false;
  using Encoder = MergingEncoder<TokenizerKind>;
};
using Tokenizer = BasicTokenizer<TokenizerKind>;

"""
CHANGES = {"kSystem": "Nothing", "kUser": "Nothing", "kUserAfterSystem": "Nothing", "kAnswer": "Nothing", "kAfterThought": "Nothing"}  # of ChatChanges
MARKS = ["<|im_start|>", "<|im_end|>"]
MERGES = [("a", "b"), ("ab", "c"), (" ", "a")]
CONTEXT = 96


def content_hash(content: bytes) -> int:
    lanes = [0xCBF29CE484222325 + i for i in range(4)]
    mask = (1 << 64) - 1
    for j, (word,) in enumerate(struct.iter_unpack("<Q", content)):
        h = ((lanes[j % 4] ^ word) * 0x100000001B3) & mask
        lanes[j % 4] = h ^ (h >> 29)
    result = 0
    for lane in lanes:
        result = ((result ^ lane) * 0x9E3779B97F4A7C15) & mask
        result ^= result >> 32
    return result


def pack_vocabulary() -> bytes:
    tokens = [(bytes([b]), 0) for b in range(256)] + [(mark.encode(), 1) for mark in MARKS]
    ids = {text: i for i, (text, _) in enumerate(tokens)}
    merges = []
    for left, right in MERGES:
        merged = (left + right).encode()
        ids[merged] = len(tokens)
        tokens.append((merged, 0))
        merges.append((ids[left.encode()], ids[right.encode()], ids[merged]))
    packed = [struct.pack("<II", 1, len(tokens))]
    packed += [struct.pack("<I", len(text)) + text + struct.pack("<I", kind) for text, kind in tokens]
    packed += [struct.pack("<I", len(merges)), *(struct.pack("<III", *merge) for merge in merges)]
    return b"".join(packed)


def weights_file(content: bytes, /, **changes) -> bytes:
    header = {"magic": b"WEEBILL\0", "version": 1, "header_bytes": 64, "layout": 0x1111, "content": content_hash(content)}
    header |= {"bytes": 64 + len(content)} | changes
    return struct.pack("<8sIIQQQ24x", *header.values()) + content


def constants(content: bytes, **changes) -> str:
    values = {
        "const char *kName": '"fake"', "const char *kSource": '"fake.gguf"', "const char *kTarget": '"nothing"',
        "const char *kWeebillVersion": '"0.1.0"', "const char *kWeightsFile": '"fake.weights"', "const char *kRecipe": '"--weights f32"',
        "i32 kVocabulary": "300", "i32 kContext": str(CONTEXT), "i32 kChunk": "16",
        "i32 kVisits": "1", "u64 kWeightBytes": str(len(content)), "u64 kCacheBytes": "1024", "u64 kActivationBytes": "4 * 300", "u64 kScratchBytes": "0",
        "u64 kArenaBytes": "kActivationBytes", "u64 kStackBytes": "1 << 18",
        "u64 kLayoutHash": "0x1111", "u64 kStateHash": "0x2222", "f32 kTemperature": "0", "i32 kTopK": "0", "f32 kTopP": "1", "f32 kMinP": "0", "f32 kRepeatPenalty": "1", "u64 kContentHash": hex(content_hash(content)),
        "u64 kWeightsFileBytes": str(64 + len(content)), "u64 kContentBytes": str(len(content)), "u64 kOpeningOffset": "0", "u64 kOpeningBytes": "0", "u64 kOpeningHash": "0", "const char *kSystemPrompt": '""',
        "u64 kTokenizerOffset": "0", "u64 kTokenizerBytes": str(len(content)), "bool kHasTokenizer": "true", "bool kHasChat": "true",
        "i32 kBeginningToken": "-1", "i32 kBeforeText[]": "{-1}", "i32 kBeforeTextCount": "0", "i32 kStopTokens[]": "{257}", "i32 kStopTokenCount": "1",
        "bool kWeightsInside": "false", "const char *kModelTitle": '"Fake"', "const char *kModelLicense": '"none"',
        "const char *kChatSystemProblem": '""',
        "const char *kChatBeforeFirst": r'"<|im_start|>system\nYou speak.<|im_end|>\n"',
        "const char *kChatSystemPrefix": r'"<|im_start|>system\n"', "const char *kChatSystemSuffix": r'"<|im_end|>\n"',
        "const char *kChatUserPrefix": r'"<|im_start|>user\n"', "const char *kChatUserPrefixAfterSystem": r'"<|im_start|>user\n"', "const char *kChatUserSuffix": r'"<|im_end|>\n"',
        "const char *kChatAssistantPrefix": r'"<|im_start|>assistant\n"', "const char *kChatAssistantSuffix": r'"<|im_end|>\n"',
        "const char *kChatAnswerPrefix": r'"<|im_start|>assistant\n"',
    }  # fmt: skip
    if changes.get("kHasTokenizer") == "false":  # text_commands.h alone needs these
        values = {key: value for key, value in values.items() if "kChat" not in key or "kChatSystemProblem" in key}
    for name, value in changes.items():
        key = next(k for k in values if re.search(rf"\b{name}\b", k))
        values[key] = value
    return "".join(f"constexpr {name} = {value};\n" for name, value in values.items())


def chat_changes(strips: dict, thought_end: str | None) -> str:
    """What the chat template takes away; with `thought_end`, of earlier answers, too."""
    of_answers = ("kAnswer", "kAfterThought")  # without changes of them nobody asks
    lines = [f"static constexpr Strip {name} = Strip::{strip};" for name, strip in (CHANGES | strips).items() if thought_end is not None or name not in of_answers]
    if thought_end is not None:
        lines.append(f'static constexpr std::string_view kThoughtEnd = "{thought_end}";')
    return "struct ChatChanges {\n" + "".join(f"  {line}\n" for line in lines) + "};\n\n"


def program_text(content: bytes, strips: dict | None = None, thought_end: str | None = None, **changes) -> str:
    """The file that an emitter would write."""
    includes: set[str] = {"#include <algorithm>", "#include <chrono>", "#include <cstdlib>", "#include <thread>"}

    def paste(name: str) -> str:
        conditional = re.compile(r"^#if .*\n(?:#include <.*>\n)+#endif\n", re.MULTILINE)
        text = (ROOT / "runtime" / name).read_text()
        includes.update(block.rstrip() for block in conditional.findall(text))
        text = conditional.sub("", text)
        includes.update(re.findall(r"^#include <.*>$", text, re.MULTILINE))
        body = re.sub(r"\A(//.*\n)+", "", text)
        return re.sub(r"^#(include .*|pragma once)\n", "", body, flags=re.MULTILINE).strip() + "\n\n"

    made = {"sizes and constants": constants(content, **changes) + "\n", "the layers": (Path(__file__).parent / "fake_model.h").read_text(), "struct TokenizerKind": KIND, "struct ChatChanges": chat_changes(strips or {}, thought_end)}
    absent = ELSEWHERE | {"earlier_answer.h" if thought_end is None else "answers_as_given.h"} | (ONLY_WITH_TEXT if changes.get("kHasTokenizer") == "false" else WITHOUT_TEXT)
    body = "".join(made[part] if part in made else paste(part) for part in dict.fromkeys(NAMED) if part not in absent)
    main = "int main(int argc, char **argv) { return run_program(argc, argv); }\n"
    counting = "unsigned long allocations_so_far(); // count_allocations.cpp\n\n"
    return "\n".join(sorted(includes)) + f"\n\n{counting}namespace {{\n\n" + body + "} // namespace\n\n" + main


def build(folder: Path, content: bytes, *, compiler: str = "c++", flags: tuple[str, ...] = ("-O2",), **changes) -> Path:
    """The program and its weights file; any warning is an error."""
    source, program = folder / "fake.cpp", folder / "fake"
    source.write_text(program_text(content, **changes))
    strict = ["-std=c++20", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-pedantic-errors"]
    compile_program([compiler], [*strict, *flags, "-I", ROOT], [source, Path(__file__).parent / "count_allocations.cpp"], program)
    (folder / "fake.weights").write_bytes(weights_file(content))
    return program


def build_content(folder: Path) -> bytes:
    """The tokenizer's tables, made by the compiler's own code."""
    probe = folder / "probe"
    compile_program(["c++"], ["-std=c++20", "-O1", "-I", ROOT], TOKENIZE_PROBE, probe)
    (folder / "vocabulary").write_bytes(pack_vocabulary())
    subprocess.run([probe, folder / "vocabulary", folder / "blob"], check=True)
    return (folder / "blob").read_bytes()


COUNTED = {"FAKE_COUNT": "1"}  # the environment in which the program aborts if it allocates after the first token


def run(program: Path, *arguments, code: int = 0, **options) -> subprocess.CompletedProcess:
    """Runs it, bounded in time, and looks at its exit code."""
    options.setdefault("env", COUNTED)
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=120, **options)
    assert done.returncode == code, done.stderr.decode(errors="replace")
    return done


def out(program: Path, *arguments, **options) -> str:
    """What it prints; it has nothing to complain about."""
    done = run(program, *arguments, **options)
    assert done.stderr == b""
    return done.stdout.decode()


def refusal(program: Path, *arguments, code: int = 1, **options) -> str:
    """The one sentence on stderr."""
    done = run(program, *arguments, code=code, **options)
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1 and lines[0].startswith("fake: error: "), lines
    return lines[0].removeprefix("fake: error: ")
