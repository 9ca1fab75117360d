"""The tables that compare_llama_cpp.py prints, from what it measured; on its own it prints them again: comparison_report.py FILE.json [--markdown]."""
import json
import pathlib
import statistics
import subprocess
import sys

WEEBILL = "Weebill"
READING = "plain reading"


def machine():
    """What kind of machine this is, without saying which one."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().split("flags", 1)[-1].split("\n", 1)[0].split()
    names = {"avx2": "AVX2", "avx512f": "AVX-512", "avx512_vnni": "AVX512-VNNI", "avx_vnni": "AVX-VNNI", "avx512_bf16": "AVX512-BF16",
             "avx512_fp16": "AVX512-FP16", "amx_int8": "AMX-INT8", "asimddp": "dot products", "i8mm": "I8MM", "sve": "SVE"}
    fields = {entry["field"].rstrip(":"): entry["data"] for entry in json.loads(lscpu())["lscpu"]}
    return {
        "architecture": fields.get("Architecture", "?"),
        "processor": fields.get("Model name", "?"),
        "processors": int(fields.get("CPU(s)", 0)),
        "virtual": "Hypervisor vendor" in fields,
        "features": [name for flag, name in names.items() if flag in flags],
        "caches": {level: fields[f"{level} cache"] for level in ("L1d", "L2", "L3") if f"{level} cache" in fields},
    }


def lscpu():
    return subprocess.run(["lscpu", "-J"], check=True, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


class Samples:
    """What was measured, by round. A program with several modes is its faster one, decided by the median over all rounds."""

    def __init__(self, samples):
        self.values = {}  # (program, what, size, threads) -> mode -> round -> values
        for sample in samples:
            key = sample["program"], sample["what"], sample["size"], sample["threads"]
            self.values.setdefault(key, {}).setdefault(sample["mode"], {}).setdefault(sample["round"], []).append(sample["value"])

    def rounds(self, *key):
        """Mode, and the median of each round."""
        if key not in self.values:
            return None, {}
        by_mode = {mode: {number: statistics.median(values) for number, values in rounds.items()} for mode, rounds in self.values[key].items()}
        mode = max(by_mode, key=lambda mode: statistics.median(by_mode[mode].values()))
        return mode, by_mode[mode]

    def keys(self, what):
        """(size, threads) of everything measured of that kind, threads first."""
        return sorted({key[2:] for key in self.values if key[1] == what}, key=lambda key: (key[1], key[0]))


def spread(values, digits):
    """Median (least-most)."""
    values = list(values)
    if not values:
        return "-"
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def speed(values):
    values = list(values)
    return spread(values, 0 if values and statistics.median(values) >= 100 else 1)


def ratios(a, b):
    """Of the rounds that both have."""
    return [a[number] / b[number] for number in a if number in b]


def bytes_a_token(about, context_tokens):
    """Weights and cache that decoding one token reads. The embedding of the token itself is one row."""
    return about.get("weight_bytes", 0) + about.get("cache_bytes_per_token", 0) * context_tokens


def bandwidth_rows(samples):
    """Over all turns that decode."""
    kinds = sorted({key[1] for key in samples.values if key[0] == READING})
    settings = samples.keys("decode")
    rows = []
    for threads in sorted({threads for _, threads in settings}):
        found = [[value for size, t in settings if t == threads for value in samples.rounds(READING, kind, size, threads)[1].values()] for kind in kinds]
        rows.append([str(threads), *(spread(values, 1) for values in found)])
    return ["threads", *(kind.replace("1 streams", "1 stream") + ", GB/s" for kind in kinds)], rows


def speed_rows(samples, programs, what):
    """One row for each size and thread count."""
    others = [name for name in programs if name != WEEBILL]
    compared = WEEBILL in programs
    header = ["threads", "tokens in the cache" if what == "decode" else "prompt tokens", *programs]
    header += [f"Weebill / {name}" for name in others if compared]
    rows = []
    for size, threads in samples.keys(what):
        measured = {name: samples.rounds(name, what, size, threads) for name in programs}
        row = [str(threads), str(size)]
        row += [speed(rounds.values()) + ("" if mode != "no flash attention" else " *") for mode, rounds in measured.values()]
        row += [spread(ratios(measured[WEEBILL][1], measured[name][1]), 2) for name in others if compared]
        rows.append(row)
    return header, rows


def streaming_rows(samples, programs, new_tokens):
    """What decoding reads in a second, and how much that is of what plain reading gets."""
    header = ["threads", "tokens in the cache", *(f"{name}, {what}" for name in programs for what in ("MB a token", "GB/s", "% of 8 streams"))]
    rows = []
    for size, threads in samples.keys("decode"):
        roof = samples.rounds(READING, "8 streams", size, threads)[1]
        row = [str(threads), str(size)]
        for name, about in programs.items():
            token = bytes_a_token(about, size + new_tokens / 2)
            read = {number: value * token / 1e9 for number, value in samples.rounds(name, "decode", size, threads)[1].items()}
            row += [f"{token / 1e6:.1f}", f"{statistics.median(read.values()):.1f}" if read else "-"]
            row.append(spread((100 * ratio for ratio in ratios(read, roof)), 0))
        rows.append(row)
    return header, rows


def table(header, rows, markdown):
    if markdown:
        return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, ["---:"] * len(header), *rows))
    widths = [max(len(cells[i]) for cells in (header, *rows)) for i in range(len(header))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(cells, widths)) for cells in (header, *rows))


def machine_text(about):
    where = f"{about['processors']} processors" + (" of a virtual machine" if about["virtual"] else "")
    return (f"{about['architecture']}, {about['processor']}, {where}: {', '.join(about['features'])}; caches as reported: "
            + ", ".join(f"{level} {size}" for level, size in about["caches"].items()) + ".")


def caption(result):
    others = [100 * sample["other_programs"] for sample in result["samples"]]
    lines = [machine_text(result["machine"])]
    lines.append(f"{result['rounds']} rounds in turns, medians (least-most); ratios are of one round. "
                 f"{result['new_tokens']} tokens decoded at a time. "
                 f"Meanwhile other programs took {spread(others, 0)} % of the processors' time.")
    for name, program in result["programs"].items():
        if "system" in program:
            used = [part.split("=")[0].strip() for part in program["system"].replace("CPU :", "").split("|") if part.strip().endswith("= 1")]
            vectors = ", ".join(part for part in used if part.startswith(("AVX", "AMX")))
            buffers = ", ".join(buffer.replace("model buffer size = ", "") for buffer in program["weight_buffers"])
            lines.append(f"{name}: llama-cpp-python {program['version']}, {program['stored']}, built with {vectors}; "
                         f"weights in {buffers}. *: faster without flash attention.")
        elif "target" in program:
            lines.append(f"{name}: target {program['target']}, weights of {program['weight_bytes'] / 1e6:.1f} MB read for a token.")
    lines.append("Peak resident memory after 512 prompt and 128 new tokens: " +
                 ", ".join(f"{name} {size / 2**20:.0f} MiB" for name, size in result["peak_resident_bytes"].items()) + ".")
    return lines


def report(result, markdown=False):
    samples, programs = Samples(result["samples"]), result["programs"]
    parts = [("Decode, tokens/s", speed_rows(samples, programs, "decode")),
             ("Prefill, tokens/s", speed_rows(samples, programs, "prefill")),
             ("What decoding reads", streaming_rows(samples, programs, result["new_tokens"])),
             ("Plain reading", bandwidth_rows(samples))]
    text = [(f"**{title}**" if markdown else title) + "\n\n" + table(*rows, markdown) for title, rows in parts if rows[1]]
    return "\n\n".join([*text, "\n".join(caption(result))])


if __name__ == "__main__":
    files = [argument for argument in sys.argv[1:] if argument != "--markdown"]
    if len(files) != 1:
        sys.exit(__doc__)
    print(report(json.loads(pathlib.Path(files[0]).read_text()), markdown="--markdown" in sys.argv))
