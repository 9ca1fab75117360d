"""The emitted text of one small model, whole: whoever changes it sees what becomes of it, and a reader finds an example without building anything.

    pytest tests/emitted/test_golden.py --update-golden

writes the text anew; read the difference before you commit it.
"""

import difflib
import json
import re
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parent / "golden"
RULER = re.compile(r"// -+ (.+) ---")


@pytest.fixture(scope="module")
def emitted(builder):
    return builder.emit(GOLDEN / "hummingbird.json", "--target", "x86-64-v3")


def lines_by_section(text: str) -> dict[str, int]:
    """Lines of each part of an emitted file, by the titles of its rulers."""
    sections, title = {}, "opening"
    for line in text.splitlines():
        if ruler := RULER.fullmatch(line):
            title = ruler[1]
        sections[title] = sections.get(title, 0) + 1
    return sections


@pytest.mark.parametrize("suffix", ["cpp", "h"])
def test_the_text_is_as_it_was(emitted, suffix, request, reports):
    found, golden = (emitted.folder / f"hummingbird.{suffix}").read_text(), GOLDEN / f"hummingbird.{suffix}"
    parts = ", ".join(f"{title} {lines}" for title, lines in lines_by_section(found).items()) if suffix == "cpp" else ""
    reports.append(f"emitted text of hummingbird.{suffix}: {len(found):,} bytes, {found.count(chr(10)):,} lines" + (f" ({parts})" if parts else ""))
    if request.config.getoption("--update-golden"):
        golden.write_text(found)
    wanted = golden.read_text()
    difference = list(difflib.unified_diff(wanted.splitlines(), found.splitlines(), str(golden.name), "emitted now", lineterm="", n=1))
    assert not difference, "\n".join(difference[:60]) + f"\n{len(difference)} lines; --update-golden takes them over"


def test_the_report_names_the_same_model(emitted):
    """The golden text is of this description, not of a forgotten one."""
    sizes = json.loads((GOLDEN / "hummingbird.json").read_text())
    text = (GOLDEN / "hummingbird.cpp").read_text()
    assert f"blocks {sizes['blocks']} visited {sizes['blocks'] * sizes['sharing']['times']} times   model {sizes['model']}" in text
