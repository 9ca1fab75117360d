"""The wheel that scripts/wheel made, $WEEBILL_WHEEL, as a new user has it: in an empty environment, and in a root without anything else."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("WEEBILL_BIN", ROOT / "build" / "release" / "bin"))
WHEEL = Path(os.environ["WEEBILL_WHEEL"])
FIVE_LINES = """
import sys, time, weebill
model = weebill.compile(sys.argv[1])
for piece in model.stream("The capital of France is", max_tokens=8): print(piece, end="")
print()
print(model.logits([1, 2, 3]).shape)
print(model.bench(prompt_tokens=16, new_tokens=8, rounds=1))
"""
IN_TMP = "import os, sys; os.chdir('/tmp'); from weebill.__main__ import main; sys.exit(main())"


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Python of an empty environment, with the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin/pip", "install", "-q", "--disable-pip-version-check", "-c", ROOT / "scripts/constraints.txt", WHEEL)
    return folder / "bin/python"


def outside(**more):
    """An environment of variables that knows nothing of the build folder."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "LD_LIBRARY_PATH")} | more


def test_what_is_in_it(tmp_path):
    assert WHEEL.stat().st_size <= 12e6
    assert "manylinux_2_36" in WHEEL.name
    with zipfile.ZipFile(WHEEL) as files:
        names = set(files.namelist())
        module = next(name for name in names if name.endswith(".so"))
        files.extract(module, tmp_path)
    assert {"weebill/__init__.py", "weebill/py.typed", "weebill/_compiler.pyi"} <= names
    assert not [name for name in names if name.startswith("weebill/") and not name.endswith((".py", ".pyi", ".so", "py.typed", "/"))]
    symbols = run("nm", "-D", "--defined-only", "--format=posix", tmp_path / module).split("\n")
    assert [line.split()[0] for line in symbols if line] == ["PyInit__compiler"]  # an LLVM of others may be in the same process
    needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", tmp_path / module))
    assert set(needed) <= {"libHalide.so", "libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2"}


def test_the_five_lines(environment, tmp_path):
    """How long the first answer takes: tests/benchmarks/library_times.py."""
    told = run(environment, "-c", FIVE_LINES, os.environ["WEEBILL_MODEL"], env=outside(WEEBILL_CACHE=str(tmp_path)), cwd=tmp_path)
    assert told.startswith(" Paris") and "(3, 49152)" in told and "tokens/s" in told


@pytest.mark.parametrize("order", ["import torch, weebill", "import weebill, torch"])
def test_beside_torch(environment, order, tmp_path):
    """PyTorch has an LLVM of its own; both must work, whichever came first."""
    code = (
        f"{order}; import numpy; shape = weebill.Architecture(model=64, layers=1, heads=1, hidden=64, vocabulary=80)\n"
        "compiled = torch.ones(3).sum()\n"
        "print(weebill.compiling.plan(shape, weebill.Recipe(), 'generic').source(weebill.Progress())[:2], compiled.item())"
    )
    assert run(environment, "-c", code, env=outside(PYTHONPATH=sysconfig.get_path("purelib")), cwd=tmp_path) == "// 3.0\n"


def shared_libraries(files):
    """What the loader takes from the system for these files, and from Python's own folder."""
    found, folders = set(), ("/lib", "/usr/lib", str(Path(sysconfig.get_path("stdlib")).parent))
    for file in files:
        listing = subprocess.run(["ldd", file], capture_output=True, text=True).stdout
        found |= {Path(path) for path in re.findall(r"(/\S+)", listing) if path.startswith(folders)}
    return found


@pytest.fixture(scope="session")
def bare_root(environment, tmp_path_factory):
    """A root with Python, the environment, and the C and C++ libraries that they take from the system: no LLVM, no compiler, no shell."""
    root = tmp_path_factory.mktemp("root")

    def copy(path, *left_out):
        into = root / str(path).lstrip("/")
        into.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, into, symlinks=True, ignore=shutil.ignore_patterns(*left_out), dirs_exist_ok=True)
        else:
            shutil.copy2(path, into)

    stdlib, interpreter = Path(sysconfig.get_path("stdlib")), Path(os.path.realpath(environment))
    copy(stdlib, "test", "site-packages", "__pycache__", "config-*")
    copy(interpreter)
    copy(environment.parents[1])
    modules = [*(stdlib / "lib-dynload").glob("*.so"), *environment.parents[1].rglob("*.so*"), interpreter]
    for library in shared_libraries(modules):
        copy(library)
    (root / "tmp").mkdir(exist_ok=True)
    return root


def test_in_a_bare_root(bare_root, environment, tmp_path):
    """The files are those of the ordinary build, byte for byte."""
    if os.geteuid() != 0:
        pytest.skip("only root can change its root")
    for folder in (bare_root / "tmp", tmp_path):
        (folder / "bird.json").write_text('{"layers": 2, "model": 64, "hidden": 96, "heads": 2, "vocabulary": 80}')
    command = ["build", "bird.json", "--emit", "cpp", "--target", "generic", "-o", "out"]
    run("/usr/sbin/chroot", bare_root, environment, "-c", IN_TMP, *command, env={"HOME": "/tmp"})
    run(BIN / "weebill", *command, cwd=tmp_path)
    made = sorted((tmp_path / "out").iterdir())
    assert len(made) == 4
    for file in made:
        assert file.read_bytes() == (bare_root / "tmp/out" / file.name).read_bytes(), file.name
