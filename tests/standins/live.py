"""Who listens, in memory; and sockets that keep what was posted to them, and break where a test says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.actors import Actor
from chalicelib.domain.connections import Connection, Subscription, Ticket


class MemoryConnections:
    """`DynamoConnections` in memory; both stand the tests of tests/adapters/test_connections.py."""

    def __init__(self) -> None:
        self.tickets: dict[str, tuple[Ticket, str | None]] = {}
        self.connections: dict[str, Connection] = {}
        self.subscriptions: dict[tuple[str, str], Subscription] = {}  # by case and connection

    def issue(self, ticket: Ticket) -> None:
        self.tickets[ticket.digest] = (ticket, None)

    def redeem(self, digest: str, connection_id: str, now: datetime) -> Actor | None:
        ticket, used_by = self.tickets.get(digest, (None, None))
        if ticket is None or ticket.expires_at <= now or used_by not in (None, connection_id):
            return None
        self.tickets[digest] = (ticket, connection_id)
        return ticket.actor

    def open(self, connection: Connection) -> None:
        self.connections[connection.connection_id] = connection

    def find(self, connection_id: str) -> Connection | None:
        found = self.connections.get(connection_id)
        cases = frozenset(case for case, connection in self.subscriptions if connection == connection_id)
        return found.but(cases=cases) if found else None

    def of_actor(self, actor_key: str) -> Sequence[Connection]:
        return [each for each in self.connections.values() if each.actor.key == actor_key]

    def follow(self, subscription: Subscription) -> None:
        self.subscriptions[subscription.case_id, subscription.connection_id] = subscription

    def unfollow(self, connection_id: str, case_id: str) -> None:
        self.subscriptions.pop((case_id, connection_id), None)

    def followers(self, case_id: str) -> Sequence[Subscription]:
        return [each for (case, _), each in sorted(self.subscriptions.items()) if case == case_id]

    def advance(self, subscription: Subscription, sent: int) -> None:
        key = subscription.case_id, subscription.connection_id
        known = self.subscriptions.get(key)
        if known is not None and known.since == subscription.since and known.sent < sent:
            self.subscriptions[key] = known.but(sent=sent)

    def forget(self, connection: Connection) -> None:
        for case_id in connection.cases:
            self.unfollow(connection.connection_id, case_id)
        self.connections.pop(connection.connection_id, None)


class StandInSockets:
    """`heard` is what each connection took, in order. Those in `gone` take nothing."""

    url = "wss://live.example/live"

    def __init__(self) -> None:
        self.heard: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.gone: set[str] = set()
        self.origins = {"https://shop.example"}

    def welcomes(self, origin: str | None) -> bool:
        return origin is None or origin in self.origins

    def post(self, connection_id: str, message: str) -> bool:
        if connection_id in self.gone:
            return False
        self.heard[connection_id].append(json.loads(message))
        return True

    def close(self, connection_id: str) -> None:
        self.gone.add(connection_id)
