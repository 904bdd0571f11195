"""Processes that we start: each on a leash, so that it ends with us however we end; nothing else is ever touched."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from local.engines.engine import LEASH, SECONDS_TO_END, SECONDS_TO_STOP


class Process:
    """A started program with its log. Ends with `stop()` or as a context manager: `grace` is how long (seconds) it has
    to end by itself before it is killed."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        *,
        grace: float = SECONDS_TO_END,
    ) -> None:
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._leash = subprocess.Popen(
                [sys.executable, "-I", "-S", str(LEASH), str(grace), *command],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._leash.pid

    @property
    def running(self) -> bool:
        return self._leash.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Waits for `ready`. Raises RuntimeError with the end of the log when the process ends or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise RuntimeError(f"{self.name} ended with {self._leash.returncode}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} was not ready within {seconds:.0f} s:\n{self.tail()}")
            time.sleep(0.05)

    def tail(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Lets go of the leash and waits until the program is gone; a second call does nothing."""
        assert self._leash.stdin is not None
        self._leash.stdin.close()
        self._leash.wait(SECONDS_TO_STOP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
