#!/usr/bin/env python3
"""What a user of the Python library waits for: the import, a prediction of a shape, the first answer of a model that was never compiled.

    tests/benchmarks/library_times.py smollm2-135m.gguf [--rounds 5]

Medians (least-most) in seconds on a clock and of the processor, with what Python's own start takes subtracted. Nothing here passes or fails.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from comparison_report import spread, table

IMPORT = "import weebill"
PREDICTIONS = """
import weebill
for layers in range(20, 20 + {count}):
    weebill.predict(weebill.Architecture.preset("mobilellm-125m").replace(layers=layers), MACHINE)
""".replace("MACHINE", 'weebill.Machine("aarch64-dotprod", cores=4, thread_bytes_per_second=8e9, all_bytes_per_second=20e9)')
ANSWER = "import sys, weebill; next(weebill.compile({model!r}, store=weebill.Store({store!r})).stream('The capital of France is', max_tokens=1))"


def seconds(code):
    """On a clock, and of the processor."""
    begin, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    end, after = time.perf_counter(), os.times()
    return end - begin, after.children_user + after.children_system - before.children_user - before.children_system


def beyond(code, other):
    return [own - base for own, base in zip(seconds(code), seconds(other))]


def first_answer(model):
    with tempfile.TemporaryDirectory() as store:
        return beyond(ANSWER.format(model=str(model), store=store), "pass")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    found = {"import weebill": [], "a prediction": [], "the first answer": []}
    for _ in range(args.rounds):
        found["import weebill"].append(beyond(IMPORT, "pass"))
        found["a prediction"].append([both / 10 for both in beyond(PREDICTIONS.format(count=10), PREDICTIONS.format(count=0))])
        found["the first answer"].append(first_answer(args.model))
    print(table(["", "seconds", "of the processor"], [[name, *(spread(times, 3) for times in zip(*rounds))] for name, rounds in found.items()],
                False))


if __name__ == "__main__":
    main()
