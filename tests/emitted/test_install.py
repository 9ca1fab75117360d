"""`cmake --install`: weebill for every user, wherever the folder lies, without what the one who built it has at home, and without MLIR."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from programs import BIN, ROOT, run, skip_without

BUILD = Path(os.environ.get("WEEBILL_BUILD_FOLDER", ROOT / "build/release"))
NOBODY = 65534
SYSTEM = {"libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"}  # what every Debian has


SHAPE = ROOT / "tests/emitted/golden/hummingbird.json"


def test_an_installed_weebill_runs_elsewhere_for_others(tmp_path):
    skip_without("cmake")
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    run("cmake", "--install", BUILD, "--prefix", tmp_path / "first")
    place = Path("/tmp") / f"weebill-installed-{os.getpid()}"  # pytest's folders are closed to others
    shutil.move(tmp_path / "first", place)
    try:
        environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
        done = subprocess.run([place / "bin/weebill", "build", "mobilellm-125m", "--emit-plan"], user=NOBODY, group=NOBODY, env=environment, cwd="/", capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr
        run(BIN / "weebill", "build", SHAPE, "-o", tmp_path / "here", "--name", "m", "--emit", "cpp", "--target", "generic")
        run(place / "bin/weebill", "build", SHAPE, "-o", tmp_path / "there", "--name", "m", "--emit", "cpp", "--target", "generic", env=environment, cwd="/")
        for file in ("m.cpp", "m.h", "m.weights"):  # kernels by Halide, passes by MLIR
            assert (tmp_path / "there" / file).read_bytes() == (tmp_path / "here" / file).read_bytes()
        found = dict(re.findall(r"(\S+) => (\S+)", run("ldd", place / "bin/weebill").stdout.decode()))
        assert found.pop("libHalide.so").startswith(f"{place}/")
        assert set(found) <= SYSTEM, found  # and so do Halide's own: ldd follows them
        needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", place / "bin/weebill").stdout.decode())
        assert {"libHalide.so", "libstdc++.so.6", "libc.so.6"} <= set(needed)
        symbols = run("nm", "-D", "--defined-only", "--format=posix", place / "bin/weebill").stdout.decode()
        assert "llvm" not in symbols and "mlir" not in symbols  # Halide's library has an LLVM of its own
    finally:
        shutil.rmtree(place)
