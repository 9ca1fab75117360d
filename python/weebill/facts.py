"""What is known of a compiled model before it runs.

Tested by tests/python/test_library_compile.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Sizes:
    """What a model takes. Bytes, but for `parameters`.

    Attributes:
        parameters: numbers that are stored, each once.
        weight_bytes: weights as they are stored.
        weight_bytes_per_token: weights that a decoded token reads; of a shared block once.
        cache_bytes_per_token: keys and values of one position, of all blocks.
        weights_file_bytes: the file NAME.weights.
        cache_bytes: the cache of one session, touched as far as tokens come.
        activation_bytes: activations of one session.
        scratch_bytes_per_thread: private buffers of each thread.
        stack_bytes_per_thread: the stack of each thread but the first.
    """

    parameters: int
    weight_bytes: int
    weight_bytes_per_token: int
    cache_bytes_per_token: int
    weights_file_bytes: int
    cache_bytes: int
    activation_bytes: int
    scratch_bytes_per_thread: int
    stack_bytes_per_thread: int


@dataclass(frozen=True)
class Facts:
    """A model as it was read and planned.

    Sizes are in elements; `visits` counts a shared block each time. `chat_pieces` is what the chat template puts around
    messages: "user_prefix", "user_suffix" and so on, "before_first" without a system message. "strips_user" and the
    like name the white space that goes, "Nothing" or "Spaces"; what stands before "thought_end" goes out of earlier
    answers.
    `before_text` are the tokens that stand before every text; `adds_beginning`: it is `beginning_token` alone.
    `system_prompt` is what `compile` was given.
    """

    name: str
    family: str
    title: str
    license: str
    blocks: int
    visits: int
    model: int
    hidden: int
    heads: int
    key_value_heads: int
    head_size: int
    vocabulary: int
    trained_context: int
    context: int
    chunk: int
    share_embedding: bool
    tokenizer: str
    tokenizer_problem: str
    drops_first_space: bool
    chat: bool
    chat_problem: str
    chat_pieces: dict[str, str]
    system_prompt: str
    beginning_token: int
    adds_beginning: bool
    before_text: tuple[int, ...]
    stop_tokens: tuple[int, ...]
    weights: str
    activations: str
    cache: str
    rotation: str
    targets: tuple[str, ...]


def facts_of(told: Mapping[str, Any]) -> tuple[Facts, Sizes]:
    """Sort what the compiler tells of a model."""

    def taken(kind: type) -> dict[str, Any]:
        values = {field.name: told[field.name] for field in fields(kind)}
        return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}

    return Facts(**taken(Facts)), Sizes(**taken(Sizes))
