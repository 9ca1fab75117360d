"""Small random LFM2 models: folders as transformers saves them, and GGUF files as llama.cpp's converter writes them. Tested by test_lfm2.py, which uses them."""

import gguf
import numpy as np
import pytest
from gguf import GGMLQuantizationType as Type

from tiny_model import add_tokenizer

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

VOCABULARY = 300
# Two convolutions in a row, one alone, one at the end. Of the feed-forward half two thirds are left, rounded up to 128.
SETTINGS = dict(
    vocab_size=VOCABULARY, hidden_size=128, intermediate_size=190, num_hidden_layers=6, num_attention_heads=4, num_key_value_heads=2, block_multiple_of=32,
    layer_types=["conv", "conv", "full_attention", "conv", "full_attention", "conv"], max_position_embeddings=384, initializer_range=128**-0.5, rope_theta=1e4,
)  # fmt: skip


@torch.no_grad()
def save(folder, **settings):
    """Saves a random model, and returns what transformers reads again. Gains and taps are such that each of them matters."""
    torch.manual_seed(13)
    model = transformers.Lfm2ForCausalLM(transformers.Lfm2Config(**(SETTINGS | settings))).float()
    for name, parameter in model.named_parameters():
        if "norm" in name:
            parameter.add_(0.3 * torch.randn_like(parameter))
        elif name.endswith("conv.conv.weight"):
            parameter.copy_(torch.randn_like(parameter) * parameter.shape[-1] ** -0.5)
    model.save_pretrained(folder)
    return transformers.Lfm2ForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


@torch.no_grad()
def logits_of(model, ids) -> np.ndarray:
    """Of all tokens at once: step by step the class overwrites what a convolution keeps behind a prompt of one token."""
    return model(torch.tensor([ids]), use_cache=False).logits[0].numpy()


def write_gguf(model, path, kind: Type = Type.F32, chat_template: str | None = None, **changes) -> None:
    """Kinds of blocks are in the list of key-value heads; taps are float32, whatever matrices are stored as. `changes`: other values of keys."""
    config = model.config
    writer = gguf.GGUFWriter(path, "lfm2")
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LFM2, config.num_hidden_layers)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(model.model.layers[0].feed_forward.w1.weight.shape[0])
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(changes.get("kinds", [config.num_key_value_heads if kind == "full_attention" else 0 for kind in config.layer_types]))
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.norm_eps)
    writer.add_vocab_size(config.vocab_size)
    writer.add_shortconv_l_cache(config.conv_L_cache)
    if chat_template is not None:
        add_tokenizer(writer, config.vocab_size, chat_template)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight":
            continue  # tied
        values = np.ascontiguousarray(tensor.squeeze(1).numpy() if tensor.ndim == 3 else tensor.numpy())
        stored_as = kind if tensor.ndim == 2 else Type.F32
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight",)), gguf.quants.quantize(values, stored_as), raw_dtype=stored_as)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
