"""weebill.sweep: the same rows wherever they are made, nothing twice, and failures that stay rows."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import weebill
from weebill.jobs import WorkerDiedError, run_jobs

SHAPES = weebill.grid(model=[64, 128], layers=[1, 2, 3], heads=[2], key_value_heads=[1, 2], hidden=[64, 96], vocabulary=[80], context=[64])
PHONE = weebill.Machine("aarch64-dotprod", cores=4)
LOG = "WEEBILL_TEST_LOG"  # a file of what was measured


def measured(model):
    """Stands for a measurement: writes down that it was made, and takes a moment."""
    with open(os.environ[LOG], "a") as log:
        log.write(f"{model.name} {model.facts.model} {model.facts.blocks} {model.facts.hidden} {model.facts.key_value_heads}\n")
    return {"first_token": next(model.generate_ids([1], 1))}


@pytest.fixture
def log(tmp_path, monkeypatch):
    file = tmp_path / "log"
    file.write_text("")
    monkeypatch.setenv(LOG, str(file))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.environ["PYTHONPATH"], str(Path(__file__).parent)]))
    return file


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """A C++ compiler that optimizes nothing: 24 shapes compile in seconds."""
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "c++").write_text('#!/bin/sh\nexec /usr/bin/c++ $(echo "$@" | sed "s/-O2/-O0/")\n')
    (folder / "c++").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return weebill.Store(tmp_path / "store")


def rows_of(results):
    return [{name: value for name, value in row.items() if name != "device"} for row in results]


def predicted(results, **options):
    return weebill.sweep(SHAPES, targets=["generic"], machine=PHONE, measure=None, results=results, **options)


def test_predictions_are_the_same_everywhere(tmp_path):
    """24 shapes: two processes of this machine, two of a Dask cluster, and threads."""
    distributed = pytest.importorskip("distributed")
    local = predicted(tmp_path / "local.sqlite", workers=2)
    assert len(local) == len(SHAPES) == 24 and not local.failures
    assert len({row["predicted_decode_tokens_per_second"] for row in local}) == 24
    with ThreadPoolExecutor(2) as pool:
        assert rows_of(predicted(tmp_path / "threads.sqlite", executor=pool)) == rows_of(local)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, resources={"device": 1}) as cluster:
        with distributed.Client(cluster) as client:
            spread = predicted(tmp_path / "dask.sqlite", executor=client, resources={"device": 1})
    assert rows_of(spread) == rows_of(local)


def test_a_killed_sweep_goes_on(tmp_path, log, quick):
    """The process is killed when it has measured two of four shapes; the rest is measured, once."""
    program = (
        "import sys, weebill, test_library_sweep as t\n"
        "weebill.sweep(t.SHAPES[:4], measure=t.measured, results=sys.argv[1], store=weebill.Store(sys.argv[2]), workers=2)\n"
    )
    results = tmp_path / "results.sqlite"
    with subprocess.Popen([sys.executable, "-c", program, results, quick.root], start_new_session=True) as running:
        while len(kept(results)) < 2 and running.poll() is None:
            threading.Event().wait(0.05)
        os.killpg(running.pid, signal.SIGKILL)
    before, measurements = kept(results), log.read_text().splitlines()
    whole = weebill.sweep(SHAPES[:4], measure=measured, results=results, store=quick, workers=2)
    assert len(whole) == 4 and not whole.failures
    assert all(row["first_token"] >= 0 for row in whole)
    assert {key: kept(results)[key] for key in before} == before
    again = log.read_text().splitlines()
    assert len(again) <= 5 and again[: len(measurements)] == measurements  # the one in hand when it was killed, at most, is repeated
    assert weebill.sweep(SHAPES[:4], measure=measured, results=results, store=quick).rows == whole.rows
    assert log.read_text().splitlines() == again


SCRIPT = """
import sys, weebill
def first_token(model):
    return {"first_token": next(model.generate_ids([1], 1))}
found = weebill.sweep([{model!r}], measure=first_token, results=sys.argv[1], store=weebill.Store(sys.argv[2]), workers=2)
assert not found.failures, found.failures
print(len(found), found.rows[0]["first_token"] >= 0)
"""


def test_a_script_of_a_few_lines(tmp_path, quick):
    """Nothing in it says that it is the main one, and the measurement is its own."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.replace("{model!r}", repr(SHAPES[0])))
    done = subprocess.run([sys.executable, script, tmp_path / "results.sqlite", quick.root], capture_output=True, text=True, timeout=300)
    assert done.stdout == "1 True\n", done.stderr


def kept(file):
    try:
        return dict(sqlite3.connect(f"file:{file}?mode=ro", uri=True).execute("SELECT key, row FROM rows"))
    except sqlite3.OperationalError:
        return {}


def test_a_file_that_changed_is_a_row_of_its_own(tmp_path):
    """Not its name, what is in it: rows of an earlier text were taken for those of a later one."""
    text, results = tmp_path / "text", tmp_path / "results.sqlite"
    recipe = weebill.Recipe(weights="int4", calibrate=str(text))
    for count, content in enumerate(("the sea", "the land", "the sea"), 1):
        text.write_text(content)
        weebill.sweep([SHAPES[0]], targets=["generic"], recipes=[recipe], machine=PHONE, measure=None, results=results, workers=1)
        assert len(kept(results)) == min(count, 2)


def test_failures_are_rows(tmp_path):
    shapes = [SHAPES[0], SHAPES[0] | {"key_value_heads": 3}, SHAPES[0] | {"modle": 3}, "mobilellm-126m", SHAPES[1]]
    found = weebill.sweep(shapes, targets=["generic"], machine=PHONE, measure=None, results=tmp_path / "results.sqlite", workers=1)
    errors = [row["error"] for row in found]
    assert errors[0] is errors[4] is None
    assert errors[1] == "3 key-value heads do not divide 2 heads"
    assert "modle" in errors[2] and "did you mean 'mobilellm-125m'?" in errors[3]
    assert [row["error"] for row in found.failures] == errors[1:4]
    with pytest.raises(weebill.UsageError, match="shapes: each is"):
        weebill.sweep([3], measure=None, results=":memory:")


def square(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_a_worker_that_dies_takes_nobody_with_it(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.environ["PYTHONPATH"], str(Path(__file__).parent)]))
    ended = dict(run_jobs(square, list(range(6)), None, 2))
    died = ended.pop(3)
    assert isinstance(died, WorkerDiedError)
    assert ended == {0: 0, 1: 1, 2: 4, 4: 16, 5: 25}


def long_square(number):
    """The last one is at work whenever another one dies."""
    time.sleep(0.2 if number < 2 else 0.6)
    return square(3 if number == 0 else number)


def test_who_works_beside_one_that_dies_is_not_blamed(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.environ["PYTHONPATH"], str(Path(__file__).parent)]))
    ended = dict(run_jobs(long_square, [0, 2], None, 2))
    assert isinstance(ended.pop(0), WorkerDiedError)
    assert ended == {2: 4}


def test_results_that_cannot_be_written(tmp_path):
    with pytest.raises(weebill.OutputError, match="cannot use '.*' as results"):
        weebill.Results(tmp_path)
    (tmp_path / "other").write_text("no database, but a text that is long enough to be none")
    with pytest.raises(weebill.OutputError, match="cannot use '.*' as results"):
        weebill.Results(tmp_path / "other")
