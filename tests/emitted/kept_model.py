"""GGUF files whose matrices are random blocks: any codes, scales of either sign, some of them zero or subnormal."""

from enum import IntEnum
from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES
from gguf import GGMLQuantizationType as Type
from gguf import quants

from tiny_model import write_tiny_model


class NewType(IntEnum):
    """Formats that ggml or a branch of it has, and the package `gguf` not."""

    Q2_0 = 42
    Q6_0 = 133  # of ik_llama.cpp


GGML_QUANT_SIZES[NewType.Q2_0] = (64, 2 + 64 // 4)
GGML_QUANT_SIZES[NewType.Q6_0] = (32, 2 + 32 // 4 + 32 // 2)

# Places of a block's float16, and the greatest weight that its codes make of a scale of 1.
HALVES = {
    Type.Q4_0: ([0], 8),
    Type.Q4_1: ([0, 2], 16),
    Type.Q5_0: ([0], 16),
    Type.Q5_1: ([0, 2], 32),
    Type.Q8_0: ([0], 128),
    Type.Q4_K: ([0, 2], 15 * 63),
    Type.Q5_K: ([0, 2], 31 * 63),
    Type.Q6_K: ([208], 32 * 128),
    Type.IQ4_NL: ([0], 127),
    Type.IQ4_XS: ([0], 127 * 32),
    Type.TQ1_0: ([52], 1),
    Type.TQ2_0: ([64], 2),
    NewType.Q2_0: ([0], 2),
    NewType.Q6_0: ([0], 32),
    Type.MXFP4: ([], 12),
}


def random_blocks(random: np.random.Generator, kind: Type | NewType, rows: int, columns: int) -> np.ndarray:
    """Bytes [rows][bytes of a row]; weights are of the order of 1 / sqrt(columns)."""
    block_columns, block_bytes = GGML_QUANT_SIZES[kind]
    if kind not in HALVES:
        return quants.quantize((random.standard_normal((rows, columns)) / np.sqrt(columns)).astype(np.float32), kind)
    places, greatest = HALVES[kind]
    blocks = random.integers(0, 256, (rows, columns // block_columns, block_bytes), dtype=np.uint8)
    for place in places:
        scales = random.standard_normal(blocks.shape[:2]) / (greatest * np.sqrt(columns)) * 2
        scales[random.random(scales.shape) < 0.05] = 0
        scales[random.random(scales.shape) < 0.05] = -(2.0**-24)
        blocks[:, :, place : place + 2] = scales.astype("<f2")[..., None].view(np.uint8)
    if kind == Type.MXFP4:  # an exponent instead
        exponents = round(128 + np.log2(2 / (greatest * np.sqrt(columns)))) + random.integers(-2, 2, blocks.shape[:2])
        exponents[random.random(exponents.shape) < 0.05] = 1  # subnormal
        blocks[:, :, 0] = exponents
    return blocks.reshape(rows, -1)


def kind_of(kinds: dict[str, Type | NewType], name: str) -> Type | NewType:
    """What a tensor is stored as: the first entry whose key is part of its name."""
    return next(kind for part, kind in kinds.items() if part in name)


def write_kept_model(path: Path, kinds: dict[str, Type | NewType], seed: int, **sizes) -> Path:
    """A model whose tensors are stored as `kinds` says."""
    random = np.random.default_rng(seed)

    def blocks(name: str, rows: int, columns: int) -> tuple[np.ndarray, Type | NewType]:
        kind = kind_of(kinds, name)
        return random_blocks(random, kind, rows, columns), kind

    return write_tiny_model(path, seed=seed, kind=Type.F32, blocks=blocks, **sizes)
