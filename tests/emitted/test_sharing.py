"""Shared blocks: every order of visits against PyTorch; sizes that sharing must not change; a file that stores every visit as a layer of its own
becomes the model that a description shares.
"""

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
F32 = ["--weights", "f32", "--activations", "f32", "--cache", "f32"]

# Three blocks, and the visits that docs/description.md promises for each order.
ORDERS = {
    "immediate x 3": ({"sharing": {"order": "immediate", "times": 3}}, [0, 0, 0, 1, 1, 1, 2, 2, 2]),
    "all over x 2": ({"sharing": {"order": "all-over", "times": 2}}, [0, 1, 2, 0, 1, 2]),
    "reverse x 2": ({"sharing": {"order": "reverse", "times": 2}}, [0, 1, 2, 2, 1, 0]),
    "a list": ({"schedule": [2, 0, 0, 1, 0, 2]}, [2, 0, 0, 1, 0, 2]),
}
# Float32 on both sides: 9 visits of 30 operations in a row, each with the square root of 208 ulp of 6e-8, if none cancelled: 9 x 30 x 8.7e-7. A cache
# for each block in the place of each visit, or another order, changes logits by tenths.
TOLERANCE = 2.4e-4


def describe(path, **visits):
    path.write_text(json.dumps({"blocks": 3, **SIZES, **visits}))
    return path


def model_of_description():
    """The description's numbers in PyTorch."""
    from mobilellm import MobileLLM

    import torch

    s = SIZES
    model = MobileLLM(dict(hidden_size=s["model"], intermediate_size=s["hidden"], num_attention_heads=s["heads"], num_key_value_heads=s["key_value_heads"],
                           head_dim=s["head_size"], vocab_size=s["vocabulary"], rms_norm_eps=s["norm_epsilon"], rope_theta=s["rope_theta"],
                           num_hidden_layers=3, share_embedding=True, layer_sharing=False))

    def fill(parameter, name):
        rows, columns = (1, *parameter.shape)[-2:]
        values = torch.from_numpy(random_tensor(s["seed"], name, rows, columns).astype(np.float32))
        parameter.data = values.reshape(parameter.shape)

    fill(model.model.embed_tokens.weight, "token_embd.weight")
    fill(model.model.norm.weight, "output_norm.weight")
    for number, block in enumerate(model.model.layers):
        for part, parameter in [
            ("attn_norm", block.input_layernorm), ("attn_q", block.self_attn.q_proj), ("attn_k", block.self_attn.k_proj),
            ("attn_v", block.self_attn.v_proj), ("attn_output", block.self_attn.o_proj), ("ffn_norm", block.post_attention_layernorm),
            ("ffn_gate", block.mlp.gate_proj), ("ffn_up", block.mlp.up_proj), ("ffn_down", block.mlp.down_proj),
        ]:
            fill(parameter.weight, f"blk.{number}.{part}.weight")
    return model


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_agrees_with_pytorch(builder, tmp_path, order):
    pytest.importorskip("torch")
    visits, schedule = ORDERS[order]
    ids = np.random.default_rng(5).integers(0, SIZES["vocabulary"], 71).tolist()  # more than a chunk of 64
    wanted = model_of_description()(ids, schedule).numpy()
    assert np.abs(wanted).max() > 1
    program = builder.emit(describe(tmp_path / "ordered.json", **visits), *TARGET, *F32).compile("g++")
    for options in ([], ["--step"]):
        assert np.abs(program.logits(ids, *options) - wanted).max() < TOLERANCE, options


def test_sharing_adds_visits_and_nothing_else(builder, tmp_path):
    """Weights of the blocks, byte by byte, and a text that grows by the list of visits."""
    options = [*TARGET, "--name", "same"]
    plain = builder.emit(describe(tmp_path / "plain.json", schedule=[0, 1, 2]), *options).folder
    texts = {}
    for times in (2, 9):
        shared = builder.emit(describe(tmp_path / f"{times}.json", sharing={"order": "all-over", "times": times}), *options).folder
        assert (shared / "same.weights").read_bytes() == (plain / "same.weights").read_bytes()
        texts[times] = (shared / "same.cpp").read_text().splitlines()
    without_list = {times: [line for line in lines if line.strip("0123456789, }; ")] for times, lines in texts.items()}
    assert len(without_list[2]) == len(without_list[9])
    assert len(texts[9]) - len(texts[2]) <= 2  # 27 visits, 20 a line
    assert "kVisits = 27" in "\n".join(texts[9])


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
