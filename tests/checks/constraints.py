#!/usr/bin/env python3
"""Every numbered constraint of the dialect has a test that names it.

A constraint is a line "- (C2) ..." in the description of an op, type or attribute in dialects/lm/*.td. Its test stands under a
comment "// lm.linear C2" ("// !lm.quantized C1" for a type, "// #lm.place C1" for an attribute) in
tests/lit/dialect/invalid-*.mlir. A test of a constraint that does not exist is an error too.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
# The mnemonic of an op or attribute stands in its definition's head, that of a type in a line of its own.
definition = re.compile(r'Lm_Op<"(?P<op>\w+)"|Lm_Attr<"\w+", "(?P<attribute>\w+)"|let mnemonic = "(?P<type>\w+)"|^\s*- \((?P<constraint>C\d+)\)', re.MULTILINE)

marks = {"op": "", "type": "!", "attribute": "#"}  # what stands before "lm."


def stated():
    found = set()
    for path in sorted((root / "dialects/lm").glob("*.td")):
        owner = None
        for match in definition.finditer(path.read_text()):
            if match["constraint"]:
                found.add(f"{owner} {match['constraint']}")
            else:
                owner = next(f"{mark}lm.{match[kind]}" for kind, mark in marks.items() if match[kind])
    return found


def tested():
    comment = re.compile(r"^\s*// ([!#]?lm\.\w+ C\d+)$", re.MULTILINE)
    return {name for path in (root / "tests/lit/dialect").glob("invalid-*.mlir") for name in comment.findall(path.read_text())}


def main():
    constraints, tests = stated(), tested()
    for name in sorted(constraints - tests):
        print(f"tests/lit/dialect: no test of {name}")
    for name in sorted(tests - constraints):
        print(f"dialects/lm: {name} is tested but not stated")
    print(f"{len(constraints & tests)} constraints stated and tested")
    return 1 if constraints != tests or not constraints else 0


if __name__ == "__main__":
    sys.exit(main())
