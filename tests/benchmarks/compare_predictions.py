#!/usr/bin/env python3
"""How far `weebill.predict` is from what is measured: 24 shapes, one thread and all of them.

    PYTHONPATH=build/release/python tests/benchmarks/compare_predictions.py [--results predictions.sqlite] [--figure error.svg]

Each row's estimate is that of a machine that reads memory as fast as the same threads did in the same seconds: hosts differ by half between minutes. The
one free number, how much longer decoding takes than that (`decode_factor`), is the median of six shapes; the error is that of the other eighteen. Compiling
takes about five minutes, measuring three. Nothing here passes or fails.
"""

import argparse
import itertools
import statistics

import weebill

HEAD = 64
FITTED = 4  # of so many shapes one decides the factor


def shapes():
    """30 to 350 million parameters: widths, depths, widths of the feed-forward half, and blocks that are visited twice in a row."""
    given = itertools.product((384, 576, 768), (8, 20), (2, 4), (None, weebill.immediate(2)))
    return [
        weebill.Architecture(
            model=model, layers=layers, heads=model // HEAD, key_value_heads=model // HEAD // 3, hidden=ratio * model, vocabulary=32000, schedule=sharing,
            name=f"{layers}x{model}-{ratio}{'-twice' if sharing else ''}",
        )
        for model, layers, ratio, sharing in given
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default="predictions.sqlite")
    parser.add_argument("--figure", help="predicted by measured")
    parser.add_argument("--shapes", type=int, default=24, help="the first of them")
    a = parser.parse_args()
    chosen, threads = shapes()[: a.shapes], sorted({1, weebill.Machine.here().cores})
    rows = list(weebill.sweep(chosen, threads=threads, results=a.results))
    drawn = []
    print(f"{'shape':18} {'threads':>7} {'M':>6} {'GB/s':>6} {'measured':>9} {'predicted':>9}  error")
    for count in threads:
        pairs = [
            (shape, row, row["predicted_decode_tokens_per_second"])
            for shape, row in zip(chosen, (row for row in rows if row["threads"] == count), strict=True)
        ]
        factor = statistics.median(most / row["decode_tokens_per_second"] for _, row, most in pairs[::FITTED])
        errors = []
        for index, (shape, row, most) in enumerate(pairs):
            measured, predicted = row["decode_tokens_per_second"], most / factor
            error = predicted / measured - 1
            if index % FITTED:
                errors.append(abs(error))
            drawn.append(row | {"predicted_decode_tokens_per_second": predicted})
            print(
                f"{shape.name:18} {count:7} {row['parameters'] / 1e6:6.1f} {row['read_bytes_per_second'] / 1e9:6.1f} {measured:9.1f} {predicted:9.1f} "
                f"{100 * error:+5.0f} %{'' if index % FITTED else '  (fitted)'}"
            )
        print(
            f"{count} threads: decode_factor {factor:.2f}, median error {100 * statistics.median(errors):.0f} %, greatest {100 * max(errors):.0f} %\n"
        )
    if a.figure:
        from weebill.plots import draw

        draw(drawn, "error").savefig(a.figure)


if __name__ == "__main__":
    main()
