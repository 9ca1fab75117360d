"""`cmake --install`: weebill for every user, wherever the folder lies, without what the one who built it has at home."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from programs import ROOT, run, skip_without

BUILD = Path(os.environ.get("WEEBILL_BUILD_FOLDER", ROOT / "build/release"))
NOBODY = 65534


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
        library = subprocess.run(["ldd", place / "bin/weebill"], capture_output=True, text=True, check=True).stdout
        assert f"libHalide.so => {place}/" in library and "not found" not in library
    finally:
        shutil.rmtree(place)
