"""weebill.compile(device=...): a program for another machine, by the compiler of the extra weebill[compiler] or another one."""

import subprocess
import sys

import pytest

import weebill
from weebill import compiling
from weebill.devices import packaged_zig

SMALL = weebill.Architecture(model=64, layers=1, heads=1, hidden=64, vocabulary=80, name="small")
RECORDING = '#!/bin/sh\necho "$@" >> "{record}"\nfor last; do :; done\necho made > "$last"\n'


@pytest.fixture
def recording(tmp_path):
    """A compiler that writes down what it is asked."""
    script = tmp_path / "zig"
    script.write_text(RECORDING.format(record=tmp_path / "record"))
    script.chmod(0o755)
    return script


def test_the_table():
    names = [device["name"] for device in weebill.devices()]
    assert {"raspberry-pi-5", "android-arm64", "mac-arm64", "windows-x64", "linux-x64-static", "riscv64-linux", "wasi"} <= set(names)
    known = {target["name"] for target in weebill.targets()}
    assert all(set(device["targets"]) <= known for device in weebill.devices())


def test_a_program_for_another_device(recording, monkeypatch, tmp_path):
    monkeypatch.setattr(compiling, "packaged_zig", lambda: str(recording))
    store = weebill.Store(tmp_path / "store")
    program = weebill.compile(SMALL, device="windows-x64", store=store, context=64)
    assert program.program.name == "small.exe" and program.program.read_text() == "made\n"
    assert program.facts.targets == ("x86-64-avx512vnni", "x86-64-v3", "generic") and program.sizes.weights_file_bytes == program.weights.stat().st_size
    assert (tmp_path / "record").read_text().startswith("c++ -target x86_64-windows-gnu -s -std=c++20 -O2 -x c++ ")
    again = weebill.compile(SMALL, device="windows-x64", store=store, context=64)
    assert again.program == program.program and (tmp_path / "record").read_text().count("\n") == 1
    assert program.copy_to(tmp_path / "stick") == tmp_path / "stick" / "small.exe"
    assert sorted(file.name for file in (tmp_path / "stick").iterdir()) == ["small.exe", "small.weights"]
    one = weebill.compile(SMALL, device="linux-x64-static", target="x86-64-v3", store=store, context=64)
    assert one.facts.targets == ("x86-64-v3",) and one.program.name == "small"


def test_a_compiler_of_ones_own(recording, tmp_path):
    other = recording.rename(tmp_path / "other-c++")
    program = weebill.compile(SMALL, device="wasi", compiler=str(other), store=weebill.Store(tmp_path / "store"))
    assert program.program.name == "small.wasm" and (tmp_path / "record").read_text().startswith("-std=c++20 -O2 ")


def test_the_extra_is_used_where_there_is_no_compiler(recording, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(compiling, "packaged_zig", lambda: str(recording))
    found = compiling.find_compiler()
    assert found[:2] == [str(recording), "c++"] and found[2:] == ["-target", found[3], "-s"] and found[3].endswith("-linux-gnu")
    assert compiling.find_compiler("zig", targets=["aarch64"])[3].startswith("aarch64-linux-")


def test_what_is_missing_is_told(monkeypatch, tmp_path):
    with pytest.raises(weebill.UsageError, match="device: 'toaster' is not one of raspberry-pi-5, "):
        weebill.compile(SMALL, device="toaster")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(compiling, "packaged_zig", lambda: "")
    with pytest.raises(weebill.InputError, match="programs for wasi are compiled by zig, which is not here: install it with 'pip install ziglang'"):
        weebill.compile(SMALL, device="wasi")


def test_the_command_finds_the_extra():
    """Also of an environment whose folder of programs is not on the path."""
    assert packaged_zig()
    asked = "import os, weebill.__main__ as m; from weebill import _compiler as c; c.run_command = lambda _: print(os.environ['PATH'].split(':')[-1]); m.main()"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert packaged_zig() == f"{done.stdout.strip()}/zig"
