"""How many cases are still open: read off the shop's monitor now and then, which costs one request for all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

ENDED = ("completed", "withdrawn", "closed")
EVERY = 1.0  # seconds between two looks
PATIENCE = 240.0  # seconds without any case ending: more than the sweeper needs to repair what it can


class Stalled(Exception):
    """Raised when nothing has ended for longer than anything may take."""


class Gauge:
    """`look()` answers the number of cases by status; `tell(ended)` hears every look. Safe for threads."""

    def __init__(
        self,
        look: Callable[[], Mapping[str, int]],
        tell: Callable[[int], object] = lambda ended: None,
        *,
        every: float = EVERY,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._look, self._tell, self._every, self._patience = look, tell, every, patience
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._filed = self._ended = 0
        self._looked_at = self._moved_at = clock()

    def filed(self) -> None:
        """One more case is on its way."""
        with self._lock:
            self._filed += 1
            if self._filed - self._ended == 1:
                self._moved_at = self._clock()  # nothing was open: nobody has been waiting

    def wait_for_room(self, most: int) -> None:
        """Returns when fewer than `most` cases are open. Raises Stalled."""
        self._wait(lambda: self._filed - self._ended < most)

    def wait_for_all(self) -> None:
        """Returns when every case has ended. Raises Stalled."""
        self._wait(lambda: self._ended >= self._filed)

    def _wait(self, enough: Callable[[], bool]) -> None:
        while True:
            with self._lock:
                self._refresh()
                if enough():
                    return
                if self._clock() - self._moved_at > self._patience:
                    raise Stalled(f"{self._filed - self._ended} cases are open, none ended for {self._patience:.0f} s")
            self._sleep(self._every / 4)

    def _refresh(self) -> None:
        if self._clock() - self._looked_at < self._every:
            return
        counts = self._look()
        ended = sum(counts.get(status, 0) for status in ENDED)
        self._looked_at = self._clock()
        if ended != self._ended:
            self._moved_at = self._looked_at
        self._ended = ended
        self._tell(ended)
