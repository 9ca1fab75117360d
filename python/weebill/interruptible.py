"""A long call into a compiled model, and Ctrl-C.

Tested by tests/python/test_library_chat.py and tests/python/test_library_model.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from weebill.sampling import CPiece


def interruptible(call: Callable[[], CPiece], cancel: Callable[[], None]) -> CPiece:
    """Call in another thread, so that this one sees Ctrl-C, which then cancels."""
    if threading.current_thread() is not threading.main_thread():
        return call()
    results: list[CPiece | BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        thread.join()
    except BaseException:
        cancel()
        thread.join()
        raise
    if isinstance(result := results[0], BaseException):
        raise result
    return result
