"""A real retailer's orders and cancellations (UCI "Online Retail", Daqing Chen, CC BY 4.0)."""

from __future__ import annotations

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from chalicelib.domain.orders import LineDraft, OrderDraft, Payment
from tests.domain.drafts import AT

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "online-retail"

Row = dict[str, str]


def pence(pounds: str | Decimal) -> int:
    """Minor units, rounded half up (two real lines cost a tenth of a penny)."""
    return int((Decimal(pounds) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def rows(name: str) -> Iterator[Row]:
    path = FOLDER / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as lines:
        yield from csv.DictReader(lines)


def purchases() -> dict[str, list[Row]]:
    """The lines of every invoice that sold something."""
    invoices: dict[str, list[Row]] = defaultdict(list)
    for path in sorted(FOLDER.glob("lines-*.csv.gz")):
        for row in rows(path.name):
            if row["InvoiceNo"][0] not in "CA" and int(row["Quantity"]) > 0:
                invoices[row["InvoiceNo"]].append(row)
    return invoices


def cancellations() -> dict[tuple[str, str], list[Row]]:
    """The returned lines of every pair of cancellation and original invoice, in time order."""
    pairs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(rows("returns.csv"), key=lambda row: row["cancel_date"]):
        pairs[row["cancel_invoice"], row["orig_invoice"]].append(row)
    return pairs


def draft_of(invoice: str, lines: list[Row]) -> OrderDraft:
    """The order of an invoice, paid by card; line ids count from 1."""
    bought = tuple(line_of(str(i), row) for i, row in enumerate(lines, 1))
    due = sum(line.gross or 0 for line in bought)
    return OrderDraft(
        order_id=invoice,
        buyer_id=lines[0]["CustomerID"].removesuffix(".0") or "unknown",
        merchant_id="online-retail",
        currency="GBP",
        placed_at=AT,
        lines=bought,
        payments=(Payment(payment_id="card", method="card", amount=due),),
    )


def line_of(line_id: str, row: Row) -> LineDraft:
    quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
    return LineDraft(
        line_id=line_id,
        sku=row["StockCode"],
        title=row["Description"],
        quantity=quantity,
        unit_price=pence(price),
        gross=pence(price * quantity),
    )
