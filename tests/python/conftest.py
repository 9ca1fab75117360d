"""Where the built programs are: --build-folder, or $WEEBILL_BUILD_FOLDER, or build/dev."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def pytest_addoption(parser):
    parser.addoption(
        "--build-folder",
        default=os.environ.get("WEEBILL_BUILD_FOLDER", ROOT / "build" / "dev"),
        help="CMake's build folder, whose programs are tested",
    )


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


@pytest.fixture(scope="session")
def import_probe(build_folder, tmp_path_factory):
    program = build_folder / "tests" / "import_probe"
    if not program.exists():
        pytest.skip(f"{program} is not built")
    return ImportProbe(program, tmp_path_factory.mktemp("import_probe"))
