"""A conversation with a compiled model: a cache and threads of its own.

Tested by tests/python/test_library_model.py and tests/python/test_library_chat.py.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import numpy as np

from weebill.errors import BusyError, Cancelled, ContextFullError
from weebill.interruptible import interruptible
from weebill.library import Ids, Instance, Logits
from weebill.messages import ROLES, Role, require_role
from weebill.sampling import CPiece, SamplingFields

if TYPE_CHECKING:
    from weebill.model import Model

_PIECE = 256  # tokens of a prompt that are taken between two looks at Ctrl-C


class Session:
    """Tokens that the model has read, and what may follow. Made by `Model.session`.

    One thread at a time: a call while another one runs raises `BusyError`; `cancel` may come from anywhere.
    Ctrl-C ends a long prompt soon; tokens that were taken stay.
    """

    def __init__(self, model: Model, instance: Instance) -> None:
        self._model = model
        self._instance = instance
        self._lock = threading.Lock()
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
    def position(self) -> int:
        """How many tokens are in the cache. The last one of an answer comes there with what is read next."""
        return self._instance.position

    def reset(self) -> None:
        """Forget everything."""
        with self._used():
            self._instance.reset()

    def go_back(self, position: int) -> None:
        """Forget all tokens but the first, as many as `position` says."""
        with self._used():
            self._instance.go_back(position)

    def fork(self) -> Session:
        """Give another session that goes on from the same tokens. It shares weights and threads with this one."""
        with self._used():
            return Session(self._model, self._instance.branch())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Keep the tokens, and what the cache knows of them, in a file."""
        with self._used():
            self._instance.save(os.fsencode(path))

    def restore(self, path: str | os.PathLike[str]) -> None:
        """Go on from what `save` wrote, with the same bits.

        Raises:
            ValueError: a file that is damaged, or another model's. Nothing has changed.
        """
        with self._used():
            self._instance.restore(os.fsencode(path))

    def cancel(self) -> None:
        """From any thread: end the call that runs, or else the next one, with `weebill.Cancelled`."""
        self._instance.cancel()

    def close(self) -> None:
        """Free cache and threads now. Otherwise they go with the object."""
        with self._used():
            self._instance.close()

    # ---- tokens

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

    def _prefill(self, tokens: Sequence[int] | Ids) -> None:
        ids = self._model.checked_ids(tokens)
        self._model.require_room(self._instance.position, len(ids))
        for first in range(0, len(ids), _PIECE):
            last = first + _PIECE >= len(ids)
            _finish(self._instance.prefill(ids[first : first + _PIECE], self._logits if last else None))

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
            _finish(self._instance.step(token, self._address))
            return self._logits

    def logits(self, tokens: Sequence[int] | Ids) -> Logits:
        """Take tokens and keep the logits of each, at the speed of a prompt.

        Returns:
            float32 [tokens, vocabulary]: row i is what follows token i.
        """
        with self._used():
            ids = self._model.checked_ids(tokens)
            self._model.require_room(self._instance.position, len(ids))
            rows = np.empty((len(ids), self._model.facts.vocabulary), np.float32)
            for first in range(0, len(ids), _PIECE):
                piece = slice(first, first + _PIECE)
                _finish(self._instance.prefill_all(ids[piece], rows[piece]))
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
        """Give the ids of a text for the model, after `Model.beginning` if nothing is there yet."""
        start = self._model.beginning if self.position == 0 else []
        return [*start, *self.tokenize(text)]

    # ---- answers

    def generate_ids(
        self, prompt: Sequence[int] | Ids, max_tokens: int = 128, **sampling: Unpack[SamplingFields]
    ) -> Iterator[int]:
        """Take a prompt and give the tokens that follow, each as soon as it is known.

        A token that ends an answer is not given, and ends the answer; so does a full context.

        Args:
            prompt: token ids.
            max_tokens: the most that are generated.
            sampling: fields of `Sampling`; what is left out is as the model's file recommends.
        """
        for token, _ in self._answer(lambda: self._prefill(prompt), max_tokens, (), sampling):
            if token is not None:
                yield token

    def stream(
        self,
        prompt: str | Sequence[int],
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        **sampling: Unpack[SamplingFields],
    ) -> Iterator[str]:
        """Take a prompt and give the text that follows, in pieces that end between characters.

        Args:
            prompt: a text, before which `Model.beginning` is put if the session is empty; or token ids.
            max_tokens: the most that are generated.
            stop: texts that end the answer; they are not given.
            sampling: fields of `Sampling`; what is left out is as the model's file recommends.

        Raises:
            UsageError: the model has no tokenizer.
        """
        self._model.require_tokenizer()
        ids = self.prompt_ids(prompt) if isinstance(prompt, str) else prompt
        yield from self._texts(lambda: self._prefill(ids), max_tokens, stop, sampling)

    def say(self, text: str, role: Role = "user") -> None:
        """Add a message to a conversation. It is read when the next answer begins.

        Args:
            text: what is said. Texts of special tokens stand for them in system messages only.
            role: "user"; "system", which comes first; "assistant": an answer that was given elsewhere; "tool": what a
                tool answers to a call that the last answer has in its text.

        Raises:
            UsageError: the model has no chat template that can be used, or no such role.
        """
        self._model.require_chat()
        known = require_role(self._model.facts, role)
        with self._used():
            self._instance.say(ROLES.index(known), text.encode())

    def answer(
        self, max_tokens: int = 512, stop: Sequence[str] = (), **sampling: Unpack[SamplingFields]
    ) -> Iterator[str]:
        """Give the answer to what was said, piece by piece: as `stream`."""
        yield from self._texts(lambda: None, max_tokens, stop, sampling)

    def _texts(
        self, begin: Callable[[], None], most: int, stop: Sequence[str], sampling: SamplingFields
    ) -> Iterator[str]:
        for _, text in self._answer(begin, most, stop, sampling):
            if text:
                yield text

    def _answer(
        self, begin: Callable[[], None], most: int, stop: Sequence[str], sampling: SamplingFields
    ) -> Iterator[tuple[int | None, str]]:
        """Give each token and what it adds to the text, which may be nothing; None: text only."""
        with self._used():
            chosen = replace(self._instance.recommended_sampling, **sampling)
            self._instance.set_answers(chosen, [text.encode() for text in stop])
            begin()
        expected = self.position
        for index in range(most):
            with self._used():
                if index and self._instance.position != expected:
                    raise BusyError("this session took other tokens while an answer was going on")
                if (piece := self._next(index == 0)) is None:
                    break
                expected = self._instance.position
            if piece.end:
                if text := piece.string():
                    yield None, text
                return
            yield piece.id, piece.string()
        with self._used():
            text = self._instance.end_answer().string()
        if text:
            yield None, text

    def _next(self, first: bool) -> CPiece | None:
        """Give the next piece; nothing where the context is full."""
        try:  # the first one reads what was said, which may take a while
            return interruptible(self._instance.next, self._instance.cancel) if first else self._instance.next()
        except ContextFullError:
            if first:
                raise
            return None


def _finish(done: bool) -> None:
    if not done:
        raise Cancelled("cancelled")
