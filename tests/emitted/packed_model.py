"""Checkpoints whose matrices are packed as other libraries pack them, written from their layouts, and what their weights are.

    GPTQ (AutoGPTQ, GPTQModel)      words of columns, [columns / 8][rows]; zero points less one
    AWQ (AutoAWQ, "gemm")           words of rows 0, 2, 4, 6, 1, 3, 5, 7, [columns][rows / 8]
    MLX                             words of columns, [rows][columns / 8], scales and biases
    compressed-tensors              words of columns, [rows][columns / 8], or bytes with a sign
    ParetoQ                         numbers that are rounded when they are used, with a scale for each row
"""

import json

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file

SHAPE = dict(hidden_size=128, intermediate_size=192, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, vocab_size=320,
             max_position_embeddings=128, tie_word_embeddings=False)  # fmt: skip
AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]


def words_of(codes: np.ndarray, bits: int, order=None) -> torch.Tensor:
    """Codes along the last axis, so many in a word, the first in the lowest bits."""
    count = 32 // bits
    parts = codes.astype(np.uint32).reshape(*codes.shape[:-1], -1, count)
    words = np.zeros(parts.shape[:-1], np.uint32)
    for place in range(count):
        words |= parts[..., order[place] if order else place] << np.uint32(bits * place)
    return torch.from_numpy(words.view(np.int32))


class Codes:
    """A matrix in codes: w = scale * (code - zero) + bias, a group of columns each."""

    def __init__(self, weight, bits, group, symmetric, dtype=np.float16):
        rows, columns = weight.shape
        parts = weight.reshape(rows, -1, group or columns)
        most = 2**bits - 1
        if symmetric:
            scale = np.abs(parts).max(-1) / (most // 2)
            zero = np.full(scale.shape, 2.0 ** (bits - 1))
        else:
            low, high = np.minimum(parts.min(-1), 0), np.maximum(parts.max(-1), 0)
            scale = (high - low) / most
            zero = np.clip(np.round(-low / scale), 1, most)
        self.scale = scale.astype(dtype)
        self.zero = zero.astype(np.int64)
        wide = self.scale.astype(np.float64)[..., None]
        self.codes = np.clip(np.round(parts / wide) + zero[..., None], 0, most).astype(np.int64)
        self.weight = (wide * (self.codes - self.zero[..., None])).reshape(rows, columns)
        self.codes = self.codes.reshape(rows, columns)


def gptq(name, weight, bits=4, group=32, symmetric=True, shuffled=False, version=1):
    order = np.random.default_rng(1).permutation(weight.shape[1]) if shuffled else np.arange(weight.shape[1])
    made = Codes(weight[:, order], bits, group, symmetric)
    columns = np.argsort(order)
    parts = {
        "qweight": words_of(made.codes[:, columns].T.swapaxes(0, 1), bits).T.contiguous(),
        "qzeros": words_of(made.zero.T - (1 if version == 1 else 0), bits),
        "scales": torch.from_numpy(made.scale.T.copy()),
        "g_idx": torch.from_numpy((columns // (group or weight.shape[1])).astype(np.int32)),
    }
    return {f"{name}.{part}": tensor for part, tensor in parts.items()}, made.weight[:, columns]


def awq(name, weight, group=32):
    made = Codes(weight, 4, group, False)
    parts = {"qweight": words_of(made.codes.T, 4, AWQ_ORDER), "qzeros": words_of(made.zero.T, 4, AWQ_ORDER), "scales": torch.from_numpy(made.scale.T.copy())}
    return {f"{name}.{part}": tensor for part, tensor in parts.items()}, made.weight


def mlx(name, weight, bits=4, group=64):
    made = Codes(weight, bits, group, False)
    biases = torch.from_numpy((-made.scale.astype(np.float64) * made.zero).astype(np.float32)).to(torch.bfloat16)
    scales = torch.from_numpy(made.scale.astype(np.float32)).to(torch.bfloat16)
    wide = [np.repeat(part.to(torch.float64).numpy(), group, axis=1) for part in (scales, biases)]
    parts = {"weight": words_of(made.codes, bits).view(torch.uint32), "scales": scales, "biases": biases}
    return {f"{name}.{part}": tensor for part, tensor in parts.items()}, wide[0] * made.codes + wide[1]


def pack_quantized(name, weight, group=32, symmetric=True):
    made = Codes(weight, 4, group, symmetric)
    parts = {"weight_packed": words_of(made.codes, 4), "weight_scale": torch.from_numpy(made.scale), "weight_shape": torch.tensor(weight.shape)}
    if not symmetric:
        parts["weight_zero_point"] = words_of(made.zero.T, 4).T.contiguous()
    return {f"{name}.{part}": tensor for part, tensor in parts.items()}, made.weight


def int_quantized(name, weight):
    made = Codes(weight, 8, 0, True)
    parts = {"weight": torch.from_numpy((made.codes - 128).astype(np.int8)), "weight_scale": torch.from_numpy(made.scale)}
    return {f"{name}.{part}": tensor for part, tensor in parts.items()}, made.weight


def pareto(name, weight, bits, dtype=torch.bfloat16):
    """Numbers, and a scale for each row that they are rounded with; in the arithmetic of the type."""
    numbers = torch.from_numpy(weight).to(dtype)
    scale = (numbers.abs().amax(1, keepdim=True) * [0.6, 0.3, 0.8, 0.25, 0.12][bits]).to(dtype)
    x = numbers / scale
    if bits == 0:
        level = torch.round(torch.clamp(x, -0.99, 0.99) * 1.5).double() / 1.5
    elif bits == 1:
        level = torch.sign(x).double()
    elif bits == 2:
        level = (torch.round(torch.clamp(x, -0.99, 0.99) * 2 - 0.5).double() + 0.5) / 2
    else:
        level = torch.round(x).clamp(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1).double()
    return {f"{name}.weight": numbers, f"{name}.weight_clip_val": scale}, (level * scale.double()).numpy()


def compressed(form, bits, strategy, group, symmetric=True):
    weights = {"num_bits": bits, "type": "int", "symmetric": symmetric, "strategy": strategy, "group_size": group, "actorder": None}
    return {"quantization_config": {"quant_method": "compressed-tensors", "format": form, "ignore": ["lm_head"], "kv_cache_scheme": None,
                                    "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": None, "weights": weights}}}}  # fmt: skip


def config_of(method, **more):
    return {"quantization_config": {"quant_method": method, **more}}


# How matrices are packed, what config.json says, and what they become: blocks that are kept, or numbers.
LAYOUTS = {
    "gptq": (lambda n, w: gptq(n, w), config_of("gptq", bits=4, group_size=32, desc_act=False, sym=True), "Q4_0"),
    "gptq-zeros-v2": (lambda n, w: gptq(n, w, symmetric=False, version=2), config_of("gptq", bits=4, group_size=32, sym=False, checkpoint_format="gptq_v2"), "Q4_1"),
    "gptq-row": (lambda n, w: gptq(n, w, group=0), config_of("gptq", bits=4, group_size=-1, sym=True), "Q4_0"),
    "gptq-8": (lambda n, w: gptq(n, w, bits=8), config_of("gptq", bits=8, group_size=32, sym=True), "Q8_0"),
    "gptq-2": (lambda n, w: gptq(n, w, bits=2, symmetric=False), config_of("gptq", bits=2, group_size=32, sym=False), "GPTQ"),
    "gptq-order": (lambda n, w: gptq(n, w, shuffled=True), config_of("gptq", bits=4, group_size=32, desc_act=True, sym=True), "GPTQ"),
    "awq": (awq, config_of("awq", bits=4, group_size=32, version="gemm", zero_point=True), "Q4_1"),
    "mlx": (mlx, {"quantization": {"bits": 4, "group_size": 64}}, "Q4_1"),
    "mlx-8": (lambda n, w: mlx(n, w, bits=8), {"quantization": {"bits": 8, "group_size": 64, "mode": "affine"}}, "MLX"),
    "packed": (pack_quantized, compressed("pack-quantized", 4, "group", 32), "Q4_0"),
    "packed-zeros": (lambda n, w: pack_quantized(n, w, symmetric=False), compressed("pack-quantized", 4, "group", 32, False), "Q4_1"),
    "pareto-ternary": (lambda n, w: pareto(n, w, 0), {"w_bits": 0}, "Q2_0"),
    "pareto-1": (lambda n, w: pareto(n, w, 1, torch.float32), {"w_bits": 1}, "Q4_0"),
    "pareto-2": (lambda n, w: pareto(n, w, 2), {"w_bits": 2}, "Q4_0"),
    "pareto-3": (lambda n, w: pareto(n, w, 3, torch.float16), {"w_bits": 3}, "Q4_0"),
    "pareto-4": (lambda n, w: pareto(n, w, 4), {"w_bits": 4}, "Q4_0"),
    "bytes": (int_quantized, compressed("int-quantized", 8, "channel", None), "Q8_0"),
}  # fmt: skip


def write_packed_model(folder, layout):
    """A random Llama whose projections are packed, with MLX the embedding and the head too. Gives transformers' model of the same weights."""
    pack, config, _ = LAYOUTS[layout]
    torch.manual_seed(3)
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**SHAPE, initializer_range=128**-0.5))
    model.save_pretrained(folder)
    tensors, state = load_file(folder / "model.safetensors"), model.state_dict()
    for name in list(tensors):
        if tensors[name].ndim == 2 and ("proj" in name or layout.startswith("mlx")):
            parts, weight = pack(name.removesuffix(".weight"), tensors.pop(name).double().numpy())
            tensors |= parts
            state[name] = torch.from_numpy(weight).float()
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(json.loads((folder / "config.json").read_text()) | config))
    model.load_state_dict(state)
    return model.eval()
