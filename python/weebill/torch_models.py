"""Models that were trained a moment ago: a PyTorch module or its state, without files that the user sees.

Tested by tests/python/test_library_torch.py.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weebill.compiling import compile
from weebill.errors import UsageError
from weebill.model import Model

# Names of PyTorch's types -> those of safetensors, with the integers that carry them into NumPy.
_TYPES = {"torch.float32": ("F32", "int32"), "torch.float16": ("F16", "int16"), "torch.bfloat16": ("BF16", "int16")}


def from_torch(module: Any, config: Any, *, name: str = "model", **options: Any) -> Model:  # noqa: ANN401
    """Compile a PyTorch model.

    Args:
        module: a module, or its state: tensors under the names that the Hugging Face model of this kind has
            ("model.layers.0.self_attn.q_proj.weight").
        config: what its config.json says: a dictionary, or a configuration of transformers.
        name: of the program.
        options: of `weebill.compile`: `weights="f32"`.

    Returns:
        A model of token ids: a tokenizer is no part of a module.

    Raises:
        InputError: what the compiler says of tensors or configuration.
        UsageError: a tensor of a type that no model file has.
    """
    state = module.state_dict() if hasattr(module, "state_dict") else module
    told: dict[str, Any] = (
        dict(config) if isinstance(config, Mapping) else json.loads(config.to_json_string())
    )  # as its file
    if told.get("tie_word_embeddings"):
        state = {key: tensor for key, tensor in state.items() if key != "lm_head.weight"}
    with tempfile.TemporaryDirectory(prefix="weebill-") as scratch:
        folder = Path(scratch) / name
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(told, default=str, sort_keys=True))
        _write_safetensors(folder / "model.safetensors", state)
        model = compile(folder, name=name, **({"without_tokenizer": True} | options))
        model.plan_now()  # while the file is there
        return model


def _write_safetensors(path: Path, state: Mapping[str, Any]) -> None:
    """Write the format of Hugging Face: the length of a JSON header, the header, the bytes of all tensors."""
    header: dict[str, Any] = {}
    end = 0
    for key, tensor in state.items():
        if str(tensor.dtype) not in _TYPES:
            raise UsageError(f"from_torch: tensor '{key}' is {tensor.dtype}, and must be one of {', '.join(_TYPES)}")
        size = tensor.numel() * tensor.element_size()
        header[key] = {
            "dtype": _TYPES[str(tensor.dtype)][0],
            "shape": list(tensor.shape),
            "data_offsets": [end, end + size],
        }
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in state.values():
            plain = tensor.detach().cpu().contiguous()
            integers = plain.view(getattr(_torch(), _TYPES[str(tensor.dtype)][1]))
            file.write(memoryview(integers.numpy()).cast("B") if integers.numel() else b"")


def _torch() -> Any:  # noqa: ANN401
    import torch

    return torch
