"""Work on executors: what a worker does not survive is tried once more, alone, and the rest goes on.

Tested by tests/python/test_library_sweep.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import Any, TypeVar

from loky import ProcessPoolExecutor

from weebill.errors import Error

Given = TypeVar("Given")

_TRIES = 2


class WorkerDiedError(Error):
    """The process that worked on a job ended: it was killed, or it crashed."""


def local_pool(workers: int) -> ProcessPoolExecutor:
    """Give processes of this machine. Not forked: the compiler and a compiled model have threads.

    loky's, because those of `concurrent.futures` run the caller's script again: without `if __name__ == "__main__"` all
    of them died, and a measurement that a notebook defines did not reach them.
    """
    return ProcessPoolExecutor(workers)


def run_jobs(
    work: Callable[[Given], Any],
    jobs: Sequence[Given],
    executor: Executor | None,
    at_once: int | None,
) -> Iterator[tuple[Given, Any]]:
    """Run `work(job)` for each job and give (job, what came of it) as they end: a result, or the exception.

    Args:
        work: a function that other processes can import.
        jobs: what it is called with.
        executor: None: processes of this machine, which are made anew when one dies.
        at_once: jobs that are handed over and have not ended, and with no executor the number of processes; None: all.
    """
    waiting = [(job, 1) for job in jobs]
    own, at_once = executor is None, at_once or max(1, len(jobs))
    pool = executor or local_pool(at_once)
    running: dict[Future[Any], tuple[Given, int]] = {}
    try:
        while waiting or running:
            while waiting and _may_start(waiting[0][1], list(running.values()), at_once):
                job, tries = waiting.pop(0)
                try:
                    running[pool.submit(work, job)] = (job, tries)
                except BrokenExecutor:
                    waiting.insert(0, (job, tries))
                    break
            ended, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set(), None)
            broken = not running
            for future in ended:
                job, tries = running.pop(future)
                error = future.exception()
                if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":  # Dask's word for it
                    broken = True
                    if own and tries < _TRIES:
                        waiting.append((job, tries + 1))
                    else:
                        yield job, WorkerDiedError("the worker died: it was killed, or it crashed")
                else:
                    yield job, error if error is not None else future.result()
            if broken and own:
                wait(running)
                waiting += [(job, tries + 1) for job, tries in running.values()]
                running.clear()
                pool.shutdown(wait=False)
                pool = local_pool(at_once)
    finally:
        if own:
            for future in running:
                future.cancel()
            pool.shutdown(wait=True)


def _may_start(tries: int, running: Sequence[tuple[Any, int]], at_once: int) -> bool:
    """Whether a job may join those that run. What died, or ran beside what died, runs alone: then it is known."""
    if tries > 1 or any(tries > 1 for _, tries in running):
        return not running
    return len(running) < at_once
