"""examples/python: each runs as its first lines say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"


def example(name, *options, folder, path=""):
    environment = os.environ | {"PYTHONWARNINGS": "ignore", "PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], str(path)])}
    done = subprocess.run([sys.executable, EXAMPLES / name, *options], cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def speeds(told):
    """The bound of each line, by what it is called and its threads."""
    lines = [re.fullmatch(r"(.+?) +(\d) threads? .* M +([\d.]+) tokens/s at best", line) for line in told.splitlines()]
    return {(line[1], int(line[2])): float(line[3]) for line in lines}


QUESTIONS = {"depth_or_width": 21, "heads": 7, "shared_embedding": 4, "sharing": 8, "formats": 5, "sizes": 5}


def test_every_question_is_here():
    assert {file.stem for file in EXAMPLES.glob("*.py")} == QUESTIONS.keys() | {"question", "search"}
    assert all((EXAMPLES / "figures" / f"{name}.svg").exists() for name in QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_are_answered_for_a_phone(tmp_path, name):
    told = example(f"{name}.py", "--phone", folder=tmp_path)
    assert len(told.splitlines()) == QUESTIONS[name]
    assert (tmp_path / f"{name}.svg").read_text().startswith("<?xml")
    if name == "sharing":
        bounds = speeds(told)
        assert bounds["once", 2] > bounds["immediate-2", 2] >= bounds["all-over-2", 2]
    if name == "formats":
        bounds = speeds(told)
        assert bounds["weights int4", 4] > bounds["weights mixed", 4] > bounds["weights int8", 4] > bounds["weights f16", 4] > bounds["weights f32", 4]


def test_a_question_is_measured(tmp_path):
    """With shapes that take a second."""
    (tmp_path / "small.py").write_text(
        "from question import ask\nimport weebill\n"
        "SHAPE = weebill.Architecture(model=64, layers=2, heads=2, hidden=96, vocabulary=80, name='small')\n"
        "if __name__ == '__main__':\n    ask(__file__, 'Is it quick?', [SHAPE], 'roofline')\n"
    )
    told = example(tmp_path / "small.py", "--measure", folder=tmp_path, path=EXAMPLES)
    assert "measured" in told and (tmp_path / "small.svg").exists()


def test_search(tmp_path):
    pytest.importorskip("optuna")
    found = [line.split() for line in example("search.py", folder=tmp_path).splitlines()]
    parameters, times = ([float(line[index]) for line in found] for index in (0, 2))
    assert len(found) > 3 and parameters == sorted(parameters) and times == sorted(times)
