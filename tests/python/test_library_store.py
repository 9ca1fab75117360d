"""weebill.Store: builds appear whole, once, and go when there is no room, but not while they are used."""

import errno
import subprocess
import sys
import time

import pytest

import weebill
from weebill.store import Digests


def put(store, key, size=1000):
    def make(folder):
        (folder / "file").write_bytes(b"x" * size)

    folder, lock = store.get(key, make)
    return folder, lock


def test_the_oldest_goes_first_and_what_is_used_stays(tmp_path):
    store = weebill.Store(tmp_path, limit=2500)
    _, used = put(store, "used")
    for key in ("first", "second", "third"):
        time.sleep(0.01)
        put(store, key)[1].close()
    assert {entry.name for entry in tmp_path.iterdir() if entry.is_dir()} == {"used", "third"}
    used.close()
    time.sleep(0.01)
    put(store, "fourth")[1].close()
    assert {entry.name for entry in tmp_path.iterdir() if entry.is_dir()} == {"third", "fourth"}
    assert store.size() == 2000
    store.clear()
    assert store.size() == 0


def test_using_makes_young(tmp_path):
    store = weebill.Store(tmp_path, limit=2500)
    for key in ("a", "b", "a", "c"):
        time.sleep(0.01)
        put(store, key)[1].close()
    assert {entry.name for entry in tmp_path.iterdir() if entry.is_dir()} == {"a", "c"}


def test_what_fails_leaves_nothing(tmp_path):
    store = weebill.Store(tmp_path)

    def full(folder):
        (folder / "half").write_bytes(b"x")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(weebill.OutputError, match="cannot keep a build in '.*': No space left on device"):
        store.get("key", full)
    assert not [entry for entry in tmp_path.iterdir() if entry.is_dir()]
    put(store, "key")[1].close()


def test_a_folder_that_is_none(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(weebill.OutputError, match="cannot keep a build in"):
        put(weebill.Store(tmp_path / "file"), "key")


def test_what_a_killed_process_left_is_swept(tmp_path):
    (tmp_path / "key.part-x").mkdir()
    store = weebill.Store(tmp_path)
    put(store, "key")[1].close()
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == ["key"]


def test_two_processes_build_once(tmp_path):
    program = (
        "import pathlib, sys, time, weebill\n"
        "def make(folder):\n"
        "    with open(sys.argv[1] + '/made', 'a') as made: made.write('x')\n"
        "    time.sleep(0.5)\n"
        "weebill.Store(sys.argv[1]).get('key', make)\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", program, tmp_path]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert (tmp_path / "made").read_text() == "x"


def test_digests_follow_files(tmp_path):
    digests, file = Digests(tmp_path / "store"), tmp_path / "file"
    file.write_text("one")
    first = digests.of(file)
    assert digests.of(file) == first
    file.write_text("two!")
    second = digests.of(file)
    file.rename(tmp_path / "other")
    assert second != first and digests.of(tmp_path / "other") == second
    note = next((tmp_path / "store/digests").iterdir())
    note.write_text("damaged")
    assert digests.of(tmp_path / "other") == second


def test_what_is_used_can_be_used_again(tmp_path):
    store = weebill.Store(tmp_path)
    both = [put(store, "key") for _ in range(2)]
    assert both[0][0] == both[1][0]
