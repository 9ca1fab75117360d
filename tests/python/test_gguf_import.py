"""Compares the GGUF importer (compiler/import/gguf) with the Python packages `gguf` and `transformers`, bit for bit."""

import os
from pathlib import Path

import numpy as np
import pytest

gguf = pytest.importorskip("gguf")

MODEL, HIDDEN, HEADS, KEY_VALUE_HEADS, VOCABULARY = 512, 256, 8, 4, 260
TYPES = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4", "TQ1_0", "TQ2_0"]


def random_bytes(rng, rows, columns, quantization):
    """Codes and scales from random bytes, with exponents that keep every float16 and float32 finite."""
    elements, size = gguf.GGML_QUANT_SIZES[quantization]
    data = rng.integers(0, 256, (rows, columns // elements * size), dtype=np.uint8)
    kind = quantization.name
    if kind == "F32":
        data = rng.standard_normal((rows, columns)).astype(np.float32).view(np.uint8)
    elif kind in ("F16", "BF16"):
        data[:, 1::2] &= 0xBF  # the top bit of the exponent is 0
    else:
        blocks = data.reshape(rows, -1, size)
        halves = {"Q4_1": [0, 2], "Q5_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "TQ1_0": [52], "TQ2_0": [64], "MXFP4": []}.get(kind, [0])
        if kind == "MXFP4":
            blocks[:, :, 0] %= 253  # what larger exponents make of a code of 12 is infinite
        for offset in halves:
            blocks[:, :, offset + 1] &= 0xBF
    return data


def write_model(path, kind, rng):
    """One layer whose matrices have the format `kind`; returns what the file holds."""
    quantization = gguf.GGMLQuantizationType[kind]
    head = MODEL // HEADS
    shapes = {
        "token_embd": (VOCABULARY, MODEL),
        "blk.0.attn_q": (MODEL, MODEL),
        "blk.0.attn_k": (KEY_VALUE_HEADS * head, MODEL),
        "blk.0.attn_v": (KEY_VALUE_HEADS * head, MODEL),
        "blk.0.attn_output": (MODEL, MODEL),
        "blk.0.ffn_gate": (HIDDEN, MODEL),
        "blk.0.ffn_up": (HIDDEN, MODEL),
        "blk.0.ffn_down": (MODEL, HIDDEN),
    }
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(MODEL)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_VALUE_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(head)
    tensors = {}
    for name, shape in shapes.items():
        data = random_bytes(rng, *shape, quantization)
        tensors[name + ".weight"] = gguf.quants.dequantize(data, quantization).astype(np.float32).reshape(shape)
        if kind == "F32":
            writer.add_tensor(name + ".weight", data.view(np.float32))
        else:
            writer.add_tensor(name + ".weight", data, raw_dtype=quantization)
    for name in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"):
        tensors[name + ".weight"] = rng.standard_normal((1, MODEL)).astype(np.float32)
        writer.add_tensor(name + ".weight", tensors[name + ".weight"][0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tensors


def unpermuted(weights, heads):
    """Rows of the file -> rows of the checkpoint: llama.cpp's converter interleaves the halves of every head."""
    rows, columns = weights.shape
    return weights.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


@pytest.mark.parametrize("kind", TYPES)
def test_every_format_and_row_range(import_probe, tmp_path, kind):
    rng = np.random.default_rng(3)
    path = tmp_path / "model.gguf"
    tensors = write_model(path, kind, rng)
    tensors["blk.0.attn_q.weight"] = unpermuted(tensors["blk.0.attn_q.weight"], HEADS)
    tensors["blk.0.attn_k.weight"] = unpermuted(tensors["blk.0.attn_k.weight"], KEY_VALUE_HEADS)
    for name, expected in tensors.items():
        rows = expected.shape[0]
        for first, count in [(0, rows), (rows // 3, rows // 2), (rows - 1, 1)]:
            read = import_probe.rows(path, name, first, count)
            assert read == expected[first : first + count].tobytes(), f"{name}, {count} rows from {first}"


@pytest.fixture(scope="session")
def smollm2():
    path = os.environ.get("WEEBILL_MODEL")
    if not path:
        pytest.skip("WEEBILL_MODEL does not name SmolLM2-135M-Instruct.Q4_1.gguf")
    return Path(path)


def test_smollm2_weights_equal_those_of_transformers(import_probe, smollm2):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    model = transformers.AutoModelForCausalLM.from_pretrained(smollm2.parent, gguf_file=smollm2.name, dtype=torch.float32)
    state, config = model.state_dict(), model.config
    imported = import_probe.model(smollm2)
    assert imported["layers"] == config.num_hidden_layers
    assert imported["head_size"] == config.head_dim
    assert imported["rope_theta"] == config.rope_theta
    assert imported["norm_epsilon"] == np.float32(config.rms_norm_eps)
    assert imported["tied_embeddings"] == config.tie_word_embeddings

    names = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
    parts = {
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_norm": "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    }
    for layer in range(config.num_hidden_layers):
        for short, long in parts.items():
            names[f"blk.{layer}.{short}.weight"] = f"model.layers.{layer}.{long}.weight"
    assert set(names) == set(imported["tensors"])
    for name, long in names.items():
        if name.startswith("blk.") and int(name.split(".")[1]) not in (0, 13, 29):
            continue  # the other layers are alike, and each tensor costs a start of the probe
        rows = imported["tensors"][name]["rows"]
        assert import_probe.rows(smollm2, name, 0, rows) == state[long].numpy().tobytes(), name


def test_smollm2_tokenizer(import_probe, smollm2):
    """The vocabulary and merges, spelled by the letters that GPT-2 has for bytes."""
    gpt2 = pytest.importorskip("transformers.models.gpt2.tokenization_gpt2")
    byte_of = {letter: byte for byte, letter in gpt2.bytes_to_unicode().items()}
    fields = gguf.GGUFReader(smollm2).fields
    texts = fields["tokenizer.ggml.tokens"].contents()
    types = fields["tokenizer.ggml.token_type"].contents()
    merges = [merge.split(" ") for merge in fields["tokenizer.ggml.merges"].contents()]
    ids = {text: index for index, text in enumerate(texts)}

    tokenizer = import_probe.model(smollm2)["tokenizer"]
    assert tokenizer["pre_tokenizer"] == "smollm"
    assert [bytes.fromhex(token) for token in tokenizer["tokens"]] == [
        bytes(byte_of[letter] for letter in text) if kind == 1 else text.encode()
        for text, kind in zip(texts, types, strict=True)
    ]
    assert tokenizer["special"] == [kind == 3 for kind in types]
    assert tokenizer["merges"] == [[ids[left], ids[right], ids[left + right]] for left, right in merges]
    assert (tokenizer["beginning"], tokenizer["end"], tokenizer["add_beginning"]) == (1, 2, False)


def test_smollm2_chat(import_probe, smollm2):
    """The pieces, put together as the emitted program does, are what jinja2 prints."""
    import chat_reference

    fields = gguf.GGUFReader(smollm2).fields
    source = fields["tokenizer.chat_template"].contents()
    texts = fields["tokenizer.ggml.tokens"].contents()
    chat = import_probe.model(smollm2)["chat"]
    (user, after_user), (assistant, after_assistant) = chat["user"], chat["assistant"]
    system, after_system = chat["system"]
    turns = user + "Hi" + after_user + assistant + "Hello!" + after_assistant + user + "Bye" + after_user + assistant
    messages = [{"role": r, "content": c} for r, c in [("user", "Hi"), ("assistant", "Hello!"), ("user", "Bye")]]
    rule = [{"role": "system", "content": "Be brief."}]
    special = {"bos_token": texts[1], "eos_token": texts[2]}
    assert chat["before_first"] + turns == chat_reference.render(source, messages, True, **special)
    assert system + "Be brief." + after_system + turns == chat_reference.render(source, rule + messages, True, **special)
    assert [texts[token] for token in chat["stop_tokens"]] == ["<|im_end|>"]
    assert chat["strips"] == ["nothing", "nothing", "nothing"]
