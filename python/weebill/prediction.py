"""How fast a shape can be at best on a machine: from the plan alone, in milliseconds, without weights.

Tested by tests/python/test_library_predict.py.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from weebill import _compiler
from weebill.errors import InputError
from weebill.facts import Facts, Sizes

if TYPE_CHECKING:
    from weebill.architecture import Architecture
    from weebill.recipe import Recipe


@dataclass(frozen=True)
class Machine:
    """A machine, measured or only described.

    Attributes:
        target: whose instructions it has: a name of `weebill targets`.
        cores: that a program may use.
        thread_bytes_per_second: one thread reading memory, in several streams.
        all_bytes_per_second: all threads together.
        l2_bytes_per_second: one thread reading its second-level cache.
        l3_bytes_per_second: one thread reading the third level.
        cycles_per_second: of a core under vector load.
        vector_instructions_per_cycle: multiply-adds of whole vectors that a core starts.
        barrier_seconds: all threads meeting.
        caches: (bytes, threads that share it) of the three levels; None: those of the target's typical machine.
        decode_factor: how much longer decoding takes than the bound, from measurement; 1: the bound itself.
        prefill_factor: the same for prompts.
    """

    target: str
    cores: int = 1
    thread_bytes_per_second: float = 13e9
    all_bytes_per_second: float = 25e9
    l2_bytes_per_second: float = 75e9
    l3_bytes_per_second: float = 20e9
    cycles_per_second: float = 3e9
    vector_instructions_per_cycle: float = 2.0
    barrier_seconds: float = 0.4e-6
    caches: tuple[tuple[int, int], ...] | None = None
    decode_factor: float = 1.0
    prefill_factor: float = 1.0

    @staticmethod
    def here() -> Machine:
        """Give this machine: its target, cores and caches, and how fast it reads.

        Memory and the third level are measured, once a process.

        Raises:
            InputError: it runs none of the targets.
        """
        return _measured()

    def replace(self, **changes: object) -> Machine:
        """Give this machine with some numbers changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def reading(self, bytes_per_second: float, threads: int) -> Machine:
        """Give this machine where so many threads read memory so fast together, as measured beside something else."""
        return self.replace(
            thread_bytes_per_second=max(bytes_per_second / threads, 1.0), all_bytes_per_second=bytes_per_second
        )


@cache
def _measured() -> Machine:
    from weebill.benchmark import BEYOND_CACHES, usable_threads

    target = _compiler.native_target()
    if target is None:
        raise InputError("this machine runs none of the targets: describe one with weebill.Machine(target=...)")
    cores = usable_threads()
    one = _compiler.read_bandwidth(BEYOND_CACHES, 1, 0.1)
    together = _compiler.read_bandwidth(BEYOND_CACHES, cores, 0.1) if cores > 1 else one
    levels = _compiler.native_caches()
    # A quarter of the third level: its other users have the rest. The second level keeps its default, which is what
    # kernels reach: this reader, which adds and does no more, is faster there.
    third = _compiler.read_bandwidth(levels[2][0] // 4, 1, 0.05) if levels and levels[2][0] else 0.0
    return Machine(
        target,
        cores,
        thread_bytes_per_second=one,
        all_bytes_per_second=max(one, together),
        l3_bytes_per_second=max(one, third),
        caches=tuple(levels) if levels else None,
    )


@dataclass(frozen=True)
class Prediction:
    """Speeds that memory and arithmetic allow, and what a token costs.

    Attributes:
        threads: of decode and prefill.
        decode_tokens_per_second: with `position` tokens in the cache.
        prefill_tokens_per_second: of a prompt of `prompt` tokens.
        bytes_per_token: weights that a decoded token reads, and the cache as far as it is filled.
    """

    name: str
    target: str
    threads: int
    position: int
    prompt: int
    decode_tokens_per_second: float
    prefill_tokens_per_second: float
    bytes_per_token: int

    def as_dict(self) -> dict[str, Any]:
        """Give the fields by name."""
        return asdict(self)


def predict_compiled(
    compiled: _compiler.Compiled, facts: Facts, sizes: Sizes, machine: Machine, threads: int, position: int, prompt: int
) -> Prediction:
    """Predict for a model that is planned."""
    prompt = prompt or min(512, facts.context)
    token, whole = _compiler.predict(compiled, machine.target, asdict(machine), threads, position, prompt)
    return Prediction(
        name=facts.name,
        target=machine.target,
        threads=threads,
        position=position,
        prompt=prompt,
        decode_tokens_per_second=1 / (token * machine.decode_factor),
        prefill_tokens_per_second=prompt / (whole * machine.prefill_factor),
        bytes_per_token=sizes.weight_bytes_per_token + position * sizes.cache_bytes_per_token,
    )


def predict(
    model: str | Architecture,
    machine: Machine | None = None,
    recipe: Recipe | None = None,
    *,
    threads: int = 0,
    position: int = 0,
    prompt: int = 0,
) -> Prediction:
    """Say how fast a model can be at best.

    Args:
        model: an architecture, a preset's name or a model's path.
        machine: None: this one.
        recipe: None: the compiler's defaults.
        threads: 0: one for each core of the machine.
        position: tokens in the cache when one is decoded.
        prompt: tokens of the prompt; 0: 512, or what fits.

    Returns:
        A bound, not a forecast: a step takes as long as its bytes or its operations, whichever is longer.

    >>> slow = Machine("aarch64-dotprod", cores=4, thread_bytes_per_second=3e9, all_bytes_per_second=6e9)
    >>> predict("mobilellm-125m", slow).decode_tokens_per_second < 50
    True
    """
    from weebill.compiling import plan
    from weebill.facts import facts_of
    from weebill.recipe import Recipe

    machine = machine or Machine.here()
    compiled = plan(model, recipe or Recipe(), machine.target)
    facts, sizes = facts_of(compiled.facts())
    return predict_compiled(compiled, facts, sizes, machine, threads or machine.cores, position, prompt)
