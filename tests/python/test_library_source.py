"""The package's own text: annotations, style, and the examples in its docstrings."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import weebill

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "weebill"
MODULES = sorted(file.stem for file in PACKAGE.glob("*.py") if not file.stem.startswith("__"))


@pytest.mark.parametrize("command", [["mypy", "-p", "weebill"], ["ruff", "check", "python"], ["ruff", "format", "--check", "python"]])
def test_tools_are_content(command, tmp_path):
    cache = ["--cache-dir", tmp_path]
    done = subprocess.run([sys.executable, "-m", *command, *cache], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"weebill.{module}"))
    assert found.failed == 0


def test_there_are_examples():
    assert sum(">>>" in (PACKAGE / f"{module}.py").read_text() for module in MODULES) >= 4


def test_modules_name_their_tests():
    for file in PACKAGE.glob("*.py"):
        text = file.read_text()
        if file.name in ("__init__.py",):
            continue
        named = [word.strip(".") for word in text.split('"""')[1].split() if word.startswith("tests/")]
        assert named and all((ROOT / name).is_file() for name in named), file.name


def test_the_reference_is_that_of_the_docstrings():
    """scripts/generate_python_reference.py --write mends it."""
    page = subprocess.run([sys.executable, ROOT / "scripts/generate_python_reference.py"], capture_output=True, text=True, check=True).stdout
    assert page == (ROOT / "docs/python-reference.md").read_text()
    for name in weebill.__all__:
        assert f"\n## {name}" in page
        assert getattr(weebill, name).__doc__, name
