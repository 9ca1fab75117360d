"""How fast a compiled model runs here, beside what memory would allow.

Tested by tests/python/test_library_model.py.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from weebill import _compiler
from weebill.errors import UsageError

if TYPE_CHECKING:
    from weebill.session import Session


@dataclass(frozen=True)
class Benchmark:
    """Medians of several rounds of reading memory, prefill and decode, in turns.

    Attributes:
        target: whose kernels ran.
        threads: of prefill and decode.
        decode_tokens_per_second: tokens one after the other, each the likeliest.
        prefill_tokens_per_second: a prompt at once.
        bytes_per_token: weights that a decoded token reads, and the cache behind `context_tokens`.
        read_bytes_per_second: what the same threads read from memory, in eight streams each.
        bandwidth_share: the part of it that decoding reached. Above 1: caches helped.
        prompt_tokens, new_tokens, context_tokens, rounds: what was run.
    """

    name: str
    target: str
    threads: int
    decode_tokens_per_second: float
    prefill_tokens_per_second: float
    bytes_per_token: int
    read_bytes_per_second: float
    bandwidth_share: float
    prompt_tokens: int
    new_tokens: int
    context_tokens: int
    rounds: int

    def as_dict(self) -> dict[str, Any]:
        """Give the fields by name."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.name} on {self.target}, {self.threads} thread{'s' * (self.threads > 1)}: "
            f"decode {self.decode_tokens_per_second:.1f} tokens/s, "
            f"prefill {self.prefill_tokens_per_second:.1f} tokens/s; "
            f"a token reads {self.bytes_per_token / 1e6:.1f} MB, {100 * self.bandwidth_share:.0f} % of "
            f"{self.read_bytes_per_second / 1e9:.1f} GB/s"
        )


BEYOND_CACHES = 256 << 20  # bytes: more than the last cache keeps from one reading to the next


def usable_threads() -> int:
    """Give the threads that this process may use."""
    return len(os.sched_getaffinity(0))


def measure(
    session: Session, threads: int, prompt_tokens: int, new_tokens: int, context_tokens: int, rounds: int
) -> Benchmark:
    """Run the rounds with a session, which is empty before and after."""
    facts, sizes = session.model.facts, session.model.sizes
    if min(prompt_tokens, new_tokens, rounds) < 1 or context_tokens < 0:
        raise UsageError("prompt_tokens, new_tokens and rounds are 1 at least, context_tokens 0")
    if context_tokens + max(prompt_tokens, new_tokens) > facts.context:
        raise UsageError(
            f"{max(prompt_tokens, new_tokens)} tokens after {context_tokens} do not fit: "
            f"the context holds {facts.context}"
        )
    random = np.random.default_rng(1)  # any tokens will do, as long as they are the same every time
    ids = random.integers(0, facts.vocabulary, max(prompt_tokens, context_tokens, 1), np.int32)

    def fill() -> None:
        session.reset()
        if context_tokens:
            session.prefill(ids[:context_tokens])

    def decode() -> float:
        fill()
        begin = time.perf_counter()
        token = 0
        for _ in range(new_tokens):
            token = int(session.step_view(token).argmax())
        return new_tokens / (time.perf_counter() - begin)

    def prefill() -> float:
        fill()
        begin = time.perf_counter()
        session.prefill(ids[:prompt_tokens])
        return prompt_tokens / (time.perf_counter() - begin)

    decode()  # once unmeasured: pages, caches, clock speed
    read, written, decoded, shares = [], [], [], []
    bytes_per_token = sizes.weight_bytes_per_token + context_tokens * sizes.cache_bytes_per_token
    for _ in range(rounds):
        read.append(_compiler.read_bandwidth(BEYOND_CACHES, threads, 0.05))
        written.append(prefill())
        decoded.append(decode())
        shares.append(decoded[-1] * bytes_per_token / read[-1])
    session.reset()
    return Benchmark(
        name=facts.name,
        target=facts.targets[0],
        threads=threads,
        decode_tokens_per_second=statistics.median(decoded),
        prefill_tokens_per_second=statistics.median(written),
        bytes_per_token=bytes_per_token,
        read_bytes_per_second=statistics.median(read),
        bandwidth_share=statistics.median(shares),
        prompt_tokens=prompt_tokens,
        new_tokens=new_tokens,
        context_tokens=context_tokens,
        rounds=rounds,
    )
