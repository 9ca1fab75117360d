"""Programs for other devices, by `weebill build --device`, compiled by zig and run in an emulator or by wasmtime. One model, one recipe; the logits are
those of the interpreter to the bit. Devices whose programs nobody runs are compiled in test_toolchains.py.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from programs import BIN, Program, assert_same_bits, reference_logits, run, skip_without
from shared import make_once, short_hash
from tiny_model import TINY_MODELS
from toolchains import ELSEWHERE, RUNNERS, ZIG, devices, runnable_devices

RECIPE = ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "none"]
IDS = np.random.default_rng(7).integers(0, TINY_MODELS["grouped"]["vocabulary"], 64 + 7).tolist()
TRIED = {(): "run", RUNNERS["wasm32-wasi"]: "run by wasmtime", None: "compiled, never run"}


@pytest.fixture(scope="module")
def program_for(builder, tiny_models):
    """Programs by device, each compiled once."""

    def program(device: str) -> Program:
        runner = RUNNERS[devices()[device].triple]
        skip_without(*runner[:1])
        folder = builder.folder / f"device-{short_hash(device)}"
        command = ["build", tiny_models["grouped"], "-o", folder, "--device", device, "--compiler-flags", "-Wall -Wextra -Werror", *RECIPE]
        make_once(folder, lambda: run(BIN / "weebill", *command, env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}))
        return Program(folder / f"grouped{'.wasm' if device == 'wasi' else ''}", runner)

    return program


def test_what_is_said_of_tests_is_true():
    for name, device in devices().items():
        assert device.tried == TRIED.get(RUNNERS.get(device.triple), "run in an emulator"), name
        assert device.triple in RUNNERS or device.triple in ELSEWHERE, f"nothing compiles programs for {name}"


@pytest.mark.parametrize("device", [device.name for device in runnable_devices()])
def test_logits(program_for, tiny_models, tmp_path, device):
    wanted = reference_logits(tiny_models["grouped"], IDS, tmp_path / "wanted.npy", "--mode", "exact", *RECIPE)
    program = program_for(device)
    for threads in (1,) if device == "wasi" else (1, 2):
        assert_same_bits(program.logits(IDS, "--threads", threads), wanted, f"{device} {threads}")
    assert program.binary.stat().st_size <= 400e3


def said(program: Program, *arguments) -> tuple[int, str]:
    """The exit code, and what is on stderr but for the note that there are no vectors."""
    done = program.run(*arguments, check=False)
    return done.returncode, re.sub(r".*: note: .*\n", "", done.stderr.decode())


def test_a_file_that_a_32_bit_program_cannot_address(program_for, tmp_path):
    large = tmp_path / "large.weights"
    with large.open("wb") as file:
        file.truncate(2**32 + 4096)  # without the upper half of this number, a page
    code, sentence = said(program_for("raspberry-pi-32"), "--tokens", "1", "--weights-file", large)
    assert code == 1 and sentence == f"grouped: error: cannot map weights file '{large}' (4294971392 bytes): File too large\n"


def test_a_model_that_a_32_bit_program_cannot_address(program_for, tmp_path):
    source = program_for("raspberry-pi-32").binary.with_name("grouped.cpp")
    text, count = re.subn(r"(kWeightsFileBytes = )\d+", rf"\g<1>{2**32 + 4096}", source.read_text())
    assert count == 1
    (tmp_path / "large.cpp").write_text(text)
    done = run(*ZIG, "-target", "arm-linux-musleabihf", "-std=c++20", "-c", tmp_path / "large.cpp", "-o", tmp_path / "large.o", check=False)
    errors = re.findall(r"error: (.*)", done.stderr.decode())
    assert len(errors) == 1 and "these weights are more than a 32-bit program can address: compile it for a 64-bit CPU" in errors[0]


@pytest.mark.parametrize("arguments, code, sentence", [
    (["--tokens", "99999"], 1, "there is no token 99999: this model's vocabulary has 528, from 0 on"),
    (["--temp", "1"], 2, "there is no option '--temp', did you mean '--temperature'?"),
    (["--tokens", "1", "--threads", "2"], 1, "cannot start thread 2 of 2: Not supported"),
    (["--tokens", "1", "--weights-file", "/no/such"], 1, "cannot open weights file '/no/such': No such file or directory; "
                                                         "it belongs beside the program, or name it with --weights-file"),
])  # fmt: skip
def test_errors_where_nothing_can_be_thrown(program_for, arguments, code, sentence):
    assert said(program_for("wasi"), *arguments) == (code, f"grouped: error: {sentence}\n")


def test_what_else_a_wasi_program_does(program_for, tmp_path):
    program = program_for("wasi")
    state = tmp_path / "state"
    text = program.run("--tokens", "1,2,3", "-n", "6").stdout
    first = program.run("--tokens", "1,2,3", "-n", "2", "--save", state).stdout
    assert program.run("--read-weights", "--tokens", "1,2,3", "-n", "6").stdout == text and text.startswith(first.rstrip(b"\n"))
    assert program.run("--restore", state, "--tokens", "4", "-n", "1").stdout
    assert b"fine, content" in program.run("--verify").stdout
    measured = json.loads(program.run("--bench", "--json", "--prompt-tokens", "2", "--new-tokens", "2").stdout)
    assert 1e6 < measured["peak_resident_bytes"] < 1e9 and measured["threads"] == 1


def test_other_programs_on_wasi_need_exceptions(program_for, tmp_path):
    source = program_for("wasi").binary.with_suffix(".cpp")
    done = run(*ZIG, "-target", "wasm32-wasi", "-std=c++20", "-DWEEBILL_NO_MAIN", "-c", source, "-o", tmp_path / "a.o", check=False)
    errors = re.findall(r"error: (.*)", done.stderr.decode())
    assert len(errors) == 1 and "try -fwasm-exceptions" in errors[0]


# ---- how the compiler is found

RECORDING = """#!/bin/sh
echo "$@" >> "{record}"
while [ $# -gt 1 ]; do shift; done
: > "$1"
"""


def build_with_path(tiny_models, tmp_path, path, *options) -> subprocess.CompletedProcess:
    command = [BIN / "weebill", "build", tiny_models["wide_heads"], "-o", tmp_path / "out", *options]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, env={"PATH": str(path), "HOME": str(tmp_path)}, timeout=600)


@pytest.fixture
def recorded(tmp_path):
    """A `zig` that writes down what it is asked, and an empty program."""
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "zig"
    script.write_text(RECORDING.format(record=tmp_path / "record"))
    script.chmod(0o755)
    return tmp_path / "bin"


@pytest.mark.parametrize("options, triple, file", [
    (["--device", "windows-x64"], "x86_64-windows-gnu", "wide_heads.exe"),
    (["--device", "wasi"], "wasm32-wasi", "wide_heads.wasm"),
    (["--device", "mac-arm64"], "aarch64-macos", "wide_heads"),
    (["--device", "linux-x64-static", "--target", "x86-64-v3"], "x86_64-linux-musl", "wide_heads"),
    (["--target", "generic", "--compiler", "zig"], f"{os.uname().machine}-linux-gnu", "wide_heads"),
    (["--target", "generic"], f"{os.uname().machine}-linux-gnu", "wide_heads"),  # there is no other compiler
    (["--target", "aarch64", "--compiler", "zig"], "aarch64-linux-musl", "wide_heads"),
])  # fmt: skip
def test_zig_is_told_what_to_make(tiny_models, tmp_path, recorded, options, triple, file):
    if "aarch64" in options and os.uname().machine == "aarch64":
        pytest.skip("that is this machine's kind")
    done = build_with_path(tiny_models, tmp_path, f"{recorded}", *options)
    (tmp_path / "out" / file).stat()
    asked = (tmp_path / "record").read_text()
    assert done.returncode == 0 and asked.startswith(f"c++ -target {triple} -s -std=c++20 -O2 "), (done.stderr, asked)
    if "--device" in options:
        assert f"Copy {file} and wide_heads.weights to the device: " in done.stdout


@pytest.mark.parametrize("options, sentence", [
    (["--device", "wasi"], "programs for wasi are compiled by zig, which is not here: install it with 'pip install ziglang', or name another compiler"),
    (["--target", "generic", "--compiler", "zig"], "zig is not here: install it with 'pip install ziglang', or name another compiler"),
])
def test_what_to_install(tiny_models, tmp_path, options, sentence):
    (tmp_path / "empty").mkdir()
    done = build_with_path(tiny_models, tmp_path, tmp_path / "empty", *options)
    assert done.returncode == 1 and done.stderr == f"weebill: {sentence}\n"
    assert not (tmp_path / "out").exists()


def test_another_compiler_for_a_device(tiny_models, tmp_path, recorded):
    (recorded / "zig").rename(recorded / "other-c++")
    done = build_with_path(tiny_models, tmp_path, recorded, "--device", "windows-x64", "--compiler", "other-c++", "--target", "x86-64-v3")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "record").read_text().startswith("-std=c++20 -O2 ") and (tmp_path / "out" / "wide_heads.exe").exists()


def test_a_device_that_is_none(tiny_models, tmp_path):
    done = build_with_path(tiny_models, tmp_path, "", "--device", "raspberry-pi-6")
    assert done.returncode == 2 and "'raspberry-pi-6' is not one of raspberry-pi-5" in done.stderr, done.stderr
