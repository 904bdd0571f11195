"""Work in time order by several hands: what is in one lane goes strictly one after the other."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Lanes(Generic[T]):
    """Hands out the earliest item whose lane is free."""

    def __init__(self, items: Iterable[T], lane: Callable[[T], Hashable]) -> None:
        self._waiting, self._lane = deque(items), lane
        self._busy: set[Hashable] = set()
        self._changed = threading.Condition()

    def take(self) -> T | None:
        """The next item; waits while only busy lanes have any. None when nothing is left."""
        with self._changed:
            while self._waiting:
                for i, item in enumerate(self._waiting):
                    if self._lane(item) not in self._busy:
                        del self._waiting[i]
                        self._busy.add(self._lane(item))
                        return item
                self._changed.wait()
        return None

    def done(self, item: T) -> None:
        """Frees the item's lane."""
        with self._changed:
            self._busy.discard(self._lane(item))
            self._changed.notify_all()

    def stop(self) -> None:
        """Nothing more is handed out."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()


def work(items: Iterable[T], lane: Callable[[T], Hashable], do: Callable[[T], object], hands: int) -> None:
    """Does everything; the first exception stops the others after what they have in hand, and is raised."""
    lanes = Lanes(items, lane)

    def one_after_the_other() -> None:
        try:
            while (item := lanes.take()) is not None:
                try:
                    do(item)
                finally:
                    lanes.done(item)
        except BaseException:
            lanes.stop()
            raise

    with ThreadPoolExecutor(hands, thread_name_prefix="replay") as pool:
        running = [pool.submit(one_after_the_other) for _ in range(hands)]
        try:
            for each in running:
                each.result()
        except BaseException:
            lanes.stop()
            raise
