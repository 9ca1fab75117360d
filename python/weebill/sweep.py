"""Many shapes, targets and recipes: predicted, compiled and measured by many processes, and never twice.

Tested by tests/python/test_library_sweep.py.
"""

from __future__ import annotations

import itertools
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from typing import Any

from weebill.architecture import Architecture
from weebill.benchmark import usable_threads
from weebill.compiling import compile, compiler_digest, plan
from weebill.errors import Error, UsageError
from weebill.facts import facts_of
from weebill.jobs import run_jobs
from weebill.model import Model
from weebill.prediction import Machine, predict_compiled
from weebill.progress import counting_bar
from weebill.recipe import Recipe
from weebill.results import Results, Row
from weebill.store import Digests, Store, key_of

Measure = Callable[[Model], Mapping[str, Any]]
Shape = Architecture | Mapping[str, Any] | str


def grid(**fields: Sequence[Any]) -> list[dict[str, Any]]:
    """Give every combination of fields of an `Architecture`. What cannot be is told by its row of the sweep.

    >>> len(grid(model=[576, 768], layers=[12, 24, 30], heads=[9], hidden=[1536], vocabulary=[32000]))
    6
    """
    return [dict(zip(fields, values, strict=True)) for values in itertools.product(*fields.values())]


def bench(model: Model) -> dict[str, Any]:
    """Measure decode and prefill: what a sweep does by itself."""
    found = model.bench(prompt_tokens=min(128, model.context), new_tokens=min(64, model.context), rounds=3)
    return {
        "decode_tokens_per_second": found.decode_tokens_per_second,
        "prefill_tokens_per_second": found.prefill_tokens_per_second,
        "read_bytes_per_second": found.read_bytes_per_second,
        "bandwidth_share": found.bandwidth_share,
    }


@dataclass(frozen=True)
class _Job:
    """One row: everything that decides it, for a process that may be elsewhere."""

    shape: Shape
    recipe: Recipe
    target: str
    threads: int
    machine: Machine | None
    position: int
    measure: Measure | None
    root: str | None
    limit: int

    def key(self) -> str:
        shape = self.shape.description() if isinstance(self.shape, Architecture) else self.shape
        return key_of(
            {
                "shape": shape if isinstance(shape, str) else dict(shape),
                "recipe": asdict(self.recipe),
                "files": self.recipe.contents(Digests(Store(self.root).root)),
                "target": self.target,
                "threads": self.threads,
                "machine": asdict(self.machine) if self.machine else None,
                "position": self.position,
                "measure": f"{self.measure.__module__}.{self.measure.__qualname__}" if self.measure else None,
                "compiler": compiler_digest(),
            }
        )

    def key_of_build(self) -> str:
        """Jobs that measure the same build differently have one of these."""
        return replace(self, threads=0, measure=None).key()

    def architecture(self) -> Architecture | str:
        if isinstance(self.shape, Mapping):
            return Architecture(**self.shape)
        return self.shape

    def compiled(self) -> Model:
        store = Store(self.root, self.limit)
        return compile(
            self.architecture(), self.recipe, target=self.target, threads=self.threads, progress=False, store=store
        )


def _build(job: _Job) -> None:
    """Compile, so that measuring finds it done."""
    job.compiled()


def _row(job: _Job) -> Row:
    """What a job is and what comes of it."""
    row: Row = {"target": job.target, "threads": job.threads, "recipe": str(job.recipe)}
    row |= asdict(job.recipe) | {"error": None}
    if isinstance(job.shape, Mapping):
        row |= job.shape
    try:
        compiled = plan(job.architecture(), job.recipe, job.target)
        facts, sizes = facts_of(compiled.facts())
        row |= {name: value for name, value in asdict(facts).items() if isinstance(value, (int, float, str))}
        row |= asdict(sizes) | {"sharing": _sharing_of(job.architecture()), "target": facts.targets[0]}
        machine = job.machine or Machine.here()
        threads = job.threads or machine.cores
        if job.measure is not None:
            measured = dict(job.measure(job.compiled()))
            row |= {"device": platform.node()} | measured
            if job.machine is None and measured.get("read_bytes_per_second"):
                machine = machine.reading(measured["read_bytes_per_second"], threads)
        predicted = predict_compiled(compiled, facts, sizes, machine, threads, job.position, min(128, facts.context))
        row |= {
            "threads": predicted.threads,
            "predicted_decode_tokens_per_second": predicted.decode_tokens_per_second,
            "predicted_prefill_tokens_per_second": predicted.prefill_tokens_per_second,
        }
    except Error as error:
        row["error"] = str(error)
    return row


def _sharing_of(shape: Architecture | str) -> str:
    schedule = (
        Architecture.preset(shape).schedule if isinstance(shape, str) and shape in Architecture.presets() else None
    )
    schedule = shape.schedule if isinstance(shape, Architecture) else schedule
    return "none" if schedule is None else getattr(schedule, "order", "schedule")


def sweep(
    shapes: Iterable[Shape],
    *,
    targets: Sequence[str] = ("native",),
    recipes: Sequence[Recipe] = (Recipe(),),
    threads: Sequence[int] = (0,),
    measure: Measure | None = bench,
    machine: Machine | None = None,
    position: int = 0,
    results: str | os.PathLike[str] = "sweep.sqlite",
    executor: Executor | Any = None,  # noqa: ANN401
    resources: Mapping[str, float] | None = None,
    workers: int = 0,
    store: Store | None = None,
    progress: bool | None = None,
) -> Results:
    """Predict, compile and measure every shape with every target, recipe and number of threads.

    First everything is compiled, wherever there is a processor; then one row after the other is measured, so that
    nothing else runs on the device. Rows are kept as they come: a sweep that was killed goes on where it was.

    Args:
        shapes: architectures, presets' names, or fields of architectures (`grid`).
        targets: "native", or names of `weebill.targets()`.
        recipes: how models are stored and computed.
        threads: of the model that is measured; 0: all that there are.
        measure: a function that other processes can import; it takes a model and gives more fields of the row. None:
            predictions only, and nothing is compiled.
        machine: that is predicted for; None: the one where the row is made, with memory as fast as it was beside the
            measurement, if that says `read_bytes_per_second`.
        position: tokens in the cache when one is decoded, of predictions; a `measure` of your own can do the same.
        results: a file of SQLite. One that is there is continued.
        executor: of `concurrent.futures`, or a `distributed.Client`; None: processes of this machine.
        resources: of Dask's workers that a measurement takes: {"device": 1} gives a device to one at a time, on
            workers that were started with `--resources device=1`.
        workers: processes of this machine; 0: one for each processor.
        store: where builds are kept. Workers on several machines share it by their file system or have one each.
        progress: whether there is a bar; None: where somebody can see it.

    Returns:
        A row for each combination, in order. One that failed says why in `error`, and is tried again next time.
    """
    store, workers = store or Store(), workers or usable_threads()
    shapes = list(shapes)
    if any(not isinstance(shape, (Architecture, Mapping, str)) for shape in shapes):
        raise UsageError("shapes: each is an Architecture, its fields, or the name of a preset")
    combined = itertools.product(shapes, targets, recipes, threads)
    jobs = [
        _Job(shape, recipe, target, count, machine, position, measure, os.fspath(store.root), store.limit)
        for shape, target, recipe, count in combined
    ]
    kept = Results(results)
    keys = {job.key(): job for job in jobs}  # what stands twice is done once
    missing = [job for key, job in keys.items() if (row := kept.get(key)) is None or row["error"]]
    anywhere, alone, spread = _executors(executor, resources or {})
    with counting_bar(len(missing) * (2 if measure else 1), progress) as bar:
        if measure is not None:
            alike = {job.key_of_build(): job for job in missing}
            for _ in run_jobs(_build, list(alike.values()), anywhere, None if executor else workers):
                bar.update()  # what failed will fail again where its row is made, and is told there
            bar.update(len(missing) - len(alike))
        at_once = None if spread or (executor and not measure) else 1 if measure else workers
        for job, row in run_jobs(_row, missing, alone, at_once):
            kept.put(job.key(), row if isinstance(row, dict) else _failed(job, row))
            bar.update()
    return kept.select([job.key() for job in jobs])


def _executors(
    given: Any,  # noqa: ANN401
    resources: Mapping[str, float],
) -> tuple[Executor | None, Executor | None, bool]:
    """Give those that compile and that measure, and whether the latter sees to it that a device has one at a time."""
    if not hasattr(given, "get_executor"):
        return given, given, False
    return given.get_executor(pure=False), given.get_executor(pure=False, resources=dict(resources)), bool(resources)


def _failed(job: _Job, error: BaseException) -> Row:
    fields = dict(job.shape) if isinstance(job.shape, Mapping) else {"name": getattr(job.shape, "name", job.shape)}
    what = str(error) if isinstance(error, Error) else f"{type(error).__name__}: {error}"
    fields |= asdict(job.recipe) | {"recipe": str(job.recipe)}
    return fields | {"target": job.target, "threads": job.threads, "error": what}
