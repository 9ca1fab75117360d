"""An emitted file as a shared library: what it exports, and how many threads it takes where cores are few."""

import ctypes
import json
import os
import re
import subprocess
import sys

import pytest

from parts import Parts
from programs import COMPILERS, run


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


USE_AND_UNLOAD = """
import _ctypes, ctypes, sys
library, weights = sys.argv[1:]
loaded = ctypes.CDLL(library)
instance, error = ctypes.c_void_p(), ctypes.create_string_buffer(512)
assert loaded.probe_create(weights.encode(), 2, 0, ctypes.byref(instance), error, 512) == 0, error.value
ids = (ctypes.c_int32 * 3)(1, 2, 3)
assert loaded.probe_prefill(instance, ids, 3, None) == 0
loaded.probe_destroy(instance)
is_mapped = lambda: library in open("/proc/self/maps").read()
assert is_mapped()
_ctypes.dlclose(loaded._handle)
print("there" if is_mapped() else "gone")
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_library_can_be_unloaded(probe_parts: Parts, tmp_path, compiler):
    """As docs/emitted-code.md says. Without the script it stays, with either compiler: in this process it brings libstdc++ along."""
    script, library = tmp_path / "probe.map", tmp_path / "probe.so"
    script.write_text("{ global: probe_*; local: *; };")
    flags = ["-std=c++20", "-O0", "-fPIC", "-shared", "-DWEEBILL_NO_MAIN", f"-Wl,--version-script={script}"]
    run(compiler, *flags, probe_parts.folder / "probe.cpp", "-o", library, cwd=probe_parts.folder)
    done = run(sys.executable, "-c", USE_AND_UNLOAD, library, probe_parts.folder / "probe.weights")
    assert done.stdout.decode().strip() == "gone"


def test_threads_are_those_that_may_be_used(probe_parts: Parts):
    """One of the machine's cores: one thread, without being told."""
    core = sorted(os.sched_getaffinity(0))[0]
    command = ["taskset", "-c", str(core), probe_parts.program.binary, "--bench", "--json", "--prompt-tokens", "1", "--new-tokens", "1"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout)["threads"] == 1
