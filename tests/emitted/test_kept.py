"""`--weights keep`: codes of a GGUF file stay what they are, and every logit is the interpreter's, to the bit.

Formats come in pairs, and one file has every target, so that what all programs have is emitted and compiled less often.
"""

import re

import numpy as np
import pytest
from gguf import GGML_QUANT_SIZES
from gguf import GGMLQuantizationType as Type
from gguf import GGUFReader, quants

from kept_model import HALVES, NewType, kind_of, write_kept_model
from programs import ARM_COMPILER, ARM_EMULATOR, BIN, COMPILERS, assert_same_bits, reference_logits, run, runnable_targets, skip_without
from shared import make_once, shared_folder

HERE, ARM = list(dict.fromkeys([*runnable_targets(), "generic"])), ["aarch64-dotprod", "aarch64"]
TOKENS = 64 + 7  # crosses the chunk; 7 fills no tile of tokens
# Three query heads on each key-value head; 480 and 160 are multiples of 32 that are none of 64.
ODD = dict(layers=2, model=160, heads=5, kv=1, head_size=32, hidden=480, vocabulary=272)
UNTIED = dict(layers=2, model=192, heads=3, kv=1, head_size=64, hidden=320, vocabulary=528, tied=False)

# Blocks of 256 columns: one of them, and three, in a row.
LONG = dict(layers=2, model=256, heads=4, kv=1, head_size=64, hidden=768, vocabulary=272)


def sizes_for(*kinds):
    """The smallest sizes whose rows are whole blocks."""
    return {32: ODD, 64: UNTIED, 256: LONG}[max(GGML_QUANT_SIZES[kind][0] for kind in kinds)]


# All formats: one for the embedding and the second block, the other for the head and the first block.
PAIRS = [(Type.Q5_0, Type.Q4_0), (Type.Q5_1, Type.Q4_1), (Type.IQ4_NL, Type.Q8_0), (Type.Q4_K, Type.Q5_K), (Type.IQ4_XS, Type.Q6_K),
         (Type.MXFP4, NewType.Q2_0), (Type.TQ1_0, Type.TQ2_0)]  # fmt: skip
MODELS = {f"{one.name}-{other.name}": ({"token_embd": one, "blk.1.": one, "": other}, dict(sizes_for(one, other), tied=False)) for one, other in PAIRS}
MODELS["as-people-have-it"] = ({"token_embd": Type.Q8_0, "": Type.Q4_1}, ODD)
MODELS["mixed"] = ({"ffn_down": Type.Q8_0, "attn_q": Type.Q4_1, "attn_k": Type.Q4_1, "attn_v": Type.Q4_1, "": NewType.Q6_0}, UNTIED)
# Formats that differ between blocks, as files of the Q4_K_M kind have them: two fields of one block body each.
FOUR = dict(ODD, layers=4)
MODELS["blocks"] = ({"blk.0.ffn_down": Type.Q8_0, "blk.3.ffn_down": Type.Q8_0, "blk.0.attn_v": Type.Q8_0, "blk.3.attn_v": Type.Q8_0,
                     "blk.2.ffn_gate": Type.Q4_0, "blk.2.ffn_up": Type.Q4_0, "": Type.Q4_1}, FOUR)
# Halves of a pair in two formats, queries, keys and values in one that is another in each block, a matrix in three.
MODELS["pairs"] = ({"blk.0.ffn_up": Type.Q8_0, "blk.1.attn_": Type.Q4_0, "blk.2.attn_output": Type.Q8_0, "": Type.Q4_1}, FOUR)
# What llama.cpp makes of 8 layers and Q4_K_M: Q6_K for the embedding and for two matrices of the layers that matter.
SHARPER = [name for layer in (0, 3, 6, 7) for name in (f"blk.{layer}.attn_v", f"blk.{layer}.ffn_down")]
MODELS["Q4_K_M"] = ({"token_embd": Type.Q6_K, **dict.fromkeys(SHARPER, Type.Q6_K), "": Type.Q4_K}, dict(LONG, layers=8))
# Rows that are no multiple of 256 are Q5_0 and Q8_0 there.
MODELS["Q4_K_M-odd"] = ({"token_embd": Type.Q8_0, "blk.0.attn_v": Type.Q8_0, "blk.0.ffn_down": Type.Q6_K, "ffn_down": Type.Q4_K, "": Type.Q5_0},
                        dict(layers=2, model=160, heads=5, kv=1, head_size=32, hidden=512, vocabulary=272))


@pytest.fixture(scope="session")
def kept_models(tmp_path_factory):
    folder = shared_folder(tmp_path_factory, "kept")

    def model(name):
        kinds, sizes = MODELS[name]
        path = folder / f"{name}.gguf"
        return make_once(path, lambda: write_kept_model(path, kinds, seed=5, **sizes))

    return model


@pytest.fixture(scope="session")
def emitted(builder, kept_models):
    """One file for every target."""
    return lambda name: builder.emit(kept_models(name), "--target", ",".join(dict.fromkeys([*HERE, *ARM])), "--weights", "keep")


def compiler_for(name):
    return COMPILERS[list(MODELS).index(name) % 2]


@pytest.fixture(scope="session")
def wanted(kept_models, tmp_path_factory):
    folder, known = tmp_path_factory.mktemp("wanted"), {}

    def logits(name):
        if name not in known:
            known[name] = reference_logits(kept_models(name), ids_of(name), folder / "logits.npy", "--mode", "exact", "--weights", "keep", "--activations", "int8-g32")
            assert np.abs(known[name]).max() > 0.1
        return known[name]

    return logits


def ids_of(name):
    return np.random.default_rng(11).integers(0, MODELS[name][1]["vocabulary"], TOKENS).tolist()


def assert_logits(program, targets, name, wanted, *ways):
    for target in targets:
        for options in ways:
            assert_same_bits(program.logits(ids_of(name), "--target", target, "--threads", *options), wanted, f"{name}, {target}, {options}")


def test_every_format_is_in_a_model():
    assert {kind for kinds, _ in MODELS.values() for kind in kinds.values()} == set(HALVES)


@pytest.mark.parametrize("name", MODELS)
def test_logits_are_equal_to_the_bit(emitted, wanted, name):
    assert_logits(emitted(name).compile(compiler_for(name)), HERE, name, wanted(name), [1], [3], [2, "--step"])


@pytest.mark.parametrize("name", MODELS)
def test_logits_are_equal_on_arm(emitted, wanted, name):
    skip_without(ARM_COMPILER, ARM_EMULATOR)
    program = emitted(name).compile(ARM_COMPILER, "-static").on(ARM_EMULATOR, "-cpu", "max")
    assert_logits(program, ARM, name, wanted(name), [1], [2, "--step"])


def relative_error(found, meant):
    return np.sqrt(np.square(found.astype(float) - meant).mean() / np.square(meant.astype(float)).mean())


def error_of_groups(name):
    """What codes in groups of 32 cost: half a percent in each product, over the longest way through the model (compiler/reference/ChangeBound.h)."""
    return 0.005 * np.sqrt(4 * MODELS[name][1]["layers"] + 1)


@pytest.mark.parametrize("name", MODELS)
def test_the_exact_interpreter_means_what_the_double_one_means(kept_models, wanted, tmp_path, name):
    meant = reference_logits(kept_models(name), ids_of(name), tmp_path / "double.npy", "--weights", "keep", "--activations", "int8-g32")
    # Sums that differ in their last bit let codes fall to the other side of a half, so that the two have roundings of their own, which are independent.
    assert relative_error(wanted(name), meant) < np.sqrt(2) * error_of_groups(name)


def dequantized_in_transformers(path, sizes):
    """transformers' model of the file's own values, rows of queries and keys in the order that it has them in."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    config = transformers.LlamaConfig(
        vocab_size=sizes["vocabulary"], hidden_size=sizes["model"], intermediate_size=sizes["hidden"], num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"], num_key_value_heads=sizes["kv"], head_dim=sizes["head_size"], rms_norm_eps=1e-5, rope_theta=10000.0,
        max_position_embeddings=512, tie_word_embeddings=sizes.get("tied", True),
    )  # fmt: skip
    names = {"attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
             "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
             "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}  # fmt: skip
    state = {}
    for tensor in GGUFReader(path).tensors:
        values = np.ascontiguousarray(quants.dequantize(tensor.data, tensor.tensor_type))
        part = tensor.name.removesuffix(".weight").split(".")[-1]
        if part in ("attn_q", "attn_k"):  # neighbours are rotated with each other in the file
            values = values.reshape(-1, sizes["head_size"] // 2, 2, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        block = tensor.name.split(".")[1]
        name = {"token_embd": "embed_tokens", "output_norm": "norm"}.get(part) or f"layers.{block}.{names[part]}"
        state[f"model.{name}.weight"] = torch.from_numpy(values.copy())
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = transformers.LlamaForCausalLM(config)
    model.load_state_dict(state)
    return model.eval()


def test_the_values_are_those_that_transformers_has(builder, emitted, kept_models):
    torch = pytest.importorskip("torch")
    path, ids = kept_models("Q4_K_M"), ids_of("Q4_K_M")
    with torch.no_grad():
        meant = dequantized_in_transformers(path, MODELS["Q4_K_M"][1])(torch.tensor([ids])).logits[0].numpy()
    floats = builder.emit(path, "--weights", "f32", "--cache", "f32").compile(COMPILERS[0]).logits(ids)
    assert np.abs(floats - meant).max() < 2e-3 * np.abs(meant).max()
    kept = emitted("Q4_K_M").compile(compiler_for("Q4_K_M")).logits(ids)
    assert relative_error(kept, meant) < 4 * error_of_groups("Q4_K_M")  # four times, for rows with outliers: ChangeBound.h


LARGER = {Type.Q4_K: 4, Type.Q5_K: 4, Type.IQ4_XS: 2, Type.TQ1_0: 12}  # scales of six bits become bytes, digits of three two bits


def matrices_of(sizes):
    """Names, rows and columns of what a token reads: of an embedding that is not the head one row."""
    model, hidden, keys, layers = sizes["model"], sizes["hidden"], sizes["kv"] * sizes["head_size"], range(sizes["layers"])
    rows = {"attn_q": model, "attn_k": keys, "attn_v": keys, "attn_output": model, "ffn_gate": hidden, "ffn_up": hidden, "ffn_down": model}
    tied, words = sizes.get("tied", True), sizes["vocabulary"]
    outside = [("token_embd.weight", words, model)] if tied else [("token_embd.weight", 1, model), ("output.weight", words, model)]
    return outside + [
        (f"blk.{layer}.{part}.weight", rows[part], hidden if part == "ffn_down" else model) for layer in layers for part in rows
    ]


@pytest.mark.parametrize("name", MODELS)
def test_codes_are_kept_at_the_size_of_the_file(emitted, name):
    """A format's records have the bytes of its blocks, and a matrix that is embedding and head is there once."""
    kinds, sizes = MODELS[name]
    stored = (2 * sizes["layers"] + 1) * ((sizes["model"] + 63) // 64 * 64) * 4  # norms
    for matrix, rows, columns in matrices_of(sizes):
        kind = kind_of(kinds, matrix)
        block, size = GGML_QUANT_SIZES[kind]
        stored += rows * columns // block * (size + LARGER.get(kind, 0))
    said = int(re.search(r"kWeightBytes = (\d+)", emitted(name).source.read_text()).group(1))
    assert said == stored


@pytest.mark.parametrize(
    "model, options, code, words",
    [
        ("pairs", ["--rotation", "folded"], 2, "codes that are kept cannot be rotated"),
        ("pairs", ["--activations", "int8"], 2, "int8-g32 with keep"),
        ("pairs", ["--weights", "int8", "--activations", "int8-g32"], 2, "int8-g32 with keep"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(kept_models, model, options, code, words):
    weights = [] if "--weights" in options else ["--weights", "keep"]
    done = run(BIN / "weebill", "build", kept_models(model), "--emit-plan", *weights, *options, check=False)
    assert done.returncode == code and words in done.stderr.decode() and done.stderr.count(b"\n") == 1, done.stderr


def test_a_float_file_has_no_codes_to_keep(tiny_models):
    done = run(BIN / "weebill", "build", tiny_models["grouped"], "--emit-plan", "--weights", "keep", check=False)
    assert done.returncode == 1 and b"int8-g32 with weights that keep the codes of a GGUF file" in done.stderr, done.stderr


def test_blocks_that_differ_share_one_body(builder, tmp_path):
    """More blocks make tables longer and nothing else."""
    texts = []
    for layers in (3, 6):
        kinds = {"blk.0.ffn_down": Type.Q8_0, "blk.2.ffn_down": Type.Q8_0, "": Type.Q4_0}
        (tmp_path / str(layers)).mkdir()
        path = write_kept_model(tmp_path / str(layers) / "layers.gguf", kinds, seed=1, **dict(ODD, layers=layers))
        texts.append(builder.emit(path, "--target", "generic", "--weights", "keep").source.read_text())
    functions = [re.findall(r"^(?:inline )?\w+ \w+\(.*\{$", text, re.MULTILINE) for text in texts]
    assert functions[0] == functions[1] and "if (w.down_q8_0.records)" in texts[0]
    assert "kDownQ80At[kBlocks]" in texts[0] and abs(texts[0].count("\n") - texts[1].count("\n")) < 4


def test_codes_are_kept_where_nobody_says_anything(kept_models, tmp_path):
    def built(folder, *options):
        done = run(BIN / "weebill", "build", kept_models("mixed"), "-o", tmp_path / folder, "--emit", "cpp", "--target", "generic", *options)
        return (tmp_path / folder / "mixed.weights").read_bytes(), done.stderr.decode()

    (kept, silent), (found, told) = built("kept", "--weights", "keep"), built("default")
    assert found == kept and silent == ""
    assert told == "weebill: note: the matrices keep the file's own codes, Q6_0, Q4_1 and Q8_0; --weights int8 would round them again\n"


def test_a_matrix_of_numbers_and_codes_cannot_be_kept(tmp_path):
    kinds = {"blk.1.ffn_down": Type.F16, "": Type.Q4_0}
    path = write_kept_model(tmp_path / "torn.gguf", kinds, seed=1, **ODD)
    done = run(BIN / "weebill", "build", path, "--emit-plan", "--weights", "keep", check=False)
    words = "@down is stored as Q4_0 in 'blk.0.ffn_down.weight' and as F16 in 'blk.1.ffn_down.weight', which do not multiply the same codes"
    assert done.returncode == 1 and words in done.stderr.decode(), done.stderr
    done = run(BIN / "weebill", "build", path, "-o", tmp_path / "out", "--emit", "cpp", "--target", "generic")
    assert done.stderr.decode().startswith("weebill: note: the matrices are rounded to int8, because not all codes of the file can be kept: ") and words in done.stderr.decode()
    rounded = run(BIN / "weebill", "build", path, "-o", tmp_path / "int8", "--emit", "cpp", "--target", "generic", "--weights", "int8")
    assert rounded.stderr == b"" and (tmp_path / "out/torn.weights").read_bytes() == (tmp_path / "int8/torn.weights").read_bytes()


@pytest.mark.parametrize("kind", [Type.Q4_1, Type.Q5_0, Type.Q4_K, Type.Q6_K, NewType.Q6_0, Type.TQ2_0], ids=lambda kind: kind.name)
@pytest.mark.parametrize("scale, words", [(np.inf, b"infinite"), (np.nan, b"NaN")])
def test_a_scale_that_is_no_number_is_refused(tmp_path, kind, scale, words):
    path = write_kept_model(tmp_path / "scale.gguf", {"": kind}, seed=1, **sizes_for(kind))
    data = bytearray(path.read_bytes())
    place = len(data) - GGML_QUANT_SIZES[kind][1] + HALVES[kind][0][-1]  # in the last block
    data[place : place + 2] = np.array([scale], "<f2").tobytes()
    path.write_bytes(data)
    done = run(BIN / "weebill", "build", path, "-o", tmp_path / "out", "--emit", "cpp", "--weights", "keep", check=False)
    assert done.returncode == 1 and words in done.stderr and b"blk.1.ffn_down.weight" in done.stderr, done.stderr
    assert not (tmp_path / "out" / "scale.weights").exists()


@pytest.mark.parametrize("exponent, words", [(254, b"infinite"), (255, b"NaN")])
def test_an_exponent_that_makes_no_number_is_refused(tmp_path, exponent, words):
    path = write_kept_model(tmp_path / "scale.gguf", {"": Type.MXFP4}, seed=1, **ODD)
    data = bytearray(path.read_bytes())
    place = len(data) - GGML_QUANT_SIZES[Type.MXFP4][1]  # of the last block
    data[place : place + 2] = bytes([exponent, 0x77])  # with a code of 12
    path.write_bytes(data)
    done = run(BIN / "weebill", "build", path, "-o", tmp_path / "out", "--emit", "cpp", "--weights", "keep", check=False)
    assert done.returncode == 1 and words in done.stderr and b"blk.1.ffn_down.weight" in done.stderr, done.stderr
    assert not (tmp_path / "out" / "scale.weights").exists()
