"""Invoices as orders: whole pence, one payment of the sum, delivered when bought."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.allocations import allocate
from chalicelib.domain.orders import OrderDraft
from chalicelib.schemas.orders import RegisterOrder
from local.importers.drafts import order_body
from local.importers.fields import pence
from local.importers.purchases import Invoice, Line

AT = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def body(*lines: Line) -> dict[str, Any]:
    invoice = Invoice("500001", "17850", AT, list(lines))
    return order_body(invoice, order_id="o1", buyer_id="b1", merchant_id="m1", moved=timedelta(days=100))


@pytest.mark.parametrize(
    ("pounds", "minor"), [("4.25", 425), ("0.001", 0), ("0.005", 1), ("1.005", 101), ("0.1", 10), ("11062.06", 1106206)]
)
def test_pounds_become_pence_rounded_half_up(pounds: str, minor: int) -> None:
    assert minor == pence(Decimal(pounds))


def test_the_one_payment_is_what_the_lines_come_to() -> None:
    made = body(Line(1, "A", "a", 3, Decimal("4.25")), Line(2, "B", "b", 1, Decimal("0.99")))
    assert [{"payment_id": "pay-o1", "method": "card", "amount": 1374}] == made["payments"]


def test_a_price_with_fractions_of_a_penny_is_rounded_by_the_line_and_says_so() -> None:
    made = body(Line(1, "PADS", "pads", 25, Decimal("0.125")))
    assert 313 == made["lines"][0]["gross"]
    assert "0.125" in made["lines"][0]["specification"]


def test_all_times_are_moved_by_the_same_days_and_keep_their_hour() -> None:
    made = body(Line(1, "A", "a", 1, Decimal(1)))
    at = "2011-03-11T08:26:00Z"
    assert (at, at) == (made["placed_at"], made["delivery"]["signed_at"])


def test_an_order_of_free_gifts_needs_no_payment() -> None:
    assert [] == body(Line(1, "A", "a", 1, Decimal(0)))["payments"]


@pytest.mark.parametrize("price", ["4.25", "0.001", "0.125", "0"])
def test_what_is_sent_is_an_order_that_adds_up(price: str) -> None:
    draft = RegisterOrder.model_validate_json(json.dumps(body(Line(1, "A", "a", 7, Decimal(price)))))
    plain = OrderDraft(**{name: getattr(draft, name) for name in OrderDraft.model_fields})
    order = allocate(plain, policy_id="p", policy_version=1)
    assert pence(Decimal(price) * 7) == order.paid_total
