"""Fields of a published row, read strictly: text to whole units, exact prices and instants. No float anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from local.importers.places import Malformed
from local.importers.tables import Row

LARGEST = Decimal(10) ** 12


def whole(row: Row, name: str) -> int:
    """A whole number, as `12` or `12.0`. Raises Malformed."""
    number = decimal(row, name)
    if number != number.to_integral_value():
        raise Malformed(f"{name} is {row[name]!r}, not a whole number")
    return int(number)


def decimal(row: Row, name: str) -> Decimal:
    """An exact decimal number. Raises Malformed."""
    try:
        number = Decimal(row[name].strip())
    except InvalidOperation:
        raise Malformed(f"{name} is {row[name][:40]!r}, not a number") from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise Malformed(f"{name} is {row[name][:40]!r}, which no shop has")
    return number


def instant(row: Row, name: str) -> datetime:
    """A published local time, taken for UTC. Raises Malformed."""
    try:
        return datetime.fromisoformat(row[name].strip()).replace(tzinfo=UTC)
    except ValueError:
        raise Malformed(f"{name} is {row[name][:40]!r}, not a time") from None


def text(row: Row, name: str) -> str:
    """A field that must say something. Raises Malformed."""
    found = row[name].strip()
    if not found:
        raise Malformed(f"{name} is empty")
    return found


def customer(row: Row, name: str) -> str:
    """A customer's number, published both as `17850` and as `17850.0`; empty when nobody is named."""
    return row[name].strip().removesuffix(".0")


def pence(pounds: Decimal) -> int:
    """Minor units, rounded half up (two real lines cost a tenth of a penny)."""
    return int((pounds * 100).quantize(Decimal(1), ROUND_HALF_UP))
