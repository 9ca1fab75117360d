"""The functions of NAME.h, called through ctypes, which gives Python's lock away meanwhile.

Tested by tests/python/test_library_model.py.
"""

import ctypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weebill.errors import Cancelled, ContextFullError, InternalError, RunError
from weebill.sampling import CPiece, CSampling, Sampling

Ids = NDArray[np.int32]
Logits = NDArray[np.float32]

OK, BAD_ARGUMENT, CANNOT_START, CONTEXT_FULL, CANCELLED, OUT_OF_MEMORY = range(6)

_POINTER, _SIZE, _INT = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int32
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "create": (
        ctypes.c_int,
        [ctypes.c_char_p, _INT, ctypes.c_uint32, ctypes.POINTER(_POINTER), ctypes.c_char_p, _SIZE],
    ),
    "destroy": (None, [_POINTER]),
    "prefill": (ctypes.c_int, [_POINTER, _POINTER, _INT, _POINTER]),
    "prefill_all": (ctypes.c_int, [_POINTER, _POINTER, _INT, _POINTER]),
    "step": (ctypes.c_int, [_POINTER, _INT, _POINTER]),
    "reset": (None, [_POINTER]),
    "position": (_INT, [_POINTER]),
    "cancel": (None, [_POINTER]),
    "error": (ctypes.c_char_p, [_POINTER]),
    "tokenize": (
        ctypes.c_int,
        [_POINTER, ctypes.c_char_p, _SIZE, ctypes.c_int, _POINTER, _SIZE, ctypes.POINTER(_SIZE)],
    ),
    "go_back": (ctypes.c_int, [_POINTER, _INT]),
    "branch": (ctypes.c_int, [_POINTER, ctypes.POINTER(_POINTER)]),
    "say": (ctypes.c_int, [_POINTER, _INT, ctypes.c_char_p, _SIZE]),
    "next": (ctypes.c_int, [_POINTER, ctypes.POINTER(CPiece)]),
    "end_answer": (ctypes.c_int, [_POINTER, ctypes.POINTER(CPiece)]),
    "default_sampling": (None, [ctypes.POINTER(CSampling)]),
    "set_sampling": (ctypes.c_int, [_POINTER, ctypes.POINTER(CSampling)]),
    "set_stops": (ctypes.c_int, [_POINTER, ctypes.POINTER(ctypes.c_char_p), _SIZE]),
    "save": (ctypes.c_int, [_POINTER, ctypes.c_char_p]),
    "restore": (ctypes.c_int, [_POINTER, ctypes.c_char_p]),
    "detokenize": (ctypes.c_int, [_POINTER, _POINTER, _SIZE, _POINTER, _SIZE, ctypes.POINTER(_SIZE)]),
}


class Library:
    """An emitted file, compiled as a shared library."""

    def __init__(self, library: Path, header: Path) -> None:
        named = re.search(r"^int (\w+)_create\(", header.read_text(), re.MULTILINE)
        if named is None:
            raise InternalError(f"'{header}' declares no function that creates a model")
        try:
            loaded = ctypes.CDLL(str(library))
        except OSError as error:
            raise RunError(f"cannot load the compiled model: {error}") from None
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(loaded, f"{named[1]}_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        recommended = CSampling()
        self.default_sampling(ctypes.byref(recommended))
        self.sampling = recommended.sampling()  # what the model's file recommends

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"an emitted file has no function '{name}'")


class Instance:
    """One model with a cache and threads of its own. No two calls at once, but for `cancel`."""

    def __init__(self, library: Library, handle: ctypes.c_void_p) -> None:
        self._library = library
        self._handle = handle

    @staticmethod
    def of(library: Library, weights: Path, threads: int) -> "Instance":
        """Make one.

        Raises:
            RunError: weights that are gone or another model's, a CPU that lacks something, memory that is refused.
        """
        handle = _POINTER()
        sentence = ctypes.create_string_buffer(4096)
        code = library.create(str(weights).encode(), threads, 0, ctypes.byref(handle), sentence, len(sentence))
        if code != OK:
            raise _error_of(code, sentence.value)
        return Instance(library, handle)

    def branch(self) -> "Instance":
        """Make another one that goes on from the same tokens, with weights and threads in common."""
        handle = _POINTER()
        self._check(self._library.branch(self._handle, ctypes.byref(handle)))
        return Instance(self._library, handle)

    def close(self) -> None:
        """Free everything. A second time does nothing."""
        handle, self._handle = self._handle, _POINTER()
        if handle:
            self._library.destroy(handle)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self.close()

    def _check(self, code: int) -> None:
        if code != OK:
            raise _error_of(code, self._library.error(self._handle))

    @property
    def position(self) -> int:
        """Tokens in the cache."""
        position: int = self._library.position(self._handle)
        return position

    def prefill(self, ids: Ids, logits: Logits | None) -> bool:
        """Take tokens. `logits` receives those of the last one. False: cancelled, and no token was taken."""
        return self._took(self._library.prefill(self._handle, ids.ctypes.data, len(ids), _address(logits)))

    def prefill_all(self, ids: Ids, logits: Logits) -> bool:
        """Take tokens. `logits` receives a row for each. False: cancelled, and no token was taken."""
        return self._took(self._library.prefill_all(self._handle, ids.ctypes.data, len(ids), _address(logits)))

    def step(self, token: int, logits: int) -> bool:
        """Take one token, by the way that is faster for one. `logits` is an address."""
        return self._took(self._library.step(self._handle, token, logits))

    def _took(self, code: int) -> bool:
        if code == CANCELLED:
            return False
        self._check(code)
        return True

    def reset(self) -> None:
        """Forget all tokens and a cancel that nobody has seen."""
        self._library.reset(self._handle)

    def cancel(self) -> None:
        """From any thread: end what runs, or what runs next."""
        self._library.cancel(self._handle)

    def go_back(self, position: int) -> None:
        """Forget all tokens but the first."""
        self._check(self._library.go_back(self._handle, position))

    def save(self, path: bytes) -> None:
        """Write tokens and cache into a file."""
        self._check(self._library.save(self._handle, path))

    def restore(self, path: bytes) -> None:
        """Go on from such a file."""
        self._check(self._library.restore(self._handle, path))

    @property
    def recommended_sampling(self) -> Sampling:
        """What the model's file recommends."""
        return self._library.sampling

    def set_answers(self, sampling: Sampling, stops: list[bytes]) -> None:
        """Say how tokens are chosen and which texts end an answer."""
        self._check(self._library.set_sampling(self._handle, ctypes.byref(CSampling.of(sampling))))
        texts = (ctypes.c_char_p * len(stops))(*stops)
        self._check(self._library.set_stops(self._handle, texts, len(stops)))

    def say(self, role: int, text: bytes) -> None:
        """Add a message; it is read when the next answer begins."""
        self._check(self._library.say(self._handle, role, text, len(text)))

    def next(self) -> CPiece:
        """Give the next token of the answer and its text."""
        piece = CPiece()
        self._check(self._library.next(self._handle, ctypes.byref(piece)))
        return piece

    def end_answer(self) -> CPiece:
        """End the answer here: what was held back."""
        piece = CPiece()
        self._check(self._library.end_answer(self._handle, ctypes.byref(piece)))
        return piece

    def tokenize(self, text: bytes, special: bool) -> Ids:
        """Give the ids of a text in UTF-8."""
        count = _SIZE()
        ids = np.empty(len(text) + 8, np.int32)
        while True:
            self._check(
                self._library.tokenize(
                    self._handle, text, len(text), int(special), ids.ctypes.data, len(ids), ctypes.byref(count)
                )
            )
            if count.value <= len(ids):
                return ids[: count.value]
            ids = np.empty(count.value, np.int32)

    def detokenize(self, ids: Ids) -> bytes:
        """Give the text of ids."""
        bytes_there = _SIZE()
        text = ctypes.create_string_buffer(16 * len(ids) + 64)
        while True:
            self._check(
                self._library.detokenize(
                    self._handle, ids.ctypes.data, len(ids), text, len(text), ctypes.byref(bytes_there)
                )
            )
            if bytes_there.value <= len(text):
                return text.raw[: bytes_there.value]
            text = ctypes.create_string_buffer(bytes_there.value)


def _address(array: Logits | None) -> int | None:
    return None if array is None else array.ctypes.data


def _error_of(code: int, sentence: bytes) -> Exception:
    text = sentence.decode(errors="replace")
    if code == BAD_ARGUMENT:
        return ValueError(text)
    if code == CANCELLED:
        return Cancelled(text)
    if code == CONTEXT_FULL:
        return ContextFullError(text)
    if code == OUT_OF_MEMORY:
        return MemoryError(text)
    return RunError(text)
