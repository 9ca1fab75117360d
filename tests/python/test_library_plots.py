"""weebill.plots: what is drawn is what the rows say."""

import pytest

import weebill
from weebill.plots import draw, pareto_front

pytest.importorskip("matplotlib")


def row(name, parameters, speed, **more):
    return {"name": name, "parameters": parameters, "predicted_decode_tokens_per_second": speed, "error": None, "sharing": "none", "threads": 1} | more


ROWS = [row("a", 1e6, 100.0), row("b", 2e6, 80.0), row("c", 2e6, 40.0, sharing="immediate"), {"name": "d", "error": "it failed"}]


def points(axes):
    return sorted(tuple(point) for group in axes.collections for point in group.get_offsets().data.tolist())


def test_pareto():
    axes = draw(ROWS).axes[0]
    assert points(axes) == [(1.0, 10.0), (2.0, 12.5), (2.0, 25.0)]
    front = next(line for line in axes.lines if line.get_label() == "Pareto front")
    assert front.get_xydata().tolist() == [[1.0, 10.0], [2.0, 12.5]]
    assert {text.get_text() for text in axes.texts} == {"a", "b"}
    assert axes.get_ylabel() == "milliseconds a token, predicted"


def test_depth():
    rows = [entry | {"blocks": blocks} for entry, blocks in zip(ROWS[:3], (6, 3, 9), strict=True)]
    lines = draw(rows, "depth").axes[0].lines
    assert [(line.get_label(), line.get_xydata().tolist()) for line in lines] == [
        ("each block once", [[3, 12.5], [6, 10.0]]), ("immediate sharing", [[9, 25.0]]),
    ]  # fmt: skip


def test_bars_show_what_there_is():
    measured = [entry | {"decode_tokens_per_second": 50.0} for entry in ROWS[:3]]
    axes = draw(measured, "bars").axes[0]
    assert [bar.get_width() for bar in axes.patches] == [20.0, 20.0, 20.0, 10.0, 12.5, 25.0]
    assert [bar.get_width() for bar in draw(ROWS, "bars").axes[0].patches] == [10.0, 12.5, 25.0]


def test_threads():
    axes = draw([row("a", 1e6, 100.0), row("a", 1e6, 180.0, threads=2)], "threads").axes[0]
    assert axes.lines[0].get_xydata().tolist() == [[1, 100.0], [2, 180.0]]


def test_roofline():
    rows = [entry | {"weight_bytes_per_token": size, "read_bytes_per_second": 10e9} for entry, size in zip(ROWS[:3], (50e6, 100e6, 200e6), strict=True)]
    axes = draw(rows, "roofline").axes[0]
    assert points(axes) == [(50.0, 100.0), (100.0, 80.0), (200.0, 40.0)]
    assert [(line.get_label(), line.get_xydata().tolist()) for line in axes.lines] == [("memory, 1 thread: 10 GB/s", [[50.0, 200.0], [200.0, 50.0]])]
    alone = draw(rows[:1], "roofline").axes[0]
    assert points(alone) == [(50.0, 100.0)]
    predicted = [entry | {"weight_bytes_per_token": 50e6} for entry in ROWS[:2]]
    assert not draw(predicted, "roofline").axes[0].lines  # nothing was read


def test_error():
    one, two = (row("a", 1e6, 100.0 * threads, decode_tokens_per_second=90.0 * threads, threads=threads) for threads in (1, 2))
    groups = draw([two, one, ROWS[1]], "error").axes[0].collections
    assert {group.get_label(): group.get_offsets().data.tolist() for group in groups[:2]} == {"1 thread": [[90.0, 100.0]], "2 threads": [[180.0, 200.0]]}
    assert groups[2].get_label() == "within 15%"
    with pytest.raises(weebill.UsageError, match="no row has both"):
        draw(ROWS, "error")


def test_nothing_to_draw():
    with pytest.raises(weebill.UsageError, match="kind: 'pie' is not one of pareto, "):
        draw(ROWS, "pie")
    with pytest.raises(weebill.UsageError, match="there is no row to draw"):
        draw(ROWS[3:])


def test_results_draw_themselves(tmp_path):
    results = weebill.Results(tmp_path / "results.sqlite")
    for entry in ROWS:
        results.put(entry["name"], entry)
    results.plot("bars").savefig(tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").stat().st_size > 1000
    assert "it failed" in results._repr_html_() and results.columns()[0] == "name"


def test_a_front_is_what_nothing_beats():
    many = [(float(i * 7 % 13), float(i * 5 % 11)) for i in range(40)]
    front = pareto_front(many)
    for index, (more, less) in enumerate(many):
        beaten = any((a, b) != (more, less) and a >= more and b <= less for a, b in many)
        assert (index in front) <= (not beaten)
        assert beaten or any(many[i] == (more, less) for i in front)
