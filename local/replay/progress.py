"""Progress while a replay runs: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

EVERY = 10.0  # seconds between two lines of a log


class Bar:
    """One step of the replay, `total` things long. Safe for threads."""

    def __init__(self, console: Console, what: str, total: int) -> None:
        self._console, self._what, self._total = console, what, total
        self._lock = threading.Lock()
        self._done, self._note = 0, ""
        self._began = self._said = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(what, total=total, rate="", note="")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def one(self) -> None:
        """One more is done."""
        self.more(1)

    def more(self, many: int) -> None:
        """So many more are done."""
        with self._lock:
            self._done += many
            self._show()

    def note(self, words: str) -> None:
        """What else there is to say."""
        with self._lock:
            self._note = words
            self._show()

    def _show(self) -> None:
        rate = f"{self._done / max(self.seconds, 0.001):.1f}/s"
        self._progress.update(self._task, completed=self._done, rate=rate, note=self._note)
        now = time.monotonic()
        if not self._console.is_terminal and now - self._said > EVERY:
            self._said = now
            self._console.print(f"{self._what}: {self._done} of {self._total}, {rate} {self._note}")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()
        if kind is None:
            self._console.print(f"{self._what}: {self._done} in {self.seconds:.1f} s {self._note}".rstrip())
