"""The provider's bill of a day: what it says that it moved, line by line, in whole minor units.

A day is the provider's, in its own time zone; a bill exists when the day is over.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
Moved = Literal["settled", "reversed"]


class BillRow(NamedTuple):
    """Money that went to a buyer (`settled`) or came back (`reversed`). `amount` is never negative.

    A named tuple and no model: a day has a hundred thousand of them, and the adapter has checked each.
    """

    refund_no: str
    reference: str  # the provider's own name for this movement
    payment_id: str
    amount: int
    currency: str
    state: Moved
    settled_at: datetime


class Unreadable(NamedTuple):
    """A line that is no row: its beginning, what is wrong, and the number in it if one can be read."""

    text: str
    because: str
    refund_no: str = ""


BillLine = BillRow | Unreadable


def day_of(at: datetime, zone: str) -> date:
    """The provider's day of an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def span(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a day begins and when it ends (exclusive); 23 to 25 hours, where clocks are changed."""
    begins, ends = (datetime.combine(each, time(), ZoneInfo(zone)) for each in (day, day + ONE_DAY))
    return begins, ends
