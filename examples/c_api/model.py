"""A model that Weebill compiled, from Python, with nothing but ctypes.

c++ -std=c++20 -O2 -DWEEBILL_NO_MAIN -fPIC -shared smollm2-135m.cpp -o libmodel.so
python model.py libmodel.so smollm2_135m smollm2-135m.weights "Who are you?"
"""

import ctypes
import sys
from collections.abc import Iterator

OK, SYSTEM, USER = 0, 0, 1
INTERFACE = 2  # of NAME.h; what is declared below


class Piece(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int32), ("end", ctypes.c_int32), ("text", ctypes.c_void_p), ("bytes", ctypes.c_size_t)]


class Model:
    """One conversation. `prefix`: what the names in NAME.h begin with."""

    def __init__(self, library: str, prefix: str, weights: str, threads: int = 0):
        self.library, self.prefix = ctypes.CDLL(library), prefix
        interface = self.function("number")
        interface.restype = ctypes.c_int64
        if interface(8) != INTERFACE:
            raise RuntimeError(f"{library} has interface {interface(8)}, this file is written for {INTERFACE}")
        self.function("error").restype = ctypes.c_char_p
        self.function("state_bytes").restype = ctypes.c_uint64
        self.instance = ctypes.c_void_p()
        error = ctypes.create_string_buffer(512)
        create = self.function("create")
        if create(weights.encode(), threads, 0, ctypes.byref(self.instance), error, ctypes.c_size_t(len(error))) != OK:
            raise RuntimeError(error.value.decode())

    def function(self, name: str):
        return getattr(self.library, f"{self.prefix}_{name}")

    def call(self, name: str, *arguments) -> None:
        if self.function(name)(self.instance, *arguments) != OK:
            raise RuntimeError(self.function("error")(self.instance).decode())

    def say(self, text: str, role: int = USER) -> None:
        self.call("say", role, text.encode(), ctypes.c_size_t(len(text.encode())))

    def answer(self, most: int = 256) -> Iterator[str]:
        """Pieces of text, as they come."""
        piece = Piece()
        for _ in range(most):
            self.call("next", ctypes.byref(piece))
            yield ctypes.string_at(piece.text, piece.bytes).decode()
            if piece.end != 0:
                return
        self.call("end_answer", ctypes.byref(piece))
        yield ctypes.string_at(piece.text, piece.bytes).decode()

    def state(self) -> bytes:
        size = self.function("state_bytes")(self.instance)
        memory = ctypes.create_string_buffer(size)
        self.call("save_to", memory, ctypes.c_uint64(size))
        return memory.raw

    def restore(self, state: bytes) -> None:
        self.call("restore_from", state, ctypes.c_uint64(len(state)))

    def close(self) -> None:
        self.function("destroy")(self.instance)
        self.instance = ctypes.c_void_p()


if __name__ == "__main__":
    model = Model(*sys.argv[1:4])
    model.say(sys.argv[4])
    for text in model.answer():
        print(text, end="", flush=True)
    print()
    model.close()
