"""Ouro: a stack of blocks that is done several times, with the last norm behind every repetition.

The reference is PyTorch's operators in the order of the published model, since transformers has no class of it. Float32 logits agree within the tolerance
that test_huggingface.py derives, W8A8 logits with the reference interpreter to the bit.
"""

import json

import numpy as np
import pytest

from programs import BIN, assert_same_bits, reference_logits, run, runnable_targets
from test_huggingface import F32, assert_near, token_ids

torch = pytest.importorskip("torch")
safetensors = pytest.importorskip("safetensors.torch")

W8A8 = ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "online"]
MODEL, HIDDEN, LAYERS, HEADS, SIZE, VOCABULARY, TIMES, EPSILON, THETA = 96, 160, 3, 3, 32, 271, 3, 1e-6, 1e4
CONFIG = {
    "architectures": ["OuroForCausalLM"], "model_type": "ouro", "hidden_size": MODEL, "intermediate_size": HIDDEN, "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS, "num_key_value_heads": HEADS, "head_dim": SIZE, "vocab_size": VOCABULARY, "max_position_embeddings": 256,
    "rms_norm_eps": EPSILON, "rope_theta": THETA, "rope_scaling": None, "hidden_act": "silu", "tie_word_embeddings": False, "attention_dropout": 0.0,
    "total_ut_steps": TIMES, "early_exit_threshold": 1.0, "layer_types": ["full_attention"] * LAYERS, "max_window_layers": LAYERS,
    "sliding_window": None, "use_sliding_window": False, "bos_token_id": 0, "eos_token_id": 0,
}
NORMS = ("input_layernorm", "input_layernorm_2", "post_attention_layernorm", "post_attention_layernorm_2")


def random_tensors():
    torch.manual_seed(23)
    tensors = {"model.embed_tokens.weight": torch.randn(VOCABULARY, MODEL), "lm_head.weight": torch.randn(VOCABULARY, MODEL) * MODEL**-0.5,
               "model.norm.weight": 1 + 0.3 * torch.randn(MODEL),
               "model.early_exit_gate.weight": torch.randn(1, MODEL), "model.early_exit_gate.bias": torch.randn(1)}
    for layer in range(LAYERS):
        for part, rows, columns in [("self_attn.q_proj", HEADS * SIZE, MODEL), ("self_attn.k_proj", HEADS * SIZE, MODEL), ("self_attn.v_proj", HEADS * SIZE, MODEL),
                                    ("self_attn.o_proj", MODEL, HEADS * SIZE), ("mlp.gate_proj", HIDDEN, MODEL), ("mlp.up_proj", HIDDEN, MODEL), ("mlp.down_proj", MODEL, HIDDEN)]:
            tensors[f"model.layers.{layer}.{part}.weight"] = torch.randn(rows, columns) * columns**-0.5
        for norm in NORMS:
            tensors[f"model.layers.{layer}.{norm}.weight"] = 1 + 0.3 * torch.randn(MODEL)
    return tensors


def save(folder, **changes):
    folder.mkdir(exist_ok=True)
    tensors = random_tensors()
    safetensors.save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(CONFIG | changes))
    return {name: tensor.double() for name, tensor in tensors.items()}


def logits_of(tensors, ids, times=TIMES, between=True) -> np.ndarray:
    """In double precision. `between`: the last norm behind each repetition, and not at the end alone."""

    def norm(x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * tensors[f"{name}.weight"]

    def heads(x):
        return x.unflatten(-1, (HEADS, SIZE)).transpose(0, 1)

    angles = torch.arange(len(ids)).double()[:, None] * THETA ** (-torch.arange(0, SIZE, 2).double() / SIZE)
    cosine, sine = torch.cos(angles).repeat(1, 2), torch.sin(angles).repeat(1, 2)

    def turned(x):
        return x * cosine + torch.cat((-x[..., SIZE // 2 :], x[..., : SIZE // 2]), -1) * sine

    hidden = torch.full((len(ids), len(ids)), -torch.inf, dtype=torch.float64).triu(1)
    x = tensors["model.embed_tokens.weight"][ids]
    for time in range(times):
        for layer in range(LAYERS):
            at = f"model.layers.{layer}."
            n = norm(x, at + "input_layernorm")
            q, k, v = (heads(n @ tensors[f"{at}self_attn.{part}_proj.weight"].T) for part in "qkv")
            scores = turned(q) @ turned(k).transpose(-1, -2) * SIZE**-0.5 + hidden
            mixed = (scores.softmax(-1) @ v).transpose(0, 1).flatten(1)
            x = x + norm(mixed @ tensors[at + "self_attn.o_proj.weight"].T, at + "input_layernorm_2")
            n = norm(x, at + "post_attention_layernorm")
            gated = torch.nn.functional.silu(n @ tensors[at + "mlp.gate_proj.weight"].T) * (n @ tensors[at + "mlp.up_proj.weight"].T)
            x = x + norm(gated @ tensors[at + "mlp.down_proj.weight"].T, at + "post_attention_layernorm_2")
        if between or time == times - 1:
            x = norm(x, "model.norm")
    return (x @ tensors["lm_head.weight"].T).float().numpy()


@pytest.mark.parametrize("times", [TIMES, 1])
def test_agrees_with_pytorch(builder, tmp_path, times):
    tensors = save(tmp_path / "ouro", total_ut_steps=times)
    ids = token_ids(VOCABULARY)
    wanted = logits_of(tensors, ids, times)
    program = builder.emit(tmp_path / "ouro", "--target", runnable_targets()[-1], *F32).compile("g++")
    assert_near(program.logits(ids), wanted, "prefill")
    assert_near(program.logits(ids, "--step"), wanted, "steps")


def test_norms_and_repetitions_matter(tmp_path):
    tensors = {name: tensor.double() for name, tensor in random_tensors().items()}
    ids = token_ids(VOCABULARY)
    wanted = logits_of(tensors, ids)
    assert np.abs(logits_of(tensors, ids, between=False) - wanted).max() > 0.05
    assert np.abs(logits_of(tensors, ids, times=TIMES - 1) - wanted).max() > 0.05


@pytest.mark.parametrize("recipe", [W8A8, ["--weights", "f16", "--activations", "f32", "--cache", "int8"]], ids=["int8", "floats"])
def test_logits_are_equal_to_the_bit(builder, tmp_path, recipe):
    save(tmp_path / "ouro")
    ids = token_ids(VOCABULARY)
    wanted = reference_logits(tmp_path / "ouro", ids, tmp_path / "wanted.npy", "--mode", "exact", *recipe)
    for target in {runnable_targets()[0], runnable_targets()[-1]}:
        program = builder.emit(tmp_path / "ouro", "--target", target, *recipe).compile("g++")
        for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
            assert_same_bits(program.logits(ids, *options), wanted, f"{target} {options}")


def test_the_gate_is_left_out_with_a_note(tmp_path):
    save(tmp_path / "ouro")
    shown = run(BIN / "weebill", "inspect", tmp_path / "ouro")
    assert b"the gate that may end the repetitions early is left out" in shown.stdout + shown.stderr


@pytest.mark.parametrize("changes, words", [
    ({"early_exit_threshold": 0.5}, "'early_exit_threshold' is 0.500000, but repetitions do not end early here: 1 does all of them"),
    ({"total_ut_steps": 0}, "'total_ut_steps' is 0, but must be an integer from 1 to 1365"),
    ({"early_exit_step": 2}, "'early_exit_step' is not known here and might change the numbers"),
])
def test_what_is_not_computed_is_refused(tmp_path, changes, words):
    save(tmp_path / "ouro", **changes)
    done = run(BIN / "weebill", "build", tmp_path / "ouro", "-o", tmp_path / "out", check=False)
    assert done.returncode == 1
    assert words in done.stderr.decode()
