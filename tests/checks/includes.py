#!/usr/bin/env python3
"""Each folder includes only what its place in the design allows. The rules below are the table of docs/architecture.md.

The border that matters most: codegen/plan, targets and weights know neither MLIR nor Halide, and runtime knows nothing but the standard library,
because it is pasted into emitted programs. The operating system is known to runtime/platform alone.

    tests/checks/includes.py            names what is not allowed, and the table where it is not that of the page
    tests/checks/includes.py --write    writes the table into the page
"""
import argparse
import pathlib
import re
import sys
from typing import NamedTuple

root = pathlib.Path(__file__).resolve().parents[2]
PAGE = root / "docs/architecture.md"
HEAD = "| folder | may include | one sentence |\n|---|---|---|\n"

# Headers of others, under the name that the table gives them. The standard library is for everyone.
OTHERS = {
    "MLIR": ("mlir/", "llvm/"),
    "Eigen": ("Eigen/",),
    "LLVM's support": ("llvm/ADT/", "llvm/Support/"),
    "Halide": ("Halide.h",),
    "JSON": ("nlohmann/",),
    "CLI11": ("CLI/",),
    "the OS": ("sys/", "unistd.h", "fcntl.h", "pthread.h", "sched.h", "termios.h", "linux/", "windows.h", "psapi.h", "shellapi.h", "io.h", "process.h", "locale.h"),
    "C's own": ("stddef.h", "stdint.h"),
    "pybind11": ("pybind11/",),
    "the CPU": ("cpuid.h", "immintrin.h", "arm_neon.h", "sys/auxv.h"),
}


class Rule(NamedTuple):
    may: tuple[str, ...]  # besides the folder itself: folders, single headers, and names of OTHERS
    says: str


# The longest folder that fits a file counts.
RULES = {
    "dialects/lm": Rule(("MLIR",), "ops at the level a model's author speaks, each with numbered constraints ([reference](dialects/lm-reference.md), [why](dialects/lm-rationale.md))"),
    "compiler/import": Rule(("JSON", "the OS", "codegen/formats/Half.h", "codegen/plan/Contract.h", "codegen/weights/TokenizerKind.h", "codegen/weights/TokenizerSource.h"), "untrusted files become an `ImportedModel`, or one clear sentence"),
    "compiler/options": Rule((), "what may be chosen of a model's numbers: enums, each with one table of words"),
    "compiler/frontend": Rule(("compiler/import", "dialects/lm", "MLIR"), "an `ImportedModel` becomes a module of the dialect: weights as symbols, one function, the blocks as one region"),
    "compiler/passes": Rule(("compiler/options", "dialects/lm", "codegen/formats", "codegen/plan", "MLIR"), "one pass a file, one ordered list with a reason a line (`Pipeline.cpp`, [reference](passes.md))"),
    "compiler/planner": Rule(("compiler/import", "compiler/passes", "codegen/formats", "codegen/plan", "MLIR"), "a module that has been through the passes becomes a `ModelPlan`"),
    "compiler/reference": Rule(("compiler/import", "dialects/lm", "runtime/platform/cpu.h", "MLIR"), "what every op means, twice: in double precision, and to the bit ([numerics](numerics.md))"),
    "compiler/quantize": Rule(("compiler/import", "compiler/reference/Parallel.h", "codegen/formats/Half.h", "dialects/lm", "MLIR", "Eigen", "JSON"), "floats become codes in groups of 32, plainly or for a text ([how](quantization.md)); what keeps a file's codes keeps these"),
    "compiler/api": Rule(("compiler/frontend", "compiler/import", "compiler/options", "compiler/passes", "compiler/planner", "compiler/quantize", "compiler/reference", "codegen", "MLIR"), "the compiler as a function, for programs to call: the only place that sees the whole way"),
    "compiler/driver": Rule(("compiler/api", "codegen/targets", "codegen/weights/OutputFile.h", "CLI11", "LLVM's support", "the OS"), "the commands of `weebill`: a command line becomes options, what `compiler/api` makes becomes files"),
    "compiler/tools": Rule(("compiler", "dialects/lm", "codegen/plan", "MLIR"), "the programs' `main`: `weebill`, and three for tests of passes, plans and the reference"),
    "python/bindings": Rule(("compiler/api", "compiler/driver/Driver.h", "compiler/driver/ReadBandwidth.h", "codegen/targets", "codegen/weights/OutputFile.h", "pybind11"), "[the compiler as a Python module](python.md): `compiler/api`, and the command line for `weebill` from a wheel"),
    "codegen/formats": Rule(("codegen/plan/Contract.h",), "[one object for each way to store a weight](add-a-format.md): its arrays, packing, costs, emitted text and words; one table"),
    "codegen/plan": Rule(("codegen/formats",), "the structs that code generation reads"),
    "codegen/targets": Rule(("runtime/platform/cpu.h", "runtime/platform/tiles.h"), "a row for each CPU: lanes, features, schedule numbers with their reasons"),
    "codegen/print": Rule(("Halide",), "the printer of lowered statements as C++"),
    "codegen/kernels": Rule(("codegen/formats", "codegen/plan", "codegen/targets", "codegen/print", "Halide"), "one kernel kind a file: algorithm, then schedule"),
    "codegen/emit": Rule(("codegen/formats", "codegen/plan", "codegen/targets", "codegen/weights", "codegen/kernels", "codegen/print"), "the emitted file around the kernels: sections, phases, the runtime's headers pasted in"),
    "codegen/emit/vectors": Rule(("runtime/types.h", "portable.h", "lanes.h", "neon.h", "kept_codes.h", "x86-64-avx512vnni.h", "groups_x86-64-avx512vnni.h", "the CPU"), "the vector functions of each target, which its kernels call"),
    "codegen/weights": Rule(("codegen/formats", "codegen/plan", "runtime/content_hash.h", "runtime/saved_state_header.h", "runtime/tokenizer_tables.h"), "layout, quantization and packing of the weights file, tokenizer tables"),
    "codegen/text": Rule(("codegen/weights/TokenizerKind.h", "runtime"), "the runtime's tokenizers, called by the compiler"),
    "codegen/report": Rule(("codegen/formats", "codegen/plan", "codegen/targets", "codegen/weights"), "the compile report: costs of phases, predictions, one file a section of the page ([how to read it](report.md))"),
    "runtime": Rule(("runtime/platform", "C's own"), "headers that every emitted program carries: the model at run time, threads, tokenizer, sampler, command line, C interface"),
    "runtime/platform": Rule(("runtime/types.h", "the CPU", "the OS"), "what the runtime asks of a system and a CPU, and how POSIX systems, Windows and WASI do it"),
}
SOURCES = ("dialects", "compiler", "codegen", "runtime", "python")
include = re.compile(r'^\s*#\s*include\s*(?P<quote>[<"])(?P<name>[^>"]+)[>"]')


def rule_of(path):
    folders = [folder for folder in RULES if path.startswith(folder + "/")]
    return max(folders, key=len, default=None)


def prefixes(folder):
    """How the names of headers begin that a folder may include."""
    found = [folder + "/"]
    for word in RULES[folder].may:
        found += OTHERS.get(word, (word if word.endswith(".h") else word + "/",))
    return tuple(found)


def standard(name):
    """A header of the standard library has neither a folder nor a suffix."""
    return "/" not in name and "." not in name


def problems_of_includes():
    checked = set()
    for file in sorted(file for folder in SOURCES for file in (root / folder).rglob("*")):
        path = file.relative_to(root).as_posix()
        if file.suffix not in (".h", ".cpp"):
            continue
        if not (folder := rule_of(path)):
            yield f"{path}: tests/checks/includes.py has no rule for its folder"
            continue
        checked.add(folder)
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = include.match(line)
            if not match or (match["quote"] == "<" and standard(match["name"])):
                continue
            if not match["name"].startswith(prefixes(folder)):
                yield f"{path}:{number}: {folder} may not include {match['name']}"
    for folder in sorted(set(RULES) - checked):
        yield f"{folder}: has a rule, but no source files"


def table():
    def words(folder):
        return ", ".join(word if word in OTHERS else f"`{word}`" for word in RULES[folder].may) or "nothing"

    return HEAD + "".join(f"| `{folder}` | {words(folder)} | {rule.says} |\n" for folder, rule in RULES.items())


def page_with(rows):
    """The page with this table in the place of its own."""
    before, _, rest = PAGE.read_text().partition(HEAD)
    return before + rows + re.sub(r"\A(\|.*\n)*", "", rest)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="write the table into docs/architecture.md")
    if arguments.parse_args().write:
        PAGE.write_text(page_with(table()))
    found = list(problems_of_includes())
    if PAGE.read_text() != page_with(table()):
        found.append("docs/architecture.md: its table is not that of the rules (tests/checks/includes.py --write)")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
