"""Invoices: what was bought, by whom, when. Only those that somebody asks about are kept.

What is no line of a purchase: a cancellation (`C…`, paired in returns.csv), an adjustment of the books (any other
letter), a line without units (write-offs have negative ones) and a line below zero. A line of price 0 is kept: it was
sent, and it is worth nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from local.importers import fields
from local.importers.places import DataMissing, Malformed, Skipped
from local.importers.tables import Row, rows

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")


@dataclass(frozen=True)
class Line:
    """A line as published. `position` counts the invoice's rows from 1, so that repeats stay separate lines."""

    position: int
    stock: str
    description: str
    quantity: int
    price: Decimal


@dataclass
class Invoice:
    """A purchase. Its rows may carry times of several minutes: the first one counts."""

    number: str
    customer: str
    at: datetime
    lines: list[Line] = field(default_factory=list)
    published: int = 0  # rows so far, with those that are no lines of a purchase


def invoices(folder: Path, wanted: Callable[[str, str], bool], skipped: Skipped) -> dict[str, Invoice]:
    """The purchases of which `wanted(invoice number, customer)` says yes, by number, in the files' order.

    Raises DataMissing.
    """
    files = sorted(folder.glob("lines-*.csv.gz"))
    if not files:
        raise DataMissing(f"the data is not there: looked for lines-*.csv.gz in {folder}")
    found: dict[str, Invoice] = {}
    for file in files:
        for place, row in rows(file, COLUMNS):
            number, customer = row["InvoiceNo"].strip(), fields.customer(row, "CustomerID")
            reason = _no_purchase(number)
            if reason:
                skipped.because(reason)
            elif wanted(number, customer):
                try:
                    _add(found, number, customer, row, skipped)
                except Malformed as error:
                    skipped.unreadable(place, error)
    return {number: invoice for number, invoice in found.items() if invoice.lines}


def _no_purchase(number: str) -> str | None:
    if number.startswith("C"):
        return "cancellation lines (returns.csv pairs them)"
    return "adjustments of the books" if number[:1].isalpha() else None


def _add(found: dict[str, Invoice], number: str, customer: str, row: Row, skipped: Skipped) -> None:
    at = fields.instant(row, "InvoiceDate")
    invoice = found.setdefault(fields.text({"InvoiceNo": number}, "InvoiceNo"), Invoice(number, customer, at))
    invoice.at = min(invoice.at, at)
    invoice.published += 1
    quantity, price = fields.whole(row, "Quantity"), fields.decimal(row, "UnitPrice")
    if quantity <= 0:
        skipped.because("lines without units")
    elif price < 0:
        skipped.because("lines below zero")
    else:
        stock, words = fields.text(row, "StockCode"), row["Description"].strip()
        invoice.lines.append(Line(invoice.published, stock, words, quantity, price))
