"""A conversation with a compiled model: a cache and threads of its own.

Tested by tests/python/test_library_model.py.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from weebill.errors import BusyError, Cancelled
from weebill.library import Ids, Instance, Logits
from weebill.text import TextPieces

if TYPE_CHECKING:
    from weebill.model import Model

_PIECE = 256  # tokens of a prompt that are taken between two looks at Ctrl-C


class Session:
    """Tokens that the model has read, and what may follow. Made by `Model.session`.

    One thread at a time: a call while another one runs raises `BusyError`; `cancel` may come from anywhere.
    Ctrl-C ends a long prompt after at most 256 tokens; those that were taken stay.
    """

    def __init__(self, model: Model, instance: Instance) -> None:
        self._model = model
        self._instance = instance
        self._lock = threading.Lock()
        self._tokens: list[int] = []
        self._unread: list[int] = []  # the last token of an answer: nobody needed its logits yet
        self._logits = np.empty(model.facts.vocabulary, np.float32)
        self._address = self._logits.ctypes.data

    @contextlib.contextmanager
    def _used(self) -> Iterator[None]:
        if not self._lock.acquire(blocking=False):
            raise BusyError("this session is in use by another thread: make one for each with Model.session()")
        try:
            yield
        finally:
            self._lock.release()

    @property
    def model(self) -> Model:
        """The model that this is a session of."""
        return self._model

    @property
    def tokens(self) -> list[int]:
        """The tokens in the cache."""
        return list(self._tokens)

    @property
    def position(self) -> int:
        """How many tokens are in the cache."""
        return len(self._tokens)

    def reset(self) -> None:
        """Forget all tokens."""
        with self._used():
            self._reset()

    def _reset(self) -> None:
        self._instance.reset()
        self._tokens.clear()
        self._unread.clear()

    def cancel(self) -> None:
        """From any thread: end the call that runs, or else the next one, with `weebill.Cancelled`."""
        self._instance.cancel()

    def close(self) -> None:
        """Free cache and threads now. Otherwise they go with the object."""
        with self._used():
            self._instance.close()

    def prefill(self, tokens: Sequence[int] | Ids) -> Logits:
        """Take tokens, many at a time.

        Returns:
            float32 [vocabulary]: logits of what follows the last one.

        Raises:
            ValueError: no tokens, or one that is none.
            ContextFullError: they do not fit. None was taken.
            Cancelled: `cancel` was called.
        """
        with self._used():
            self._prefill(tokens)
            return self._logits.copy()

    def _next(self, tokens: Sequence[int] | Ids) -> Ids:
        """Tokens that fit, after the one that an answer ended with."""
        ids = self._model.checked_ids(tokens)
        if self._unread:
            ids = np.concatenate([np.array(self._unread, np.int32), ids])
        self._model.require_room(self.position, len(ids))
        self._unread.clear()
        return ids

    def _prefill(self, tokens: Sequence[int] | Ids) -> None:
        ids = self._next(tokens)
        for first in range(0, len(ids), _PIECE):
            piece = ids[first : first + _PIECE]
            last = first + _PIECE >= len(ids)
            if not self._instance.prefill(piece, self._logits if last else None):
                raise Cancelled("cancelled")
            self._tokens.extend(piece.tolist())

    def step(self, token: int) -> Logits:
        """Take one token.

        Returns:
            float32 [vocabulary]: logits of what follows it.

        Raises:
            ValueError, ContextFullError, Cancelled: as `prefill`.
        """
        return self.step_view(token).copy()

    def step_view(self, token: int) -> Logits:
        """As `step`, without a copy: the logits are overwritten by the next call."""
        with self._used():
            if self._unread:
                self._prefill([token])
            else:
                self._step(token, self._address)
            return self._logits

    def _step(self, token: int, logits: int) -> None:
        if not self._instance.step(token, logits):
            raise Cancelled("cancelled")
        self._tokens.append(token)

    def logits(self, tokens: Sequence[int] | Ids) -> Logits:
        """Take tokens one by one and keep all logits.

        Returns:
            float32 [tokens, vocabulary]: row i is what follows token i.
        """
        with self._used():
            if self._unread:
                self._step(self._unread.pop(), self._address)
            ids = self._next(tokens)
            rows = np.empty((len(ids), self._model.facts.vocabulary), np.float32)
            for row, token in zip(rows, ids.tolist(), strict=True):
                self._step(token, row.ctypes.data)
            return rows

    def tokenize(self, text: str, special: bool = True) -> list[int]:
        """Give the ids of a text: see `Model.tokenize`."""
        self._model.require_tokenizer()
        with self._used():
            ids: list[int] = self._instance.tokenize(text.encode(), special).tolist()
            return ids

    def token_bytes(self, *tokens: int) -> bytes:
        """Give the text of tokens as bytes: it may end inside a character."""
        texts = self._model.token_texts
        missing = [token for token in tokens if token not in texts]
        if missing:
            self._model.require_tokenizer()
            with self._used():
                for token in self._model.checked_ids(missing):
                    texts[int(token)] = self._instance.detokenize(np.array([token], np.int32))
        return b"".join(texts[token] for token in tokens)

    def prompt_ids(self, text: str) -> list[int]:
        """Give the ids of a text for the model, after its beginning token if it wants one and nothing is there yet."""
        start = self._model.beginning if self.position == 0 else []
        return [*start, *self.tokenize(text)]

    def generate_ids(self, prompt: Sequence[int] | Ids, max_tokens: int = 128) -> Iterator[int]:
        """Take a prompt and give the likeliest tokens that follow, each as soon as it is known.

        A token that ends an answer is not given, and ends the answer. The last token is not taken into the cache:
        nobody needed its logits.
        """
        with self._used():
            self._prefill(prompt)
        expected = self.position
        for index in range(max_tokens):
            token = int(self._logits.argmax())
            if token in self._model.stop_tokens:
                return
            self._unread = [token]
            yield token
            if index + 1 == max_tokens or self.position == self._model.facts.context:
                return
            with self._used():
                if self.position != expected or self._unread != [token]:
                    raise BusyError("this session took other tokens while an answer was going on")
                self._step(token, self._address)
                self._unread.clear()
                expected += 1

    def stream(self, prompt: str | Sequence[int], max_tokens: int = 128, stop: Sequence[str] = ()) -> Iterator[str]:
        """Take a prompt and give the text that follows, in pieces that end between characters.

        Args:
            prompt: a text, before which the model's beginning token is put if the session is empty; or token ids.
            max_tokens: the most that are generated.
            stop: texts that end the answer; they are not given.

        Raises:
            UsageError: the model has no tokenizer.
        """
        self._model.require_tokenizer()
        ids = self.prompt_ids(prompt) if isinstance(prompt, str) else prompt
        pieces = TextPieces(stop, self._model.facts.drops_first_space)
        for token in self.generate_ids(ids, max_tokens):
            if text := pieces.take(self.token_bytes(token)):
                yield text
            if pieces.stopped:
                return
        if text := pieces.finish():
            yield text
