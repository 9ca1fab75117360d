#!/usr/bin/env python3
"""No two types have one name in one namespace.

Two classes of one name are one class for the linker: it keeps one of their destructors and constructors and uses it for both, and which one, and whether
it matters, depends on what the compiler inlined. So a type at namespace scope has its name alone, whether a header or a source file defines it;
what only one file uses stands in an anonymous namespace. Files are read by Universal Ctags, not compiled.
"""
import collections
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("codegen", "compiler", "dialects", "runtime", "python", "tests")
KINDS = "--kinds-C++=csugt"  # classes, structs, unions, enumerations, typedefs
CTAGS = ["ctags", "--options=NONE", "--languages=C++", "--langmap=C++:.h.cpp", KINDS, "--fields=+Kns", "--output-format=json", "-f", "-", "-L", "-"]
# No two of these files meet: the emitted text holds the runtime once more, a target's part of it stands in a namespace of its own, and a benchmark is
# a program of its own. Of two headers of the runtime one stands in the place of the other, and a fake model in that of a real one; each header of a
# system is empty on the others.
SEPARATE = ("tests/emitted/golden/", "codegen/emit/vectors/", "tests/benchmarks/", "runtime/cache_of_codes.h", "runtime/convolution_cache.h", "runtime/two_kinds_of_places.h", "runtime/whole_cache.h", "runtime/no_tokenizer.h", "runtime/answers_as_given.h", "runtime/no_text_commands.h", "runtime/no_tool_turns.h", "runtime/no_opening_state.h", "runtime/platform/wasi.h", "runtime/platform/windows.h", "tests/emitted/fake_model.h",
            "tests/unit/runtime/FakeLayers.h")  # fmt: skip


def types(paths):
    """(scope, name, path, line, kind) of every type that ctags finds at namespace scope."""
    tags = subprocess.run(CTAGS, cwd=root, input="\n".join(paths), text=True, capture_output=True, check=True).stdout
    for line in tags.splitlines():
        tag = json.loads(line)
        scope = tag.get("scope", "")
        local = tag["kind"] == "typedef" and not tag["path"].endswith(".h")  # a second name, which the linker never sees
        specialized = tag.get("pattern", "").startswith("/^template <>")  # one template for other arguments: ctags drops them
        if tag.get("scopeKind", "namespace") == "namespace" and "__anon" not in scope + tag["name"] and not local and not specialized:
            yield scope, tag["name"], tag["path"], tag["line"], tag["kind"]


def problems(paths):
    found = collections.defaultdict(list)
    for scope, name, path, line, kind in types(paths):
        found[scope, name].append((path, line, kind))
    if not found:
        yield "no types found"
    for (scope, name), places in sorted(found.items()):
        named = {path for path, _, kind in places if kind != "typedef"}
        places = [place for place in places if place[2] != "typedef" or place[0] not in named]  # C's `typedef struct x {...} x`
        if len(places) > 1:
            where = " and ".join(f"{path}:{line} ({kind})" for path, line, kind in places)
            yield f"{scope or 'no namespace'}: {name} is the name of {len(places)} types: {where}"


def main():
    files = subprocess.run(["git", "-C", root, "ls-files", *FOLDERS], check=True, capture_output=True, text=True).stdout.split()
    found = list(problems([p for p in files if p.endswith((".h", ".cpp")) and not p.startswith(SEPARATE) and (root / p).is_file()]))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
