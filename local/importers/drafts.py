"""Invoices as bodies of `POST /orders`: whole pence, one payment, delivered when bought, dates moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from local.importers.fields import pence
from local.importers.purchases import Invoice, Line

CURRENCY = "GBP"
LONGEST_TITLE = 500


def order_body(invoice: Invoice, *, order_id: str, buyer_id: str, merchant_id: str, moved: timedelta) -> dict[str, Any]:
    """The order of an invoice. The goods count as delivered at the purchase: the window counts from then."""
    lines = [_line(line) for line in invoice.lines]
    due = sum(line.get("gross", line["unit_price"] * line["quantity"]) for line in lines)
    at = (invoice.at + moved).isoformat().replace("+00:00", "Z")
    return {
        "order_id": order_id,
        "buyer_id": buyer_id,
        "merchant_id": merchant_id,
        "currency": CURRENCY,
        "placed_at": at,
        "lines": lines,
        "payments": [{"payment_id": payment_of(order_id), "method": "card", "amount": due}] if due else [],
        "delivery": {"state": "delivered", "shipped_at": at, "signed_at": at},
    }


def payment_of(order_id: str) -> str:
    """The one payment of an order; its name is as good as the order's, so that the provider's book tells them apart."""
    return f"pay-{order_id}"


def line_id(position: int) -> str:
    return str(position)


def _line(line: Line) -> dict[str, Any]:
    body: dict[str, Any] = {
        "line_id": line_id(line.position),
        "sku": line.stock,
        "title": line.description[:LONGEST_TITLE],
        "quantity": line.quantity,
        "unit_price": pence(line.price),
    }
    if has_fractions(line):
        # Money is whole pence: what the line came to is rounded once, half up, and the buyer can read why.
        body["gross"] = pence(line.price * line.quantity)
        body["specification"] = f"unit price GBP {line.price:f}, the line rounded to whole pence"
    return body


def has_fractions(line: Line) -> bool:
    """Whether a unit costs a fraction of a penny."""
    return line.price * 100 % 1 != 0
