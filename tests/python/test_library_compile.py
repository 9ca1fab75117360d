"""weebill.compile: the compiler's own files, once for what decides them, and a way to stop."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import weebill
from programs import BIN

SMALL = weebill.Architecture(model=64, layers=2, heads=2, key_value_heads=1, hidden=96, vocabulary=80, name="small")


class Hearing:
    """A listener that remembers."""

    def __init__(self):
        self.steps, self.notes, self.parts = [], [], []

    def step(self, what):
        self.steps.append(what.split()[0])

    def progress(self, done, of):
        self.parts.append(done / of)

    def note(self, text):
        self.notes.append(text)

    def cancelled(self):
        return False


def compiler_of(folder, model):
    """A compiler that has compiled a model of this name already: tests need no minute of optimizing."""
    compiler = folder / "known-c++"
    compiler.write_text(f'#!/bin/sh\nfor last; do :; done\ncp "{model.files.library}" "$last"\n')
    compiler.chmod(0o755)
    return str(compiler)


@pytest.fixture(scope="module")
def small():
    return weebill.compile(SMALL)


def builds(folder):
    return [entry for entry in folder.iterdir() if entry.is_dir() and entry.name != "digests"]


def test_it_makes_the_files_of_the_command(tiny, tiny_file, tmp_path):
    subprocess.run([BIN / "weebill", "build", tiny_file, "-o", tmp_path, "--emit", "cpp"], check=True, capture_output=True)
    made = tiny.files
    for file in (made.source, made.header, made.weights, made.report):
        assert file.read_bytes() == (tmp_path / file.name).read_bytes(), file.name
    assert (tiny.source, tiny.header) == (made.source.read_text(), made.header.read_text())
    assert tiny.sizes.weights_file_bytes == made.weights.stat().st_size
    assert "<iframe" in tiny._repr_html_() and "tiny" in repr(tiny)


def test_once_for_what_decides_it(tmp_path, small):
    hearing, options = Hearing(), dict(store=weebill.Store(tmp_path / "store"), compiler=compiler_of(tmp_path, small))
    first = weebill.compile(SMALL, progress=hearing, **options)
    assert hearing.steps == ["plan", "weights", "compile"]
    assert hearing.parts[-1] == 1 and "random" in hearing.notes[0]
    again, renamed = Hearing(), Hearing()
    assert weebill.compile(SMALL, progress=again, **options).files == first.files
    assert again.steps == []
    other = weebill.compile(SMALL.replace(seed=1), progress=renamed, **options)
    assert "compile" in renamed.steps and other.files != first.files
    assert len(builds(tmp_path / "store")) == 2


def test_a_plan_and_its_ir(tiny):
    assert "lm.swiglu" in tiny.ir(after="lm-fuse-swiglu")
    assert "lm.swiglu" not in tiny.ir(after="lm-fuse-qkv")
    with pytest.raises(weebill.InputError, match="'lm-fuse' is not one of lm-roll-repeats, "):
        tiny.ir(after="lm-fuse")
    assert tiny.predict().decode_tokens_per_second > 0


def test_sizes_and_facts(tiny):
    assert (tiny.facts.blocks, tiny.facts.vocabulary, tiny.facts.chat, tiny.facts.stop_tokens) == (2, 272, True, (257,))
    assert (tiny.facts.weights, tiny.facts.activations, tiny.facts.cache) == ("int8", "int8", "f16")
    assert tiny.sizes.cache_bytes_per_token == 2 * 2 * 64 * 2  # keys and values, blocks, one head of 64, float16


def test_stop(tmp_path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(weebill.Cancelled):
        weebill.compile(SMALL, store=weebill.Store(tmp_path), stop=stop)
    assert not builds(tmp_path)


def test_a_listener_that_raises_ends_it(tmp_path):
    class Failing(Hearing):
        def step(self, what):
            raise ZeroDivisionError("in a listener")

    with pytest.raises(ZeroDivisionError, match="in a listener"):
        weebill.compile(SMALL, store=weebill.Store(tmp_path), progress=Failing())
    assert not builds(tmp_path)


def test_control_c_ends_it(tmp_path):
    """While weights are packed, which takes minutes for this one, without Python's lock."""
    program = (
        "import sys, weebill\n"
        "class Loud(weebill.Progress):\n"
        "    def step(self, what): print(what, flush=True)\n"
        "try: weebill.compile('smollm3-3b', store=weebill.Store(sys.argv[1]), progress=Loud())\n"
        "except KeyboardInterrupt: print('stopped', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True) as running:
        while "weights" not in running.stdout.readline():
            pass
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        assert running.stdout.read() == "stopped\n"
    assert running.returncode == 0
    assert not builds(tmp_path)


def test_progress_is_drawn_where_it_is_seen(tmp_path, small, capsys):
    compiler = compiler_of(tmp_path, small)
    weebill.compile(SMALL, store=weebill.Store(tmp_path / "one"), compiler=compiler, progress=True)
    assert "weights" in capsys.readouterr().err
    weebill.compile(SMALL, store=weebill.Store(tmp_path / "other"), compiler=compiler)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words, code", [(["presets"], 0), (["build", "no-such.gguf", "-o", "x"], 1), (["bild"], 2)])
def test_the_command_is_the_same(words, code, tmp_path):
    ours, own = (
        subprocess.run([*command, *words], capture_output=True, cwd=tmp_path)
        for command in ([sys.executable, "-m", "weebill"], [BIN / "weebill"])
    )
    assert (ours.returncode, ours.stdout, ours.stderr) == (own.returncode, own.stdout, own.stderr)
    assert ours.returncode == code


def test_importing_is_light():
    """What is heavy (PyTorch, pandas, Matplotlib, notebooks) is imported by whoever uses it. Seconds: tests/benchmarks/library_times.py."""
    code = (
        "import sys, sysconfig; before = set(sys.modules); import weebill\n"
        "packages = sysconfig.get_path('purelib'), sysconfig.get_path('platlib')\n"
        "new = [sys.modules[name] for name in set(sys.modules) - before]\n"
        "print(*{module.__name__.split('.')[0] for module in new if (getattr(module, '__file__', None) or '').startswith(packages)})"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert {"numpy"} <= set(told.split()) - {"weebill"} <= {"numpy", "loky", "psutil", "cloudpickle"}
