"""换货 and 补发: goods in the place of goods, on the deployed template."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.executions import Execution
from tests.journeys.partners import tell
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story, money

OTHER = {"line_id": "1", "sku": "CUP-2", "specification": "blue 蓝色"}
DEARER, CHEAPER = LARGE + 1500, LARGE - 1500


def _files(shop: Shop, **asked: Any) -> Story:
    shop.writes_its_book()
    return shop.files(shop.sells(LARGE), 1, **asked)


def _priced(shop: Shop, unit_price: int) -> Story:
    """Another article is wanted, the shop says what it costs, and the old one has passed its inspection."""
    story = _files(shop, remedy="exchange", wanted=[OTHER])
    story.decide("approve", prices=[{"line_id": "1", "unit_price": money(unit_price)}])
    story.act(story.buyer, "shipment", carrier="sf", waybill_no=_number(story, "R")).expect(200)
    story.act(story.owner, "receipt").expect(200)
    story.act(story.owner, "inspection", outcome="passed").expect(200)
    return story


def _number(story: Story, kind: str) -> str:
    return f"SF{kind}{story.case_id[-12:]}"


def _sent_and_received(story: Story) -> None:
    story.until_awaited("merchant")
    story.act(story.owner, "replacement", carrier="sf", waybill_no=_number(story, "N")).expect(200)
    story.until_awaited("buyer")
    story.act(story.buyer, "replacement-receipt").expect(200)
    story.until("completed")


def _ended(shop: Shop, story: Story, last: str) -> None:
    execution = Execution(shop.stack, story.case_id, flow="exchange_flow")
    until(execution.status, lambda status: status == "SUCCEEDED")
    assert last == execution.entered()[-1]


def test_换货_补差价_the_dearer_article_is_sent_when_the_difference_is_paid(shop: Shop, provider: Provider) -> None:
    story = _priced(shop, DEARER)
    story.until_awaited("buyer")
    paid = {"payment_id": f"pay-{story.case_id}", "amount": 1500, "currency": "CNY"}
    tell(shop.stack, "payments", "difference.paid", case_id=story.case_id, **paid)
    _sent_and_received(story)

    assert 0 == provider.out(story.order_id), "goods for goods: nothing is refunded"
    [new] = [line for line in story.order()["lines"] if line.get("replaces")]
    assert (DEARER, 1) == (new["paid"]["amount"], new["refundable_units"])
    _ended(shop, story, "GoodsReplaced")


def test_换货_退差价_a_cheaper_article_leaves_a_refund_of_the_difference(shop: Shop, provider: Provider) -> None:
    story = _priced(shop, CHEAPER)
    _sent_and_received(story)
    until(lambda: provider.out(story.order_id), lambda out: out == LARGE - CHEAPER)

    assert CHEAPER == story.refundable()


def test_换货_超时未发货_goods_that_are_not_sent_in_time_are_refunded(shop: Shop, provider: Provider) -> None:
    story = _priced(shop, LARGE)
    story.until_awaited("merchant")
    story.silence("replacement")
    story.until("completed")

    assert (LARGE, 0) == (provider.out(story.order_id), story.refundable())


@pytest.mark.parametrize("reason", ["missing_item"])
def test_补发_what_was_missing_is_sent_and_nothing_comes_back(shop: Shop, provider: Provider, reason: str) -> None:
    story = _files(shop, remedy="reship", reason=reason)
    if story.now()["status"]["code"] == "in_review":
        story.decide("approve")
    _sent_and_received(story)

    assert 0 == provider.out(story.order_id)
    _ended(shop, story, "GoodsReplaced")
