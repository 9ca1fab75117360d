"""Quantized checkpoints of others: GPTQ, AWQ, MLX, compressed-tensors and ParetoQ. Numbers are those that transformers has of the same weights, and where a
format of GGUF has the same codes they are kept: the program is the exact interpreter's to the bit."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch

from packed_model import LAYOUTS, SHAPE, write_packed_model
from programs import BIN, assert_same_bits, reference_logits, run, runnable_targets

F32 = ["--weights", "f32", "--activations", "f32", "--cache", "f32"]
IDS = np.random.default_rng(5).integers(0, SHAPE["vocab_size"], 40).tolist()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_numbers_are_those_of_the_layout(tmp_path, layout):
    model = write_packed_model(tmp_path / layout, layout)
    with torch.no_grad():
        wanted = model(torch.tensor([IDS])).logits[0].numpy()
    found = reference_logits(tmp_path / layout, IDS, tmp_path / "logits.npy", *F32)
    assert np.abs(wanted).max() > 1 and np.abs(found - wanted).max() < 1.4e-4  # test_huggingface.py derives it


@pytest.mark.parametrize("layout", [name for name, (_, _, kept) in LAYOUTS.items() if kept.startswith("Q")])
def test_codes_are_kept(builder, tmp_path, layout):
    model = write_packed_model(tmp_path / layout, layout)
    keep = ["--weights", "keep"]
    program = builder.emit(tmp_path / layout, "--target", runnable_targets()[0], *keep).compile("g++")
    exact = reference_logits(tmp_path / layout, IDS, tmp_path / "logits.npy", "--mode", "exact", *keep, "--activations", "int8-g32")
    assert_same_bits(program.logits(IDS), exact, layout)
    with torch.no_grad():
        wanted = model(torch.tensor([IDS])).logits[0].numpy()
    # Codes of activations cost half a percent in each product; a margin of four (compiler/reference/ChangeBound.h).
    relative = np.sqrt(np.square(exact - wanted).mean() / np.square(wanted).mean())
    assert relative < 4 * 0.005 * np.sqrt(4 * SHAPE["num_hidden_layers"] + 1)


def test_sizes_are_those_of_the_codes(tmp_path):
    """Two blocks of 122,880 weights in projections, 4.5 bits each. The embedding, the head and the norms are floats in the file, and stay so."""
    write_packed_model(tmp_path / "gptq", "gptq")
    told = run(BIN / "weebill", "inspect", tmp_path / "gptq", "--weights", "keep", "--json").stdout
    assert json.loads(told)["weight_bytes"] == 2 * 122880 * 4.5 / 8 + 2 * 320 * 128 * 4 + 5 * 128 * 4


def changed(folder, change):
    config = json.loads((folder / "config.json").read_text())
    change(config["quantization_config"])
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda q: q.update(quant_method="bitsandbytes"), "'quantization_config': asks for 'bitsandbytes', read are awq, compressed-tensors, gptq, torchao"),
        (lambda q: q.update(bits=3), "'quantization_config': has codes of 3 bits, which are not read of gptq"),
        (lambda q: q.update(group_size="x"), "'quantization_config': has 'group_size' 'x', but must be an integer"),
        (lambda q: q.update(checkpoint_format="marlin"), "has 'checkpoint_format' 'marlin', read is 'gptq' and 'gptq_v2'"),
        (lambda q: q.update(group_size=64), "down_proj.scales': is 6 x 128, but 'model.layers.0.mlp.down_proj.qweight' is 24 x 128, which needs 3 x 128"),
        (lambda q: q.clear(), "q_proj.weight': is missing; the file has 'model.layers.0.self_attn.q_proj.g_idx'"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, change, sentence):
    folder = tmp_path / "gptq"
    write_packed_model(folder, "gptq")
    changed(folder, change)
    done = run(BIN / "weebill", "inspect", folder, check=False)
    assert done.returncode == 1 and sentence in done.stderr.decode(), done.stderr.decode()
