"""Somebody who watches a case live: a ticket over HTTP, then a WebSocket, and what came over it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from local.api import Api
from local.stack import Stack
from tests.journeys.patience import LONG

Message = dict[str, Any]
TAKEN = ("entry", "passed")  # what has a sequence


def ticket(api: Api, user: str) -> dict[str, Any]:
    return api.call("POST", "/live/tickets", user=user, body={}).expect(201)


def address(issued: dict[str, Any]) -> str:
    return f"{issued['url']}?ticket={issued['ticket']}"


@contextmanager
def watching(stack: Stack, api: Api, user: str, origin: str | None = None) -> Iterator[Viewer]:
    """A connection of this user, closed afterwards."""
    issued = ticket(api, user)
    assert stack.live_url == issued["url"]
    with connect(address(issued), origin=origin, proxy=None, open_timeout=LONG) as socket:  # type: ignore[arg-type]
        yield Viewer(socket)


class Viewer:
    """Keeps the promise's client side: `last` is the last sequence seen; what is not above it is dropped."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.entries: list[Message] = []
        self.repeated = 0
        self.last = 0

    def says(self, **wish: Any) -> None:
        self.socket.send(json.dumps(wish))

    def hears(self) -> Message:
        """The next message, whatever it is."""
        return dict(json.loads(self.socket.recv(timeout=LONG)))

    def follows(self, case_id: str, after: int = 0) -> Message:
        """The answer to a subscription; entries that came before it are kept."""
        self.last = after
        self.says(action="subscribe", case_id=case_id, after=after, id="s")
        while (heard := self.hears())["type"] in TAKEN:
            self._take(heard)
        return heard

    def until(self, what: str) -> list[str]:
        """Listens until this was told; answers all that was told, in one word each."""
        while not self.entries or self.entries[-1]["what"]["code"] != what:
            heard = self.hears()
            assert heard["type"] in TAKEN, heard
            self._take(heard)
        return [entry["what"]["code"] for entry in self.entries]

    def _take(self, heard: Message) -> None:
        if heard["sequence"] <= self.last:
            self.repeated += 1
            return
        self.last = heard["sequence"]
        if heard["type"] == "entry":
            self.entries.append(heard)
