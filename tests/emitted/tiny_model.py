"""Small Llama models with random weights as GGUF files: shapes that the real model does not have, in seconds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFWriter, TokenType, quants

TINY_MODELS = {
    # Three query heads on each key-value head, as the real model; rows of the feed-forward half fill no six blocks.
    "grouped": dict(layers=2, model=192, heads=3, kv=1, head_size=64, hidden=320, vocabulary=528, kind=Type.F32, seed=1),
    # As many key-value heads as heads, another head size, an untied head, 8-bit weights in the file.
    "untied": dict(layers=3, model=128, heads=4, kv=4, head_size=32, hidden=192, vocabulary=272, kind=Type.Q8_0, seed=2, tied=False),
    # One layer, 16-bit weights, heads of 128.
    "wide_heads": dict(layers=1, model=256, heads=2, kv=1, head_size=128, hidden=384, vocabulary=256, kind=Type.F16, seed=3),
}


MERGES = ["t h", "th e", "\u0120 the", "i n"]  # U+0120 is the letter of a space
ROLE_MARKS = ["<|im_start|>", "<|im_end|>"]


def byte_letters() -> list[str]:
    """GPT-2's letter for each byte: printable Latin-1 as it is, the others from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte if byte in printable else 0x100 + others.index(byte)) for byte in range(256)]


def add_tokenizer(writer: GGUFWriter, vocabulary: int, chat_template: str) -> None:
    """Token 0 to 255 are bytes, then come the role marks, what four merges make, and words that no merge reaches."""
    tokens = [*byte_letters(), *ROLE_MARKS, *(merge.replace(" ", "") for merge in MERGES)]
    tokens += [f"word{i}" for i in range(vocabulary - len(tokens))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.CONTROL if token in ROLE_MARKS else TokenType.NORMAL for token in tokens])
    writer.add_token_merges(MERGES)
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_chat_template(chat_template)
    writer.add_name("Tiny")
    writer.add_license("CC0-1.0")


def write_tiny_model(path: Path, *, layers: int, model: int, heads: int, kv: int, head_size: int, hidden: int, vocabulary: int,
                     kind: Type, seed: int, tied: bool = True, context: int = 512, scale: float = 1,
                     chat_template: str | None = None, tokenizer: Callable[[GGUFWriter], None] | None = None,
                     blocks: Callable[[str, int, int], tuple[np.ndarray, Type]] | None = None) -> Path:
    """Writes a model whose activations stay of the order of one: weights are normal with variance 1 / columns,
    times `scale`. `blocks` makes matrices of its own: bytes [rows][bytes of a row] and what they are, of a tensor's name,
    rows and columns."""
    random = np.random.default_rng(seed)
    writer = GGUFWriter(path, "llama")
    writer.add_block_count(layers)
    writer.add_context_length(context)
    writer.add_embedding_length(model)
    writer.add_feed_forward_length(hidden)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv)
    writer.add_key_length(head_size)
    writer.add_value_length(head_size)
    writer.add_rope_dimension_count(head_size)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(vocabulary)
    if chat_template is not None:
        add_tokenizer(writer, vocabulary, chat_template)
    if tokenizer is not None:
        tokenizer(writer)

    def vector(name: str, size: int) -> None:
        writer.add_tensor(name, (1 + 0.1 * random.standard_normal(size)).astype(np.float32))

    def matrix(name: str, rows: int, columns: int) -> None:
        if blocks is not None:
            stored, stored_as = blocks(name, rows, columns)
            writer.add_tensor(name, stored, raw_dtype=stored_as)
            return
        values = (random.standard_normal((rows, columns)) * (scale / np.sqrt(columns))).astype(np.float32)
        writer.add_tensor(name, quants.quantize(values, kind), raw_dtype=kind)

    matrix("token_embd.weight", vocabulary, model)
    if not tied:
        matrix("output.weight", vocabulary, model)
    vector("output_norm.weight", model)
    for i in range(layers):
        vector(f"blk.{i}.attn_norm.weight", model)
        matrix(f"blk.{i}.attn_q.weight", heads * head_size, model)
        matrix(f"blk.{i}.attn_k.weight", kv * head_size, model)
        matrix(f"blk.{i}.attn_v.weight", kv * head_size, model)
        matrix(f"blk.{i}.attn_output.weight", model, heads * head_size)
        vector(f"blk.{i}.ffn_norm.weight", model)
        matrix(f"blk.{i}.ffn_gate.weight", hidden, model)
        matrix(f"blk.{i}.ffn_up.weight", hidden, model)
        matrix(f"blk.{i}.ffn_down.weight", model, hidden)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
