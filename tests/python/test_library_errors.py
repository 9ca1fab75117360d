"""weebill.errors: bad input is told by the compiler's sentence, under one base."""

import inspect
import os
import stat

import pytest

import weebill
from weebill import compiling, errors

SMALL = weebill.Architecture(model=64, layers=1, heads=1, hidden=64, vocabulary=80)


def test_one_base():
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        assert issubclass(kind, weebill.Error) and getattr(weebill, name) is kind
    with pytest.raises(ValueError):
        weebill.compile("no-such.gguf")


@pytest.mark.parametrize("model, recipe, kind, sentence", [
    ("no-such.gguf", {}, weebill.InputError, "no-such.gguf"),
    ("mobilellm-125n", {}, weebill.InputError, "did you mean 'mobilellm-125m'?"),
    (SMALL, {"weights": "int7"}, weebill.UsageError, "weights: 'int7' is not one of int8, "),
    (SMALL, {"weights": "f32", "activations": "int8"}, weebill.UsageError, "--weights f32 with --activations int8"),
    (SMALL, {"context": 5000}, weebill.InputError, "--context 5000 is more than the 2048 tokens"),
    (SMALL, {"skip_passes": ("lm-fuse",)}, weebill.UsageError, "--skip-pass: 'lm-fuse' is not one of lm-fuse-qkv"),
    (SMALL.replace(hidden=66016), {}, weebill.InputError, "66016"),
])  # fmt: skip
def test_sentences(model, recipe, kind, sentence, tmp_path):
    with pytest.raises(kind) as caught:
        weebill.compile(model, store=weebill.Store(tmp_path), **recipe)
    assert sentence in str(caught.value)
    assert not [entry for entry in tmp_path.iterdir() if entry.is_dir() and entry.name != "digests"]


def test_a_damaged_file(tmp_path):
    file = tmp_path / "damaged.gguf"
    file.write_bytes(b"GGUF" + b"\xff" * 100)
    with pytest.raises(weebill.InputError, match="damaged.gguf"):
        weebill.compile(file, store=weebill.Store(tmp_path / "store"))


def test_no_compiler(monkeypatch, tmp_path):
    with pytest.raises(weebill.InputError, match="there is no C\\+\\+ compiler 'no-such-compiler' here"):
        weebill.compile(SMALL, compiler="no-such-compiler")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(compiling, "packaged_zig", lambda: "")
    with pytest.raises(weebill.NoCompilerError, match="there is no C\\+\\+ compiler here"):
        weebill.compile(SMALL)


def test_a_compiler_that_fails(tmp_path):
    broken = tmp_path / "broken-c++"
    broken.write_text("#!/bin/sh\necho 'error: it is Sunday' >&2\nexit 1\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(weebill.InputError, match="could not compile the program: error: it is Sunday"):
        weebill.compile(SMALL, compiler=os.fspath(broken), store=weebill.Store(tmp_path / "store"))
    assert not [entry for entry in (tmp_path / "store").iterdir() if entry.is_dir() and entry.name != "digests"]
