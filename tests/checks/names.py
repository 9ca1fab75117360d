#!/usr/bin/env python3
"""Names agree.

A pass has one name in four places: flag lm-fuse-qkv, class FuseQKVPass, file compiler/passes/FuseQKV.cpp, test tests/lit/passes/fuse-qkv.mlir.
A C++ file opens with a comment whose first line names the file (tests: with a comment), and the tests that it points at are files.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("dialects", "compiler", "codegen", "runtime", "python", "tests")


def pass_problems():
    text = (root / "compiler/passes/Passes.td").read_text()
    passes = re.findall(r'^def (\w+) : \w*Pass<"([\w-]+)"', text, re.MULTILINE)
    if not passes:
        yield "compiler/passes/Passes.td: no passes found"
    for name, flag in passes:
        stem, kebab = name.removesuffix("Pass"), flag.removeprefix("lm-")
        if not name.endswith("Pass") or not flag.startswith("lm-") or stem.lower() != kebab.replace("-", ""):
            yield f"compiler/passes/Passes.td: class {name} and flag {flag} are different names"
        for path in (f"compiler/passes/{stem}.cpp", f"tests/lit/passes/{kebab}.mlir"):
            if not (root / path).is_file():
                yield f"{path}: missing, pass {flag} asks for it"
    tests = {file.stem for file in (root / "tests/lit/passes").glob("*.mlir")}
    for extra in sorted(tests - {flag.removeprefix("lm-") for _, flag in passes} - {"pipeline"}):
        yield f"tests/lit/passes/{extra}.mlir: no pass lm-{extra}"


def opening_comment(text):
    return re.match(r"(//.*\n)*", text)[0]


def file_problems():
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp", ".td"):
                continue
            path, text = file.relative_to(root).as_posix(), file.read_text()
            if path.startswith(("codegen/emit/vectors/", "tests/emitted/golden/")):
                continue  # pasted into emitted files as it is, comment and all; emitted
            banner = r"//" if folder == "tests" else rf"//===-+ {re.escape(file.name)}\b"
            if not re.match(banner, text):
                yield f"{path}:1: no opening comment" + ("" if folder == "tests" else " that names the file")
            comment = opening_comment(text).replace("\n//", "")
            for test in re.findall(r"\btests/[\w./*-]*[\w*]", comment):
                if not any(found.is_file() for found in root.glob(test)):
                    yield f"{path}: its opening comment names {test}, which is no file"


def main():
    found = [*pass_problems(), *file_problems()]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
