"""The stored answer of a request: written with its effect, so that the same key always gets the same reply."""

from __future__ import annotations

from chalicelib.domain.base import Fact, Instant


class StoredAnswer(Fact):
    """`fingerprint` is the hash of what was asked: the same key with another body is refused."""

    actor_key: str
    key: str
    fingerprint: str
    status: int
    body: str  # JSON
    at: Instant
