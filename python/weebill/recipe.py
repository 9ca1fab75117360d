"""How a model is stored and computed: the options of the compiler, with its defaults.

Tested by tests/python/test_library_compile.py.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

from weebill.store import Digests


class RecipeFields(TypedDict, total=False):
    """The fields of a `Recipe`, as keywords."""

    weights: str
    activations: str
    cache: str
    rotation: str
    calibrate: str
    bits: float | None
    formats: str
    context: int | None
    skip_passes: tuple[str, ...]
    without_tokenizer: bool
    system_prompt: str


@dataclass(frozen=True)
class Recipe:
    """How a model is stored and computed. "" and None are the compiler's defaults.

    Attributes:
        weights: storage of matrices: "int8", "f16", "f32", "keep": as a quantized file has them, "compact": so in fewer
            bytes, or "int4", "int5", "int6", "mixed": rounded to groups of 32. By default "keep" for a quantized file,
            "int8" for others.
        activations: what matrices multiply: "int8", "int8-symmetric", "int8-g32", "f32"; by default what goes with
            the weights.
        cache: storage of keys and values: "f16" (default), "int8", "f32".
        rotation: what spreads outliers of activations: "online" (default with int8), "folded" or "none".
        calibrate: a text file that weights of groups, or the head of "compact", are rounded for; "": without one.
        bits: of a weight of the blocks on average, with "mixed"; by default 5.6.
        formats: a file that names the format of every matrix, with "mixed": what `weebill build --write-recipe` wrote.
        context: positions of the cache; by default the smaller of the model's own and 2,048.
        skip_passes: fusions to leave out, by the flags of their passes. The numbers stay the same.
        without_tokenizer: a program of token ids, whatever tokenizer the model has.
        system_prompt: what chats begin with that have no system message of their own; its state lies behind the
            weights, so that the first answer comes at once.

    >>> print(Recipe(weights="f32").replace(context=512))
    weights f32, context 512
    """

    weights: str = ""
    activations: str = ""
    cache: str = ""
    rotation: str = ""
    calibrate: str = ""
    bits: float | None = None
    formats: str = ""
    context: int | None = None
    skip_passes: tuple[str, ...] = ()
    without_tokenizer: bool = False
    system_prompt: str = ""

    def replace(self, **changes: Unpack[RecipeFields]) -> "Recipe":
        """Give this recipe with some fields changed."""
        return replace(self, **changes)

    def options(self) -> dict[str, object]:
        """Give what the compiler takes: fields that are not its defaults."""
        chosen = {name: value for name, value in asdict(self).items() if value not in ("", None, (), False)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}

    def files(self) -> list[str]:
        """Give the files that decide what is built, beside the model."""
        return [path for path in (self.calibrate, self.formats) if path]

    def contents(self, digests: Digests) -> list[str]:
        """Give the hashes of those files, in that order; "" for one that is not there."""
        return [digests.of(Path(path)) if Path(path).exists() else "" for path in self.files()]

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.options().items()) or "default"
