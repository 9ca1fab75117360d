"""Where the built programs and the Python package are: --build-folder, or $WEEBILL_BUILD_FOLDER, or build/dev."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def pytest_addoption(parser):
    parser.addoption(
        "--build-folder",
        default=os.environ.get("WEEBILL_BUILD_FOLDER", ROOT / "build" / "dev"),
        help="CMake's build folder, whose programs are tested",
    )


def pytest_configure(config):
    package = Path(config.getoption("--build-folder")) / "python"
    emitted = ROOT / "tests" / "emitted"  # whose small models are compiled here, too
    sys.path[:0] = [str(package), str(emitted)]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(package), *filter(None, [os.environ.get("PYTHONPATH")])])  # of programs that tests run


@pytest.fixture(scope="session")
def build_folder(request):
    return Path(request.config.getoption("--build-folder"))


class ImportProbe:
    """Runs import_probe (import_probe.cpp): what the importer makes of a file."""

    def __init__(self, program, scratch):
        self.program = program
        self.scratch = scratch

    def run(self, *arguments):
        return subprocess.run([self.program, *map(str, arguments)], capture_output=True, check=False)

    def output(self, *arguments):
        result = self.run(*arguments)
        assert result.returncode == 0, result.stderr.decode()
        return result.stdout

    def model(self, path):
        return json.loads(self.output("model", path))

    def rows(self, path, tensor, first, count):
        """float32 rows, as bytes."""
        return self.output("rows", path, tensor, first, count)

    def render(self, jobs):
        """What each job's template prints for each of its conversations: {"text": ...} or {"error": ...}."""
        file = self.scratch / "jobs.json"
        file.write_text(json.dumps(jobs))
        return json.loads(self.output("render", file))


    def derive(self, jobs):
        """The pieces of each job's template, or {"problem": ...}."""
        file = self.scratch / "derive.json"
        file.write_text(json.dumps(jobs))
        return json.loads(self.output("derive", file))


@pytest.fixture(scope="session")
def import_probe(build_folder, tmp_path_factory):
    program = build_folder / "tests" / "import_probe"
    if not program.exists():
        pytest.skip(f"{program} is not built")
    return ImportProbe(program, tmp_path_factory.mktemp("import_probe"))


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """The Python package keeps its builds where all processes of this run see them, and nobody else."""
    from shared import shared_folder  # of tests/emitted

    os.environ["WEEBILL_CACHE"] = str(shared_folder(tmp_path_factory, "cache"))
    return Path(os.environ["WEEBILL_CACHE"])


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory):
    """A model of two blocks with a tokenizer and a chat template."""
    from parts import tiny_model
    from shared import make_once, shared_folder

    folder = shared_folder(tmp_path_factory, "tiny")
    make_once(folder / "made", lambda: tiny_model(folder))
    return folder / "tiny.gguf"


@pytest.fixture(scope="session")
def tiny(tiny_file):
    import weebill

    return weebill.compile(tiny_file, threads=2)


@pytest.fixture(scope="session")
def program(tiny):
    """The file that `tiny` runs, as a program of its own."""
    from programs import FLAGS, Program, compile_program
    from shared import make_once

    binary = tiny.files.source.with_suffix("")
    return Program(make_once(binary, lambda: compile_program(["g++"], FLAGS, [tiny.files.source], binary)))
