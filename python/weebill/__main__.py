"""The command `weebill`, as the compiler has it: `python -m weebill build model.gguf -o out`.

Tested by tests/python/test_library_compile.py.
"""

import signal
import sys


def main() -> int:
    """Run the command line of this process and give its exit code."""
    from weebill import _compiler

    # As in a program of its own: Python's handler would only note the signal, and the compiler would go on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _compiler.run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
