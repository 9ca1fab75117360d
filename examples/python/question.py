"""What the examples have in common: a sweep over some shapes, printed and drawn.

    python examples/python/heads.py               bounds of this machine, in a second
    python examples/python/heads.py --measure     compiled and measured, in some minutes
    python examples/python/heads.py --phone       bounds of a phone: four cores, 20 GB/s

Tested by tests/python/test_library_examples.py.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import weebill

PHONE = weebill.Machine("aarch64-dotprod", cores=4, thread_bytes_per_second=8e9, all_bytes_per_second=20e9)


def ask(
    file: str,
    question: str,
    shapes: Sequence[weebill.Architecture | str],
    kind: str = "bars",
    label: str = "name",
    **more: Any,  # noqa: ANN401
) -> None:
    """Sweep, print a line for each row, and draw.

    Args:
        file: of the script; results and figure are called after it.
        question: what `--help` says.
        shapes: that are compared.
        kind: of the figure: see `weebill.Results.plot`.
        label: the field that tells rows apart.
        more: of `weebill.sweep`.
    """
    name = Path(file).stem
    options = argparse.ArgumentParser(description=question, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--measure", action="store_true", help="compile and measure here")
    options.add_argument("--phone", action="store_true", help="predict for a phone: four cores, 20 GB/s")
    options.add_argument("--figure", default=f"{name}.svg")
    options.add_argument("--results", default=f"{name}.sqlite")
    given = options.parse_args()
    measure = more.pop("measure", weebill.bench)
    results = weebill.sweep(
        shapes,
        measure=measure if given.measure else None,
        machine=PHONE if given.phone else None,
        targets=[PHONE.target if given.phone else "native"],
        results=given.results,
        **more,
    )
    for row in results:
        if row["error"]:
            print(f"{row.get(label)!s:24} {row['error']}")
            continue
        measured = row.get("decode_tokens_per_second")
        threads = f"{row['threads']} thread{'s' * (row['threads'] > 1):1}"
        print(
            f"{row[label]!s:24} {threads} {row['parameters'] / 1e6:8.1f} M  "
            f"{row['predicted_decode_tokens_per_second']:7.1f} tokens/s at best"
            + (f", {measured:7.1f} measured" if measured else "")
        )
    results.plot(kind, label=label).savefig(
        given.figure, metadata={"Date": None} if given.figure.endswith(".svg") else None
    )
