#!/usr/bin/env python3
"""What layer sharing costs: the same blocks visited once, twice in a row and twice all over, and twice as many blocks, measured in turns.

    tests/benchmarks/compare_sharing.py [--preset mobilellm-125m] [--weights int8 f32] [--threads 1 2] [--rounds 5] [--json FILE] [--markdown]

Builds the four programs with random weights, then times decoding and a short prompt of each once a round, with plain reading beside them. Ratios are of
one round. What the columns mean is in tests/benchmarks/README.md. Nothing here passes or fails.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import comparison_report
from compare_llama_cpp import Load, Weebill, compile_read_bandwidth, read_bandwidth
from comparison_report import ratios, spread, table

root = pathlib.Path(__file__).resolve().parents[2]
BASE, IMMEDIATE, ALL_OVER, DOUBLE = "N blocks", "N blocks x 2, immediate", "N blocks x 2, all over", "2 N blocks"


def descriptions(shape, blocks):
    """The four models of a shape, by name."""
    sizes = {key: shape[key] for key in ("model", "hidden", "heads", "key_value_heads", "head_size", "vocabulary")}
    sizes |= {"context": shape["trained_context"], "tied_embeddings": shape["shared_embeddings"]}
    return {
        BASE: {"layers": blocks, **sizes},
        IMMEDIATE: {"blocks": blocks, "sharing": {"order": "immediate", "times": 2}, **sizes},
        ALL_OVER: {"blocks": blocks, "sharing": {"order": "all-over", "times": 2}, **sizes},
        DOUBLE: {"layers": 2 * blocks, **sizes},
    }


def build(weebill, folder, preset, blocks, weights):
    """Name of the model -> program."""
    shape = json.loads(subprocess.run([weebill, "inspect", preset, "--json"], check=True, capture_output=True).stdout)
    activations = "int8" if weights == "int8" else "f32"
    programs = {}
    for name, description in descriptions(shape, blocks or shape["blocks"]).items():
        stem = f"{weights}-{description.get('blocks', description.get('layers'))}-{len(programs)}"
        (folder / f"{stem}.json").write_text(json.dumps(description))
        options = ["--weights", weights, "--activations", activations, "--emit", "binary", "--name", stem]
        if not (folder / stem).exists():
            subprocess.run([weebill, "build", folder / f"{stem}.json", "-o", folder, *options], check=True, capture_output=True)
        programs[name] = Weebill(folder / stem)
    return programs


class Rounds:
    """Times of every program, by round."""

    def __init__(self, arguments, programs):
        self.arguments, self.programs = arguments, programs
        self.decode, self.prompt, self.reading = {}, {}, {}  # (threads, name) -> round -> milliseconds, or GB/s
        self.bytes = {}

    def run(self):
        reader = compile_read_bandwidth()
        for number in range(self.arguments.rounds):
            for threads in self.arguments.threads:
                for entry in read_bandwidth(reader, [threads]):
                    self.keep(self.reading, threads, entry["streams"], number, statistics.median(entry["gigabytes_per_second"]))
                # The order alternates, so that no program always finds the caches as the other one left them.
                for name in list(self.programs)[:: 1 if number % 2 == 0 else -1]:
                    self.measure(name, threads, number)
            if sys.stderr.isatty():
                print(f"round {number + 1} of {self.arguments.rounds}", file=sys.stderr)
        return self

    def measure(self, name, threads, number):
        a = self.arguments
        answer = self.programs[name].bench(prompt_tokens=a.prompt, context_tokens=a.context, new_tokens=a.new_tokens, threads=threads)
        self.bytes[name] = answer["weight_bytes"]
        self.keep(self.decode, threads, name, number, 1e3 / answer["decode_tokens_per_second"])
        self.keep(self.prompt, threads, name, number, 1e3 * a.prompt / answer["prefill_tokens_per_second"])

    def keep(self, where, threads, name, number, value):
        where.setdefault((threads, name), {})[number] = value


def tables(weights, rounds, markdown):
    """Text: times, ratios and bandwidth for each number of threads."""
    rows, a = [], rounds.arguments
    for threads in a.threads:
        base, double, eight = (rounds.decode[threads, BASE], rounds.decode[threads, DOUBLE], rounds.reading[threads, 8])
        for name in rounds.programs:
            times, prompts = rounds.decode[threads, name], rounds.prompt[threads, name]
            speeds = {number: rounds.bytes[name] / 1e6 / times[number] for number in times}
            rows.append([str(threads), name, spread(times.values(), 2), spread(ratios(times, base), 2), spread(ratios(times, double), 2),
                         spread(speeds.values(), 1), spread([100 * ratio for ratio in ratios(speeds, eight)], 0),
                         spread(prompts.values(), 1), spread(ratios(prompts, rounds.prompt[threads, BASE]), 2)])
    heads = ["threads", "model", "ms a token", "/ N", "/ 2 N", "GB/s", "% of 8 streams", f"ms for {a.prompt} tokens", "/ N"]
    reading = [[str(threads)] + [spread(rounds.reading[threads, streams].values(), 1) for streams in (1, 8)] for threads in a.threads]
    return "\n".join([
        f"weights {weights}, {a.context} tokens in the cache", "", table(heads, rows, markdown), "",
        table(["threads", "1 stream, GB/s", "8 streams, GB/s"], reading, markdown),
    ])


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--preset", default="mobilellm-125m", help="shape: a preset without sharing (mobilellm-125m)")
    parser.add_argument("--blocks", type=int, metavar="N", help="blocks of the shared models (those of the preset)")
    parser.add_argument("--weights", nargs="+", default=["int8"], help="of weebill build (int8)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--context", type=int, default=0, help="tokens in the cache before decoding (0)")
    parser.add_argument("--prompt", type=int, default=8, help="tokens of the short prompt (8)")
    parser.add_argument("--new-tokens", type=int, default=32, help="tokens decoded in a measurement (32)")
    parser.add_argument("--weebill", type=pathlib.Path, default=root / "build/release/bin/weebill")
    parser.add_argument("--folder", type=pathlib.Path, help="where to build the programs; those that are there are taken (a temporary one)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--markdown", action="store_true", help="print the tables as docs/performance.md has them")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        built = {weights: build(arguments.weebill, folder, arguments.preset, arguments.blocks, weights) for weights in arguments.weights}
        load = Load([])
        measured = {weights: Rounds(arguments, programs).run() for weights, programs in built.items()}
        others = load.others()
    for weights, rounds in measured.items():
        print(tables(weights, rounds, arguments.markdown) + "\n")
    print(f"{arguments.preset}: {arguments.rounds} rounds in turns, medians (least-most); ratios are of one round. Meanwhile other programs took "
          f"{100 * others:.0f} % of the processors' time.\n{comparison_report.machine_text(comparison_report.machine())}")
    if arguments.json:
        flat = {weights: {what: [[*key, values] for key, values in getattr(rounds, what).items()] for what in ("decode", "prompt", "reading")}
                for weights, rounds in measured.items()}
        arguments.json.write_text(json.dumps(flat, indent=1) + "\n")


if __name__ == "__main__":
    main()
