"""When a deadline falls due: calendar time, or working time in shifts, with holidays and extra working days (调休)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from chalicelib.domain.base import Day
from chalicelib.domain.values import Integer, Value

Unit = Literal["seconds", "minutes", "hours", "days", "working_minutes", "working_hours", "working_days"]
_YEAR: dict[Unit, int] = {
    "seconds": 31_536_000,
    "minutes": 525_600,
    "hours": 8_760,
    "days": 365,
    "working_minutes": 120_000,
    "working_hours": 2_000,
    "working_days": 250,
}
_PLAIN = {"seconds", "minutes", "hours", "days"}
_IN_SHIFTS = {"working_minutes": "minutes", "working_hours": "hours"}
MOST_DAYS = 400  # that any duration may take: short shifts and long holidays make a year of work endless
DAY = timedelta(days=1)
MIDNIGHT = time()


class Duration(Value):
    """`amount` of `unit`, as a policy writes it; a year at most, because no execution waits longer."""

    amount: Integer = Field(ge=0, le=31_536_000)
    unit: Unit

    @model_validator(mode="after")
    def _a_year_at_most(self) -> Self:
        if self.amount > _YEAR[self.unit]:
            raise ValueError(f"at most {_YEAR[self.unit]} {self.unit}")
        return self


_CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def _written_out(told: Any) -> Any:
    """Numbers would be read as seconds since midnight, and the contract says nothing of them."""
    if not isinstance(told, time) and not (isinstance(told, str) and re.fullmatch(_CLOCK, told)):
        raise ValueError("a time of day as HH:MM or HH:MM:SS, in the calendar's own zone")
    return told


# JSON Schema's `time` is RFC 3339's, which has an offset: a clock on a wall has none.
ClockTime = Annotated[time, BeforeValidator(_written_out), WithJsonSchema({"type": "string", "pattern": _CLOCK})]


class Shift(Value):
    """One stretch of a working day, in the calendar's own time. `ends` at 00:00 is the midnight after."""

    begins: ClockTime
    ends: ClockTime

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.begins.tzinfo or self.ends.tzinfo:
            raise ValueError("a shift is told in the calendar's own zone")
        if self.ends != MIDNIGHT and self.ends <= self.begins:
            raise ValueError("a shift ends after it begins; one over midnight is two")
        return self


class Calendar(Value):
    """A platform's days. `speed` (local runs only) lets days pass as seconds; it divides what this calendar gives.

    `weekdays` are those that are worked on (0 is Monday). Holidays are free whatever their weekday; extra working days
    are worked whatever theirs, and win over a holiday.
    """

    zone: str = "Asia/Shanghai"
    weekdays: Annotated[frozenset[Annotated[Integer, Field(ge=0, le=6)]], Field(min_length=1)] = frozenset(range(5))
    shifts: Annotated[tuple[Shift, ...], Field(min_length=1, max_length=10)] = (Shift(begins=MIDNIGHT, ends=MIDNIGHT),)
    holidays: frozenset[Day] = frozenset()
    extra_working_days: frozenset[Day] = frozenset()
    speed: Integer = Field(default=1, ge=1)

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("a name of the IANA time zone database") from None
        return zone

    @field_validator("shifts")
    @classmethod
    def _shifts_follow_each_other(cls, shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
        for before, after in pairwise(shifts):
            if before.ends == MIDNIGHT or after.begins < before.ends:
                raise ValueError("shifts follow each other and do not overlap")
        return shifts

    def works_on(self, day: date) -> bool:
        if day in self.extra_working_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def after(self, start: datetime, duration: Duration) -> datetime:
        """The instant `duration` after `start`, in UTC, to the millisecond.

        Raises ValueError for a duration that these days never come to the end of (a policy is refused for it).
        """
        start = start.astimezone(UTC)  # sums of one zone's times are sums of what its clocks show, not of time
        due = self._unhurried(start, duration)
        due = start + (due - start) / self.speed
        return due.astimezone(UTC).replace(microsecond=due.microsecond // 1000 * 1000)

    def _unhurried(self, start: datetime, duration: Duration) -> datetime:
        if duration.unit in _PLAIN:
            return start + timedelta(**{duration.unit: duration.amount})
        if duration.unit == "working_days":
            return self._days_later(start, duration.amount)
        return self._in_shifts(start, timedelta(**{_IN_SHIFTS[duration.unit]: duration.amount}))

    def _days_later(self, start: datetime, days: int) -> datetime:
        """The same time of the day so many working days later."""
        local = _wall(start, self._zone)
        if not self.works_on(local.date()):  # what comes in on a free day counts from the next working morning
            local = datetime.combine(self._next_working_day(local.date()), self.shifts[0].begins)
        elif not days:
            return start
        for _ in range(days):
            local = datetime.combine(self._next_working_day(local.date()), local.time())
        return _instant(local, self._zone)

    def _next_working_day(self, day: date) -> date:
        for _ in range(MOST_DAYS):
            day += DAY
            if self.works_on(day):
                return day
        raise ValueError(f"nobody works for {MOST_DAYS} days")

    def _in_shifts(self, start: datetime, needed: timedelta) -> datetime:
        """So much time of shifts later: what passes between them does not count."""
        if not needed:
            return start
        for begins, ends in self._stretches(start):
            begins = max(begins, start)
            if begins >= ends:
                continue
            if needed <= ends - begins:
                return begins + needed
            needed -= ends - begins
        raise ValueError(f"more than {MOST_DAYS} days of work")

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The shifts from the day of `start` on, as instants. Where clocks are changed, what passes counts."""
        day = start.astimezone(self._zone).date()
        for number in range(MOST_DAYS):
            one = day + DAY * number
            if self.works_on(one):
                for shift in self.shifts:
                    last = one + DAY if shift.ends == MIDNIGHT else one
                    begins = _instant(datetime.combine(one, shift.begins), self._zone)
                    yield begins, _instant(datetime.combine(last, shift.ends), self._zone)

    def window_end(self, signed_at: datetime, days: int) -> datetime:
        """When a legal window is over: `days` full days from 00:00 of the day after signing.

        Full days are days on the calendar there, and never fewer hours than 24 each: the night in which clocks are put
        forward takes nothing from the buyer's hundred and sixty-eight.
        """
        local = signed_at.astimezone(self._zone)
        first = datetime.combine(local.date() + DAY, time.min, tzinfo=self._zone)
        on_the_wall = (first + timedelta(days=days)).astimezone(UTC)
        return max(on_the_wall, first.astimezone(UTC) + timedelta(days=days))

    def day_of(self, at: datetime) -> date:
        """The day that a calendar on the wall shows there."""
        return at.astimezone(self._zone).date()

    def end_of(self, day: date) -> datetime:
        """The instant at which a day is over there, in UTC."""
        return _instant(datetime.combine(day + DAY, MIDNIGHT), self._zone)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which a clock there shows this. A time that it leaps over is the moment of the leap; of one that
    it shows twice, the first is meant."""
    told = wall.replace(tzinfo=zone)
    at = told.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    return _change(told.replace(fold=1).astimezone(UTC), at, zone)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock there shows. The second time that it shows an hour counts as the end of the first: later instants
    must not have earlier deadlines."""
    local = at.astimezone(zone)
    if not local.fold:
        return local.replace(tzinfo=None)
    first = local.replace(fold=0)
    change = _change(first.astimezone(UTC), local.astimezone(UTC), zone)
    return (change + (first.utcoffset() or timedelta())).replace(tzinfo=None)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between these two at which the clocks there are changed, to the second."""
    offset, low, high = before.astimezone(zone).utcoffset(), 0, int((after - before).total_seconds()) + 1
    before = before.replace(microsecond=0)
    while low + 1 < high:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)
