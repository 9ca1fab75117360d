"""Depth or width, and sharing: 125 million parameters as few wide blocks or many narrow ones, visited once or twice.

    python examples/python/depth_or_width.py               bounds of this machine, in a second
    python examples/python/depth_or_width.py --measure     compiled and measured, in some minutes

Tested by tests/python/test_library_examples.py.
"""

import argparse

import weebill

PHONE = weebill.Machine("aarch64-dotprod", cores=4, thread_bytes_per_second=8e9, all_bytes_per_second=20e9)
VOCABULARY, PARAMETERS = 32000, 125e6


def of_depth(layers: int, sharing: weebill.Sharing | None) -> weebill.Architecture:
    """Give the shape of that depth: the widest with a feed-forward half of 8/3 of its width, which takes what is left."""

    def shape(heads: int, hidden: int) -> weebill.Architecture:
        model = 64 * heads
        return weebill.Architecture(
            model=model,
            layers=layers,
            heads=heads,
            hidden=hidden,
            vocabulary=VOCABULARY,
            schedule=sharing,
            name=f"{layers}x{model}",
        )

    heads = max(n for n in range(3, 25) if shape(n, 64 * n * 8 // 3 // 64 * 64).parameters <= PARAMETERS)
    return max((shape(heads, 64 * n) for n in range(1, 100)), key=lambda s: -abs(s.parameters - PARAMETERS))


def main() -> None:
    """Sweep and draw."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--measure", action="store_true", help="compile and measure here")
    options.add_argument("--phone", action="store_true", help="predict for a phone: four cores, 20 GB/s")
    options.add_argument("--depths", type=int, nargs="+", default=[6, 12, 18, 24, 30, 36, 42])
    options.add_argument("--figure", default="depth_or_width.svg")
    options.add_argument("--results", default="depth_or_width.sqlite")
    given = options.parse_args()
    shapes = [
        of_depth(depth, sharing)
        for sharing in (None, weebill.immediate(2), weebill.all_over(2))
        for depth in given.depths
    ]
    results = weebill.sweep(
        shapes,
        measure=weebill.bench if given.measure else None,
        machine=PHONE if given.phone else None,
        targets=[PHONE.target if given.phone else "native"],
        results=given.results,
    )
    for row in results:
        measured = row.get("decode_tokens_per_second")
        bound = row["predicted_decode_tokens_per_second"]
        print(
            f"{row['name']:12}  {row['sharing']:10} {row['parameters'] / 1e6:6.1f} M  {bound:7.1f} tokens/s at best"
            + (f", {measured:7.1f} measured" if measured else "")
        )
    results.plot("depth").savefig(given.figure, metadata={"Date": None} if given.figure.endswith(".svg") else None)


if __name__ == "__main__":
    main()
