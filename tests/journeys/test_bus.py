"""Facts that come over the bus: orders paid, shipped and delivered, refunds settled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.stack import Stack
from tests.journeys.partners import tell
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import ORDERS, SMALL, Shop


def test_an_order_that_was_paid_shipped_and_delivered_is_known_so(shop: Shop, stack: Stack) -> None:
    draft = shop.draft(state="unshipped")
    order_id = draft["order_id"]
    tell(stack, "orders", "order.paid", **draft)

    def order() -> dict[str, Any]:
        return shop.api.call("GET", f"/orders/{order_id}", user=ORDERS).body

    until(order, lambda order: "delivery" in order and order["delivery"]["code"] == "unshipped")
    for fact, delivery in (("order.shipped", "shipped"), ("order.delivered", "delivered")):
        tell(stack, "orders", fact, order_id=order_id, at=datetime.now(UTC).isoformat())
        until(order, lambda order, delivery=delivery: order["delivery"]["code"] == delivery)
    assert order()["lines"][0]["window_ends_at"] > datetime.now(UTC).isoformat()


def test_an_order_that_is_told_twice_is_registered_once(shop: Shop, stack: Stack) -> None:
    draft = shop.draft()
    for _ in range(2):
        tell(stack, "orders", "order.paid", **draft)
    until(
        lambda: shop.api.call("GET", f"/orders/{draft['order_id']}", user=ORDERS).status, lambda status: status == 200
    )

    assert draft["payments"][0]["amount"] == shop.files(draft["order_id"]).now()["amount"]["amount"]


def test_a_settlement_over_the_bus_is_as_good_as_one_by_http(shop: Shop, stack: Stack, provider: Provider) -> None:
    order_id = shop.sells(SMALL)
    provider.misbehave(order_id, outcome="accept", seconds=None)
    story = shop.files(order_id)
    refund_no = story.until_refund("submitted")["refund_no"]
    tell(stack, "payments", "refund.settled", refund_no=refund_no)
    story.until("completed")

    assert 1 == story.told().count("RefundSettled")
