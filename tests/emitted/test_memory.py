"""Memory of emitted programs: all that they take, they take at start, and it is what they say, to the page."""

import json
import re
import resource

import pytest

from programs import ROOT, run

IDS = ",".join(str(7 * i % 272) for i in range(80))  # more than a chunk
PAGE = resource.getpagesize()


@pytest.fixture(scope="session")
def watcher(tmp_path_factory):
    library = tmp_path_factory.mktemp("watcher") / "watch_allocations.so"
    run("g++", "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", ROOT / "tests/emitted/watch_allocations.cpp", "-o", library)
    return library


def pages(count: int) -> int:
    return -(-count // PAGE) * PAGE


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_memory_is_what_the_header_says(probe_parts, probe, watcher, threads):
    found = json.loads(run(probe, "memory", threads, IDS, env={"LD_PRELOAD": str(watcher)}).stdout)
    assert found["watching"] > 0  # the counts below count something
    assert found["stack"] in (found["stated_stack"], found["stated_stack"] + PAGE)  # and the page that guards its end
    regions = pages(found["cache"]) + pages(found["activations"] + threads * found["scratch"])
    assert found["created"] == regions + (threads - 1) * found["stack"]
    assert found["weights"] == pages(found["file_bytes"])
    assert found["later"] == 0 and found["allocations"] == 0

    opening = probe_parts.folder.joinpath("probe.cpp").read_text().split("\n\n")[0].replace(",", "")
    numbers = re.search(r"probe.weights: (\d+) bytes.* cache (\d+); activations (\d+); (\d+) for each thread;.* a stack of (\d+) for each thread but the first", opening, re.DOTALL)
    assert [int(n) for n in numbers.groups()] == [found[key] for key in ("file_bytes", "cache", "activations", "scratch", "stated_stack")]


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("options", [[], ["--temperature", "1", "--top-k", "20", "--top-p", "0.9", "--stop", "the end", "--when-full", "slide", "--logprobs"]],
                         ids=["greedy", "everything"])  # fmt: skip
def test_a_token_allocates_nothing(probe_parts, watcher, tmp_path, threads, options):
    """Between the first and the last token that the program shows, with the context filled more than once where it slides."""
    environment = {"LD_PRELOAD": str(watcher), "WATCH_FILE": str(tmp_path / "counts")}
    tokens = 600 if options else 60
    prompt = IDS if options else "1,2,3"
    probe_parts.program.run("--tokens", prompt, "-n", tokens, "--threads", threads, *options, env=environment)
    total, after_first, flushes = map(int, (tmp_path / "counts").read_text().split())
    assert total > 0 and flushes > 2
    assert after_first == 0
