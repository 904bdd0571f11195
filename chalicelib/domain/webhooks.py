"""One event on its way to one merchant's endpoint: how often it was tried and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.values import Value

# Seconds to wait before each attempt: 10 attempts over about 75 h (contracts.md).
SCHEDULE = (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)

DeliveryResult = Literal["waiting", "delivered", "given_up"]


class WebhookAttempt(Value):
    at: Instant
    status: int | None  # None: no answer came
    error: str | None = None


class WebhookDelivery(Record):
    """`payload` is the exact JSON text that is signed and sent, the same at every attempt."""

    merchant_id: str
    event_id: str
    case_id: str
    sequence: int
    payload: str
    state: DeliveryResult = "waiting"
    attempts: tuple[WebhookAttempt, ...] = ()
    next_at: Instant | None = None
    created_at: Instant

    @property
    def watch_at(self) -> datetime | None:
        """When the sweeper should make sure that the next attempt is made."""
        return self.next_at + timedelta(minutes=1) if self.next_at else None

    def tried(self, at: datetime, status: int | None, error: str | None = None) -> WebhookDelivery:
        """The delivery after one more attempt: delivered, to be tried again, or given up."""
        attempts = (*self.attempts, WebhookAttempt(at=at, status=status, error=error))
        if status is not None and 200 <= status < 300:
            return self.next(attempts=attempts, state="delivered", next_at=None)
        if len(attempts) >= len(SCHEDULE):
            return self.next(attempts=attempts, state="given_up", next_at=None)
        return self.next(attempts=attempts, next_at=at + timedelta(seconds=SCHEDULE[len(attempts)]))
