"""Runs a command that must not outlive the process that wanted it: `python leash.py SECONDS COMMAND…`.

The parent keeps the other end of this process's standard input and never writes to it. However the parent ends, even
killed, the operating system closes that end, and the command is stopped: told to end, and killed when it has not
within SECONDS. Ctrl-C is left to the parent.
"""

import os
import signal
import subprocess
import sys
import threading


def main(seconds: float, command: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    threading.Thread(target=_watch, args=(process, seconds), daemon=True).start()
    return process.wait()


def _watch(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    os.read(0, 1)  # not sys.stdin: its lock, held here, would abort the interpreter when it ends
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
