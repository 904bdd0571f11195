"""What came back: cancellation lines with the purchase line that each returns, and attempts at more than there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from local.importers import fields
from local.importers.fields import pence
from local.importers.places import Malformed, Place, Skipped
from local.importers.tables import Row, rows

COLUMNS = (
    *("cancel_invoice", "cancel_date", "customer", "stock", "qty"),
    *("orig_invoice", "orig_qty", "orig_price", "as_credited", "at_purchase_price"),
)
ATTEMPTED = ("cancel_invoice", "cancel_date", "customer", "stock", "qty", "as_credited")


@dataclass(frozen=True)
class Returned:
    """One cancellation line, and by what its purchase line is known. Amounts in pence."""

    place: Place
    cancel_invoice: str
    at: datetime
    customer: str
    stock: str
    quantity: int
    invoice: str
    line_quantity: int
    line_price: Decimal
    as_credited: int
    at_purchase_price: int

    @property
    def owed(self) -> int:
        """What may be paid for it: what the shop credited, but never more than was paid."""
        return min(self.as_credited, self.at_purchase_price)


@dataclass(frozen=True)
class Attempt:
    """A cancellation line whose units nobody has left. Amounts in pence."""

    place: Place
    cancel_invoice: str
    at: datetime
    customer: str
    stock: str
    quantity: int
    as_credited: int


@dataclass(frozen=True)
class Pair:
    """One cancellation of one invoice: this becomes a case."""

    cancel_invoice: str
    invoice: str
    at: datetime
    lines: tuple[Returned, ...]

    @property
    def customer(self) -> str:
        return self.lines[0].customer

    @property
    def owed(self) -> int:
        return sum(line.owed for line in self.lines)


def pairs(folder: Path, skipped: Skipped) -> list[Pair]:
    """returns.csv in time order; what came at one time stays as the file has it."""
    found: dict[tuple[str, str], list[Returned]] = {}
    for place, row in rows(folder / "returns.csv", COLUMNS):
        try:
            line = _returned(place, row)
        except Malformed as error:
            skipped.unreadable(place, error)
            continue
        found.setdefault((line.cancel_invoice, line.invoice), []).append(line)
    made = [Pair(*key, min(line.at for line in lines), tuple(lines)) for key, lines in found.items()]
    return sorted(made, key=lambda pair: pair.at)


def attempts(folder: Path, skipped: Skipped) -> list[Attempt]:
    """over-refund-attempts.csv in time order."""
    found: list[Attempt] = []
    for place, row in rows(folder / "over-refund-attempts.csv", ATTEMPTED):
        try:
            found.append(_attempt(place, row))
        except Malformed as error:
            skipped.unreadable(place, error)
    return sorted(found, key=lambda attempt: attempt.at)


def _returned(place: Place, row: Row) -> Returned:
    return Returned(
        place=place,
        cancel_invoice=fields.text(row, "cancel_invoice"),
        at=fields.instant(row, "cancel_date"),
        customer=fields.customer(row, "customer"),
        stock=fields.text(row, "stock"),
        quantity=_units(row, "qty"),
        invoice=fields.text(row, "orig_invoice"),
        line_quantity=_units(row, "orig_qty"),
        line_price=fields.decimal(row, "orig_price"),
        as_credited=_credited(row, "as_credited"),
        at_purchase_price=_credited(row, "at_purchase_price"),
    )


def _attempt(place: Place, row: Row) -> Attempt:
    return Attempt(
        place=place,
        cancel_invoice=fields.text(row, "cancel_invoice"),
        at=fields.instant(row, "cancel_date"),
        customer=fields.customer(row, "customer"),
        stock=fields.text(row, "stock"),
        quantity=_units(row, "qty"),
        as_credited=_credited(row, "as_credited"),
    )


def _units(row: Row, name: str) -> int:
    units = fields.whole(row, name)
    if units < 1:
        raise Malformed(f"{name} is {units}: at least one unit comes back")
    return units


def _credited(row: Row, name: str) -> int:
    amount = pence(fields.decimal(row, name))
    if amount < 0:
        raise Malformed(f"{name} is {row[name]}: below zero")
    return amount
