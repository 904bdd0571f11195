"""One engine process: started on a leash, waited for, stopped."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from local.engines.errors import EngineFailed

LEASH = Path(__file__).with_name("leash.py")
SECONDS_TO_START = 300.0  # a quiet machine needs 8; one that ends is noticed at once
SECONDS_TO_END = 5.0  # that a program has to end by itself before its leash kills it
SECONDS_TO_STOP = 2 * SECONDS_TO_END
SECONDS_BETWEEN_LOOKS = 0.05
LAST_WORDS = 2000


class Engine:
    """A running engine. `endpoint` is its URL; leaving the `with` block, or this process ending, stops it.

    `loopback_only` is false when the engine had to be started in a way that listens on every address.
    """

    def __init__(
        self, command: Sequence[str], endpoint: str, *, cwd: Path | None = None, loopback_only: bool = True
    ) -> None:
        self.endpoint = endpoint
        self.loopback_only = loopback_only
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the engine
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LEASH), str(SECONDS_TO_END), *command],
            stdin=subprocess.PIPE,
            stdout=self._words,
            stderr=subprocess.STDOUT,
            cwd=cwd,
        )

    def wait_until(self, answers: Callable[[], bool], seconds: float = SECONDS_TO_START) -> Self:
        """Returns once `answers()`. Raises EngineFailed when the process ends first or the time is over."""
        end = time.monotonic() + seconds
        while not answers():
            ended = self._process.poll()
            if ended is None and time.monotonic() < end:
                time.sleep(SECONDS_BETWEEN_LOOKS)
                continue
            words = self._last_words()
            self.stop()
            what = f"stayed silent for {seconds:g} s" if ended is None else f"ended with status {ended}"
            raise EngineFailed(f"the engine for {self.endpoint} {what}; its last words: {words}")
        return self

    def stop(self) -> None:
        """Stops the process and waits until it is gone; a second call does nothing."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(SECONDS_TO_STOP)
        self._words.close()

    def _last_words(self) -> str:
        """Without the frames of Java's stack traces, among which the reason drowns."""
        self._words.seek(0)
        lines = self._words.read().decode("utf-8", "replace").splitlines()
        return "\n".join(line for line in lines if not line.startswith("\tat "))[-LAST_WORDS:].strip() or "none"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
