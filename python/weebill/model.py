"""A compiled model: runs in this process, and knows everything that was made of it.

Tested by tests/python/test_library_model.py.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Unpack

import numpy as np

from weebill import _compiler, benchmark, scores
from weebill.build import Build
from weebill.chat_text import chat_text
from weebill.errors import ContextFullError, RunError, UsageError
from weebill.facts import Facts, Sizes
from weebill.files import Files
from weebill.library import Ids, Instance, Library, Logits
from weebill.messages import Message, spoken
from weebill.prediction import Machine, Prediction, predict_compiled
from weebill.recipe import Recipe
from weebill.sampling import SamplingFields
from weebill.session import Session


class Model(Build):
    """A compiled model. Made by `weebill.compile`.

    Several threads may use one: each call that needs a cache has a session to itself, which is made when all are in
    use and kept for later calls. Memory is mapped weights, and `sizes.cache_bytes` for each session.

    Attributes:
        facts: shape, tokens, recipe, targets.
        sizes: bytes, known before the model runs.
        files: what was made, in the folder of the cache.
        recipe: how it was compiled.
        threads: of each session.
    """

    def __init__(
        self,
        facts: Facts,
        sizes: Sizes,
        files: Files,
        recipe: Recipe,
        plan: Callable[[], _compiler.Compiled],
        lock: IO[bytes],
        threads: int = 0,
    ) -> None:
        super().__init__(facts, sizes, files, recipe, plan, lock)
        self.threads = threads or min(benchmark.usable_threads(), 256)
        self.stop_tokens = frozenset(facts.stop_tokens)
        self._library = Library(files.library, files.header)
        self._free: list[Session] = []
        self._guard = threading.Lock()
        self.token_texts: dict[int, bytes] = {}  # what was asked for so far

    def __repr__(self) -> str:
        kind = f"{self.facts.weights} weights, {self.facts.targets[0]}"
        return f"<weebill.Model {self.name}: {self.sizes.parameters:,} parameters, {kind}>"

    # ---- running it

    def session(self) -> Session:
        """Make a session: a cache and threads of its own.

        Raises:
            RunError: the weights file is gone or another one's, the CPU lacks instructions, or memory is refused.
        """
        if not self.files.weights.is_file():
            raise RunError(f"the weights file '{self.files.weights}' is gone: compile the model again")
        return Session(self, Instance.of(self._library, self.files.weights, self.threads))

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[Session]:
        """Lend an empty session to one call."""
        with self._guard:
            session = self._free.pop() if self._free else None
        session = session or self.session()
        try:
            yield session
        finally:
            session.reset()
            with self._guard:
                self._free.append(session)

    def checked_ids(self, tokens: Sequence[int] | Ids) -> Ids:
        """Give ids as an array.

        Raises:
            ValueError: there is none, or one that the vocabulary does not have.
        """
        ids = np.ascontiguousarray(tokens, dtype=np.int32)
        if ids.ndim != 1 or len(ids) == 0:
            raise ValueError("tokens: a list of one token at least is needed")
        if (wrong := ids[(ids < 0) | (ids >= self.facts.vocabulary)]).size:
            raise ValueError(
                f"tokens: there is no token {wrong[0]}, the vocabulary has {self.facts.vocabulary}, from 0 on"
            )
        return ids

    def require_room(self, used: int, more: int) -> None:
        """Raise ContextFullError where tokens do not fit, before the first is taken."""
        if used + more > self.facts.context:
            raise ContextFullError(f"{more} tokens after {used} do not fit: the context holds {self.facts.context}")

    def tokenize(self, text: str, special: bool = True) -> list[int]:
        """Give the ids of a text, without what stands before every text.

        Args:
            text: any text.
            special: whether texts like "<|im_end|>" in it stand for special tokens. False for what strangers type.

        Raises:
            UsageError: the model has no tokenizer.
        """
        with self._borrowed() as session:
            return session.tokenize(text, special)

    def detokenize(self, tokens: Sequence[int] | Ids) -> str:
        """Give the text of ids. Special tokens have none."""
        with self._borrowed() as session:
            text = session.token_bytes(*self.checked_ids(tokens).tolist()).decode(errors="replace")
        return text.removeprefix(" ") if self.facts.drops_first_space else text

    def require_tokenizer(self) -> None:
        """Raise UsageError, with the reason, for a model that has no tokenizer."""
        if not self.facts.tokenizer:
            why = f": {self.facts.tokenizer_problem}" if self.facts.tokenizer_problem else ""
            raise UsageError(f"'{self.name}' has no tokenizer{why}")

    @property
    def beginning(self) -> list[int]:
        """The tokens that the model wants before every text: often one, or nothing."""
        return list(self.facts.before_text)

    def stream(
        self,
        prompt: str | Sequence[int],
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        **sampling: Unpack[SamplingFields],
    ) -> Iterator[str]:
        """Give the text that follows a prompt, piece by piece: see `Session.stream`."""
        with self._borrowed() as session:
            yield from session.stream(prompt, max_tokens, stop, **sampling)

    def generate(
        self,
        prompt: str | Sequence[int],
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        **sampling: Unpack[SamplingFields],
    ) -> str:
        """Give the text that follows a prompt: see `Session.stream`."""
        return "".join(self.stream(prompt, max_tokens, stop, **sampling))

    def generate_ids(
        self, prompt: Sequence[int] | Ids, max_tokens: int = 128, **sampling: Unpack[SamplingFields]
    ) -> Iterator[int]:
        """Give the tokens that follow a prompt: see `Session.generate_ids`."""
        with self._borrowed() as session:
            yield from session.generate_ids(prompt, max_tokens, **sampling)

    def chat(
        self,
        messages: Sequence[Message],
        max_tokens: int = 512,
        stop: Sequence[str] = (),
        **sampling: Unpack[SamplingFields],
    ) -> str:
        """Give the answer to a conversation, put into the model's chat template.

        Args:
            messages: as everywhere: `[{"role": "user", "content": "Hello"}]`; see `Message` for tools.
            max_tokens: the most that are generated.
            stop: texts that end the answer; they are not given.
            sampling: fields of `Sampling`; what is left out is as the model's file recommends.

        Raises:
            UsageError: the model has no chat template that can be used, or none with a role for tools.
        """
        return "".join(self.stream_chat(messages, max_tokens, stop, **sampling))

    def stream_chat(
        self,
        messages: Sequence[Message],
        max_tokens: int = 512,
        stop: Sequence[str] = (),
        **sampling: Unpack[SamplingFields],
    ) -> Iterator[str]:
        """Give the answer to a conversation piece by piece: see `chat`."""
        self.require_chat()
        with self._borrowed() as session:
            for role, text in spoken(self.facts, messages):
                session.say(text, role)
            yield from session.answer(max_tokens, stop, **sampling)

    def chat_text(self, messages: Sequence[Mapping[str, Any]], answers: bool = True) -> str:
        """Give the text that the model's chat template makes of a conversation.

        Args:
            messages: as `chat` takes them.
            answers: whether the model's answer follows; otherwise the last message stays open, to be gone on with.
        """
        self.require_chat()
        return chat_text(self.facts, messages, answers)

    def require_chat(self) -> None:
        """Raise UsageError, with the reason, for a model that cannot chat."""
        if not self.facts.chat:
            why = f": {self.facts.chat_problem}" if self.facts.chat_problem else ""
            raise UsageError(f"'{self.name}' has no chat template{why}")

    # ---- measuring it

    def predict(
        self, machine: Machine | None = None, threads: int = 0, position: int = 0, prompt: int = 0
    ) -> Prediction:
        """Say how fast it can be at best, on this machine or a described one: see `weebill.predict`."""
        return predict_compiled(
            self._compiled, self.facts, self.sizes, machine or Machine.here(), threads or self.threads, position, prompt
        )

    def logits(self, tokens: Sequence[int] | Ids) -> Logits:
        """Give the logits of every position.

        Args:
            tokens: ids, as many as the context holds.

        Returns:
            float32 [tokens, vocabulary]: row i tells what follows token i. Equal to the program's --logits to the bit.
        """
        with self._borrowed() as session:
            return session.logits(tokens)

    def log_likelihood(self, prompt: str | Sequence[int], continuation: str | Sequence[int]) -> scores.LogLikelihood:
        """Give how likely a continuation is after a prompt, and whether it is the likeliest one."""
        with self._borrowed() as session:
            before = session.prompt_ids(prompt) if isinstance(prompt, str) else prompt
            after = session.tokenize(continuation) if isinstance(continuation, str) else continuation
            return scores.log_likelihoods(session, [(before, after)])[0]

    def log_likelihoods(self, pairs: Iterable[tuple[Sequence[int], Sequence[int]]]) -> list[scores.LogLikelihood]:
        """Give how likely tokens are after others, for many pairs (before, after) of ids.

        A beginning that a pair shares with the one before it is read once: put answers to one question together.
        """
        with self._borrowed() as session:
            return scores.log_likelihoods(session, pairs)

    def perplexity(self, text: str | Sequence[int]) -> float:
        """Give the perplexity of a text, cut into windows of the context, as the program's --perplexity."""
        with self._borrowed() as session:
            return scores.perplexity(session, self._window_ids(text), self.beginning)

    def evaluate(self, reference: Model, text: str | Sequence[int]) -> scores.Evaluation:
        """Compare with another model of the same vocabulary on a text: perplexities, divergence, same first choices."""
        if reference.facts.vocabulary != self.facts.vocabulary:
            raise UsageError(
                f"vocabularies of {self.facts.vocabulary} and {reference.facts.vocabulary} tokens cannot be compared"
            )
        ids = self._window_ids(text)
        with self._borrowed() as own, reference._borrowed() as other:
            return scores.evaluate(own, other, ids, self.beginning)

    def _window_ids(self, text: str | Sequence[int]) -> list[int]:
        return self.tokenize(text) if isinstance(text, str) else list(text)

    def bench(
        self, prompt_tokens: int = 0, new_tokens: int = 0, context_tokens: int = 0, rounds: int = 5
    ) -> benchmark.Benchmark:
        """Measure decode, prefill and memory in turns.

        Args:
            prompt_tokens: of the prompt; 0: 512, or what fits.
            new_tokens: that are decoded in a round; 0: 128, or what fits.
            context_tokens: in the cache before.
            rounds: of which medians are taken.
        """
        room = self.context - context_tokens
        with self._borrowed() as session:
            return benchmark.measure(
                session,
                self.threads,
                prompt_tokens or min(512, room),
                new_tokens or min(128, room),
                context_tokens,
                rounds,
            )
