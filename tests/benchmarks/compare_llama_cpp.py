#!/usr/bin/env python3
"""Times an emitted program and llama.cpp in turns, with the machine's read bandwidth beside them, and prints medians, spreads and ratios.

    tests/benchmarks/compare_llama_cpp.py out/smollm2-135m/smollm2-135m [--llama native vnni avx2]
        [--stored file q8_0 q4_0] [--json FILE] [--markdown]

Both run the same values: the emitted program its own weights, llama.cpp the same GGUF file, requantized to Q8_0 unless `--stored` says otherwise. One round measures everything for about
a second each, one program after the other; what the machine does meanwhile hits all of them, so ratios are of one round. What the columns mean is in
tests/benchmarks/README.md. Nothing here passes or fails.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

import comparison_report
from comparison_report import READING

folder = pathlib.Path(__file__).resolve().parent
root = folder.parents[1]
cache = pathlib.Path(os.environ.get("WEEBILL_CACHE", pathlib.Path.home() / ".cache/weebill"))

BANDWIDTH_MEGABYTES, BANDWIDTH_PASSES = 512, 3
# For --quiet: tries of a turn, and how often and long to look before each whether the machine is quiet.
TRIES, PROBES, PROBE_SECONDS = 8, 40, 0.5
PREFILL_TOKENS_A_ROUND = 256  # short prompts are repeated until about so many tokens were read


class LlamaCpp:
    """llama.cpp in its own process. Every measurement is made with and without flash attention; the report takes the better one."""

    modes = ("flash attention", "no flash attention")

    def __init__(self, variant, model, stored, context_tokens):
        self.name = " ".join(["llama.cpp", *([variant] if variant != "native" else []), *([stored] if stored != "q8_0" else [])])
        python = cache / ("llama-venv" if variant == "native" else f"llama-venv-{variant}") / "bin/python"
        if not python.exists():
            sys.exit(f"compare_llama_cpp.py: {python} is missing: run tests/benchmarks/setup_llama_cpp.sh {variant}")
        self.command = [python, folder / "llama_cpp_worker.py", "serve", model, str(context_tokens)]
        self.process = self.start()
        self.about = {**self.ask(self.process, do="about"), "stored": "as the file has them" if stored == "file" else stored.upper()}

    def start(self):
        return subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, process, **request):
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        return json.loads(line) if line else sys.exit(f"compare_llama_cpp.py: {self.name} ended with {process.wait()}")

    def decode(self, context_tokens, new_tokens, threads):
        return self.both(do="decode", context_tokens=context_tokens, new_tokens=new_tokens, threads=threads)

    def prefill(self, prompt_tokens, threads):
        repetitions = max(1, PREFILL_TOKENS_A_ROUND // prompt_tokens)
        return self.both(do="prefill", prompt_tokens=prompt_tokens, repetitions=repetitions, threads=threads)

    def both(self, **request):
        return {mode: self.ask(self.process, **request, flash_attention=mode == self.modes[0])["tokens_per_second"] for mode in self.modes}

    def memory(self, prompt_tokens, new_tokens, threads):
        """Of a fresh process with one context; what Python itself takes is left out."""
        process = self.start()
        request = {"threads": threads, "flash_attention": True}
        self.ask(process, do="prefill", prompt_tokens=prompt_tokens, repetitions=1, **request)
        self.ask(process, do="decode", context_tokens=0, new_tokens=new_tokens, **request)
        answer = self.ask(process, do="memory")
        process.stdin.close()
        process.wait()
        return answer["peak_resident_bytes"] - answer["interpreter_bytes"]

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Weebill:
    """An emitted program, started anew for each measurement: `--bench` warms up by itself."""

    modes = ("",)

    def __init__(self, binary):
        self.name = "Weebill"
        self.binary = binary
        self.about = {}

    def bench(self, **options):
        command = [self.binary, "--bench", "--json"]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"compare_llama_cpp.py: {' '.join(map(str, command))}: {done.stderr.strip()}")
        self.about = json.loads(done.stdout)
        self.about["cache_bytes_per_token"] = self.about["cache_bytes"] // self.about["context"]
        return self.about

    def decode(self, context_tokens, new_tokens, threads):
        answer = self.bench(prompt_tokens=0, context_tokens=context_tokens, new_tokens=new_tokens, threads=threads)
        return {"": answer["decode_tokens_per_second"]}

    def prefill(self, prompt_tokens, threads):
        return {"": self.bench(prompt_tokens=prompt_tokens, new_tokens=0, threads=threads)["prefill_tokens_per_second"]}

    def memory(self, prompt_tokens, new_tokens, threads):
        return self.bench(prompt_tokens=prompt_tokens, new_tokens=new_tokens, threads=threads)["peak_resident_bytes"]

    def processor_seconds(self):
        return 0  # its processes have ended: RUSAGE_CHILDREN has them


class Load:
    """Which part of the processors' time went to other programs, or was taken away by the host, since this was made."""

    def __init__(self, programs):
        self.programs = programs
        self.before = self.read()

    def read(self):
        user, nice, system, _, _, interrupt, soft_interrupt, stolen = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
        busy = (user + nice + system + interrupt + soft_interrupt + stolen) / os.sysconf("SC_CLK_TCK")
        usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        ours = sum(usage.ru_utime + usage.ru_stime for usage in usages) + sum(program.processor_seconds() for program in self.programs)
        return busy, ours, time.monotonic()

    def others(self):
        busy, ours, elapsed = (after - before for before, after in zip(self.before, self.read()))
        return max(0.0, busy - ours) / (elapsed * os.cpu_count())


def compile_read_bandwidth():
    program = cache / "read_bandwidth"
    compiler = os.environ.get("CXX", "c++")
    source = folder / "read_bandwidth.cpp"
    # -march: without wide vectors some compilers keep the sums in memory, and the adding is slower than the reading.
    subprocess.run([compiler, "-std=c++20", "-O3", "-march=native", "-pthread", source, "-o", program], check=True)
    return program


def read_bandwidth(program, threads):
    command = [program, str(BANDWIDTH_MEGABYTES), str(BANDWIDTH_PASSES), *map(str, threads)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def stored_as(stored, model):
    """The file of the model's values for llama.cpp: itself, or requantized, which is made once."""
    if stored == "file":
        return model
    python = cache / "llama-venv/bin/python"
    target = cache / "models/llama.cpp" / f"{model.stem}-{model.stat().st_size}.{stored.upper()}.gguf"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        subprocess.run([python, folder / "llama_cpp_worker.py", stored, model, part], check=True, stderr=subprocess.DEVNULL)
        part.rename(target)
    return target


class Turns:
    """Measures everything once a round, one turn for each setting: all programs one after the other, and plain reading beside decoding."""

    def __init__(self, arguments, programs, bandwidth_program):
        self.arguments = arguments
        self.programs = programs
        self.bandwidth_program = bandwidth_program
        self.samples = []  # flat, one a measurement: readers group them as they like

    def run(self):
        for number in range(self.arguments.rounds):
            for threads in self.arguments.threads:
                for what, sizes in (("decode", self.arguments.contexts), ("prefill", self.arguments.prompts)):
                    for size in sizes:
                        self.samples += self.quiet_turn(number, what, size, threads)
            if sys.stderr.isatty():
                print(f"round {number + 1} of {self.arguments.rounds}", file=sys.stderr)
        return self.samples

    def quiet_turn(self, number, *setting):
        """The turn in which other programs took least; no second try if they took less than --quiet."""
        turns = []
        for _ in range(TRIES):
            self.wait_for_quiet()
            load = Load(self.programs)
            samples = self.turn(number, *setting)
            turns.append((load.others(), samples))
            if 100 * turns[-1][0] <= self.arguments.quiet:
                break
        others, samples = min(turns, key=lambda turn: turn[0])
        return [{**sample, "other_programs": others} for sample in samples]

    def wait_for_quiet(self):
        for _ in range(PROBES if self.arguments.quiet < 100 else 0):
            load = Load(self.programs)
            time.sleep(PROBE_SECONDS)
            if 100 * load.others() <= self.arguments.quiet:
                return

    def turn(self, number, what, size, threads):
        setting = {"round": number, "size": size, "threads": threads}
        samples = []
        if what == "decode":
            for entry in read_bandwidth(self.bandwidth_program, [threads]):
                samples += [{**setting, "program": READING, "mode": "", "what": f"{entry['streams']} streams", "value": value}
                            for value in entry["gigabytes_per_second"]]
        # The order alternates, so that no program always finds the caches as the other one left them.
        for program in self.programs[:: 1 if number % 2 == 0 else -1]:
            values = program.decode(size, self.arguments.new_tokens, threads) if what == "decode" else program.prefill(size, threads)
            samples += [{**setting, "program": program.name, "mode": mode, "what": what, "value": value} for mode, value in values.items()]
        return samples


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("binary", nargs="?", type=pathlib.Path, help="emitted program; without it llama.cpp is timed alone")
    parser.add_argument("--model", type=pathlib.Path, help="GGUF file that the program was built from (default: scripts/fetch-model)")
    parser.add_argument("--llama", nargs="+", default=["native"], choices=["native", "vnni", "avx2"], help="builds of llama.cpp to compare with (native)")
    parser.add_argument("--stored", nargs="+", default=["q8_0"], choices=["file", "q8_0", "q4_0"], help="what llama.cpp has the weights as (q8_0)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--contexts", type=int, nargs="*", default=[0, 512, 1024], help="tokens in the cache before decoding")
    parser.add_argument("--prompts", type=int, nargs="*", default=[16, 128, 512], help="tokens of a prompt")
    parser.add_argument("--new-tokens", type=int, default=32, help="tokens decoded in a measurement")
    parser.add_argument("--quiet", type=float, default=100, metavar="PERCENT",
                        help=f"measure again, up to {TRIES} times, while other programs take more of the processors' time (100: never)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--markdown", action="store_true", help="print the tables as docs/performance.md has them")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    model = arguments.model or pathlib.Path(subprocess.run([root / "scripts/fetch-model"], check=True, capture_output=True, text=True).stdout.strip())
    longest = max([*arguments.contexts, *arguments.prompts]) + arguments.new_tokens
    context_tokens = max(2048, -(-longest // 256) * 256)
    programs = [LlamaCpp(variant, stored_as(stored, model), stored, context_tokens) for variant in arguments.llama for stored in arguments.stored]
    if arguments.binary:
        programs.insert(0, Weebill(arguments.binary.resolve()))
    bandwidth_program = compile_read_bandwidth()
    for program in programs:  # fills caches and page tables, so that the first round is like the others
        for threads in arguments.threads:
            for context in arguments.contexts:
                program.decode(context, 4, threads)

    samples = Turns(arguments, programs, bandwidth_program).run()
    result = {
        "machine": comparison_report.machine(),
        "rounds": arguments.rounds,
        "new_tokens": arguments.new_tokens,
        "programs": {program.name: program.about for program in programs},
        "peak_resident_bytes": {program.name: program.memory(512, 128, max(arguments.threads)) for program in programs},
        "samples": samples,
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")
    print(comparison_report.report(result, markdown=arguments.markdown))


if __name__ == "__main__":
    main()
