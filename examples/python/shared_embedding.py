"""One matrix as embedding and head: what does a head of its own cost, with a small and with a large vocabulary?

Decoding reads the head once a token and one row of the embedding, so that a shared embedding saves memory and no time.

Tested by tests/python/test_library_examples.py. Options: question.py.
"""

from question import ask

import weebill


def shapes() -> list[weebill.Architecture]:
    """Give MobileLLM-125M with two vocabularies, each with a shared embedding and with a head of its own."""
    base = weebill.Architecture.preset("mobilellm-125m")
    return [
        base.replace(
            vocabulary=1000 * thousands,
            share_embedding=shared,
            name=f"{thousands}k-{'shared' if shared else 'apart'}",
        )
        for thousands in (32, 128)
        for shared in (True, False)
    ]


if __name__ == "__main__":
    ask(__file__, __doc__, shapes())
