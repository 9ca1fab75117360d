"""The random weights of a description, computed a second time from docs/description.md."""

import numpy as np

STEP = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def mix(z):
    """splitmix64's output function, on a Python integer or an array of uint64."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK if isinstance(z, int) else (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK if isinstance(z, int) else (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> 31) if isinstance(z, int) else z ^ (z >> np.uint64(31))


def random_tensor(seed: int, name: str, rows: int, columns: int) -> np.ndarray:
    """float32 [rows][columns], in the order of Hugging Face checkpoints."""
    hashed = 0xCBF29CE484222325
    for byte in name.encode():
        hashed = (hashed ^ byte) * 0x100000001B3 & MASK
    key = mix(seed ^ hashed)
    start = mix(np.uint64(key) + np.arange(rows, dtype=np.uint64) * np.uint64(STEP))
    states = start[:, None] + np.arange(1, columns + 1, dtype=np.uint64)[None, :] * np.uint64(STEP)
    bits = mix(states)
    pieces = sum((bits >> np.uint64(16 * i)) & np.uint64(0xFFFF) for i in range(4))
    bell = (pieces.astype(np.int64) - 131070).astype(np.float32)
    if name.endswith("norm.weight"):
        return np.float32(1) + bell * np.float32(2.0**-20)
    if name.endswith(".bias"):
        return bell * np.float32(2.0**-17)
    if name.endswith("shortconv.conv.weight"):
        return bell * np.float32(2.0**-16)
    return bell * np.float32(np.sqrt(3.0 / (4294967295.0 * columns)))
