"""What can go wrong. Every error carries one sentence: the compiler's own, or the model's.

Tested by tests/python/test_library_errors.py.
"""


class Error(Exception):
    """The base of all errors of Weebill."""


class InputError(Error, ValueError):
    """A model, a description or a machine that cannot be used; names the file and both values."""


class UsageError(Error, ValueError):
    """Options that contradict each other, or a value that is none."""


class OutputError(Error, OSError):
    """A file that could not be written: a full disk, a folder that belongs to others."""


class Cancelled(Error):
    """Work that was stopped on request. Nothing was made."""


class InternalError(Error, RuntimeError):
    """A fault of Weebill: please report it."""


class NoCompilerError(InputError):
    """There is no C++ compiler to make a program with."""


class RunError(Error, RuntimeError):
    """A compiled model that cannot start or go on: weights that are gone, a CPU that lacks instructions."""


class ContextFullError(RunError):
    """More tokens than the context holds."""


class BusyError(Error, RuntimeError):
    """A session that another thread is using at this moment."""
