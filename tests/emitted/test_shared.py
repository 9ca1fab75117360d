"""shared.py: who asks at the same time waits for the one who builds, and what could not be built is tried again."""

import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from shared import make_once, short_hash


def ask(folder: Path) -> str:
    def make() -> None:
        with open(folder / "made", "a") as made:
            made.write("once")
            made.flush()
            time.sleep(0.2)  # long enough for the others to come
            made.write(" and whole")

    return make_once(folder / "made", make).read_text()


def test_is_made_once(tmp_path):
    with ProcessPoolExecutor(4) as processes:
        assert list(processes.map(ask, [tmp_path] * 8)) == ["once and whole"] * 8


def test_a_failure_is_tried_again(tmp_path):
    def fail() -> None:
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            make_once(tmp_path / "file", fail)
    assert make_once(tmp_path / "file", lambda: (tmp_path / "file").write_text("yes")).read_text() == "yes"


def test_other_options_have_another_name():
    assert short_hash("a", "bc") != short_hash("ab", "c")
