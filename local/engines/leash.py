"""Runs a command that must not outlive the process that wanted it: `python leash.py COMMAND…`.

The parent keeps the other end of this process's standard input and never writes to it. However the parent ends, even
killed, the operating system closes that end, and the command is stopped. Ctrl-C is left to the parent.
"""

import os
import signal
import subprocess
import sys
import threading

SECONDS_TO_STOP = 5


def main(command: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    threading.Thread(target=_watch, args=(process,), daemon=True).start()
    return process.wait()


def _watch(process: "subprocess.Popen[bytes]") -> None:
    os.read(0, 1)  # not sys.stdin: its lock, held here, would abort the interpreter when it ends
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
