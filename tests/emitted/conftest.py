"""Builds, compiles and runs emitted programs for the tests of this folder. What several tests use is built once, also where they run in several
processes (shared.py).

WEEBILL_BIN names the folder of weebill and weebill-reference (default: the release build), WEEBILL_MODEL the real model's GGUF file.
"""

import os
from pathlib import Path

import pytest

import fake_program
import parts
import programs
from shared import make_once, shared_folder
from tiny_model import TINY_MODELS, write_tiny_model


REPORTS: list[str] = []  # lines for the end of the run; a process of pytest-xdist sends its own to the one that prints


def pytest_addoption(parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the emitted text of tests/emitted/golden anew")


def pytest_sessionfinish(session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["reports"] = REPORTS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    REPORTS.extend(getattr(node, "workeroutput", {}).get("reports", []))


def pytest_terminal_summary(terminalreporter) -> None:
    for line in sorted(REPORTS):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def reports() -> list[str]:
    return REPORTS


@pytest.fixture(scope="session")
def builder(tmp_path_factory) -> programs.Builder:
    return programs.Builder(shared_folder(tmp_path_factory, "programs"))


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory) -> dict[str, Path]:
    folder = shared_folder(tmp_path_factory, "models")

    def model(name: str) -> Path:
        path = folder / f"{name}.gguf"
        return make_once(path, lambda: write_tiny_model(path, **TINY_MODELS[name]))

    return {name: model(name) for name in TINY_MODELS}


@pytest.fixture(scope="session")
def real_model() -> Path:
    path = os.environ.get("WEEBILL_MODEL")
    if not path:
        pytest.skip("WEEBILL_MODEL does not name the real model's .gguf file")
    return Path(path)


@pytest.fixture(scope="session")
def probe_parts(tmp_path_factory) -> parts.Parts:
    return parts.build_parts(shared_folder(tmp_path_factory, "probe"), "probe")


@pytest.fixture(scope="session")
def probe(probe_parts) -> Path:
    return probe_parts.link(programs.ROOT / "tests/emitted/c_api_probe.c", "c_api_probe")


@pytest.fixture(scope="session")
def fake_content(tmp_path_factory) -> bytes:
    folder = shared_folder(tmp_path_factory, "content")
    return make_once(folder / "blob", lambda: fake_program.build_content(folder)).read_bytes()


@pytest.fixture(scope="session")
def fake(tmp_path_factory, fake_content) -> Path:
    folder = shared_folder(tmp_path_factory, "fake")
    return make_once(folder / "fake", lambda: fake_program.build(folder, fake_content))


def pytest_report_header() -> list[str]:
    runs = ", ".join(programs.runnable_targets()) or "none"
    return [f"weebill: {programs.BIN}", f"targets that run here: {runs}; compilers: {', '.join(programs.COMPILERS)}"]
