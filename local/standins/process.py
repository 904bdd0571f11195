"""What a stand-in does as a process of its own."""

import signal
import threading


def stop_asked() -> threading.Event:
    """Is set by Ctrl-C or SIGTERM. Asked for before anybody is told that the process is ready to be stopped."""
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    return asked
