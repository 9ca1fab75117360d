"""LFM2: blocks that attend, and blocks where two gates and a convolution over three tokens stand in the place of attention.

Float32 logits agree with transformers' within the tolerance that test_huggingface.py derives; all others are the reference interpreter's exact mode's, to the bit.
Prompts go beyond the chunk of 64 and the 192 rows for which a convolution has room.
"""

import json

import numpy as np
import pytest

from lfm2 import SETTINGS, VOCABULARY, logits_of, save, write_gguf
from parts import TEMPLATE
from programs import ARM_COMPILER, ARM_EMULATOR, BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, skip_without
from shared import make_once, shared_folder
from test_huggingface import F32, assert_near
from test_system_prompt import PROMPT, QUESTION, state
from tiny_model import Type

torch = pytest.importorskip("torch")

CHUNK, ROOM, CONTEXT = 64, 192, SETTINGS["max_position_embeddings"]
IDS = [0, *np.random.default_rng(3).integers(0, VOCABULARY, ROOM + CHUNK + 7).tolist(), VOCABULARY - 1]
RECIPES = {
    "int8": ["--weights", "int8", "--activations", "int8", "--cache", "f16", "--rotation", "folded"],
    "codes": ["--weights", "int8", "--activations", "int8-symmetric", "--cache", "int8", "--rotation", "none"],
    "int4": ["--weights", "int4", "--activations", "int8-g32", "--cache", "int8", "--rotation", "none"],
    "halves": ["--weights", "f16", "--activations", "f32", "--cache", "f16"],
    "floats": F32,
}
SHAPES = {
    "plain": {},
    "padded": dict(hidden_size=104, intermediate_size=150, block_multiple_of=1, layer_types=["conv", "full_attention", "conv"], num_hidden_layers=3),
    "wide and untied": dict(conv_L_cache=5, tie_word_embeddings=False, num_key_value_heads=4),
    "narrow": dict(conv_L_cache=2, block_auto_adjust_ff_dim=False, intermediate_size=96),
    "attention first": dict(layer_types=["full_attention", "conv", "conv"], num_hidden_layers=3, block_ffn_dim_multiplier=1.3),
    "attention alone": dict(layer_types=["full_attention", "full_attention"], num_hidden_layers=2),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One model in all its forms."""
    folder = shared_folder(tmp_path_factory, "lfm2")

    def make():
        model = save(folder / "lfm2")
        np.save(folder / "logits.npy", logits_of(model, IDS))
        write_gguf(model, folder / "floats.gguf")
        write_gguf(model, folder / "codes.gguf", kind=Type.Q8_0)
        write_gguf(model, folder / "chat.gguf", chat_template=TEMPLATE)
        (folder / "made").touch()

    make_once(folder / "made", make)
    return folder


@pytest.fixture(scope="module")
def model(folder):
    return folder / "lfm2"


@pytest.fixture(scope="module")
def build(builder, model):
    return lambda recipe, target=0: builder.emit(model, "--target", runnable_targets()[target % len(runnable_targets())], *RECIPES[recipe])


# ------------------------------------------------------------ transformers ---


@pytest.mark.parametrize("name", SHAPES)
def test_agrees_with_transformers(builder, tmp_path, name):
    wanted = logits_of(save(tmp_path / "lfm2", **SHAPES[name]), IDS)
    program = builder.emit(tmp_path / "lfm2", "--target", runnable_targets()[-1], *F32).compile("g++")
    assert_near(program.logits(IDS), wanted, "prefill")
    assert_near(program.logits(IDS, "--step"), wanted, "steps")


@torch.no_grad()
def only_the_token_itself(model):
    for layer in convolutions_of(model):
        layer.conv.weight[..., :-1] = 0


@torch.no_grad()
def taps_in_the_other_order(model):
    for layer in convolutions_of(model):
        layer.conv.weight.copy_(layer.conv.weight.flip(-1))


@torch.no_grad()
def gates_exchanged(model):
    for layer in convolutions_of(model):
        before, behind, rest = layer.in_proj.weight.clone().chunk(3)
        layer.in_proj.weight.copy_(torch.cat([behind, before, rest]))


def chunks_apart(model):
    """As if nothing of a chunk were left for the next one."""
    for layer in convolutions_of(model):
        whole = layer.forward
        layer.forward = lambda hidden_states, whole=whole, **_: torch.cat([whole(part) for part in hidden_states.split(CHUNK, 1)], 1)


@torch.no_grad()
def no_gains_of_heads(model):
    for name, parameter in model.named_parameters():
        if "q_layernorm" in name or "k_layernorm" in name:
            parameter.fill_(1)


@torch.no_grad()
def no_last_gains(model):
    model.model.embedding_norm.weight.fill_(1)


def convolutions_of(model):
    return [layer.conv for layer in model.model.layers if not layer.is_attention_layer]


@pytest.mark.parametrize("without", [only_the_token_itself, taps_in_the_other_order, gates_exchanged, chunks_apart, no_gains_of_heads, no_last_gains], ids=lambda one: one.__name__)
def test_every_speciality_matters(tmp_path, without):
    model = save(tmp_path)
    wanted = logits_of(model, IDS)
    without(model)
    found = logits_of(model, IDS)
    assert np.abs(found - wanted).max() > 0.05
    if without is chunks_apart:
        assert np.abs(found - wanted)[:CHUNK].max() == 0 and np.abs(found - wanted)[CHUNK].max() > 0.05


@pytest.mark.parametrize("options", [["--rotation", "none"], ["--rotation", "folded"], ["--rotation", "online"]], ids=["as it is", "rotated", "mixed"])
def test_the_interpreter_agrees_with_transformers(folder, model, tmp_path, options):
    assert_near(reference_logits(model, IDS[:90], tmp_path / "logits.npy", *options), np.load(folder / "logits.npy")[:90], str(options))


# --------------------------------------------------------------- the bits ---


@pytest.mark.parametrize("number, recipe", list(enumerate(RECIPES)))
def test_logits_are_equal_to_the_bit(build, model, tmp_path, number, recipe):
    wanted = reference_logits(model, IDS, tmp_path / "wanted.npy", "--mode", "exact", *RECIPES[recipe])
    assert np.abs(wanted).max() > 1
    for target in {number % len(runnable_targets()), len(runnable_targets()) - 1}:
        program = build(recipe, target).compile(COMPILERS[number % len(COMPILERS)])
        for options in [*(["--threads", threads] for threads in (1, 2, 3, 4)), ["--threads", 1, "--step"], ["--threads", 3, "--step"]]:
            assert_same_bits(program.logits(IDS, *options), wanted, f"{recipe} {target} {options}")


@pytest.mark.parametrize("number, recipe", list(enumerate(["int8", "floats"])))
def test_every_target(builder, model, tmp_path, number, recipe):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    here, arm = list(dict.fromkeys([*runnable_targets(), "generic"])), ["aarch64-dotprod", "aarch64"]
    ids = IDS[: CHUNK + 9]
    wanted = reference_logits(model, ids, tmp_path / "wanted.npy", "--mode", "exact", *RECIPES[recipe])
    emitted = builder.emit(model, "--target", ",".join([*here, *arm]), *RECIPES[recipe])
    program, emulated = emitted.compile(COMPILERS[number]), emitted.compile(ARM_COMPILER, "-static").on(ARM_EMULATOR, "-cpu", "max")
    for one, targets in ((program, here), (emulated, arm)):
        for target in targets:
            for options in (["--threads", 2], ["--threads", 1, "--step"]):
                assert_same_bits(one.logits(ids, "--target", target, *options), wanted, f"{target} {options}")


def test_codes_of_a_file_are_kept(builder, folder, tmp_path):
    keep = ["--weights", "keep", "--activations", "int8-g32", "--cache", "f16"]
    wanted = reference_logits(folder / "codes.gguf", IDS, tmp_path / "wanted.npy", "--mode", "exact", *keep)
    program = builder.emit(folder / "codes.gguf", "--target", runnable_targets()[0], *keep).compile("g++")
    for options in (["--threads", 1], ["--threads", 3], ["--threads", 2, "--step"]):
        assert_same_bits(program.logits(IDS, *options), wanted, str(options))
    # Rounded to 8 bits: near what transformers computes, and another model otherwise.
    assert np.corrcoef(wanted.ravel(), np.load(folder / "logits.npy").ravel())[0, 1] > 0.99


def test_a_gguf_file_and_a_folder_give_the_same_weights_file(builder, folder, model):
    options = ["--target", runnable_targets()[0], *F32]
    ours, theirs = builder.emit(model, *options), builder.emit(folder / "floats.gguf", *options)
    weights = (ours.folder / "lfm2.weights").read_bytes()
    assert len(weights) > 4 * VOCABULARY * 128
    assert weights == (theirs.folder / "floats.weights").read_bytes()


# -------------------------------------------------------------- the state ---


@pytest.mark.parametrize("recipe", ["int8", "codes", "floats"])
def test_a_state_goes_on(build, tmp_path, recipe):
    """Whatever its length."""
    program = build(recipe).compile("g++")
    whole = program.logits(IDS)
    for tokens in (1, 2, 3, CHUNK - 1, CHUNK, CHUNK + 1, ROOM, ROOM + 1, len(IDS) - 1):
        program.logits(IDS[:tokens], "--save", tmp_path / "state")
        assert_same_bits(program.logits(IDS[tokens:], "--restore", tmp_path / "state"), whole[tokens:], f"{recipe} after {tokens}")
        assert_same_bits(program.logits(IDS[tokens:], "--restore", tmp_path / "state", "--step", "--threads", 2), whole[tokens:], f"{recipe} after {tokens} by steps")


def test_older_tokens_are_forgotten(build):
    """Generating beyond the context, where the older half is forgotten and the rest computed again."""
    program = build("int8").compile("g++")
    options = ["--tokens", ",".join(map(str, IDS)), "-n", CONTEXT, "--when-full", "slide"]
    told = program.run(*options).stdout
    assert told.count(b",") == CONTEXT - 1 and program.run(*options, "--step", "--threads", 1).stdout == told


def test_a_known_system_prompt(builder, folder, tmp_path):
    """What follows is what a program says that computes it itself."""
    (tmp_path / "prompt.txt").write_text(PROMPT + "\n")
    options = ["--target", runnable_targets()[0]]
    plain = builder.emit(folder / "chat.gguf", *options).compile("g++")
    known = builder.emit(folder / "chat.gguf", *options, "--system-prompt", str(tmp_path / "prompt.txt")).compile("g++")
    expected = state(plain, tmp_path / "plain", "--system", PROMPT)
    assert len(expected[0]) > 1
    assert state(known, tmp_path / "known") == expected
    assert state(known, tmp_path / "stepped", "--step", "--threads", "1") == expected
    typed = f"{QUESTION}\nthe sea\n".encode()
    assert known.run("--chat", "-n", 8, input=typed).stdout == plain.run("--chat", "-n", 8, "--system", PROMPT, input=typed).stdout


# ------------------------------------------------------------- refusals ---


@pytest.mark.parametrize("changes, words", [
    ({"conv_bias": True}, "'conv_bias' is true, but convolutions and their projections have no biases here"),
    ({"layer_types": ["conv"] * 6}, "every block convolves, but at least one must attend"),
    ({"layer_types": ["conv", "full_attention"]}, "'layer_types' names the type of 2 layers, but there are 6"),
    ({"layer_types": ["conv"] * 5 + ["linear_attention"]}, "an entry of 'layer_types' is the text 'linear_attention', which is not supported"),
    ({"conv_L_cache": 65}, "'conv_L_cache' is 65, but must be an integer from 2 to 64"),
])  # fmt: skip
def test_what_is_not_computed_is_refused(tmp_path, changes, words):
    save(tmp_path / "lfm2")
    config = json.loads((tmp_path / "lfm2/config.json").read_text()) | changes
    (tmp_path / "lfm2/config.json").write_text(json.dumps(config))
    done = run(BIN / "weebill", "build", tmp_path / "lfm2", "-o", tmp_path / "out", check=False)
    assert done.returncode == 1 and words in done.stderr.decode()


@pytest.mark.parametrize("kinds, words", [
    ([0] * 6, "is 0 for all blocks: every block convolves, but at least one must attend"),
    ([0, 0, 2, 0, 1, 0], "is 2 for one block and 1 for another, but all that attend must have as many"),
    ([0, 0, 2], "has 3 entries for 6 blocks"),
])  # fmt: skip
def test_files_with_other_lists_are_refused(tmp_path, kinds, words):
    write_gguf(save(tmp_path / "lfm2"), tmp_path / "other.gguf", kinds=kinds)
    done = run(BIN / "weebill", "build", tmp_path / "other.gguf", "-o", tmp_path / "out", check=False)
    assert done.returncode == 1 and words in done.stderr.decode()
