"""What programs and `weebill` say of the forms that numbers are kept in. That the numbers are right is test_shapes.py's."""

import json
import re

import pytest
from gguf import GGMLQuantizationType as Type

from programs import BIN, run
from tiny_model import TINY_MODELS, write_tiny_model

FORMS = {
    "symmetric": (["--activations", "int8-symmetric"], "weights int8, one scale a row", "activations int8, one scale a token"),
    "w8a8": ([], "weights int8, one scale a row", "activations int8, one scale and one zero point a token"),
    "int8 cache": (["--cache", "int8"], "cache int8, one scale a head and token"),
    "f16": (["--weights", "f16"], "weights float16", "activations float32", "cache float16"),
    "f32": (["--weights", "f32", "--cache", "f32"], "weights float32", "cache float32", "activations float32"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_file_and_the_report_say_which_form(builder, tiny_models, form):
    options, *words = FORMS[form]
    emitted = builder.emit(tiny_models["grouped"], "--target", "generic", *options)
    opening = emitted.source.read_text().split("\n\n")[0]
    report = (emitted.folder / "grouped.report.html").read_text()
    for word in words:
        assert word in opening and word in report, word


CACHES = {"f16": 2 * 64, "int8": 64 + 4, "f32": 4 * 64}  # bytes of a head's key in a cache of that form


@pytest.mark.parametrize("cache", CACHES)
def test_bytes_of_the_cache(builder, tiny_models, cache):
    model = tiny_models["grouped"]  # two layers, one key-value head of 64, 512 tokens
    found = json.loads(run(BIN / "weebill", "inspect", model, "--json", "--cache", cache).stdout)
    assert found["cache_bytes_per_token"] == 2 * 2 * CACHES[cache]
    emitted = builder.emit(model, "--target", "generic", "--cache", cache)
    assert f"constexpr u64 kCacheBytes = {512 * 2 * 2 * CACHES[cache]};" in emitted.source.read_text()
    assert f"_CACHE_BYTES UINT64_C({512 * 2 * 2 * CACHES[cache]})" in emitted.source.with_suffix(".h").read_text()


def test_a_weight_that_float16_cannot_hold(tmp_path):
    model = write_tiny_model(tmp_path / "large.gguf", **TINY_MODELS["untied"] | {"kind": Type.F32}, scale=3e5)
    done = run(BIN / "weebill", "build", model, "-o", tmp_path / "out", "--emit", "cpp", "--weights", "f16", check=False)
    assert done.returncode == 1
    wanted = r"weebill: '.*large.gguf': tensor '[a-z_.0-9]+' has -?[0-9.e+]+ in row \d+, which float16 cannot hold: it ends at 65504\n"
    assert re.fullmatch(wanted, done.stderr.decode())
    assert not (tmp_path / "out").exists()
    assert run(BIN / "weebill-reference", model, "--tokens", "1", "--weights", "f16", "--activations", "f32", check=False).returncode == 1
