"""What the scripts that generate C++ tables share: the code points, a table's lines, and the command line."""

import argparse
from collections.abc import Callable
from pathlib import Path

CODE_POINTS = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def table_lines(entries: list[str]) -> str:
    """As many entries in a line as 120 columns hold."""
    lines, line = [], "   "
    for entry in entries:
        if len(line) + len(entry) + 2 > 120:
            lines.append(line)
            line = "   "
        line += f" {entry},"
    return "\n".join([*lines, line])


def write_or_compare(folder: Path, generate: Callable[[], dict[str, str]], description: str) -> int:
    """Writes the files, texts by name, or with --check only says by the exit code whether they are there as they would be."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    same = True
    for name, text in generate().items():
        if check:
            same = same and (folder / name).read_text() == text
        else:
            (folder / name).write_text(text)
    return 0 if same else 1
