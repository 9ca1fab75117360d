"""Writes codegen/weights/NormalFormTable.h and CompatibilityTable.h: what brings a text to normalization form C, and to form KC.

The `tokenizers` package is asked about every code point, because agreeing with it is the point: its version of Unicode is older than Python's. Hangul
syllables are left out: they are computed.

    python scripts/generate_normal_form_table.py            writes the headers
    python scripts/generate_normal_form_table.py --check    exit code 1 if a header is not what would be written
"""

import sys
import unicodedata
from pathlib import Path

import tokenizers
from generated_tables import CODE_POINTS, table_lines, write_or_compare
from tokenizers.normalizers import NFC, NFD, NFKC, NFKD

FOLDER = Path(__file__).resolve().parent.parent / "codegen" / "weights"
SYLLABLES = range(0xAC00, 0xD7A4)
VOWELS, TRAILING = range(0x1161, 0x1176), range(0x11A8, 0x11C3)

# Versions of Unicode by how many marks and how many decompositions they have.
VERSION_OF = {(880, 2060): "9.0"}

apart, together = NFD().normalize_str, NFC().normalize_str
compatibly_apart, compatibly_together = NFKD().normalize_str, NFKC().normalize_str


def require(true: bool, what: str) -> None:
    if not true:
        sys.exit(f"{what}: the table needs another shape")


def find_decompositions() -> dict[int, str]:
    found = {code: apart(chr(code)) for code in CODE_POINTS if code not in SYLLABLES}
    return {code: text for code, text in found.items() if text != chr(code)}


def find_compatible() -> dict[int, str]:
    """What form KC takes apart otherwise than form C."""
    changed = {code: text for code in CODE_POINTS if code not in SYLLABLES and (text := compatibly_apart(chr(code))) != chr(code)}
    for code, text in changed.items():  # put together again as in form C
        require(compatibly_together(chr(code)) == together(text), f"U+{code:04X} has two forms")
    return {code: text for code, text in changed.items() if text != apart(chr(code))}


def find_classes() -> dict[int, int]:
    """Marks are what changes its place beside a mark of a low or of a high class. A class never changes once it is given, so Python's are
    right for all marks that the package knows; that it orders them so is checked against one mark of every class."""
    low, high = "\u0334", "\u0345"
    marks = [c for c in CODE_POINTS if apart(high + chr(c))[-1] == high or apart(chr(c) + low)[0] == low]
    classes = {code: unicodedata.combining(chr(code)) for code in marks}
    simple = [code for code in marks if apart(chr(code)) == chr(code)]
    representatives = {classes[code]: code for code in simple}
    for code in simple:
        for number, other in representatives.items():
            swapped = apart(chr(code) + chr(other)) == chr(other) + chr(code)
            require(swapped == (number < classes[code]) or code == other, f"U+{code:04X} has another class")
    return classes


def find_compositions(decompositions: dict[int, str]) -> dict[tuple[int, int], int]:
    """Characters that stay as they are, from the last code point that they are taken apart into and all before it."""
    found = {}
    for code, text in decompositions.items():
        if together(chr(code)) == chr(code):
            first, second = together(text[:-1]), text[-1]
            require(len(first) == 1 and together(first + second) == chr(code), f"U+{code:04X} is no pair")
            require(len(chr(code).encode()) <= len((first + second).encode()), f"U+{code:04X} is longer than its parts")
            found[ord(first), ord(second)] = code
    return found


def find_joining(classes: dict[int, int], decompositions: dict[int, str], compositions: dict[tuple[int, int], int]) -> dict[int, int]:
    """Classes of all code points that may change what stands before them; 0 for those that are no marks."""
    seconds = {second for _, second in compositions} | {*VOWELS, *TRAILING}
    joining = dict(classes)
    for code in [*decompositions, *seconds]:
        lead = ord(decompositions.get(code, chr(code))[0])
        if lead in seconds or classes.get(lead):
            joining.setdefault(code, 0)
    return joining


def ranges(classes: dict[int, int]) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for code, number in sorted(classes.items()):
        if found and found[-1][1] + 1 == code and found[-1][2] == number:
            found[-1] = (found[-1][0], code, number)
        else:
            found.append((code, code, number))
    return found


def table(comment: str, kind: str, name: str, entries: list[str]) -> str:
    return f"// {comment}\ninline constexpr {kind} {name}[] = {{\n{table_lines(entries)}\n}};\n"


def generate() -> dict[str, str]:
    classes, decompositions = find_classes(), find_decompositions()
    version = VERSION_OF.get((len(classes), len(decompositions)))
    if version is None:
        sys.exit(f"unknown version of Unicode: {len(classes)} marks, {len(decompositions)} decompositions")
    compositions = find_compositions(decompositions)
    compatible = find_compatible()
    for found, growth, most_codes, least in ((decompositions, 3, 2, 0xC0), (compatible, 11, 6, 0x80)):
        for code, text in found.items():  # what runtime/text_normal_form.h takes for granted about its workspace
            size = len(chr(code).encode())
            require(len(text) <= most_codes * size and len(text.encode()) <= growth * size and code >= least, f"U+{code:04X} grows")
    pairs = [f"{{0x{a:x}, 0x{b:x}, 0x{c:x}}}" for (a, b), c in sorted(compositions.items())]
    together_table = table("Pairs and what they are put together to.", "Composition", "kCompositions", pairs)
    of_c = "Marks with their classes, and, of class 0, what else may be put together with the character before."
    of_kc = "What else may be put together with the character before in form KC."
    joining = find_joining(classes, decompositions, compositions)
    compatibly = find_joining(classes, decompositions | compatible, compositions)
    require(joining.items() <= compatibly.items(), "form KC leaves apart what form C puts together")
    more = {code: number for code, number in compatibly.items() if code not in joining}
    return {
        "NormalFormTable.h": header("NormalFormTable", "Normalization form C", version, [*tables(of_c, "", joining, decompositions), together_table]),
        "CompatibilityTable.h": header("CompatibilityTable", "What form KC has beside form C", version, tables(of_kc, "Compatible", more, compatible)),
    }


def tables(comment: str, prefix: str, joining: dict[int, int], decompositions: dict[int, str]) -> list[str]:
    """Of a form: what joins, and what is taken apart."""
    require(min(joining) >= 0x300, "a code point below U+0300 joins")
    codes, entries = [], []
    for code, text in decompositions.items():
        entries.append(f"{{0x{code:x}, {len(codes)}, {len(text)}}}")
        codes += [f"0x{ord(c):x}" for c in text]
    return [
        table(comment, "CombiningClass", f"k{prefix}Classes", [f"{{0x{a:x}, 0x{b:x}, {c}}}" for a, b, c in ranges(joining)]),
        table(f"What code points are taken apart into: where in k{prefix}Decomposed, and how many.", "Decomposition", f"k{prefix}Decompositions", entries),
        table("The code points that others are taken apart into.", "u32", f"k{prefix}Decomposed", codes),
    ]


def header(name: str, title: str, version: str, parts: list[str]) -> str:
    opening = f"//===- {name}.h - {title} "
    guard = f"WEEBILL_CODEGEN_WEIGHTS_{name.upper()}_H"
    body = "\n".join(parts)
    return f"""\
{opening}{"-" * (65 - len(opening))}*- C++ -*-===//
//
// Generated by scripts/generate_normal_form_table.py from tokenizers {tokenizers.__version__}, which knows Unicode {version} here; do
// not edit. Hangul syllables are computed, not listed. Checked against the package by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#ifndef {guard}
#define {guard}

#include "runtime/tokenizer_tables.h"

namespace weebill::weights {{

// clang-format off

{body}
// clang-format on

}} // namespace weebill::weights

#endif // {guard}
"""


if __name__ == "__main__":
    sys.exit(write_or_compare(FOLDER, generate, __doc__))
