"""Warranty 保修: how long goods are repaired for nothing, by calendar months, and what lengthens it.

It runs from the day of signing to the end of the same day so many months later (of a month without that day: to the
end of its last day). Every day on which the goods were away being repaired, wholly or in part, is added at the end,
once, however many repairs it belonged to; goods that were away when it ended still had it when they left. Goods of an
exchange are a line of their own and have one of their own, from the day on which they were signed for. Days are those
that the policy's calendar shows.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from chalicelib.domain.base import Record
from chalicelib.domain.inspections import Disposition
from chalicelib.domain.values import Integer, Value, YesNo

if TYPE_CHECKING:
    from chalicelib.domain.calendars import Calendar

DAY = timedelta(days=1)
Service = Literal["on_site", "send_in"]
BOTH: frozenset[Service] = frozenset({"on_site", "send_in"})
Unfixed = Literal["exchange", "refund"]


class WarrantyTerm(Value):
    """How many months goods are repaired for nothing. The first that fits a category counts."""

    months: Integer = Field(ge=0, le=240)
    category: str | None = None


class ServiceTerm(Value):
    """Where goods of a category are repaired: at the buyer's door 上门, in the workshop 送修. The first that fits."""

    services: frozenset[Service] = Field(default=BOTH)
    category: str | None = None


class RepairTerms(Value):
    """`attempts`: repairs that may fail before the buyer gets something else. `unfixed`: what that is; of several the
    buyer chooses. `paid`: goods out of warranty are repaired too, for money. `visits`: appointments of one case.
    `goods_come_back`: for a refund the buyer sends the goods in. `unrepaired`: what becomes of goods that the workshop
    keeps."""

    services: tuple[ServiceTerm, ...] = Field(default=(ServiceTerm(),), max_length=200)
    attempts: Integer = Field(default=2, ge=1, le=5)
    unfixed: frozenset[Unfixed] = Field(default=frozenset({"exchange", "refund"}), min_length=1)
    paid: YesNo = True
    visits: Integer = Field(default=10, ge=1, le=50)
    goods_come_back: YesNo = True
    unrepaired: Disposition = "return_to_vendor"

    def offered(self, category: str) -> frozenset[Service]:
        return next((term.services for term in self.services if term.category in (None, category)), frozenset())


class Days(Value):
    """A run of days, both ends included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


class LineWarranty(Value):
    """What happened to the warranty of a line of the order: the days that its goods were away."""

    line_id: str
    away: tuple[Days, ...] = ()


class Warranty(Record):
    """What repairs did to the warranties of an order's lines. Where nothing stands, it runs from signing."""

    order_id: str
    lines: tuple[LineWarranty, ...] = ()

    def line(self, line_id: str) -> LineWarranty:
        return next((line for line in self.lines if line.line_id == line_id), LineWarranty(line_id=line_id))

    def away(self, line_ids: Iterable[str], days: Days) -> Warranty:
        """The same after these days of repair; the version is counted by whoever writes."""
        changed = [_away(self.line(line_id), days) for line_id in line_ids]
        ids = {line.line_id for line in changed}
        return self.but(lines=(*(line for line in self.lines if line.line_id not in ids), *changed))


def _away(line: LineWarranty, days: Days) -> LineWarranty:
    return line.but(away=merged((*line.away, days)))


def merged(runs: Iterable[Days]) -> tuple[Days, ...]:
    """The same days, each once, as few runs as possible, the earliest first."""
    kept: list[Days] = []
    for run in sorted(runs, key=lambda run: run.first):
        if kept and run.first <= kept[-1].last + DAY:
            kept[-1] = kept[-1].but(last=max(kept[-1].last, run.last))
        else:
            kept.append(run)
    return tuple(kept)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(begins: date, months: int, away: Iterable[Days]) -> date:
    """The last day of a warranty. Only runs that began while it ran count, and of those only days since it began."""
    last = months_later(begins, months)
    for run in merged(away):
        if run.last >= begins and run.first <= last:
            last += DAY * run.but(first=max(run.first, begins)).count
    return last


def covered_until(calendar: Calendar, signed_at: datetime, months: int, line: LineWarranty) -> datetime:
    """The instant at which the warranty of a line's goods is over; without months it never began."""
    if months == 0:
        return signed_at
    return calendar.end_of(last_day(calendar.day_of(signed_at), months, line.away))
