"""Quantized checkpoints as the packages themselves write them: torchao and compressed-tensors. Numbers are those that the package makes of its codes,
and the codes are kept where a format has them."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch
import transformers
from safetensors.torch import save_file

from packed_model import SHAPE
from programs import BIN, assert_same_bits, reference_logits, run, runnable_targets

F32 = ["--weights", "f32", "--activations", "f32", "--cache", "f32"]
KEEP = ["--weights", "keep"]
IDS = np.random.default_rng(5).integers(0, SHAPE["vocab_size"], 40).tolist()


def random_model():
    torch.manual_seed(3)
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**SHAPE, initializer_range=128**-0.5)).eval()


def write_folder(folder, model, tensors, metadata, quantization):
    folder.mkdir()
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors", metadata=metadata)
    (folder / "config.json").write_text(json.dumps(model.config.to_dict() | {"quantization_config": quantization}))


def with_weights(state):
    """A model of these numbers."""
    model = random_model()
    model.load_state_dict(state)
    with torch.no_grad():
        return model(torch.tensor([IDS])).logits[0].numpy()


def torchao_config(bits, group, symmetric):
    from torchao.quantization import Int8WeightOnlyConfig, IntxWeightOnlyConfig, PerAxis, PerGroup
    from torchao.quantization.quant_primitives import MappingType

    if bits == 0:
        return Int8WeightOnlyConfig()
    return IntxWeightOnlyConfig(
        weight_dtype=getattr(torch, f"int{bits}"),
        granularity=PerGroup(group) if group else PerAxis(0),
        mapping_type=MappingType.SYMMETRIC if symmetric else MappingType.ASYMMETRIC,
    )


def write_torchao(folder, bits, group, symmetric):
    pytest.importorskip("torchao")
    from torchao.prototype.safetensors.safetensors_support import flatten_tensor_state_dict
    from torchao.quantization import quantize_

    model = random_model()
    quantize_(model, torchao_config(bits, group, symmetric), filter_fn=lambda module, name: isinstance(module, torch.nn.Linear) and "proj" in name)
    tensors, metadata = flatten_tensor_state_dict({name: tensor.detach() for name, tensor in model.state_dict().items()})
    write_folder(folder, model, tensors, metadata | {"format": "pt"}, {"quant_method": "torchao", "quant_type": {"default": {"_type": "IntxWeightOnlyConfig"}}})
    return with_weights({name: tensor.dequantize() if hasattr(tensor, "qdata") else tensor for name, tensor in model.state_dict().items()})


def write_compressed(folder, form, bits, group, symmetric):
    pytest.importorskip("compressed_tensors")
    from compressed_tensors.compressors import BaseCompressor
    from compressed_tensors.quantization import QuantizationArgs, QuantizationConfig, QuantizationScheme
    from compressed_tensors.quantization.utils import calculate_qparams

    weights = QuantizationArgs(num_bits=bits, symmetric=symmetric, strategy="group" if group else "channel", group_size=group or None)
    scheme = QuantizationScheme(targets=["Linear"], weights=weights)
    compressor = BaseCompressor.get_value_from_registry(form)
    model = random_model()
    tensors, state = {}, {}
    for name, tensor in model.state_dict().items():
        if "proj" not in name:
            tensors[name] = state[name] = tensor
            continue
        groups = tensor.reshape(tensor.shape[0], -1, group or tensor.shape[1])
        scale, zero = calculate_qparams(groups.amin(-1), groups.amax(-1), weights)
        parts = {"weight": tensor, "weight_scale": scale.half()}
        if not symmetric:
            parts["weight_zero_point"] = zero.to(torch.int8)
        packed = compressor.compress(parts, scheme)
        module = name.removesuffix(".weight")
        tensors |= {f"{module}.{part}": value for part, value in packed.items()}
        state[name] = compressor.decompress({part: value.float() if part == "weight_scale" else value for part, value in packed.items()}, scheme)["weight"].float()
    config = QuantizationConfig(config_groups={"group_0": scheme}, format=form, ignore=["lm_head"], quantization_status="compressed")
    write_folder(folder, model, tensors, {"format": "pt"}, json.loads(config.model_dump_json()))
    return with_weights(state)


# What the package is told, and what the codes are kept as; nothing: they are read as numbers.
WRITERS = {
    "torchao-int4": (lambda folder: write_torchao(folder, 4, 32, True), "Q4_0"),
    "torchao-int4-zeros": (lambda folder: write_torchao(folder, 4, 64, False), "Q4_1"),
    "torchao-int4-row": (lambda folder: write_torchao(folder, 4, 0, True), "Q4_0"),
    "torchao-int8": (lambda folder: write_torchao(folder, 0, 0, True), "Q8_0"),
    "torchao-int8-zeros": (lambda folder: write_torchao(folder, 8, 32, False), ""),
    "packed-32": (lambda folder: write_compressed(folder, "pack-quantized", 4, 32, True), "Q4_0"),
    "packed-64-zeros": (lambda folder: write_compressed(folder, "pack-quantized", 4, 64, False), "Q4_1"),
    "packed-row": (lambda folder: write_compressed(folder, "pack-quantized", 4, 0, True), "Q4_0"),
    "packed-8": (lambda folder: write_compressed(folder, "pack-quantized", 8, 32, True), "Q8_0"),
    "bytes-row": (lambda folder: write_compressed(folder, "int-quantized", 8, 0, True), "Q8_0"),
    "bytes-zeros": (lambda folder: write_compressed(folder, "int-quantized", 8, 32, False), ""),
}


@pytest.mark.parametrize("name", WRITERS)
def test_numbers_are_those_of_the_package(builder, tmp_path, name):
    write, kept = WRITERS[name]
    wanted = write(tmp_path / "model")
    found = reference_logits(tmp_path / "model", IDS, tmp_path / "logits.npy", *F32)
    assert np.abs(wanted).max() > 1 and np.abs(found - wanted).max() < 1.4e-4  # test_huggingface.py derives it
    told = run(BIN / "weebill", "build", tmp_path / "model", "--emit-plan", *KEEP, check=False)
    if not kept:
        assert told.returncode == 1 and b"cannot be kept as it is" in told.stderr, told.stderr
        return
    assert kept.lower() in told.stdout.decode(), told.stdout
    exact = reference_logits(tmp_path / "model", IDS, tmp_path / "exact.npy", "--mode", "exact", *KEEP, "--activations", "int8-g32")
    # Codes of activations cost half a percent in each product; a margin of four (compiler/reference/ChangeBound.h).
    relative = np.sqrt(np.square(exact - wanted).mean() / np.square(wanted).mean())
    assert relative < 4 * 0.005 * np.sqrt(4 * SHAPE["num_hidden_layers"] + 1)
    if name == "torchao-int4-zeros":
        program = builder.emit(tmp_path / "model", "--target", runnable_targets()[0], *KEEP).compile("g++")
        assert_same_bits(program.logits(IDS), exact, name)
