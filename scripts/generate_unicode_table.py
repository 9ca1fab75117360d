"""Writes runtime/unicode_*.h: which code points are letters, capital ones, marks, signs, numbers, digits, white space, parts of words, and parts of
user-perceived characters; and what is the small letter of a capital one.

The `tokenizers` package is asked about every code point, because agreeing with it is the point: its regular expressions (Oniguruma) and its
`Digits` (Rust's standard library) and words of added tokens (Rust's regular expressions) follow different versions of Unicode, and neither is Python's. The versions are recognised by their counts.

    python scripts/generate_unicode_table.py            writes the headers
    python scripts/generate_unicode_table.py --check    exit code 1 if a header is not what would be written
"""

import sys
from pathlib import Path

import tokenizers
from character_map import character_map
from generated_tables import CODE_POINTS, table_lines, write_or_compare
from tokenizers import AddedToken, Regex, Tokenizer, models
from tokenizers.normalizers import Lowercase, Precompiled, StripAccents
from tokenizers.pre_tokenizers import Digits, Punctuation, Split

RUNTIME = Path(__file__).resolve().parent.parent / "runtime"

# Versions of Unicode by how many letters and numbers they have.
LETTERS_OF = {141028: "16.0"}
NUMBERS_OF = {1911: "16.0", 1924: "17.0"}


def matching(expression: str) -> list[int]:
    """The code points that the expression matches as a whole."""
    split = Split(Regex(expression), "removed")
    return [code for code in CODE_POINTS if not split.pre_tokenize_str(chr(code))]


def split_as_digits() -> list[int]:
    """The code points that Digits takes apart."""
    digits = Digits(individual_digits=True)
    return [code for code in CODE_POINTS if len(digits.pre_tokenize_str(chr(code) * 2)) == 2]


def split_as_signs() -> list[int]:
    """The code points that Punctuation takes apart."""
    signs = Punctuation("isolated")
    return [code for code in CODE_POINTS if len(signs.pre_tokenize_str(chr(code) * 2)) == 2]


def beside_which_no_word_begins() -> list[int]:
    """The code points that keep a token with `single_word` from being found."""
    tokenizer = Tokenizer(models.WordLevel({"?": 0, "q": 1}, unk_token="?"))
    tokenizer.add_tokens([AddedToken("q", single_word=True, normalized=False)])
    found: set[int] = set()
    for first in range(0, len(CODE_POINTS), 4096):
        text = " ".join(f"q{chr(code)}" if code != ord("q") else "qx" for code in CODE_POINTS[first : first + 4096])
        encoding = tokenizer.encode(text)
        found.update(first + begin // 3 for token, (begin, _) in zip(encoding.ids, encoding.offsets, strict=True) if token == 1)
    return [code for index, code in enumerate(CODE_POINTS) if index not in found]


def parts_of_clusters() -> tuple[list[int], list[int], list[int]]:
    """Code points that belong to the character before them, to the one behind, and to none. The package tells through maps of characters: of a
    cluster of less than six bytes that begins with what is mapped, the rest is lost."""
    letter, mark = (Precompiled(character_map({text: "x"})) for text in ("a", "\u0340"))

    def found(normalizer: Precompiled, before: str, after: str, holds) -> list[int]:
        """For which code points `holds` is true of what becomes of them between the two. Line ends keep the texts apart."""
        codes = [code for code in CODE_POINTS if code not in (10, 13)]
        texts = normalizer.normalize_str("\n".join(f"{before}{chr(code)}{after}" for code in codes)).split("\n")
        texts += [normalizer.normalize_str(f"{before}{end}{after}") for end in "\n\r"]
        return sorted(code for code, text in zip([*codes, 10, 13], texts, strict=True) if holds(text))

    behind = found(letter, "a", "", lambda text: text == "x")
    before = found(letter, "", "a\u0301", lambda text: text.endswith("x\u0301"))
    alone = found(mark, "", "\u0340\u0301", lambda text: text.endswith("x"))
    return behind, before, alone


def small_letters() -> list[tuple[int, int, int, int]]:
    """First and last code point of those that stand `step` apart and become small letters at one distance. One becomes two code points, which
    runtime/text_by_characters.h knows. Nothing depends on what stands around it: sigma at the end of a word is as any other."""
    lower = Lowercase().normalize_str
    changed = {code: text for code in CODE_POINTS if (text := lower(chr(code))) != chr(code)}
    if changed.pop(0x130) != "i\u0307" or any(len(text) != 1 for text in changed.values()) or lower("\u0391\u03a3") != "\u03b1\u03c3":
        sys.exit("other code points become several, or depend on what is around them: the table needs another shape")
    if any(len(text.encode()) > 2 * len(chr(code).encode()) for code, text in changed.items()):
        sys.exit("a letter grows: TextByCharacters needs more room")
    found: list[tuple[int, int, int, int]] = []
    for code, text in sorted(changed.items()):
        distance = ord(text) - code
        first, last, step, before = found[-1] if found else (0, 0, 1, 0)
        single = first == last
        if found and before == distance and code - last in ((1, 2) if single else (step,)):
            found[-1] = (first, code, code - last, distance)
        else:
            found.append((code, code, 1, distance))
    return found


def accents() -> list[int]:
    """What StripAccents takes away."""
    strip = StripAccents().normalize_str
    found = [code for code in CODE_POINTS if strip(chr(code)) != chr(code)]
    if any(strip(chr(code)) for code in found):
        sys.exit("an accent becomes something: the table needs another shape")
    return found


def ranges(codes: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for code in codes:
        if found and found[-1][1] + 1 == code:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def table(comment: str, name: str, codes: list[int]) -> str:
    entries = [f"{{0x{first:x}, 0x{last:x}}}" for first, last in ranges(codes)]
    return f"// {comment}\n[[maybe_unused]] constexpr CodeRange {name}[] = {{\n{table_lines(entries)}\n}};\n"


def lower_table() -> str:
    entries = [f"{{0x{first:x}, 0x{last:x}, {step}, {distance}}}" for first, last, step, distance in small_letters()]
    return f"""\
/// Every `step`-th code point from first to last becomes the one that is `to_lower` behind it.
struct LowerRange {{
  u32 first, last, step;
  i32 to_lower;
}};

constexpr LowerRange kLowerRanges[] = {{
{table_lines(entries)}
}};

/// The only one that becomes two code points: a small i and a dot above.
constexpr u32 kCapitalIWithDot = 0x130;
"""


def header(name: str, title: str, about: str, tables: list[str]) -> str:
    opening = f"//===- {name} - {title} "
    body = "\n".join(tables)
    return f"""\
{opening}{"-" * (65 - len(opening))}*- C++ -*-===//
//
// Generated by scripts/generate_unicode_table.py from tokenizers {tokenizers.__version__}; do not edit.
// {about}
// Checked against it for every code point by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"

// clang-format off

{body}
// clang-format on
"""


def generate() -> dict[str, str]:
    letters, numbers, spaces, digits = matching(r"\p{L}"), matching(r"\p{N}"), matching(r"\s"), split_as_digits()
    version, newest = NUMBERS_OF.get(len(numbers)), NUMBERS_OF.get(len(digits))
    if version is None or version != LETTERS_OF.get(len(letters)) or newest is None:
        sys.exit(f"unknown version of Unicode: {len(letters)} letters, {len(numbers)} numbers, {len(digits)} digits")
    newer = sorted(set(digits) - set(numbers))
    if set(numbers) - set(digits):
        sys.exit("Digits knows fewer numbers than the regular expressions: the table needs another shape")
    if set(spaces) & set(letters) or set(spaces) & set(numbers) or set(letters) & set(digits):
        sys.exit("classes overlap: the table needs another shape")
    of_expressions = f"Its regular expressions know Unicode {version}."
    white = table("White space: the property White_Space.", "kSpaces", spaces)
    known = [
        table(f"Letters: general category L, Unicode {version}; {len(letters)} code points.", "kLetters", letters),
        table(f"Numbers: general category N, Unicode {version}; {len(numbers)} code points.", "kNumbers", numbers),
    ]
    late = table(f"Numbers that only the digit splitter knows: new in Unicode {newest}.", "kNewerNumbers", newer)
    of_splitter = f"Its digit splitter knows Unicode {newest}, its regular expressions {version}."
    capital, small = matching(r"[\p{Lu}\p{Lt}]"), matching(r"\p{Ll}")
    chinese = matching(r"\p{Han}")
    marks, words = matching(r"\p{M}"), beside_which_no_word_begins()
    punctuation, symbols = matching(r"\p{P}"), matching(r"\p{S}")
    signs = punctuation + symbols
    if set(capital + small) - set(letters) or set(marks + signs) & set(letters + numbers + spaces) or set(marks) & set(signs):
        sys.exit("classes overlap: the table needs another shape")
    decimals, in_expressions = matching(r"\d"), matching(r"\w")
    otherwise = sorted(set(in_expressions) ^ set(words))
    if set(decimals) - set(numbers):
        sys.exit("a decimal digit is no number: the table needs another shape")
    of_step = sorted(set(split_as_signs()) ^ set(punctuation + [code for code in range(0x21, 0x7F) if not chr(code).isalnum()]))
    by_step = table("What the step Punctuation cuts out and is neither punctuation nor a sign of ASCII, and the other way round.", "kOtherwiseInStep", of_step)
    by_ten = [
        table("Decimal digits: what `\\d` of expressions matches.", "kDecimalDigits", decimals),
        table("What `\\w` of expressions matches and unicode_words.h lacks, and the other way round.", "kOtherwiseInExpressions", otherwise),
    ]
    cases = [
        table("Capital letters and those that begin with one: general categories Lu and Lt.", "kCapitalLetters", capital),
        table("Small letters: general category Ll.", "kSmallLetters", small),
    ]
    both = [table("Punctuation: general category P.", "kPunctuation", punctuation), table("Symbols: general category S.", "kSymbols", symbols)]
    of_words = f"Characters of words as its search for added tokens knows them, which are {len(words)}."
    behind, before, alone = parts_of_clusters()
    hangul = {"Leading": [(0x1100, 0x115F), (0xA960, 0xA97C)], "Vowels": [(0x1160, 0x11A7), (0xD7B0, 0xD7C6)], "Trailing": [(0x11A8, 0x11FF), (0xD7CB, 0xD7FB)]}
    clusters = [
        table("What belongs to the character before it: Grapheme_Cluster_Break is Extend, ZWJ or SpacingMark.", "kClusterExtenders", behind),
        table("What belongs to the character behind it: Prepend.", "kClusterPrefixes", before),
        table("What stands alone: Control, CR and LF.", "kClusterControls", alone),
        *(table(f"Hangul: {name.lower()}.", f"kHangul{name}", [code for first, last in spans for code in range(first, last + 1)]) for name, spans in hangul.items()),
    ]
    of_clusters = f"Its normalizer for maps of characters knows {len(behind)} code points that belong to the character before."
    gone = accents()
    of_accents = f"Its normalizer StripAccents takes {len(gone)} code points away."
    return {
        "unicode_accents.h": header("unicode_accents.h", "Accents", of_accents, [table("Marks, which are accents once letters are taken apart.", "kAccents", gone)]),
        "unicode_lower.h": header("unicode_lower.h", "Small letters of capital ones", "Its normalizer Lowercase asks Rust's standard library.", [lower_table()]),
        "unicode_clusters.h": header("unicode_clusters.h", "Parts of characters", of_clusters, clusters),
        "unicode_cases.h": header("unicode_cases.h", "Capital and small letters", of_expressions, cases),
        "unicode_decimals.h": header("unicode_decimals.h", "Decimal digits", of_expressions, by_ten),
        "unicode_han.h": header("unicode_han.h", "Chinese characters", of_expressions, [table("What `\\p{Han}` matches.", "kHan", chinese)]),
        "unicode_marks.h": header("unicode_marks.h", "Marks", of_expressions, [table("Marks: general category M.", "kMarks", marks)]),
        "unicode_signs.h": header("unicode_signs.h", "Punctuation and symbols", of_expressions, both),
        "unicode_step_signs.h": header("unicode_step_signs.h", "Signs of the step Punctuation", "Its step Punctuation knows an older Unicode than its expressions.", [by_step]),
        "unicode_words.h": header("unicode_words.h", "Characters of words", of_words, [table("What `\\w` matches.", "kWordCharacters", words)]),
        "unicode_spaces.h": header("unicode_spaces.h", "White space", of_expressions, [white]),
        "unicode_letters.h": header("unicode_letters.h", "Letters and numbers", of_expressions, known),
        "unicode_digits.h": header("unicode_digits.h", "Numbers of newer versions", of_splitter, [late]),
    }


if __name__ == "__main__":
    sys.exit(write_or_compare(RUNTIME, generate, __doc__))
