"""The reference interpreter against transformers on the real model, and against itself before and after passes on small ones.

Everything else is compared with the interpreter; this is what it is compared with.
"""

import numpy as np
import pytest

from programs import BIN, assert_same_bits, ids_text, reference_logits, run
from test_real_model import TOLERANCE, text_ids, tokenizer, transformers_model  # noqa: F401  (fixtures)
from tiny_model import TINY_MODELS

F32 = ["--weights", "f32", "--activations", "f32", "--cache", "f32"]
W8A8 = ["--weights", "int8", "--activations", "int8", "--cache", "f16"]


# ------------------------------------------------------------- real model ---


@pytest.mark.parametrize("mode", ["double", "exact"])
def test_it_knows_the_capital_of_france(real_model, tokenizer, mode):
    ids = tokenizer.encode("The capital of France is", add_special_tokens=False).ids
    found = run(BIN / "weebill-reference", real_model, "--tokens", ids_text(ids), "-n", 1, "--mode", mode).stdout.decode()
    paris = tokenizer.encode(" Paris", add_special_tokens=False).ids
    assert found == f"{ids_text(paris)}\n Paris\n"


def test_logits_agree_with_transformers(real_model, transformers_model, text_ids, tmp_path):
    """The difference is float32's rounding in transformers; the tolerance is that of two sides, measured is 5e-5."""
    import torch

    ids = text_ids[:64]
    with torch.no_grad():
        wanted = transformers_model(torch.tensor([ids])).logits[0].numpy()
    found = reference_logits(real_model, ids, tmp_path / "logits.npy", "--mode", "double")
    assert np.abs(found - wanted).max() < TOLERANCE


def test_exact_arithmetic_is_near_the_meaning(real_model, text_ids, tmp_path):
    """As above, with our own rounding in place of theirs; measured is 9e-5."""
    meaning = reference_logits(real_model, text_ids, tmp_path / "meaning.npy", "--mode", "double")
    exact = reference_logits(real_model, text_ids, tmp_path / "exact.npy", "--mode", "exact")
    assert 0 < np.abs(exact - meaning).max() < TOLERANCE


# ----------------------------------------------------------- small models ---


def ids_of(name: str, count: int = 70) -> list[int]:
    return np.random.default_rng(5).integers(0, TINY_MODELS[name]["vocabulary"], count).tolist()


@pytest.mark.parametrize("mode", ["double", "exact"])
@pytest.mark.parametrize("name", TINY_MODELS)
def test_passes_that_round_nothing_change_no_bit(tiny_models, tmp_path, name, mode):
    ids = ids_of(name)
    before = reference_logits(tiny_models[name], ids, tmp_path / "before.npy", "--mode", mode)
    after = reference_logits(tiny_models[name], ids, tmp_path / "after.npy", "--mode", mode, *F32)
    assert_same_bits(after, before, "fused, cached in float32")


@pytest.mark.parametrize("mode, pipeline", [("double", "%s"), ("exact", "%s"), ("exact", "builtin.module(%s)")])
def test_fusing_quantized_ops_changes_no_bit(tiny_models, tmp_path, mode, pipeline):
    ids = ids_of("grouped")
    apart = pipeline % "lm-quantize{weights=int8 activations=int8},lm-place-cache{cache=f16}"
    before = reference_logits(tiny_models["grouped"], ids, tmp_path / "before.npy", "--mode", mode, "--passes", apart)
    after = reference_logits(tiny_models["grouped"], ids, tmp_path / "after.npy", "--mode", mode, *W8A8)
    assert_same_bits(after, before, "fused")


def test_quantization_rounds(tiny_models, tmp_path):
    ids = ids_of("grouped")
    exact = reference_logits(tiny_models["grouped"], ids, tmp_path / "f32.npy", "--mode", "exact", *F32)
    codes = reference_logits(tiny_models["grouped"], ids, tmp_path / "w8a8.npy", "--mode", "exact", *W8A8)
    assert not np.array_equal(exact, codes)
    # Eight bits: the logits still point the same way. A code is off by a step / sqrt(12) on average, in parts of the row's deviation:
    # weights, whose 192 normal numbers reach 2.9 deviations, by 2.9 / 127 / 3.46 = 0.66 %; a normed row, 5.6 deviations from end to end, by
    # 5.6 / 255 / 3.46 = 0.63 %; rows of products before the last matrix, which reach 8 both ways, by 1.8 %. So a matrix adds 0.9 % to what comes out,
    # the last one 1.9 %; an attention half (value and out) 1.3 %, a feed-forward half (gate times up, then down) 2.3 %, and two layers with
    # embedding and head sqrt(2 (1.3^2 + 2.3^2) + 0.9^2 + 0.66^2) = 3.9 %. What comes in is off as well and goes through each half once more: at most as
    # much again, so sqrt(2) x 3.9 = 5.5 % together, and the cosine is 1 / sqrt(1 + 0.055^2). Measured: 4.1 to 4.4 %.
    cosine = (exact * codes).sum() / np.linalg.norm(exact) / np.linalg.norm(codes)
    assert cosine > 0.9985


@pytest.mark.parametrize("mode", ["double", "exact"])
def test_a_continuation_is_the_most_likely_token_each_time(tiny_models, tmp_path, mode):
    model, ids = tiny_models["grouped"], ids_of("grouped", 9)
    options = ["--mode", mode, *W8A8]
    printed = run(BIN / "weebill-reference", model, "--tokens", ids_text(ids), "-n", 6, *options).stdout.decode()
    continuation = [int(token) for token in printed.splitlines()[0].split(",")]
    assert len(continuation) == 6
    # Token by token it went through the cache; here in one go.
    logits = reference_logits(model, ids + continuation, tmp_path / "logits.npy", *options)
    assert logits[len(ids) - 1 : -1].argmax(axis=1).tolist() == continuation


# ----------------------------------------------------------------- errors ---


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["--tokens", "1,528"], 1, "token 528 is outside the vocabulary of 528"),
        (["--tokens", "1", "--passes", "lm-no-such-pass"], 1, "'lm-no-such-pass' is not a pipeline"),
        (["--tokens", "1", "--logits", "/no/such/folder/x.npy"], 1, "/no/such/folder/x.npy: cannot be written"),
        (["--tokens", "1", "--mode", "roughly"], 2, "roughly"),
        ([], 2, "tokens"),
    ],
)
def test_errors_say_what_is_wrong(tiny_models, arguments, code, words):
    done = run(BIN / "weebill-reference", tiny_models["grouped"], *arguments, check=False)
    assert done.returncode == code
    assert words in done.stderr.decode()
    assert done.stdout == b""
