"""Where a merchant hears of its cases, and how that endpoint has been lately.

An endpoint that lets us wait must not hold what others wait for. So a slow answer opens a rest, in which nothing is
sent there; and as long as the last answer was slow, one delivery at a time is. Quick failures need no rest: they cost
nobody else anything, and each delivery has its own schedule.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, Self

from chalicelib.domain.base import Instant, Record

SLOW = 3.0  # seconds: who takes longer than this is slow, whatever the answer was
AFTER_A_SLOW_ANSWER = 3  # times what it took: a slow endpoint holds a worker for a quarter of the time at most
FIRST_REST, LONGEST_REST = 30, 900  # seconds after no answer at all, doubled each time
LONGEST_WISH = 3600  # seconds that a Retry-After keeps everything back; its own delivery waits as long as it says
CLAIM = timedelta(seconds=30)  # longer than any attempt: meanwhile nobody else tries
FAILING_FOR = timedelta(days=5)
LOOKS = timedelta(minutes=1)  # between two looks of the sweeper at what is parked
LINGERS = timedelta(minutes=10)  # after a rest: whoever read of it late may still park something

Disabled = Literal["gone", "failing", "asked"]


class Webhook(Record):
    """The secret is derived from `secret_version`, never stored.

    `failing_since` is the first failure since the last success, `slow` counts slow answers in a row, `wake_at` is when
    the sweeper should look for parked deliveries. A healthy endpoint's record is never written by a delivery.
    """

    merchant_id: str
    url: str
    enabled: bool = True
    secret_version: int = 1
    former_until: Instant | None = None  # until when the version before is signed and accepted too
    updated_at: Instant
    listening_since: Instant | None = None  # what happened before was never meant for it; None: see updated_at
    failing_since: Instant | None = None
    slow: int = 0
    resting_until: Instant | None = None
    wake_at: Instant | None = None
    disabled_at: Instant | None = None
    disabled_because: Disabled | None = None

    @property
    def watch_at(self) -> datetime | None:
        return self.wake_at

    @property
    def since(self) -> datetime:
        return self.listening_since or self.updated_at

    def versions(self, now: datetime) -> tuple[int, ...]:
        """The secret versions that are good now, the newest first."""
        if self.former_until is not None and now < self.former_until:
            return (self.secret_version, self.secret_version - 1)
        return (self.secret_version,)

    def is_resting(self, now: datetime) -> bool:
        return self.resting_until is not None and now < self.resting_until

    def claimed(self, now: datetime) -> Self:
        """For the one delivery that may find out whether a slow endpoint is quick again."""
        return self.next(resting_until=now + CLAIM, wake_at=now + CLAIM)

    def set_to(self, url: str, now: datetime, *, enabled: bool) -> Self:
        """By its owner: whatever was held against the endpoint is forgotten, and what is parked is looked at."""
        wake_at = now if self.wake_at else None
        after = self.next(url=url, enabled=True, updated_at=now, failing_since=None, slow=0, wake_at=wake_at)
        after = after.but(resting_until=None, disabled_at=None, disabled_because=None)
        return after if enabled else after._off("asked", now)

    def heard(
        self, at: datetime, status: int | None, took: float, retry_after: int | None = None, *, probing: bool = False
    ) -> Self:
        """The record after an attempt that took so many seconds; this very one when it taught nothing new."""
        if not self.enabled:
            return self
        if status == 410:
            return self._disabled("gone", at)
        ok = status is not None and 200 <= status < 300
        failing_since = None if ok else self.failing_since or at
        if failing_since is not None and at - failing_since >= FAILING_FOR:
            return self._disabled("failing", at, failing_since=failing_since)
        changes: dict[str, Any] = {"failing_since": failing_since}
        # Attempts that were under way when the rest began say again what it began with: only the claimed one counts.
        if probing or not self.is_resting(at):
            changes |= self._rested(at, ok, took, retry_after if status in (429, 503) else None)
        if all(getattr(self, name) == value for name, value in changes.items()):
            return self
        return self.next(**changes)

    def _rested(self, at: datetime, ok: bool, took: float, wish: int | None) -> dict[str, Any]:
        slow, rest = 0, 0.0
        if took >= SLOW:
            slow = 1 if ok else self.slow + 1
            rest = AFTER_A_SLOW_ANSWER * took if ok else min(FIRST_REST * 2 ** min(self.slow, 9), LONGEST_REST)
        if wish and not ok:
            slow, rest = max(slow, 1), max(rest, min(wish, LONGEST_WISH))
        if slow:
            until = at + timedelta(seconds=rest)
            return {"slow": slow, "resting_until": until, "wake_at": until}
        return {"slow": 0, "resting_until": at, "wake_at": at} if self.slow else {}

    def _disabled(self, because: Disabled, at: datetime, **changes: Any) -> Self:
        return self.next(**changes)._off(because, at)

    def _off(self, because: Disabled, at: datetime) -> Self:
        """Nothing is sent any more; what is parked is looked at and skipped."""
        return self.but(enabled=False, disabled_at=at, disabled_because=because, slow=0, resting_until=at, wake_at=at)

    def looked_after(self, now: datetime, *, found: bool) -> Self:
        """After the sweeper's look: when it should look again, if at all."""
        if self.is_resting(now):
            return self.next(wake_at=self.resting_until)
        lingers = self.resting_until is not None and now < self.resting_until + LINGERS
        return self.next(wake_at=now + LOOKS if found or lingers else None)
