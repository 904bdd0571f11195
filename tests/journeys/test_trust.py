"""极速退款, 价保 and 赔付 on the deployed template: money that does not wait for goods, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.api import Api
from tests.journeys.carriers import Carriers
from tests.journeys.executions import Execution
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, ORDERS, Shop
from tests.journeys.stories import OPERATOR, Story, money


@pytest.fixture
def hastened(shop: Shop, api: Api) -> Story:
    """A trusted buyer's return, in the hands of a carrier, and paid."""
    shop.writes_its_book()
    limits = {"limits": {"CNY": 2 * LARGE}}
    api.call("PUT", f"/buyers/{shop.buyer}/credit", user=OPERATOR, body=limits).expect(200)
    story = shop.files(shop.sells(LARGE, 2), 2, remedy="return_and_refund")
    story.decide("approve")
    number = f"SF{story.case_id[-13:]}"
    story.act(story.buyer, "shipment", carrier="sf", waybill_no=number).expect(200)
    Carriers(shop.stack).scan(number, "picked_up", carrier="sf")
    story.until_refund("settled")
    return story


def credit(shop: Shop) -> dict[str, Any]:
    return shop.api.get("/credit", shop.buyer)


def test_极速退款_is_paid_on_the_way_back_and_stands_when_the_goods_pass(
    hastened: Story, shop: Shop, provider: Provider
) -> None:
    assert ("in_transit", 2 * LARGE) == (hastened.now()["status"]["code"], provider.out(hastened.order_id))
    assert 2 * LARGE == credit(shop)["lines"][0]["used"]["amount"]
    hastened.act(hastened.owner, "receipt").expect(200)
    hastened.act(hastened.owner, "inspection", outcome="passed").expect(200)
    hastened.until("completed")
    assert (2 * LARGE, 0) == (provider.out(hastened.order_id), credit(shop)["lines"][0]["used"]["amount"])
    execution = Execution(shop.stack, hastened.case_id, returns=True)
    entered = until(execution.entered, lambda names: names[-1:] == ["RefundSettled"])
    assert "HastenRefund" in entered and "GrantRefund" not in entered
    assert len(entered) + execution.retries() <= 20


def test_极速退款_of_a_brick_is_owed_and_kept_back_from_the_next_refund(
    hastened: Story, shop: Shop, provider: Provider
) -> None:
    hastened.act(hastened.owner, "receipt").expect(200)
    hastened.act(hastened.owner, "inspection", outcome="failed", reason="一块砖头").expect(200)
    hastened.silence("escalation")
    hastened.until("closed")
    owed = until(lambda: credit(shop), lambda seen: seen["debts"])
    assert (2 * LARGE, 0) == (owed["debts"][0]["owed"]["amount"], owed["lines"][0]["available"]["amount"])
    later = shop.reviewed(3 * LARGE)
    later.decide("approve")
    later.until("completed")
    assert (LARGE, []) == (provider.out(later.order_id), credit(shop)["debts"])


def test_价保_pays_the_difference_and_a_later_return_the_rest(shop: Shop, api: Api, provider: Provider) -> None:
    order_id = shop.sells(LARGE)
    fact = {"sku": "CUP-1", "price": money(LARGE - 1500), "at": datetime.now(UTC).isoformat()}
    body = {"prices": [fact]}
    api.call("PUT", f"/merchants/{shop.merchant_id}/prices", user=ORDERS, body=body).expect(200)
    story = shop.files(order_id, remedy="price_protection", reason="price_dropped")
    story.until("completed")
    assert (1500, LARGE - 1500) == (provider.out(order_id), story.refundable())
    again = shop.asked(order_id, 1, remedy="price_protection", reason="price_dropped")
    assert (422, "price_not_lower") == (again.status, again.body["because"]["code"])


def test_赔付_for_days_late_is_a_voucher_beside_what_was_paid(shop: Shop, provider: Provider) -> None:
    draft = shop.draft()
    draft["delivery"]["promised_at"] = (datetime.now(UTC) - timedelta(days=3, hours=-1)).isoformat()
    shop.register(draft)
    story = shop.files(draft["order_id"], remedy="compensation", reason="late_delivery")
    case = story.until("completed")
    assert (money(1000), ["voucher"]) == (case["amount"], [refund["payment_id"] for refund in case["refunds"]])
    assert (0, LARGE) == (provider.out(draft["order_id"]), story.refundable())
