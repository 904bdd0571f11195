"""Who listens live 即时通讯: a ticket opens a connection, a connection follows cases.

All of it is ephemeral: nothing here is a fact, and whatever is lost is made again by connecting again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Instant
from chalicelib.domain.values import Value

TICKET_LIFE = timedelta(seconds=60)
LIFE = timedelta(hours=2, minutes=5)  # API Gateway ends every connection after two hours
MOST_CONNECTIONS = 10  # of one person: a few devices with a few pages each
MOST_CASES = 50  # that one connection follows
LONGEST = 2048  # bytes of a message to us


class Ticket(Value):
    """The right to connect once. Its secret is its holder's alone; what is kept is the `digest`."""

    digest: str
    actor: Actor
    expires_at: Instant

    @staticmethod
    def of(secret: str, actor: Actor, now: datetime) -> Ticket:
        return Ticket(digest=digest(secret), actor=actor, expires_at=now + TICKET_LIFE)


class Connection(Value):
    """One open WebSocket and whose it is. `cases` are those that it follows."""

    connection_id: str
    actor: Actor
    opened_at: Instant
    cases: frozenset[str] = frozenset()

    @property
    def expires_at(self) -> datetime:
        return self.opened_at + LIFE


class Subscription(Value):
    """One connection follows one case. `sent` is the last sequence that was surely posted.

    `since` tells it from another subscription of the same connection to the same case, earlier or later.
    """

    case_id: str
    connection_id: str
    actor: Actor
    since: str
    sent: int
    expires_at: Instant


def digest(secret: str) -> str:
    """A secret of 256 random bits needs no salt and no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def too_many(connections: Sequence[Connection], newest: str) -> list[Connection]:
    """Those of one person that must go, the oldest first; never the newest, which is why they must."""
    others = sorted((each for each in connections if each.connection_id != newest), key=lambda each: each.opened_at)
    return others[: max(0, len(others) + 1 - MOST_CONNECTIONS)]
