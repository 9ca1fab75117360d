"""From 125 million parameters to 1.5 billion: is decoding as fast as memory allows, whatever the size?

Tested by tests/python/test_library_examples.py. Options: question.py.
"""

from question import ask

SHAPES = ["mobilellm-125m", "mobilellm-350m", "mobilellm-600m", "mobilellm-1b", "mobilellm-1.5b"]

if __name__ == "__main__":
    ask(__file__, __doc__, SHAPES, "roofline")
