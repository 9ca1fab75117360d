"""From tokens to text that a reader sees piece by piece: whole characters, and nothing of a stop string.

Tested by tests/python/test_library_text.py.
"""

import codecs
from collections.abc import Sequence


class TextPieces:
    r"""Takes the bytes of tokens and gives what is certainly text. Bytes that make no character become U+FFFD.

    >>> pieces = TextPieces(stop=["END"])
    >>> [pieces.take(part) for part in (b"caf\xc3", b"\xa9 E", b"NDs")], pieces.stopped
    (['caf', 'é ', ''], True)
    """

    def __init__(self, stop: Sequence[str] = (), drops_first_space: bool = False) -> None:
        if any(not text for text in stop):
            raise ValueError("stop: an empty text would stop everything")
        self._stop = [text.encode() for text in stop]
        self._held = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begins = drops_first_space
        self.stopped = False

    def take(self, piece: bytes) -> str:
        """Take the bytes of a token and give the text that is certain now."""
        if self._begins and piece:
            self._begins = False
            piece = piece.removeprefix(b" ")
        return self._decoder.decode(self._without_stop(piece))

    def finish(self) -> str:
        """Give what is left: an answer that ended otherwise had no stop string."""
        held, self._held = (b"" if self.stopped else self._held), b""
        return self._decoder.decode(held, final=True)

    def _without_stop(self, piece: bytes) -> bytes:
        if not self._stop:
            return piece
        certain = b""
        for byte in piece:
            self._held += bytes([byte])
            found = max((len(text) for text in self._stop if self._held.endswith(text)), default=0)
            if found:
                self.stopped = True
                return certain + self._held[:-found]
            keep = next((n for n in range(len(self._held), 0, -1) if self._may_begin(self._held[-n:])), 0)
            cut = len(self._held) - keep
            certain, self._held = certain + self._held[:cut], self._held[cut:]
        return certain

    def _may_begin(self, end: bytes) -> bool:
        return any(text.startswith(end) for text in self._stop)
