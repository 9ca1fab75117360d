"""Depth or width, and sharing: 125 million parameters as few wide blocks or many narrow ones, visited once or twice.

Tested by tests/python/test_library_examples.py. Options: question.py.
"""

from question import ask

import weebill

VOCABULARY, PARAMETERS = 32000, 125e6
DEPTHS = [6, 12, 18, 24, 30, 36, 42]


def of_depth(layers: int, sharing: weebill.Sharing | None) -> weebill.Architecture:
    """Give the shape of that depth: the widest with a feed-forward half of 8/3 its width, which takes the rest."""

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


def shapes() -> list[weebill.Architecture]:
    """Give all depths, each block once, and twice in two orders."""
    return [
        of_depth(depth, sharing) for sharing in (None, weebill.immediate(2), weebill.all_over(2)) for depth in DEPTHS
    ]


if __name__ == "__main__":
    ask(__file__, __doc__, shapes(), "depth")
