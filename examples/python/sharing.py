"""Sharing blocks: does a second visit of a block cost as much as the first, and does the order matter?

Tested by tests/python/test_library_examples.py. Options: question.py.
"""

from question import ask

import weebill


def shapes() -> list[weebill.Architecture]:
    """Give MobileLLM-125M visited once, and twice in three orders."""
    base = weebill.Architecture.preset("mobilellm-125m")
    orders = [weebill.immediate(2), weebill.all_over(2), weebill.reverse(2)]
    twice = [base.replace(schedule=order, name=f"{order.order}-2") for order in orders]
    return [base.replace(name="once"), *twice]


if __name__ == "__main__":
    ask(__file__, __doc__, shapes(), "threads", threads=(1, 2))
