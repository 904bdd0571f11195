"""What a stand-in does as a process of its own."""

import signal
import threading


def until_told_to_stop() -> None:
    """Returns after Ctrl-C or SIGTERM."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()
