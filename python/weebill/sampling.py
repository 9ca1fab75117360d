"""How tokens are chosen: the emitted program's own sampler, with the same tokens for the same seed on every machine.

Tested by tests/python/test_library_chat.py.
"""

import ctypes
from dataclasses import asdict, dataclass, fields
from typing import TypedDict


class SamplingFields(TypedDict, total=False):
    """The fields of a `Sampling`, as keywords."""

    temperature: float
    top_k: int
    top_p: float
    min_p: float
    repeat_penalty: float
    seed: int


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen.

    Attributes:
        temperature: 0: always the likeliest token; 1: as the model says.
        top_k: among the k likeliest; 0: all.
        top_p: of those, among the likeliest that reach this probability; 1: all.
        min_p: of those, among the ones that have this part of the likeliest one's probability; 0: all.
        repeat_penalty: logits of tokens that were there before are divided by it; 1: nothing.
        seed: the same seed gives the same text.
    """

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repeat_penalty: float = 1.0
    seed: int = 0


class CSampling(ctypes.Structure):
    """NAME_sampling of NAME.h."""

    _fields_ = [
        ("temperature", ctypes.c_float),
        ("top_k", ctypes.c_int32),
        ("top_p", ctypes.c_float),
        ("min_p", ctypes.c_float),
        ("repeat_penalty", ctypes.c_float),
        ("seed", ctypes.c_uint64),
    ]

    @staticmethod
    def of(sampling: Sampling) -> "CSampling":
        """Give the numbers of a `Sampling`."""
        return CSampling(**asdict(sampling))

    def sampling(self) -> Sampling:
        """Give these numbers as a `Sampling`."""
        return Sampling(**{field.name: getattr(self, field.name) for field in fields(Sampling)})


class CPiece(ctypes.Structure):
    """NAME_piece of NAME.h: what one token adds to an answer."""

    _fields_ = [
        ("id", ctypes.c_int32),
        ("end", ctypes.c_int32),
        ("text", ctypes.POINTER(ctypes.c_char)),
        ("bytes", ctypes.c_size_t),
    ]

    def string(self) -> str:
        """Give the text, which is whole characters."""
        return ctypes.string_at(self.text, self.bytes).decode() if self.bytes else ""
