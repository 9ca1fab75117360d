"""Weebill compiles a small language model to one C++ file; this package compiles, runs and measures models from Python.

    import weebill

    model = weebill.compile("smollm2-135m.gguf")
    for piece in model.stream("The capital of France is", max_tokens=32):
        print(piece, end="")
    print(model.bench())

What happens is logged under "weebill". Every error is a `weebill.Error` that carries the compiler's sentence.
"""

from typing import Any

from weebill import _compiler
from weebill.architecture import Architecture, Sharing, all_over, immediate, reverse
from weebill.benchmark import Benchmark
from weebill.compiling import compile
from weebill.devices import DeviceProgram, devices
from weebill.errors import (
    BusyError,
    Cancelled,
    ContextFullError,
    Error,
    InputError,
    InternalError,
    NoCompilerError,
    OutputError,
    RunError,
    UsageError,
)
from weebill.facts import Facts, Sizes
from weebill.files import Files
from weebill.messages import Message
from weebill.model import Model
from weebill.prediction import Machine, Prediction, predict
from weebill.progress import Listener, Progress
from weebill.reading import Reading
from weebill.recipe import Recipe
from weebill.results import Results
from weebill.sampling import Sampling
from weebill.scores import Evaluation, LogLikelihood
from weebill.session import Session
from weebill.store import Store
from weebill.sweep import bench, grid, sweep
from weebill.torch_models import from_torch

__version__ = _compiler.version

from_pretrained = compile  # under the name by which users of transformers look for it


def targets() -> list[dict[str, Any]]:
    """Give the CPUs that programs can be made for, the most able first.

    >>> [target["name"] for target in targets()][-1]
    'generic'
    """
    return _compiler.targets()


__all__ = [
    "Architecture",
    "Benchmark",
    "BusyError",
    "Cancelled",
    "ContextFullError",
    "DeviceProgram",
    "Error",
    "Evaluation",
    "Facts",
    "Files",
    "InputError",
    "InternalError",
    "Listener",
    "LogLikelihood",
    "Machine",
    "Message",
    "Model",
    "NoCompilerError",
    "OutputError",
    "Prediction",
    "Progress",
    "Reading",
    "Recipe",
    "Results",
    "RunError",
    "Sampling",
    "Session",
    "Sharing",
    "Sizes",
    "Store",
    "UsageError",
    "all_over",
    "bench",
    "compile",
    "devices",
    "from_pretrained",
    "from_torch",
    "grid",
    "immediate",
    "predict",
    "reverse",
    "sweep",
    "targets",
]
