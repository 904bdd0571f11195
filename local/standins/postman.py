"""Delivers letters over HTTP: a few at once, each again with growing pauses until somebody has taken it.

A letter is made when it is sent, not when it is posted, because a signature carries the time.
"""

import heapq
import http.client
import itertools
import random
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECONDS_TO_ANSWER = 30.0


@dataclass(frozen=True)
class Letter:
    """`write()` gives headers and body; `told(status)` hears each attempt's status, 0 when no answer came."""

    url: str
    write: Callable[[], tuple[Mapping[str, str], str]]
    told: Callable[[int], None] = lambda status: None


@dataclass(frozen=True)
class Backoff:
    """Pauses between attempts, in seconds, doubling up to a longest one; jitter keeps crowds apart."""

    first: float = 0.2
    longest: float = 10.0
    attempts: int = 12

    def after(self, attempts: int) -> float:
        return min(self.longest, self.first * 2.0 ** (attempts - 1)) * random.uniform(0.75, 1.25)


@dataclass(order=True)
class _Due:
    at: float
    turn: int
    letter: Letter = field(compare=False)
    attempts: int = field(compare=False, default=0)


class PostmanBusy(Exception):
    """Raised when as many letters wait as the postman can carry."""


class Postman:
    """`again(status)` says which answers mean: try again. What is given up was told to its letter every time."""

    def __init__(
        self, again: Callable[[int], bool], *, threads: int = 4, waiting: int = 10_000, backoff: Backoff | None = None
    ) -> None:
        self._again, self._waiting, self._backoff = again, waiting, backoff or Backoff()
        self._letters: list[_Due] = []
        self._turns = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def post(self, letter: Letter, seconds: float = 0.0) -> None:
        """Sends `letter` in `seconds`. Raises PostmanBusy."""
        with self._changed:
            if len(self._letters) >= self._waiting:
                raise PostmanBusy
            self._put(_Due(time.monotonic() + seconds, next(self._turns), letter))

    def stop(self) -> None:
        """What has not been delivered stays undelivered."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _put(self, due: _Due) -> None:
        heapq.heappush(self._letters, due)
        self._changed.notify()

    def _work(self) -> None:
        line = _Line()
        while due := self._next():
            try:
                status = line.send(due.letter)
                due.letter.told(status)
            except Exception:  # a letter that cannot be written must not cost the others their postman
                traceback.print_exc()
                continue
            due.attempts += 1
            if self._again(status) and due.attempts < self._backoff.attempts:
                due.at = time.monotonic() + self._backoff.after(due.attempts)
                with self._changed:
                    self._put(due)
        line.close()

    def _next(self) -> _Due | None:
        """The next letter that is due; waits for it. None when the postman stops."""
        with self._changed:
            while not self._stopped:
                pause = self._letters[0].at - time.monotonic() if self._letters else None
                if pause is not None and pause <= 0:
                    return heapq.heappop(self._letters)
                self._changed.wait(pause)
        return None


def _address(netloc: str) -> str:
    """Where to connect: the local cloud tells APIs apart by names under `localhost`, which few resolvers know."""
    host, _, port = netloc.partition(":")
    return f"127.0.0.1:{port or 80}" if host.endswith(".localhost") else netloc


class _Line:
    """One thread's open connections, by host."""

    def __init__(self) -> None:
        self._open: dict[str, http.client.HTTPConnection] = {}

    def send(self, letter: Letter) -> int:
        parts = urlsplit(letter.url)
        headers, body = letter.write()
        connection = self._open.get(parts.netloc)
        if connection is None:
            connection = http.client.HTTPConnection(_address(parts.netloc), timeout=SECONDS_TO_ANSWER)
            self._open[parts.netloc] = connection
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path or "/", body.encode(), {"host": parts.netloc, **headers})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return 0
        return answer.status

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()
