"""Goods come back: sent, received, inspected, and then the money; on the deployed template."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.journeys.carriers import Carriers
from tests.journeys.executions import Execution
from tests.journeys.partners import tell
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import ADDRESS, LARGE, Shop
from tests.journeys.stories import Story, money

ROAD = (
    *("CaseSubmitted", "CaseApproved", "ReturnOpened", "DeadlineMoved", "GoodsShipped", "ParcelMoved", "GoodsSigned"),
    *("ReturnReceived", "GoodsInspected", "GoodsDisposed", "RefundGranted", "RefundSettled", "GoodsPutAway"),
)


@pytest.fixture
def asked(shop: Shop) -> Story:
    """A return of two units, delivered, that the shop must decide; its flow waits."""
    shop.writes_its_book()
    return shop.files(shop.sells(LARGE, 2), 2, remedy="return_and_refund")


@pytest.fixture
def returning(asked: Story) -> Story:
    """The same, approved and shipped."""
    approved = asked.decide("approve")
    assert ("awaiting_goods", ADDRESS["address"]) == (approved["status"]["code"], _address(approved))
    _ships(asked)
    return asked


def _ships(story: Story) -> None:
    story.act(story.buyer, "shipment", carrier="sf", waybill_no=_number(story)).expect(200)


def _number(story: Story) -> str:
    return f"SF{story.case_id[-13:]}"


def _address(case: dict[str, Any]) -> str:
    return str(case["return"]["address"]["address"])


def test_七天无理由_from_the_filing_to_the_shelf(asked: Story, shop: Shop, provider: Provider) -> None:
    execution = Execution(shop.stack, asked.case_id, returns=True)
    carriers = Carriers(shop.stack)

    def stands_at(state: str, times: int = 1) -> None:
        until(execution.status, lambda status: status == "RUNNING")
        until(execution.entered, lambda entered: entered[-1:] == [state] and times == entered.count(state))

    assert ("not_wanted", "merchant") == (asked.filed["reason"]["code"], asked.filed["next_action"]["who"]["code"])
    stands_at("AwaitDecision")
    approved = asked.decide("approve")
    assert ADDRESS["address"] == _address(approved) and approved["return"]["rma"].startswith("RMA-")
    assert "buyer" == approved["return"]["freight_payer"]["code"], "who changed their mind pays for the way back"
    stands_at("AwaitShipment")
    longer = asked.act(asked.buyer, "extension", reason="出差中，周五寄回").expect(200)
    assert approved["extends_to"] == longer["next_action"]["until"] and longer["extends_to"] is None
    stands_at("AwaitShipment", 2)

    _ships(asked)
    stands_at("AwaitReceipt")
    until(lambda: carriers.follow(_number(asked)), bool)
    for code in ("picked_up", "in_transit", "out_for_delivery", "signed"):
        carriers.scan(_number(asked), code)
    stands_at("AwaitReceipt", 2)
    asked.act(asked.owner, "receipt").expect(200)
    stands_at("AwaitInspection")
    asked.act(asked.owner, "inspection", outcome="passed").expect(200)
    paid = asked.until("completed")

    assert (2 * LARGE, money(2 * LARGE)) == (provider.out(asked.order_id), paid["refunds"][0]["amount"])
    assert 0 == asked.order()["lines"][0]["refundable_units"] == asked.refundable()
    put_away = {"put_away_id": asked.case_id, "case_id": asked.case_id, "line_id": "1", "quantity": 2}
    tell(shop.stack, "stock", "goods.put_away", **put_away, warehouse="hz1", at=datetime.now(UTC).isoformat())
    until(asked.now, lambda case: case["return"]["stock"]["code"] == "done")
    told = asked.told()
    assert 2 == told.count("DeadlineMoved"), "for the buyer who asked, and for the shop that had signed"
    assert [each for each in ROAD if each in told] == list(ROAD)
    until(execution.status, lambda status: status == "SUCCEEDED")
    assert (19, 0) == (len(execution.entered()), execution.retries()), "of the twenty that a return may take"


def test_a_return_that_passes_is_paid_and_its_flow_is_as_long_as_counted(
    asked: Story, shop: Shop, provider: Provider
) -> None:
    execution = Execution(shop.stack, asked.case_id, returns=True)

    def stands_at(state: str) -> None:
        until(execution.status, lambda status: status == "RUNNING")
        until(execution.entered, lambda entered: entered[-1:] == [state])

    stands_at("AwaitDecision")
    asked.decide("approve")
    stands_at("AwaitShipment")
    _ships(asked)
    stands_at("AwaitReceipt")
    asked.act(asked.owner, "receipt").expect(200)
    stands_at("AwaitInspection")
    asked.act(asked.owner, "inspection", outcome="passed").expect(200)
    asked.until("completed")

    assert 2 * LARGE == provider.out(asked.order_id)
    wanted = ["ParcelAnnounced", "GoodsShipped", "ReturnReceived", "GoodsInspected", "GoodsDisposed"]
    assert wanted == asked.told()[3:8]
    until(execution.status, lambda status: status == "SUCCEEDED")
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


def test_goods_that_were_inspected_are_shown_until_the_stock_system_has_them(returning: Story, shop: Shop) -> None:
    returning.act(returning.owner, "receipt").expect(200)
    returning.act(returning.owner, "inspection", outcome="passed").expect(200)

    def unshelved() -> list[dict[str, Any]]:
        return list(shop.api.get("/monitor", shop.owner)["unshelved"])

    until(unshelved, lambda rows: [row["missing"] for row in rows] == [2])
    fact = {"put_away_id": returning.case_id, "case_id": returning.case_id, "line_id": "1", "quantity": 2}
    for _ in range(2):
        tell(shop.stack, "stock", "goods.put_away", **fact, warehouse="hz1", at=datetime.now(UTC).isoformat())
    until(unshelved, lambda rows: not rows)
    until(returning.now, lambda case: case["return"]["stock"]["code"] == "done")
    assert 1 == returning.told().count("GoodsPutAway")


def test_a_carrier_s_signature_gives_the_shop_less_time(returning: Story, shop: Shop, provider: Provider) -> None:
    carriers = Carriers(shop.stack)
    until(lambda: carriers.follow(_number(returning)), bool)
    before = returning.now()["next_action"]["until"]
    for code in ("picked_up", "signed"):
        carriers.scan(_number(returning), code)
    moved = until(returning.now, lambda case: case["next_action"]["until"] < before)
    assert ("receipt", "merchant") == (moved["next_action"]["gate"]["code"], moved["next_action"]["who"]["code"])
    assert {"ParcelMoved", "GoodsSigned", "DeadlineMoved"} <= set(returning.told())
    assert 0 == provider.out(returning.order_id)
