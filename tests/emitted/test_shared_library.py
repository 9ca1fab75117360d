"""An emitted file as a shared library: what it exports, and how many threads it takes where cores are few."""

import ctypes
import json
import os
import re
import subprocess

from parts import Parts
from programs import run


def test_hidden_visibility_leaves_the_interface(probe_parts: Parts, tmp_path):
    """Company builds hide everything that is not marked."""
    library = tmp_path / "probe.so"
    flags = ["-std=c++20", "-O0", "-fPIC", "-shared", "-fvisibility=hidden", "-fvisibility-inlines-hidden", "-DWEEBILL_NO_MAIN"]
    run("g++", *flags, probe_parts.folder / "probe.cpp", "-o", library, cwd=probe_parts.folder)
    header = (probe_parts.folder / "probe.h").read_text()
    declared = set(re.findall(r"\b(probe_\w+)\(", re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)))
    exported = {line.split()[-1] for line in run("nm", "-D", "--defined-only", library).stdout.decode().splitlines() if " T " in line}
    assert len(declared) > 10 and exported == declared
    assert ctypes.CDLL(str(library)).probe_is_stop_token(-5) == 0


def test_threads_are_those_that_may_be_used(probe_parts: Parts):
    """One of the machine's cores: one thread, without being told."""
    core = sorted(os.sched_getaffinity(0))[0]
    command = ["taskset", "-c", str(core), probe_parts.program.binary, "--bench", "--json", "--prompt-tokens", "1", "--new-tokens", "1"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout)["threads"] == 1
