"""The two kinds of thing that are stored: facts, written once, and records, whose versions guard each write."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from chalicelib.domain.values import Value


def _of_our_time(at: datetime) -> datetime:
    """Deadlines and windows are added to instants: at the ends of the calendar no sum would fit."""
    if not 1970 <= at.year <= 2200:
        raise ValueError("between 1970 and 2200")
    return at


def _written_out(at: Any) -> Any:
    """Numbers would be read as seconds since 1970, and the contract says nothing of them."""
    if isinstance(at, int | float) or (isinstance(at, str) and "-" not in at[1:]):
        raise ValueError("a time as of RFC 3339")
    return at


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_of_our_time)]


def _named(day: Any) -> Any:
    """Numbers would be read as seconds since 1970, and an instant at midnight as its day, in no zone of ours."""
    if type(day) is not date and not (isinstance(day, str) and _DAY.fullmatch(day)):
        raise ValueError("a day as YYYY-MM-DD")
    return day


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_named)]


class Fact(Value):
    """Written once and never again: an order, an entry, a posting."""


class Record(Value):
    """Changes over time; `version` counts its writes (1 = just created) and guards each of them."""

    version: int = 1

    def next(self, **changes: Any) -> Self:
        """The same record one write later."""
        return self.model_copy(update={**changes, "version": self.version + 1})
