"""Pictures of sweeps and machines, by matplotlib.

Tested by tests/python/test_library_plots.py.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from weebill.errors import UsageError
from weebill.results import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MEASURED, _PREDICTED = "decode_tokens_per_second", "predicted_decode_tokens_per_second"
_NEAR = 0.15  # of a measurement: a good prediction


def draw(rows: Sequence[Row], kind: str = "pareto", **options: Any) -> Figure:  # noqa: ANN401
    """Draw rows of a sweep.

    Args:
        rows: of one sweep; those that failed are left out.
        kind: "pareto": milliseconds a token by parameters, with the shapes that none beats in both;
            "depth": milliseconds a token by stored blocks, a line for each way of sharing;
            "bars": milliseconds a token of each row, measured beside predicted;
            "threads": tokens a second by threads, a line for each name;
            "roofline": tokens a second by the bytes that a token reads, below what memory allows;
            "error": predicted by measured.
        options: `label`, the field that tells rows apart ("name").

    Returns:
        A figure: `figure.savefig("picture.svg")`.

    Raises:
        UsageError: there is nothing to draw, or no such kind.
    """
    if kind not in _KINDS:
        raise UsageError(f"kind: '{kind}' is not one of {', '.join(_KINDS)}")
    drawn = [row for row in rows if not row.get("error")]
    if not drawn:
        raise UsageError("there is no row to draw: all failed, or there are none")
    from matplotlib.figure import Figure  # no window: the figure is shown by a notebook, or saved

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    _KINDS[kind](axes, drawn, options.pop("label", "name"), **options)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)
    return figure


def pareto_front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Give the indices of points that no other one beats: more of the first, less of the second.

    >>> pareto_front([(1, 1), (2, 3), (3, 2), (4, 4)])
    [0, 2, 3]
    """
    front, best = [], float("inf")
    for index in sorted(range(len(points)), key=lambda i: (-points[i][0], points[i][1])):
        if points[index][1] < best:
            front.append(index)
            best = points[index][1]
    return sorted(front, key=lambda i: points[i][0])


def _milliseconds(row: Row, which: str) -> float | None:
    return 1000 / row[which] if row.get(which) else None


def _speed(row: Row) -> str:
    return _MEASURED if row.get(_MEASURED) else _PREDICTED


def _what(rows: Sequence[Row]) -> str:
    return "measured" if all(row.get(_MEASURED) for row in rows) else "predicted"


def _pareto(axes: Axes, rows: Sequence[Row], label: str) -> None:
    which = _MEASURED if _what(rows) == "measured" else _PREDICTED
    points = [(row["parameters"] / 1e6, 1000 / row[which]) for row in rows]
    for name in dict.fromkeys(str(row.get("sharing", "none")) for row in rows):
        chosen = [point for point, row in zip(points, rows, strict=True) if str(row.get("sharing", "none")) == name]
        axes.scatter(*zip(*chosen, strict=True), label=_shown(name), zorder=3)
    front = [points[index] for index in pareto_front(points)]
    axes.plot(*zip(*front, strict=True), color="gray", linewidth=1, label="Pareto front")
    for point, row in zip(points, rows, strict=True):
        if point in front:
            axes.annotate(str(row.get(label, "")), point, xytext=(4, -10), textcoords="offset points", fontsize=7)
    axes.set_xlabel("parameters, millions")
    axes.set_ylabel(f"milliseconds a token, {_what(rows)}")
    axes.legend()


def _depth(axes: Axes, rows: Sequence[Row], label: str) -> None:
    for name in dict.fromkeys(str(row["sharing"]) for row in rows):
        chosen = sorted((row for row in rows if str(row["sharing"]) == name), key=lambda row: int(row["blocks"]))
        times = [1000 / row[_speed(row)] for row in chosen]
        axes.plot([row["blocks"] for row in chosen], times, marker="o", label=_shown(name))
        if name == "none":
            for row, time in zip(chosen, times, strict=True):
                axes.annotate(
                    str(row.get(label, "")), (row["blocks"], time), (0, 5), textcoords="offset points", fontsize=7
                )
    axes.set_xlabel("blocks that are stored")
    axes.set_ylabel(f"milliseconds a token, {_what(rows)}")
    axes.set_ylim(bottom=0)
    axes.legend()


def _shown(sharing: str) -> str:
    return "each block once" if sharing == "none" else f"{sharing} sharing"


def _bars(axes: Axes, rows: Sequence[Row], label: str) -> None:
    names = [str(row.get(label, "")) for row in rows]
    for offset, (which, shown) in enumerate([(_MEASURED, "measured"), (_PREDICTED, "estimate")]):
        times = [_milliseconds(row, which) for row in rows]
        if any(times):
            places = [index + 0.4 * offset for index in range(len(rows))]
            bars = axes.barh(places, [time or 0 for time in times], height=0.38, label=shown)
            axes.bar_label(bars, [f" {time:.1f}" if time else "" for time in times], fontsize=7)
    axes.set_yticks([index + 0.2 for index in range(len(rows))], names)
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds a token")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)  # beside no bar


def _threads(axes: Axes, rows: Sequence[Row], label: str) -> None:
    for name in dict.fromkeys(row.get(label) for row in rows):
        chosen = sorted((row["threads"], row[_speed(row)]) for row in rows if row.get(label) == name)
        axes.plot(*zip(*chosen, strict=True), marker="o", label=str(name))
    axes.set_xticks(sorted({row["threads"] for row in rows}))
    axes.set_xlabel("threads")
    axes.set_ylabel(f"tokens a second, {_what(rows)}")
    axes.set_ylim(bottom=0)
    axes.legend()


def _roofline(axes: Axes, rows: Sequence[Row], label: str) -> None:
    places = [(row["weight_bytes_per_token"] / 1e6, row[_speed(row)]) for row in rows]
    axes.scatter(*zip(*places, strict=True), zorder=3)
    for place, row in zip(places, rows, strict=True):
        axes.annotate(str(row.get(label, "")), place, xytext=(4, 4), textcoords="offset points", fontsize=7)
    ends = sorted(place[0] for place in places)[:: max(len(places) - 1, 1)]
    for threads in sorted({row["threads"] for row in rows}):
        read = [
            row["read_bytes_per_second"]
            for row in rows
            if row["threads"] == threads and row.get("read_bytes_per_second")
        ]
        if read:
            roof = statistics.median(read)
            shown = f"memory, {threads} thread{'s' * (threads > 1)}: {roof / 1e9:.0f} GB/s"
            axes.plot(ends, [roof / 1e6 / end for end in ends], linewidth=1, label=shown)
            axes.legend()
    _logarithmic(axes)
    axes.set_xlabel("megabytes of weights that a token reads")
    axes.set_ylabel(f"tokens a second, {_what(rows)}")


def _logarithmic(axes: Axes) -> None:
    """Make ratios distances, and name 1, 2, 5, 10, 20 and so on."""
    for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
        scale("log")
        for kind in (axis.set_major_formatter, axis.set_minor_formatter):
            kind(lambda value, _: f"{value:,.0f}" if f"{value:e}"[0] in "125" else "")


def _error(axes: Axes, rows: Sequence[Row], label: str) -> None:
    del label
    both = [row for row in rows if row.get(_MEASURED) and row.get(_PREDICTED)]
    if not both:
        raise UsageError("no row has both a measurement and a prediction")
    for threads in sorted({row["threads"] for row in both}):
        chosen = [row for row in both if row["threads"] == threads]
        name = f"{threads} thread{'' if threads == 1 else 's'}"
        axes.scatter(
            [row[_MEASURED] for row in chosen], [row[_PREDICTED] for row in chosen], s=20, zorder=3, label=name
        )
    values = [row[field] for row in both for field in (_MEASURED, _PREDICTED)]
    ends = [min(values), max(values)]
    axes.plot(ends, ends, color="gray", linewidth=1, label="equal")
    axes.fill_between(
        ends,
        [(1 - _NEAR) * end for end in ends],
        [(1 + _NEAR) * end for end in ends],
        color="gray",
        alpha=0.2,
        linewidth=0,
        label=f"within {_NEAR:.0%}",
    )
    _logarithmic(axes)
    axes.set_xlabel("tokens a second, measured")
    axes.set_ylabel("tokens a second, predicted")
    axes.legend()


_KINDS: dict[str, Callable[[Axes, Sequence[Row], str], None]] = {
    "pareto": _pareto,
    "depth": _depth,
    "bars": _bars,
    "threads": _threads,
    "roofline": _roofline,
    "error": _error,
}
