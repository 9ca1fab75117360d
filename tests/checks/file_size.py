#!/usr/bin/env python3
"""No source file is longer than 400 lines; one above 300 is named, because it probably holds a second idea."""
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
LIMIT, REMARKABLE = 400, 300
SUFFIXES = {".h", ".cpp", ".td", ".py", ".sh", ".cmake"}
# Path -> why it may be longer.
ALLOWED = {
    "codegen/weights/CompatibilityTable.h": "generated",
    "codegen/weights/NormalFormTable.h": "generated",
    "tests/emitted/golden/hummingbird.cpp": "emitted",
}


def main():
    files = subprocess.run(["git", "-C", root, "ls-files"], check=True, capture_output=True, text=True).stdout.split()
    failed = 0
    for path in files:
        file = root / path
        script = path.startswith("scripts/") and not file.suffix
        if not file.is_file() or not (file.suffix in SUFFIXES or script) or path in ALLOWED:
            continue
        lines = len(file.read_text().splitlines())
        if lines > LIMIT:
            print(f"{path}: {lines} lines, the limit is {LIMIT}")
            failed += 1
        elif lines > REMARKABLE:
            print(f"{path}: {lines} lines: is there a second idea in it?")
    for path in ALLOWED:
        if path not in files:
            print(f"{path}: allowed to be long, but it does not exist")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
