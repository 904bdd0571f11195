"""A small client of our own API, for the seed, the replay and the journeys: tokens, keys, pooled connections.

    api = Api(stack.api_url, stack.directory.token)
    api.call("POST", "/cases", user="buyer-1", body={…}, key="my-key").expect(201)["case_id"]

What may be tried again is tried again under the same key: that is what keys are for.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import urllib3

TRIES = 8
PATIENCE = 60.0  # seconds for one answer: API Gateway gives up after 29
BUSY = frozenset({429, 502, 503, 504})


class Stopped(Exception):
    """Raised when a client that was stopped is asked to send something."""


class Unexpected(Exception):
    """Raised when an answer is not the one that was expected; carries it."""

    def __init__(self, answer: Answer, expected: tuple[int, ...]) -> None:
        wanted = " or ".join(map(str, expected))
        super().__init__(f"{answer.asked} was answered {answer.status}, not {wanted}: {answer.raw[:600].decode()}")
        self.answer = answer


@dataclass(frozen=True)
class Answer:
    """`seconds` is how long the last try took; `tries` counts them all."""

    asked: str
    status: int
    headers: Mapping[str, str]
    raw: bytes = field(repr=False)
    seconds: float
    tries: int = 1

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object; empty when the answer is none (a gateway's page)."""
        try:
            value = json.loads(self.raw or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def code(self) -> str:
        """The class of the error, of a problem document."""
        return str(self.body.get("code", ""))

    @property
    def replayed(self) -> bool:
        """Whether it is the stored answer to the same key."""
        return self.headers.get("idempotent-replayed", "").lower() == "true"

    def expect(self, *statuses: int) -> dict[str, Any]:
        """The body. Raises Unexpected for any other status."""
        if self.status not in statuses:
            raise Unexpected(self, statuses)
        return self.body


class Api:
    """Safe for threads. `token(user)` gives a bearer token that is good now; `requests` counts what was sent."""

    def __init__(self, url: str, token: Callable[[str], str], *, connections: int = 16, pause: float = 0.05) -> None:
        self._url, self._token, self._pause = url.rstrip("/"), token, pause
        # No retries of urllib3's own: it does not know which of our answers may be asked for again.
        self._pool = urllib3.PoolManager(maxsize=connections, block=True, retries=False, timeout=PATIENCE)
        self._lock, self._stopped = threading.Lock(), threading.Event()
        self.requests = 0

    def stop(self) -> None:
        """Sends nothing more: who asks, or waits to ask again, gets Stopped. What was sent is not taken back."""
        self._stopped.set()

    def call(
        self,
        method: str,
        path: str,
        *,
        user: str,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Answer:
        """The answer, whatever it says; busy ones (409 OrderBusy, 429, 503) and lost ones only after eight tries.

        A POST without a key is sent once: nobody could tell what a second one would do. `version` is what the
        caller saw (If-Match): a thing that has moved on since then is left alone. Raises Stopped after `stop()`.
        """
        self._refuse_when_stopped()
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self._token(user)}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if key is not None:
            headers["Idempotency-Key"] = key
        tries = TRIES if key is not None or method != "POST" else 1
        for attempt in range(1, tries + 1):
            try:
                answer = self._once(method, path, headers, data, attempt)
            except urllib3.exceptions.HTTPError:
                if attempt == tries:
                    raise
            else:
                if attempt == tries or not _passes(answer):
                    return answer
            self._stopped.wait(self._pause * 2**attempt * (0.5 + random.random()))
            self._refuse_when_stopped()
        raise AssertionError("the last try returns or raises")

    def _refuse_when_stopped(self) -> None:
        if self._stopped.is_set():
            raise Stopped("nothing is sent any more")

    def get(self, path: str, user: str) -> dict[str, Any]:
        return self.call("GET", path, user=user).expect(200)

    def listed(self, path: str, user: str) -> list[dict[str, Any]]:
        """Every row of a list, page by page."""
        found: list[dict[str, Any]] = []
        sign, cursor = "&" if "?" in path else "?", ""
        while True:
            page = self.get(f"{path}{sign}limit=100{cursor}", user)
            found.extend(page["items"])
            if not page["cursor"]:
                return found
            cursor = f"&cursor={quote(page['cursor'], safe='')}"

    def _once(self, method: str, path: str, headers: Mapping[str, str], data: bytes | None, attempt: int) -> Answer:
        with self._lock:
            self.requests += 1
        began = time.monotonic()
        reply = self._pool.request(method, self._url + path, body=data, headers=dict(headers))
        took = time.monotonic() - began
        known = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(f"{method} {path}", reply.status, known, reply.data, took, attempt)


def _passes(answer: Answer) -> bool:
    """Whether the same request may well be answered otherwise in a moment."""
    return answer.status in BUSY or (answer.status == 409 and answer.code == "OrderBusy")
