"""拦截, 拒收, 签收争议, 丢失 on the deployed template: the carrier is asked over HTTP, and tells by signed pushes."""

from __future__ import annotations

from uuid import uuid4

from tests.journeys.carriers import Carriers
from tests.journeys.executions import Execution
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, ORDERS, Shop
from tests.journeys.stories import Story


class Sent:
    """An order of one unit that left under a waybill of its own, and what its carrier says."""

    def __init__(self, shop: Shop, *codes: str) -> None:
        self.shop, self.carriers = shop, Carriers(shop.stack)
        self.order_id, self.waybill_no = shop.sells(state="unshipped"), f"SF{uuid4().int % 10**12:012}"
        path = f"/orders/{self.order_id}/parcels/{self.waybill_no}"
        shop.api.call("PUT", path, user=ORDERS, body={"carrier": "sf"}).expect(200)
        until(lambda: self.carriers.follow(self.waybill_no), bool)
        for code in codes:
            self.scan(code)
        until(self._state, lambda state: state == codes[-1])

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.carriers.scan(self.waybill_no, code)

    def asked(self, reason: str = "not_wanted") -> Story:
        return self.shop.files(self.order_id, 1, reason=reason)

    def _state(self) -> str:
        order = self.shop.api.get(f"/orders/{self.order_id}", self.shop.owner)
        return str(order["parcels"][0]["state"]["code"])


def awaits(story: Story) -> str | None:
    way = story.now()["way_out"]
    return str(way["awaits"]["code"]) if way and way["awaits"] else None


def test_goods_are_stopped_brought_back_and_then_paid_for(shop: Shop, provider: Provider) -> None:
    """拦截"""
    sent = Sent(shop, "picked_up", "in_transit")
    story = sent.asked()
    until(lambda: awaits(story), lambda waits: waits == "way_back")
    execution = Execution(shop.stack, story.case_id)
    until(execution.entered, lambda entered: entered[-1:] == ["AwaitCarrier"])
    assert 0 == provider.out(story.order_id)
    sent.scan("returning", "returned_to_sender")
    story.until("completed")
    assert LARGE == provider.out(story.order_id)
    assert {"CarrierAsked", "GoodsTurnedBack", "DeliveryFailed", "GoodsDisposed"} <= set(story.told())
    until(execution.status, lambda status: status == "SUCCEEDED")
    assert len(execution.entered()) <= 20


def test_goods_that_went_back_are_paid_for_without_a_return(shop: Shop, provider: Provider) -> None:
    """拒收"""
    story = Sent(shop, "picked_up", "refused", "returning", "returned_to_sender").asked("not_as_described")
    story.until("completed")
    assert LARGE == provider.out(story.order_id)
    assert "refused" == story.now()["way_out"]["because"]["code"]


def test_a_proof_brings_the_case_to_the_shop(shop: Shop, provider: Provider) -> None:
    """签收争议"""
    story = Sent(shop, "picked_up", "signed").asked("delivery_disputed")
    waiting = until(story.now, lambda case: case["next_action"]["gate"]["code"] == "decision")
    assert "merchant" == waiting["next_action"]["who"]["code"]
    assert "ProofGiven" in story.told()
    story.decide("reject", reason="signed in person")
    story.until("rejected")
    assert 0 == provider.out(story.order_id)


def test_what_the_carrier_has_lost_is_paid_for_and_asked_for_when_it_is_found(shop: Shop, provider: Provider) -> None:
    """丢失"""
    sent = Sent(shop, "picked_up", "lost")
    story = sent.asked("lost_in_transit")
    story.until("completed")
    assert LARGE == provider.out(story.order_id)
    sent.scan("signed")
    until(story.told, lambda told: "GoodsFound" in told)
    assert LARGE == provider.out(story.order_id)


def test_goods_that_cannot_be_stopped_and_arrive_end_the_case(shop: Shop, provider: Provider) -> None:
    """拦截未成功"""
    sent = Sent(shop, "picked_up")
    sent.carriers.will("intercept", "fail", "delivered_already")
    story = sent.asked()
    until(lambda: awaits(story), lambda waits: waits == "door")
    sent.scan("signed")
    story.until("closed")
    assert (0, "delivered") == (provider.out(story.order_id), story.now()["closed_because"]["code"])
