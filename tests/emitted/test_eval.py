"""weebill eval: what it says of programs is what their logits say, computed here."""

import json
import os
import re
import shutil
from xml.etree import ElementTree

import numpy as np
import pytest

from parts import SHAPE, TEMPLATE
from programs import BIN, Builder, Program, run, runnable_targets
from shared import make_once, shared_folder
from tiny_model import write_tiny_model

TEXT = "the thin sea in the word, and " * 5  # no line feed: --tokenize takes texts line by line
CONTEXT, TOKENS = 48, 100  # windows of 48, 48 and 4 tokens


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = shared_folder(tmp_path_factory, "eval")
    make_once(folder / "model.gguf", lambda: write_tiny_model(folder / "model.gguf", chat_template=TEMPLATE, scale=3, **SHAPE))
    (folder / "text.txt").write_text(TEXT)
    return folder


@pytest.fixture(scope="module")
def programs(folder):
    """The default, and float32, without optimization."""
    builder = Builder(folder)

    def compiled(*options: str) -> Program:
        return builder.emit(folder / "model.gguf", "--context", str(CONTEXT), "--target", runnable_targets()[0], *options).compile_beside_weights()

    return compiled(), compiled("--weights", "f32", "--cache", "f32")


def evaluated(*words, check=True):
    return run(BIN / "weebill", "eval", *words, check=check)


def log_probabilities(logits):
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def test_what_the_logits_say(folder, programs, tmp_path):
    codes, floats = programs
    words = [codes.binary.parent, floats.binary, "--text", folder / "text.txt", "--reference", folder / "model.gguf", "--tokens", TOKENS]
    told = json.loads(run(BIN / "weebill", "eval", *words, "--json", env=os.environ | {"TMPDIR": str(tmp_path)}).stdout)
    assert not list(tmp_path.iterdir())  # nothing is left of the reference
    ids = [int(id) for id in codes.run("--tokenize", folder / "text.txt").stdout.split(b",")][:TOKENS]
    assert len(ids) == TOKENS == told["tokens"] and told["window"] == CONTEXT
    found, expected, next_ids = [], [], []
    for first in range(0, TOKENS, CONTEXT):
        window = ids[first : first + CONTEXT]
        found.append(log_probabilities(codes.logits(window)))
        expected.append(log_probabilities(floats.logits(window)))
        next_ids += [*window[1:], -1]
    found, expected, next_ids = np.concatenate(found), np.concatenate(expected), np.array(next_ids)
    divergence = (np.exp(expected) * (expected - found)).sum(axis=1)
    rows = np.flatnonzero(next_ids >= 0)
    first, second = told["programs"]
    assert first["program"] == str(codes.binary) and second["program"] == str(floats.binary)
    close = dict(rel=1e-9, abs=1e-12)  # sums of a hundred doubles in another order
    assert first["mean_kl"] == pytest.approx(divergence.mean(), **close)
    assert first["kl_percentile_99"] == pytest.approx(np.percentile(divergence, 99), **close)
    assert first["same_top1"] == pytest.approx(np.mean(found.argmax(axis=1) == expected.argmax(axis=1)), **close)
    assert first["perplexity"] == pytest.approx(np.exp(-found[rows, next_ids[rows]].mean()), **close)
    assert told["reference_perplexity"] == pytest.approx(np.exp(-expected[rows, next_ids[rows]].mean()), **close)
    assert (second["mean_kl"], second["same_top1"], second["perplexity"]) == (0, 1, told["reference_perplexity"])
    assert first["mean_kl"] > 1e-4 and first["weights_file_bytes"] == codes.binary.with_name("model.weights").stat().st_size


def test_perplexity_alone(folder, programs):
    told = programs[0].run("--perplexity", folder / "text.txt").stdout.decode()
    table = evaluated(programs[0].binary, "--text", folder / "text.txt").stdout.decode().splitlines()
    perplexity = float(re.search(r"perplexity (\S+)", told)[1])
    assert table[1].split()[1] == f"{perplexity:.2f}" and len(table) == 2


def test_what_layers_add(folder, programs):
    """Codes of eight bits add about a hundredth. The matrices of blocks are in every visit."""
    words = ["--text", folder / "text.txt", "--reference", folder / "model.gguf", "--layers"]
    told = json.loads(evaluated(programs[0].binary, *words, "--json").stdout)
    found = {layer["visit"]: layer["errors"] for layer in told["layers"]}
    assert list(found) == [0, 1, -1] and set(found[0]) == set(found[1]) and len(found[0]) == 7
    assert told["layer_tokens"] == CONTEXT and found[-1].pop("head_rotation") == 0  # which is float32
    assert all(0.002 < error < 0.05 for errors in found.values() for error in errors.values()), found


def test_a_table_of_float32(folder, programs):
    """It adds nothing, and is as far from itself as nothing is."""
    text, model, program = folder / "text.txt", folder / "model.gguf", programs[1].binary
    table = evaluated(program, "--text", text, "--reference", model, "--layers").stdout.decode().splitlines()
    tokens = len(programs[1].run("--tokenize", text).stdout.split(b","))
    assert table[0] == f"{tokens} tokens of {text}, {CONTEXT} at once, against float32 of {model}"
    assert table[2].split() == ["perplexity", "mean", "KL", "99", "%", "same", "top-1", "weights"]
    (name, perplexity), row = table[3].split(), table[4].split()
    assert name == "float32" and row[:6] == [str(program), perplexity, "0.0000", "0.000", "100.0", "%"]
    assert table[6] == f"Error that each product adds, relative, over the first {CONTEXT} tokens"
    assert table[8].split()[0] == "visit" and len(table[8].split()) == 8
    assert [line.split() for line in table[9:11]] == [[visit, *["0.0000"] * 7] for visit in "01"]
    assert [line.split()[1:] for line in table[11:]] == [["0.0000"]]


def accuracy_of(page):
    return re.search(r'<section id="accuracy">.*?</section>', page.read_text(), re.DOTALL)[0]


def test_the_report_shows_it(folder, programs, tmp_path):
    """In a copy of the folder, which other tests read."""
    shutil.copytree(programs[0].binary.parent, tmp_path / "out")
    program, page = tmp_path / "out/model", tmp_path / "out/model.report.html"
    before, unmeasured = page.read_text(), accuracy_of(page)
    assert "Not measured" in unmeasured and "eval PROGRAM --text FILE --reference MODEL --report" in unmeasured
    words = [program, "--text", folder / "text.txt", "--reference", folder / "model.gguf"]
    told = json.loads(evaluated(*words, "--layers", "--json", "--report").stdout)
    text, row = ElementTree.fromstring(accuracy_of(page)), told["programs"][0]
    cells = ["".join(cell.itertext()) for cell in list(text.iter("table"))[0].iter("td")]
    assert cells == ["float32", f"{told['reference_perplexity']:.2f}", "", "", "", "this program", f"{row['perplexity']:.2f}", f"{row['mean_kl']:.4f}",
                     f"{row['kl_percentile_99']:.3f}", f"{100 * row['same_top1']:.1f} %"]  # fmt: skip
    visits = [["".join(cell.itertext()) for cell in line.iter("td")] for line in list(text.iter("table"))[1].iter("tr")][1:]
    names = ["".join(cell.itertext()) for cell in list(text.iter("table"))[1].iter("th")][1:]
    for line, layer in zip(visits, told["layers"], strict=False):
        assert line == [str(layer["visit"]), *(f"{layer['errors'][name]:.4f}" for name in names)]
    assert len(visits) == 2 and str(tmp_path) not in page.read_text()  # nothing of who measured it
    assert page.read_text().replace(accuracy_of(page), unmeasured) == before
    evaluated(*words, "--report")
    assert "--layers" in accuracy_of(page) and accuracy_of(page).count("<table") == 1
    page.write_text("<html></html>")
    done = evaluated(*words, "--report", check=False)
    assert done.returncode == 1 and b"has no section for it" in done.stderr and done.stderr.count(b"\n") == 1 and page.read_text() == "<html></html>"
    page.unlink()
    done = evaluated(*words, "--report", check=False)
    assert done.returncode == 1 and b"--report goes into the page" in done.stderr and b"perplexity" in done.stdout and not page.exists()


def test_what_is_refused(folder, programs, tmp_path):
    (tmp_path / "short.txt").write_text("a")
    (tmp_path / "program").write_text("#!/bin/sh\necho no >&2\nexit 3\n")
    (tmp_path / "program").chmod(0o755)
    (tmp_path / "other").write_text("#!/bin/sh\necho other, made by weebill 1\n")
    (tmp_path / "other").chmod(0o755)
    write_tiny_model(tmp_path / "larger.gguf", chat_template=TEMPLATE, **SHAPE | {"vocabulary": 304})
    write_tiny_model(tmp_path / "wordless.gguf", **SHAPE)
    text, model = folder / "text.txt", folder / "model.gguf"
    for words, sentence in [
        ([tmp_path, "--text", text], "has no program that weebill made: name it"),
        ([text, "--text", text], "is no program and no folder of one"),
        ([tmp_path / "program", "--text", text], "program': no"),
        ([tmp_path / "other", "--text", text], "is no program that weebill made"),
        ([programs[0].binary, "--text", tmp_path / "none"], "cannot open text"),
        ([programs[0].binary, "--text", tmp_path / "none", "--reference", model], "cannot be read as a text"),
        ([programs[0].binary, "--text", tmp_path / "short.txt", "--reference", model], "has fewer than two tokens"),
        ([programs[0].binary, "--text", text, "--reference", tmp_path / "larger.gguf"], "it was made from another model"),
        ([programs[0].binary, "--text", text, "--reference", tmp_path / "wordless.gguf"], "has no tokenizer that can be used"),
        ([programs[0].binary, "--text", text, "--layers"], "--layers goes with one program and --reference"),
        ([programs[0].binary, "--text", text, "--tokens", "5"], "--tokens goes with --reference"),
        ([programs[0].binary, "--text", text, "--report"], "--report goes with --reference"),
    ]:
        done = evaluated(*words, check=False)
        assert done.returncode in (1, 2) and done.stderr.count(b"\n") == 1 and sentence in done.stderr.decode(), done.stderr
