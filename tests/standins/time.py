"""Time that passes by hand, and ids that count."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # 17:00 in Shanghai


class HandClock:
    """Stands still until somebody moves it; pauses are noted and take no time."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self.at

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def pass_by(self, **duration: float) -> datetime:
        """`clock.pass_by(hours=48, seconds=1)`"""
        self.at += timedelta(**duration)
        return self.at

    def reach(self, at: datetime) -> None:
        """Never backwards."""
        self.at = max(self.at, at)


class CountingIds:
    """`case_00000000000000000000000001`, `…2`: as long and as ordered as the real ones."""

    def __init__(self, jitter: float = 0.5) -> None:
        self._counts: Counter[str] = Counter()
        self._jitter = jitter

    def new(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}_{self._counts[kind]:026}"

    def secret(self) -> str:
        self._counts["secret"] += 1
        return f"secret-{self._counts['secret']}"

    def jitter(self) -> float:
        return self._jitter
