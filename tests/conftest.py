"""What all tests in Python begin with."""

import signal


def pytest_configure(config):
    """Tests send interrupts to what they start. The background of a shell ignores them, which would be inherited: some programs would never end."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
