#!/usr/bin/env python3
"""Prose is as wide as a page: no line of README.md and docs has more than 120 columns. Tables, code and lines without a space are left alone.

    tests/checks/prose.py            names the lines
    tests/checks/prose.py --write    wraps the paragraphs that hold them
"""
import argparse
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
WIDTH = 120
GENERATED = {"docs/dialects/lm-reference.md", "docs/python-reference.md"}
ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
# What would begin something else at the beginning of a line.
STARTS = re.compile(r"(?:[-*+>|]|#+|\d+[.)]|```.*|===*|---*)$")


def is_prose(line):
    return bool(line.strip()) and not line.lstrip().startswith(("|", "#", "```", "<"))


def paragraphs(lines):
    """(first line, number of lines) of every paragraph and list item."""
    fence, start, after_item = False, None, False

    def end(number):
        nonlocal start
        if start is not None:
            yield start, number - start
        start = None

    for number, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            yield from end(number)
            fence = not fence
        elif fence or not is_prose(line):
            yield from end(number)
            after_item = after_item and not line.strip()  # a list goes on after an empty line
        elif ITEM.match(line):
            yield from end(number)
            start, after_item = number, True
        elif start is None and (not line.startswith("    ") or after_item):
            start = number  # else a block of code
            after_item = after_item and line.startswith(" ")
    yield from end(len(lines))


def wrapped(lines):
    """The same words, as many on a line as fit."""
    item = ITEM.match(lines[0])
    first = item[0] if item else re.match(r"\s*", lines[0])[0]
    words = []
    for word in " ".join([lines[0][len(first) :], *lines[1:]]).split():
        if words and STARTS.match(word):
            words[-1] += " " + word  # must not begin a line
        else:
            words.append(word)
    line = first + words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) <= WIDTH:
            line += " " + word
        else:
            yield line
            line = " " * len(first) + word
    yield line


def long_lines(lines):
    for start, count in paragraphs(lines):
        for number in range(start, start + count):
            if len(lines[number]) > WIDTH and " " in lines[number].strip():
                yield number


def rewrite(lines):
    result, at = [], 0
    wide = set(long_lines(lines))
    for start, count in paragraphs(lines):
        if wide & set(range(start, start + count)):
            result += lines[at:start] + list(wrapped(lines[start : start + count]))
            at = start + count
    return result + lines[at:]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="wrap instead of complaining")
    write = arguments.parse_args().write
    failed = False
    for file in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        if file.relative_to(root).as_posix() in GENERATED:
            continue
        lines = file.read_text().splitlines()
        if write:
            file.write_text("\n".join(rewrite(lines)) + "\n")
            lines = file.read_text().splitlines()
        for number in long_lines(lines):
            failed = True
            print(f"{file.relative_to(root)}:{number + 1}: {len(lines[number])} columns, the limit is {WIDTH} (tests/checks/prose.py --write wraps)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
