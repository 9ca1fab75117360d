#!/usr/bin/env python3
"""Each folder has a namespace of its own, and its files open that one only: compiler/passes has weebill::passes, codegen/plan has weebill::plan.

So two folders may use one word for two things, and a reader of `plan::Element` knows where to look. The runtime has none: an emitted file puts it
into an anonymous one. But what it asks of a system is `platform`, and the layers that a model calls are `forward`, whoever defines them.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("dialects", "compiler", "codegen", "runtime", "python")
IMPORT = "compiler/import"  # C++ has that word for itself
opened = re.compile(r"^(?:inline )?namespace(?: (?P<name>[\w:]+))? \{")
closed = re.compile(r"^\} // (?:inline )?namespace")  # as clang-format writes it


def expected(folder):
    if folder == "runtime/platform":
        return "platform"
    if folder == "runtime":
        return "forward"
    if folder.startswith("codegen/emit/vectors"):
        return None
    return "weebill::" + ("importer" if folder == IMPORT else folder.rpartition("/")[2])


def problems():
    seen = set()
    for file in sorted(file for folder in FOLDERS for file in (root / folder).rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        path, wanted, scopes = file.relative_to(root).as_posix(), expected(file.relative_to(root).parent.as_posix()), []
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if closed.match(line):
                scopes.pop()
            elif match := opened.match(line):
                scopes.append(match["name"])
                scope = "::".join(name for name in scopes if name)
                seen.add(scope)
                if scope and not (wanted and (scope + "::").startswith(wanted + "::")):
                    yield f"{path}:{number}: opens {scope}, its folder has " + (wanted or "no namespace")
            elif file.suffix == ".h" and line.startswith("using namespace"):
                yield f"{path}:{number}: a header opens a namespace for everyone who includes it"
    if not seen:
        yield "no namespaces found"


def main():
    found = list(problems())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
