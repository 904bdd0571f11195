"""Workers on virtual time: as many at once as the queue has, each really waiting for its partner, in no real time.

One worker runs at any moment, and hands over when it waits; so the same crowd takes the same course every time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from threading import Event, Thread, current_thread


class GoneHome(BaseException):
    """Raised in a worker when the crew is dismissed."""


class Crew:
    """The clock of a world in which `hire` starts workers. They work in `run`, and wait where they are after it."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._waiting: list[tuple[datetime, int, Event]] = []
        self._number = 0
        self._handed_over = Event()
        self._threads: dict[Thread, Event] = {}
        self._dismissed = False
        self.failure: BaseException | None = None

    def now(self) -> datetime:
        return self._at

    def pause(self, seconds: float) -> None:
        """Called by a worker: others run until its time has come."""
        self._queue(seconds, self._threads[current_thread()])
        self._yield()

    def hire(self, work: Callable[[], None]) -> None:
        """`work` is called again and again until the crew goes home."""
        go = Event()

        def life() -> None:
            go.wait()
            go.clear()
            try:
                while not self._dismissed:
                    work()
            except GoneHome:
                pass
            except BaseException as error:
                self.failure = error
            self._handed_over.set()

        thread = Thread(target=life, daemon=True)
        self._threads[thread] = go
        thread.start()
        self._queue(0, go)

    def run(self, **duration: float) -> None:
        end = self._at + timedelta(**duration)
        while self._waiting and self._waiting[0][0] <= end:
            self._next()
            if self.failure is not None:
                raise self.failure
        self._at = end

    def dismiss(self) -> None:
        self._dismissed = True
        while self._waiting:
            self._next()

    def _next(self) -> None:
        at, _, go = heappop(self._waiting)
        self._at = max(self._at, at)
        self._handed_over.clear()
        go.set()
        self._handed_over.wait()

    def _queue(self, seconds: float, go: Event) -> None:
        self._number += 1
        heappush(self._waiting, (self._at + timedelta(seconds=seconds), self._number, go))

    def _yield(self) -> None:
        go = self._threads[current_thread()]
        self._handed_over.set()
        go.wait()
        go.clear()
        if self._dismissed:
            raise GoneHome
