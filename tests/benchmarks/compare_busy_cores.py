#!/usr/bin/env python3
"""What a program reaches while others want its cores: alone, beside a loop that is always busy, and two such programs at once, measured in turns.

    tests/benchmarks/compare_busy_cores.py before/smollm2-135m now/smollm2-135m [--threads 1 2] [--rounds 5] [--duty 100] [--quota 1] [--markdown]

The busy loop stays on one core; with `--duty 50` it works half of each millisecond, which makes that core slow instead of taking it away. Speeds are
tokens a second, decoding and prefill; of two programs at once it is the sum. `--quota 1` (as root) adds a container that may use the time of so many
cores, where the program chooses its number of threads itself: 0 in the table. Nothing here passes or fails.
"""
import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import subprocess
import sys

from compare_llama_cpp import Weebill
from comparison_report import spread, table

BUSY = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
busy = int(sys.argv[2]) / 1e5
while True:
    end = time.perf_counter() + busy
    while time.perf_counter() < end:
        pass
    if busy < 1e-3:
        time.sleep(1e-3 - busy)
"""


@contextlib.contextmanager
def busy_core(duty):
    """The last core that this process may use is taken."""
    process = subprocess.Popen([sys.executable, "-c", BUSY, str(max(os.sched_getaffinity(0))), str(duty)])
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def quota(cores):
    """What is started has the time of so many cores: a control group of version 2 or 1, in which this process is meanwhile."""
    root = next(folder for folder in (pathlib.Path("/sys/fs/cgroup/cpu"), pathlib.Path("/sys/fs/cgroup")) if folder.is_dir())
    group, period = root / f"weebill-{os.getpid()}", 100_000
    group.mkdir()
    try:
        if (group / "cpu.max").exists():
            (group / "cpu.max").write_text(f"{int(cores * period)} {period}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(period))
            (group / "cpu.cfs_quota_us").write_text(str(int(cores * period)))
        (group / "cgroup.procs").write_text(str(os.getpid()))
        yield
    finally:
        (root / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


def bench(program, threads, a):
    chosen = {"threads": threads} if threads else {}
    answer = program.bench(prompt_tokens=a.prompt, new_tokens=a.new_tokens, **chosen)
    return answer["decode_tokens_per_second"], answer["prefill_tokens_per_second"]


def two_at_once(program, threads, a):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = [answer.result() for answer in [pool.submit(bench, program, threads, a) for _ in range(2)]]
    return tuple(sum(speeds) for speeds in zip(*both))


def measure(programs, a):
    """(situation, threads, program) -> a pair of speeds for each round."""
    found = {}
    for number in range(a.rounds):
        for program in programs if a.quota else []:
            with quota(a.quota):
                found.setdefault((f"quota of {a.quota:g} cores", 0, str(program.binary)), []).append(bench(program, 0, a))
        for threads in a.threads:
            for program in programs[:: 1 if number % 2 == 0 else -1]:
                keep = lambda situation, speeds: found.setdefault((situation, threads, str(program.binary)), []).append(speeds)
                keep("alone", bench(program, threads, a))
                with busy_core(a.duty):
                    keep("one core busy" if a.duty == 100 else f"one core {a.duty} % busy", bench(program, threads, a))
                if a.duty == 100:
                    keep("two at once, together", two_at_once(program, threads, a))
    return found


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("programs", nargs="+", type=pathlib.Path, help="emitted programs")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duty", type=int, default=100, help="per cent of its core's time that the busy loop takes (100)")
    parser.add_argument("--quota", type=float, default=0, help="cores whose time a container may use, one more situation; 0: none (0)")
    parser.add_argument("--prompt", type=int, default=256, help="tokens of the prompt (256)")
    parser.add_argument("--new-tokens", type=int, default=96, help="tokens decoded in a measurement (96)")
    parser.add_argument("--markdown", action="store_true", help="print the table as docs/performance.md has it")
    return parser.parse_args()


def main():
    a = parse_arguments()
    found = measure([Weebill(program.resolve()) for program in a.programs], a)
    names = {str(program.resolve()): str(program) for program in a.programs}
    rows = [[situation, str(threads), names[program], *(spread(speeds, 0) for speeds in zip(*pairs))]
            for (situation, threads, program), pairs in sorted(found.items())]
    print(table(["", "threads", "program", "decode", "prefill"], rows, a.markdown))


if __name__ == "__main__":
    main()
