"""One event on its way to one merchant's endpoint: how often it was tried and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.values import Value

# Seconds to wait before each attempt: 10 attempts over about 75 h (contracts.md).
SCHEDULE = (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
KEPT = 40  # attempts in the log: four rounds of the schedule
RETENTION = timedelta(days=90)  # after the last thing that happened to it
EARLY = timedelta(seconds=1)  # clocks differ: a message may come that much before its time

# `skipped`: its turn came while the webhook was disabled. What was given up or skipped can be replayed.
DeliveryState = Literal["waiting", "delivered", "given_up", "skipped"]
FAILED: tuple[DeliveryState, ...] = ("given_up", "skipped")


class WebhookAttempt(Value):
    at: Instant
    status: int | None  # None: no answer came
    error: str | None = None


class WebhookDelivery(Record):
    """`payload` is the exact JSON text that is signed and sent, the same at every attempt.

    `attempts` is the log; `tries` counts those since the last replay, which begins the schedule anew. Waiting without
    `next_at` is parked: the endpoint rests, and the sweeper takes its deliveries up again when the rest is over.
    """

    merchant_id: str
    event_id: str
    case_id: str
    sequence: int
    type: str = ""
    payload: str
    state: DeliveryState = "waiting"
    attempts: tuple[WebhookAttempt, ...] = ()
    tries: int = 0
    next_at: Instant | None = None
    created_at: Instant

    @property
    def watch_at(self) -> datetime | None:
        """When the sweeper should make sure that the next attempt is made."""
        return self.next_at + timedelta(minutes=1) if self.next_at else None

    @property
    def expires_at(self) -> datetime:
        """When the table may forget it. What still waits is not forgotten: 90 days are longer than any wait."""
        last = self.attempts[-1].at if self.attempts else self.created_at
        return max(last, self.next_at or last) + RETENTION

    @property
    def is_parked(self) -> bool:
        return self.version > 0 and self.state == "waiting" and self.next_at is None

    @property
    def is_untried(self) -> bool:
        """Still to be tried for the first time: later events of its case wait for it."""
        return self.state == "waiting" and self.tries == 0

    def is_due(self, now: datetime) -> bool:
        """Messages are repeated and sweeps overlap: only the first of them that comes in time makes the attempt."""
        return self.state == "waiting" and (self.next_at is None or self.next_at <= now + EARLY)

    def tried(
        self,
        at: datetime,
        status: int | None,
        error: str | None = None,
        *,
        jitter: float = 0.5,
        retry_after: int | None = None,
    ) -> WebhookDelivery:
        """The delivery after one more attempt: delivered, to be tried again (never sooner than asked), or given up."""
        attempts = (*self.attempts, WebhookAttempt(at=at, status=status, error=error))[-KEPT:]
        tries = self.tries + 1
        after = self.next(attempts=attempts, tries=tries, next_at=None)
        if status is not None and 200 <= status < 300:
            return after.but(state="delivered")
        if status == 410 or tries >= len(SCHEDULE):
            return after.but(state="given_up")
        wait = max(SCHEDULE[tries] * (0.9 + 0.2 * jitter), retry_after or 0)
        return after.but(state="waiting", next_at=at + timedelta(seconds=wait))

    def held(self, until: datetime) -> WebhookDelivery:
        """Not its turn yet: an earlier event of the same case was not tried."""
        return self.next(next_at=until)

    def parked(self) -> WebhookDelivery:
        return self.next(next_at=None)

    def skipped(self) -> WebhookDelivery:
        return self.next(state="skipped", next_at=None)

    def replayed(self, at: datetime) -> WebhookDelivery:
        """From the beginning, by somebody's wish; the log stays."""
        return self.next(state="waiting", tries=0, next_at=at)


def event_before(event_id: str) -> str | None:
    """The id of the event before this one in its case; None for a case's first."""
    case_id, _, sequence = event_id.rpartition("-")
    return f"{case_id}-{int(sequence) - 1}" if case_id and sequence.isdecimal() and int(sequence) > 1 else None
