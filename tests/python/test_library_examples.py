"""examples/python: each runs as its first lines say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"


def example(name, *options, folder):
    done = subprocess.run([sys.executable, EXAMPLES / name, *options], cwd=folder, capture_output=True, text=True, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_depth_or_width(tmp_path):
    told = example("depth_or_width.py", "--phone", "--depths", "6", "30", folder=tmp_path).splitlines()
    assert len(told) == 6 and [line.split()[1] for line in told] == ["none"] * 2 + ["immediate"] * 2 + ["all-over"] * 2
    speed = [float(line.split(" M ")[1].split()[0]) for line in told]
    assert speed[1] > speed[5]  # every block twice takes longer
    assert (tmp_path / "depth_or_width.svg").read_text().startswith("<?xml")


def test_search(tmp_path):
    pytest.importorskip("optuna")
    found = [line.split() for line in example("search.py", folder=tmp_path).splitlines()]
    parameters, times = ([float(line[index]) for line in found] for index in (0, 2))
    assert len(found) > 3 and parameters == sorted(parameters) and times == sorted(times)
