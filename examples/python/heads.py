"""Heads and key-value heads: what do more keys and values cost, with 1,024 tokens in the cache?

Tested by tests/python/test_library_examples.py. Options: question.py.
"""

from question import ask

import weebill


def behind_1024(model: weebill.Model) -> dict[str, float]:
    """Measure decoding with a full cache."""
    found = model.bench(prompt_tokens=128, new_tokens=64, context_tokens=1024, rounds=3)
    return {"decode_tokens_per_second": found.decode_tokens_per_second}


def shapes() -> list[weebill.Architecture]:
    """Give MobileLLM-125M with heads of 64 and of 32, and from one key-value head to as many as heads."""
    base = weebill.Architecture.preset("mobilellm-125m")
    return [
        base.replace(heads=heads, head_size=576 // heads, key_value_heads=few, name=f"{heads}-heads-{few}-kv")
        for heads in (9, 18)
        for few in (1, 3, 9, 18)
        if few <= heads
    ]


if __name__ == "__main__":
    ask(__file__, __doc__, shapes(), measure=behind_1024, position=1024)
