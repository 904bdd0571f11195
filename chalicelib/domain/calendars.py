"""When a deadline falls due: calendar time, or working days with holidays and extra working days (调休)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from chalicelib.domain.values import Value

Unit = Literal["seconds", "minutes", "hours", "days", "working_days"]
_YEAR: dict[Unit, int] = {
    "seconds": 31_536_000,
    "minutes": 525_600,
    "hours": 8_760,
    "days": 365,
    "working_days": 250,
}
_PLAIN = {"seconds", "minutes", "hours", "days"}


class Duration(Value):
    """`amount` of `unit`, as a policy writes it; a year at most, because no execution waits longer."""

    amount: int = Field(ge=0, le=31_536_000)
    unit: Unit

    @model_validator(mode="after")
    def _a_year_at_most(self) -> Self:
        if self.amount > _YEAR[self.unit]:
            raise ValueError(f"at most {_YEAR[self.unit]} {self.unit}")
        return self


class Calendar(Value):
    """A platform's days. `speed` (local runs only) lets days pass as seconds; it divides what this calendar gives."""

    zone: str = "Asia/Shanghai"
    holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()
    speed: int = Field(default=1, ge=1)

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("a name of the IANA time zone database") from None
        return zone

    def works_on(self, day: date) -> bool:
        if day in self.extra_working_days:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def after(self, start: datetime, duration: Duration) -> datetime:
        """The instant `duration` after `start`, in UTC, to the millisecond."""
        due = self._unhurried(start, duration)
        due = start + (due - start) / self.speed
        return due.astimezone(UTC).replace(microsecond=due.microsecond // 1000 * 1000)

    def _unhurried(self, start: datetime, duration: Duration) -> datetime:
        if duration.unit in _PLAIN:
            return start + timedelta(**{duration.unit: duration.amount})
        local = start.astimezone(ZoneInfo(self.zone))
        if not self.works_on(local.date()):  # what comes in on a free day counts from the next working morning
            local = local.replace(hour=0, minute=0, second=0, microsecond=0)
            while not self.works_on(local.date()):
                local += timedelta(days=1)
        for _ in range(duration.amount):
            local += timedelta(days=1)
            while not self.works_on(local.date()):
                local += timedelta(days=1)
        return local

    def window_end(self, signed_at: datetime, days: int) -> datetime:
        """The last instant of a legal window: `days` full days from 00:00 of the day after signing."""
        local = signed_at.astimezone(ZoneInfo(self.zone))
        first = datetime.combine(local.date() + timedelta(days=1), time.min, tzinfo=ZoneInfo(self.zone))
        return (first + timedelta(days=days)).astimezone(UTC)
