"""Builds, compiles and runs emitted programs for the tests of this folder.

WEEBILL_BIN names the folder of weebill and weebill-reference (default: the release build), WEEBILL_MODEL the real model's GGUF file.
"""

import os
from pathlib import Path

import pytest

import fake_program
import parts
import programs
from tiny_model import TINY_MODELS, write_tiny_model


REPORTS: list[str] = []  # lines for the end of the run


def pytest_addoption(parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the emitted text of tests/emitted/golden anew")


def pytest_terminal_summary(terminalreporter) -> None:
    for line in REPORTS:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def reports() -> list[str]:
    return REPORTS


@pytest.fixture(scope="session")
def builder(tmp_path_factory) -> programs.Builder:
    return programs.Builder(tmp_path_factory.mktemp("programs"))


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("models")
    return {name: write_tiny_model(folder / f"{name}.gguf", **shape) for name, shape in TINY_MODELS.items()}


@pytest.fixture(scope="session")
def real_model() -> Path:
    path = os.environ.get("WEEBILL_MODEL")
    if not path:
        pytest.skip("WEEBILL_MODEL does not name the real model's .gguf file")
    return Path(path)


@pytest.fixture(scope="session")
def probe_parts(tmp_path_factory) -> parts.Parts:
    return parts.build_parts(tmp_path_factory.mktemp("probe"), "probe")


@pytest.fixture(scope="session")
def probe(probe_parts) -> Path:
    return probe_parts.link(programs.ROOT / "tests/emitted/c_api_probe.c", "c_api_probe")


@pytest.fixture(scope="session")
def fake_content(tmp_path_factory) -> bytes:
    return fake_program.build_content(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="session")
def fake(tmp_path_factory, fake_content) -> Path:
    return fake_program.build(tmp_path_factory.mktemp("fake"), fake_content)


def pytest_report_header() -> list[str]:
    runs = ", ".join(programs.runnable_targets()) or "none"
    return [f"weebill: {programs.BIN}", f"targets that run here: {runs}; compilers: {', '.join(programs.COMPILERS)}"]
