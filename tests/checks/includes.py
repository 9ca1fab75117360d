#!/usr/bin/env python3
"""Each folder includes only what its place in the design allows (docs/architecture.md).

The border that matters most: codegen/plan, targets and weights know neither MLIR nor Halide, and runtime knows nothing but the standard library,
because it is pasted into emitted programs. The operating system is known to runtime/platform alone.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]

MLIR = ("mlir/", "llvm/")
SYSTEM = ("sys/", "unistd.h", "fcntl.h", "immintrin.h", "pthread.h", "sched.h", "linux/", "intrin.h")
PLAIN = ("codegen/plan/", "codegen/targets/", "codegen/weights/")
# Folder -> prefixes that its files may include, besides the standard library. The longest folder that fits a file counts.
ALLOWED = {
    "dialects": ("dialects/", *MLIR),
    "compiler": ("compiler/", "dialects/", "codegen/", *MLIR, *SYSTEM),
    "compiler/import": ("compiler/import/", "codegen/weights/TokenizerKind.h", "nlohmann/", *SYSTEM),
    "compiler/driver": ("compiler/", "dialects/", "codegen/", "CLI/", *MLIR, *SYSTEM),
    "codegen/plan": PLAIN,
    "codegen/report": (*PLAIN, "codegen/report/"),
    "codegen/targets": (*PLAIN, "cpuid.h", "sys/auxv.h"),
    "codegen/weights": (*PLAIN, "runtime/content_hash.h", "runtime/tokenizer_tables.h"),
    "codegen/print": ("codegen/print/", "Halide.h"),
    "codegen/kernels": (*PLAIN, "codegen/kernels/", "codegen/print/", "Halide.h"),
    "codegen/emit": (*PLAIN, "codegen/kernels/", "codegen/print/", "codegen/emit/", "Halide.h"),
    "codegen/emit/vectors": ("portable.h", "neon.h", "runtime/types.h", "immintrin.h", "arm_neon.h", "sys/auxv.h"),
    "runtime": ("runtime/", "stddef.h", "stdint.h"),
    "runtime/platform": ("runtime/", *SYSTEM),
}
include = re.compile(r'^\s*#\s*include\s*(?P<quote>[<"])(?P<name>[^>"]+)[>"]')


def rule(path):
    folders = [folder for folder in ALLOWED if path.startswith(folder + "/")]
    return max(folders, key=len, default=None)


def standard(name):
    """A header of the standard library has neither a folder nor a suffix."""
    return "/" not in name and "." not in name


def problems():
    checked = 0
    for file in sorted(root.glob("*/**/*")):
        path = file.relative_to(root).as_posix()
        if file.suffix not in (".h", ".cpp") or not (folder := rule(path)):
            continue
        checked += 1
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = include.match(line)
            if not match or (match["quote"] == "<" and standard(match["name"])):
                continue
            if not match["name"].startswith(ALLOWED[folder]):
                yield f"{path}:{number}: {folder} may not include {match['name']}"
    if not checked:
        yield "no source files found"


def main():
    found = list(problems())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
