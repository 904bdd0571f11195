"""Two ways to the same payment provider: as an object in this process, and over HTTP with its notifications.

Both stand on a clock that the test holds, so that nothing waits.
"""

import http.client
import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

from local.standins.payment import PaymentStandIn
from local.standins.payment_answers import NoAnswer
from local.standins.payment_provider import Provider
from local.standins.payment_totals import totals
from local.standins.signatures import verified
from local.standins.web import Reply, Request, WebServer
from tests.local.standins.clocks import FakeClock

API_KEY = "key-of-a-test"
SIGNING_SECRET = "whsec_c2lnbmluZy1zZWNyZXQtb2YtYS10ZXN0"
LOST = 0  # the status of a call that got no answer
SECONDS_TO_HEAR = 5.0


class Caller(Protocol):
    """A status and a body for each call; `LOST` when no answer came."""

    def pay(self, refund: dict[str, Any]) -> tuple[int, dict[str, Any]]: ...
    def find(self, refund_no: str) -> tuple[int, dict[str, Any]]: ...
    def script(self, fault: dict[str, Any]) -> tuple[int, dict[str, Any]]: ...
    def book(self) -> dict[str, Any]: ...
    def pass_(self, seconds: float) -> None: ...
    def told(self, count: int) -> list[dict[str, Any]]:
        """The next `count` notifications, in the order in which they come."""
        ...


class InProcess:
    def __init__(self, provider: Provider, clock: FakeClock) -> None:
        self._provider, self._clock = provider, clock
        self._heard: list[dict[str, Any]] = []

    def pay(self, refund: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        try:
            answer = self._provider.pay(refund)
        except NoAnswer:
            return LOST, {}
        return answer.status, answer.body

    def find(self, refund_no: str) -> tuple[int, dict[str, Any]]:
        try:
            answer = self._provider.find(refund_no)
        except NoAnswer:
            return LOST, {}
        return answer.status, answer.body

    def script(self, fault: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = self._provider.script(fault)
        return answer.status, answer.body

    def book(self) -> dict[str, Any]:
        return totals(self._provider.book)

    def pass_(self, seconds: float) -> None:
        self._clock.pass_(seconds)

    def told(self, count: int) -> list[dict[str, Any]]:
        for notice in self._provider.notices():
            self._heard.append(json.loads(notice.body))
            self._provider.delivered(notice)
        told, self._heard = self._heard[:count], self._heard[count:]
        return told


class OverHttp:
    def __init__(self, standin: PaymentStandIn, clock: FakeClock, heard: "queue.Queue[dict[str, Any]]") -> None:
        self._standin, self._clock, self._heard = standin, clock, heard

    def pay(self, refund: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return call(self._standin.url, "POST", "/refunds", refund)

    def find(self, refund_no: str) -> tuple[int, dict[str, Any]]:
        return call(self._standin.url, "GET", f"/refunds/{refund_no}")

    def script(self, fault: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return call(self._standin.url, "POST", "/faults", fault)

    def book(self) -> dict[str, Any]:
        return call(self._standin.url, "GET", "/book")[1]

    def pass_(self, seconds: float) -> None:
        self._clock.pass_(seconds)
        self._standin.wake()

    def told(self, count: int) -> list[dict[str, Any]]:
        return [self._heard.get(timeout=SECONDS_TO_HEAR) for _ in range(count)]


def call(url: str, method: str, path: str, body: object = None, key: str = API_KEY) -> tuple[int, dict[str, Any]]:
    """One HTTP call on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS_TO_HEAR)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (ConnectionError, http.client.HTTPException):
        return LOST, {}
    finally:
        connection.close()


@contextmanager
def in_process(clock: FakeClock) -> Iterator[Caller]:
    provider = Provider(now=clock)
    yield InProcess(provider, clock)
    provider.book.close()


@contextmanager
def over_http(clock: FakeClock) -> Iterator[Caller]:
    heard: queue.Queue[dict[str, Any]] = queue.Queue()

    def hear(request: Request) -> Reply:
        verified(SIGNING_SECRET, request.headers, request.body)
        heard.put(request.json())
        return Reply(204)

    with (
        WebServer(hear) as ear,
        PaymentStandIn(
            Provider(now=clock), api_key=API_KEY, signing_secret=SIGNING_SECRET, notify=f"{ear.url}/notices"
        ) as standin,
    ):
        yield OverHttp(standin, clock, heard)
