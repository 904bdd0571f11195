"""Goods come back: sent, received, inspected, and then the money; on the deployed template."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.executions import Execution
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story, money

ADDRESS = {"name": "returns desk", "phone": "+86 571 0000 0000", "address": "1 West Lake Road"}


@pytest.fixture
def returning(shop: Shop) -> Story:
    """Two units, delivered, whose return is approved and shipped."""
    book = {"entries": [{"address_id": "main", "address": ADDRESS}]}
    shop.api.call("PUT", f"/merchants/{shop.merchant_id}/return-addresses", user=shop.owner, body=book).expect(200, 201)
    story = shop.files(shop.sells(LARGE, 2), 2, remedy="return_and_refund")
    approved = story.decide("approve")
    assert ("awaiting_goods", ADDRESS["address"]) == (approved["status"]["code"], _address(approved))
    story.act(story.buyer, "shipment", carrier="shunfeng", waybill_no="SF1408765432109").expect(200)
    return story


def _address(case: dict[str, Any]) -> str:
    return str(case["return"]["address"]["address"])


def test_a_return_that_passes_is_paid_and_its_flow_is_as_long_as_counted(
    returning: Story, shop: Shop, provider: Provider
) -> None:
    returning.act(returning.owner, "receipt").expect(200)
    returning.act(returning.owner, "inspection", outcome="passed").expect(200)
    returning.until("completed")

    assert 2 * LARGE == provider.out(returning.order_id)
    assert ["GoodsShipped", "ReturnReceived", "GoodsInspected", "GoodsDisposed"] == returning.told()[3:7]
    execution = Execution(shop.stack, returning.case_id, returns=True)
    assert 15 == len(execution.entered()), "nobody signed for it here, so two fewer than with a carrier"


def test_a_return_that_came_short_is_paid_for_what_came(returning: Story, provider: Provider) -> None:
    returning.act(returning.owner, "receipt").expect(200)
    line = {"line_id": "1", "received": 1}
    told = returning.act(returning.owner, "inspection", outcome="reduced", lines=[line], reason="one is missing")
    assert money(LARGE) == told.expect(200)["offer"]["amount"]
    returning.act(returning.buyer, "answer", answer="accept").expect(200)
    returning.until("completed")

    assert LARGE == provider.out(returning.order_id)
    assert 1 == returning.order()["lines"][0]["refundable_units"]
