"""The command `weebill`, as the compiler has it: `python -m weebill build model.gguf -o out`.

Tested by tests/python/test_library_compile.py.
"""

import os
import signal
import sys
from pathlib import Path


def main() -> int:
    """Run the command line of this process and give its exit code."""
    from weebill import _compiler
    from weebill.devices import packaged_zig

    # As in a program of its own: Python's handler would only note the signal, and the compiler would go on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if zig := packaged_zig():  # it may lie in an environment that is not on the path
        os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(zig).parent)])
    return _compiler.run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
