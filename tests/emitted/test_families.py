"""Model families beside Llama: the folders of transformers_families.py against what transformers makes of them.

Float32 logits agree within the tolerance that test_huggingface.py derives; W8A8 logits are those of the reference interpreter's exact mode, to the bit.
"""

import json

import numpy as np
import pytest

from programs import BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets
from test_huggingface import F32, TOKENS, assert_near, token_ids
from transformers_families import COMMON, FAMILIES, LLAMA3, gains_from_nothing, heads_apart, logits_of, multiplied_by, no_embedding_scale, no_gains
from transformers_families import no_head_norms, no_norms_behind, one_base, save, scale_of_the_head_size, silu, torch

W8A8 = ["--weights", "int8", "--activations", "int8", "--cache", "f16"]


@pytest.mark.parametrize("name", FAMILIES)
def test_agrees_with_transformers(builder, tmp_path, name):
    folder = tmp_path / name
    model = save(name, folder)
    ids = token_ids(COMMON["vocab_size"])
    wanted = logits_of(model, ids)
    program = builder.emit(folder, "--target", runnable_targets()[-1], *F32).compile("g++")
    assert_near(program.logits(ids), wanted, "prefill")
    assert_near(program.logits(ids, "--step"), wanted, "steps")
    with torch.no_grad():
        FAMILIES[name].without(model)
    assert np.abs(logits_of(model, ids) - wanted).max() > 0.05, "what is special about this model changes nothing"


# What each of these takes away matters, beside what `without` of its family does: a program that left it out would fail above.
SPECIALITIES = {
    "gemma3": [silu, no_embedding_scale, scale_of_the_head_size, no_norms_behind, gains_from_nothing, no_gains, one_base],
    "olmo2": [heads_apart, no_gains],
    "mobilellm_pro": [no_head_norms],
    "granite": [multiplied_by(name) for name in ("embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling")],
}


@pytest.mark.parametrize("name, without", [(name, without) for name, all in SPECIALITIES.items() for without in all], ids=lambda value: getattr(value, "__name__", value))
def test_every_speciality_matters(tmp_path, name, without):
    model = save(name, tmp_path)
    ids = token_ids(COMMON["vocab_size"])
    wanted = logits_of(model, ids)
    with torch.no_grad():
        without(model)
    assert np.abs(logits_of(model, ids) - wanted).max() > 0.05


@pytest.mark.parametrize("prefix, tied", [("", True), ("_orig_mod.model.", False), ("language_model.model.", False)])
def test_names_with_another_prefix(builder, tmp_path, prefix, tied):
    """And a bias of the head, which no class of transformers has, but models by another name."""
    safetensors = pytest.importorskip("safetensors.torch")
    folder = tmp_path / "model"
    model = save("llama_mlp_biased", folder, tie_word_embeddings=tied)
    tensors = safetensors.load_file(folder / "model.safetensors")
    outer = prefix.removesuffix("model.")
    renamed = {(prefix + name.removeprefix("model.") if name.startswith("model.") else outer + name): tensor for name, tensor in tensors.items()}
    bias = torch.linspace(-1, 1, COMMON["vocab_size"])
    renamed[outer + "lm_head.bias"] = bias
    safetensors.save_file(renamed, folder / "model.safetensors")
    ids = token_ids(COMMON["vocab_size"])
    program = builder.emit(folder, "--target", runnable_targets()[0], *F32).compile("g++")
    wanted = logits_of(model, ids) + bias.numpy()
    assert_near(program.logits(ids), wanted, "prefill")
    assert_near(program.logits(ids, "--step"), wanted, "steps")
    exact = reference_logits(folder, ids, tmp_path / "wanted.npy", "--mode", "exact", *W8A8, "--rotation", "none")
    assert_same_bits(builder.emit(folder, *W8A8, "--rotation", "none").compile("g++").logits(ids, "--threads", 2), exact, prefix)


@pytest.mark.parametrize("number, name", list(enumerate(FAMILIES)))
def test_rotated_weights_are_the_same_model(tmp_path, number, name):
    """A bias that is added to the residual stream turns with it; biases and gains of heads stay as they are. What is mixed before `down` is undone by it."""
    folder = tmp_path / name
    model = save(name, folder)
    ids = token_ids(COMMON["vocab_size"])
    assert_near(reference_logits(folder, ids, tmp_path / "logits.npy", "--rotation", ["online", "folded"][number % 2]), logits_of(model, ids), name)


@pytest.mark.parametrize("number, name", list(enumerate(FAMILIES)))
def test_quantized_logits_are_equal_to_the_bit(builder, tmp_path, number, name):
    folder = tmp_path / name
    save(name, folder)
    ids = token_ids(COMMON["vocab_size"])
    rotation = ["--rotation", ["online", "folded", "none"][number % 3]]
    wanted = reference_logits(folder, ids, tmp_path / "wanted.npy", "--mode", "exact", *W8A8, *rotation)
    assert np.abs(wanted).max() > 1
    target = runnable_targets()[number % len(runnable_targets())]
    program = builder.emit(folder, "--target", target, *W8A8, *rotation).compile(COMPILERS[number // 2 % len(COMPILERS)])
    for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(ids, *options), wanted, f"{name} {target} {options}")


@pytest.mark.parametrize(
    "name, changes, words",
    [
        ("qwen2_windows", {"sliding_window": 0}, "'sliding_window' is 0, but must be an integer from 1 to"),
        ("qwen3", {"layer_types": ["full_attention", "sliding_attention", "full_attention"]}, "an entry of 'layer_types' is the text 'sliding_attention'"),
        ("qwen3", {"rope_scaling": {"rope_type": "yarn", "factor": 4.0}}, "RoPE of type 'yarn', supported are 'default', 'linear' and 'llama3'"),
        ("llama4_text", {"no_rope_layers": [1, 0, 1]}, "'no_rope_layers' is 0 for layer 1: a layer without RoPE is not supported"),
        ("llama4_text", {"no_rope_layers": [], "no_rope_layer_interval": 3}, "layer 2 has no RoPE"),
        ("llama4_text", {"layer_types": ["sliding_attention"] * 3}, "an entry of 'layer_types' is the text 'sliding_attention', which is not supported"),
        ("llama4_text", {"attention_chunk_size": 128}, "'attention_chunk_size' is 128, less than the context of 256"),
        ("llama4_text", {"moe_layers": [1]}, "'moe_layers' has 1 layer, experts are not supported"),
        ("smollm3", {"no_rope_layers": [1, 1]}, "'no_rope_layers' has 2 entries for 5 layers"),
        ("smollm3_windows", {"layer_types": ["full_attention"]}, "'layer_types' names the type of 1 layer, but there are 3"),
        ("llama_biased", {"use_sliding_window": True}, "'use_sliding_window' is true, attention in windows is not known of this family"),
        ("granite_hybrid", {"num_local_experts": 2}, "layers have experts unless 'num_local_experts' is 0, and experts are not supported"),
        ("gemma3", {"final_logit_softcapping": 30.0}, "'final_logit_softcapping' is set, but logits are not capped here"),
        ("gemma3", {"hidden_activation": "relu"}, "'hidden_activation' is 'relu', supported is 'gelu_pytorch_tanh'"),
        ("llama_scaled", {"rope_scaling": LLAMA3 | {"mscale": 1.0}}, "'mscale' of 'rope_scaling' is not known here"),
    ],
)
def test_what_is_not_computed_is_refused(tmp_path, name, changes, words):
    folder = tmp_path / "model"
    save(name, folder)
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(config))
    done = run(BIN / "weebill", "build", folder, "-o", tmp_path / "out", check=False)
    assert done.returncode == 1
    assert words in done.stderr.decode()


def test_tokens_go_beyond_the_context_before_scaling():
    assert TOKENS > 2 * LLAMA3["original_max_position_embeddings"]
