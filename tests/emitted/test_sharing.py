"""Shared blocks: a file that stores every visit as a layer of its own becomes the model that a description shares."""

import json

import numpy as np
import pytest
from gguf import GGUFWriter

from programs import BIN, assert_same_bits, reference_logits, run, runnable_targets
from random_tensors import random_tensor

SCHEDULE = [0, 1, 1, 2, 0]
SIZES = dict(model=144, hidden=208, heads=3, key_value_heads=1, head_size=64, vocabulary=259, context=80, norm_epsilon=1e-5, rope_theta=1e4,
             tied_embeddings=True, seed=77)
TARGET = ["--target", runnable_targets()[0]]


def interleaved(rows: np.ndarray, head_size: int) -> np.ndarray:
    """Query or key rows as llama.cpp stores them: the halves of a head in turn."""
    heads = rows.reshape(-1, 2, head_size // 2, rows.shape[1])
    return heads.swapaxes(1, 2).reshape(rows.shape)


def write_copies(path, changed: str = "") -> None:
    """The description's model with a layer for each visit, written by the gguf package. One number of `changed` is another."""
    s = SIZES
    writer = GGUFWriter(path, "llama")
    writer.add_block_count(len(SCHEDULE))
    writer.add_context_length(s["context"])
    writer.add_embedding_length(s["model"])
    writer.add_feed_forward_length(s["hidden"])
    writer.add_head_count(s["heads"])
    writer.add_head_count_kv(s["key_value_heads"])
    writer.add_key_length(s["head_size"])
    writer.add_value_length(s["head_size"])
    writer.add_rope_dimension_count(s["head_size"])
    writer.add_rope_freq_base(s["rope_theta"])
    writer.add_layer_norm_rms_eps(s["norm_epsilon"])
    writer.add_vocab_size(s["vocabulary"])

    def add(name: str, stored: str, rows: int, columns: int) -> None:
        values = random_tensor(s["seed"], stored, rows, columns)
        if name == changed:
            values[-1, -1] += 0.5
        if ".attn_q." in name or ".attn_k." in name:
            values = interleaved(values, s["head_size"])
        writer.add_tensor(name, values[0] if rows == 1 else np.ascontiguousarray(values))

    queries, keys = s["heads"] * s["head_size"], s["key_value_heads"] * s["head_size"]
    add("token_embd.weight", "token_embd.weight", s["vocabulary"], s["model"])
    add("output_norm.weight", "output_norm.weight", 1, s["model"])
    for visit, block in enumerate(SCHEDULE):
        for part, rows, columns in [
            ("attn_norm", 1, s["model"]), ("attn_q", queries, s["model"]), ("attn_k", keys, s["model"]), ("attn_v", keys, s["model"]),
            ("attn_output", s["model"], queries), ("ffn_norm", 1, s["model"]), ("ffn_gate", s["hidden"], s["model"]),
            ("ffn_up", s["hidden"], s["model"]), ("ffn_down", s["model"], s["hidden"]),
        ]:
            add(f"blk.{visit}.{part}.weight", f"blk.{block}.{part}.weight", rows, columns)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    path = tmp_path_factory.mktemp("copies") / "shared.gguf"
    write_copies(path)
    return path


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    path = tmp_path_factory.mktemp("described") / "shared.json"
    path.write_text(json.dumps({"blocks": max(SCHEDULE) + 1, "schedule": SCHEDULE, **SIZES}))
    return path


def plan(model) -> list[str]:
    return run(BIN / "weebill", "build", model, "--emit-plan", *TARGET).stdout.decode().splitlines()


def inspected(model) -> dict:
    return json.loads(run(BIN / "weebill", "inspect", "--json", model).stdout)


@pytest.mark.parametrize("weights", ["int8", "f32"])
def test_copies_and_a_schedule_give_the_same_weights_file(builder, copies, described, weights):
    options = [*TARGET, "--weights", weights]
    from_copies, from_schedule = (builder.emit(model, *options).folder / "shared.weights" for model in (copies, described))
    assert from_copies.read_bytes() == from_schedule.read_bytes()


def test_visits_stay_and_blocks_go(copies, described):
    for model in (copies, described):
        lines = plan(model)
        assert "schedule 0 1 1 2 0" in lines
        assert any(line.startswith(f"cache f16, {len(SCHEDULE)} visits") for line in lines)
    found, wanted = inspected(copies), inspected(described)
    assert (found["blocks"], found["visits"]) == (3, 5)
    for key in ("blocks", "visits", "parameters", "weight_bytes", "cache_bytes_per_token"):
        assert found[key] == wanted[key], key
    assert found["cache_bytes_per_token"] == len(SCHEDULE) * 2 * SIZES["key_value_heads"] * SIZES["head_size"] * 2


def test_folded_copies_compute_what_the_copies_compute(builder, copies, tmp_path):
    recipe = ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "folded"]
    ids = np.random.default_rng(3).integers(0, SIZES["vocabulary"], 70).tolist()
    wanted = reference_logits(copies, ids, tmp_path / "wanted.npy", "--mode", "exact", *recipe)  # 5 blocks, each with its own weights
    program = builder.emit(copies, *TARGET, *recipe).compile("g++")
    for options in (["--threads", 1], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(ids, *options), wanted, str(options))


@pytest.mark.parametrize("changed", ["blk.4.attn_norm.weight", "blk.4.ffn_down.weight"])
def test_one_number_makes_another_block(tmp_path, changed):
    write_copies(tmp_path / "nearly.gguf", changed)
    assert "schedule 0 1 1 2 3" in plan(tmp_path / "nearly.gguf")
