"""上门取件: the buyer has a courier come; on the deployed template, with carriers that push what they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.carriers import Carriers
from tests.journeys.executions import Execution
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story

DOOR = {"name": "B. Buyer", "phone": "+86 21 5555 0100", "address": "1 Nanjing Road"}


@pytest.fixture(scope="session")
def carriers(stack: Any) -> Carriers:
    return Carriers(stack)


@pytest.fixture
def approved(shop: Shop) -> Story:
    """A return that the shop has approved; the buyer is awaited."""
    shop.writes_its_book()
    story = shop.files(shop.sells(LARGE, 2), 2, remedy="return_and_refund")
    story.decide("approve")
    return story


def courier(story: Story, days: int = 1, **more: Any) -> dict[str, Any]:
    begins = datetime.now(UTC) + timedelta(days=days)
    slot = {"begins_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=2)).isoformat()}
    return story.act(story.buyer, "pickup", slot=slot, **more).expect(200)


def visits(story: Story, shop: Shop) -> list[dict[str, Any]]:
    parcels = shop.api.get(f"/cases/{story.case_id}/parcels", story.buyer)["items"]
    return [one for one in parcels if one["pickup"]]


def booked(story: Story, shop: Shop, count: int = 1) -> str:
    """The waybill of the newest visit, once it is booked."""
    found = until(
        lambda: visits(story, shop),
        lambda seen: len(seen) == count and seen[-1]["pickup"]["state"]["code"] == "booked",
    )
    return str(found[-1]["waybill_no"])


def waits_at(story: Story, gate: str) -> dict[str, Any]:
    return until(story.now, lambda case: (case["next_action"] or {"gate": {"code": ""}})["gate"]["code"] == gate)


def test_goods_are_fetched_at_the_door_and_paid_for(
    approved: Story, shop: Shop, carriers: Carriers, provider: Provider
) -> None:
    assert "carrier" == courier(approved, sender=DOOR)["next_action"]["who"]["code"]
    waybill_no = booked(approved, shop)
    execution = Execution(shop.stack, approved.case_id, returns=True)
    until(execution.entered, lambda entered: entered[-1:] == ["AwaitPickup"])
    for code in ("picked_up", "in_transit", "signed"):
        carriers.scan(waybill_no, code)
    approved.until("in_transit")
    until(execution.entered, lambda entered: "AwaitReceipt" in entered)
    until(approved.told, lambda told: "DeadlineMoved" in told)
    approved.act(approved.owner, "receipt").expect(200)
    approved.act(approved.owner, "inspection", outcome="passed").expect(200)
    approved.until("completed")
    assert 2 * LARGE == provider.out(approved.order_id)
    until(execution.status, lambda status: status == "SUCCEEDED")


def test_a_visit_in_vain_is_booked_again_and_then_the_buyer_ships(
    approved: Story, shop: Shop, carriers: Carriers
) -> None:
    courier(approved, sender=DOOR)
    for visit in (1, 2):
        carriers.visit_fails(booked(approved, shop, visit), "nobody_home")
        waits_at(approved, "pickup" if visit == 1 else "shipment")
    told = [entry for entry in approved.told() if entry.startswith("Pickup")]
    assert ["PickupAsked", "PickupBooked", "PickupFailed", "PickupRebooked", "PickupBooked", "PickupFailed"] == told[:6]
    approved.act(approved.buyer, "shipment", carrier="sf", waybill_no=f"SF{approved.case_id[-13:]}").expect(200)
    assert "in_transit" == approved.now()["status"]["code"]


def test_a_courier_comes_at_another_time_or_not_at_all(approved: Story, shop: Shop) -> None:
    before = courier(approved, sender=DOOR)["next_action"]["until"]
    booked(approved, shop)
    courier(approved, days=3)
    until(approved.now, lambda case: case["next_action"]["until"] > before)
    approved.act(approved.buyer, "withdraw").expect(409)
    approved.act(approved.buyer, "pickup/cancel").expect(200)
    waits_at(approved, "shipment")
    approved.act(approved.buyer, "withdraw").expect(200)
    assert "withdrawn" == approved.now()["status"]["code"]


def test_a_late_courier_is_seen_by_the_shop_and_silence_books_another(approved: Story, shop: Shop) -> None:
    courier(approved, sender=DOOR)
    booked(approved, shop)
    approved.silence("pickup")
    until(approved.told, lambda told: "PickupRebooked" in told)
    stages = shop.api.get("/monitor/returns", shop.owner)["stages"]
    assert ["awaiting_goods"] == [stage["state"]["code"] for stage in stages if stage["count"]]


def test_one_courier_fetches_the_goods_of_two_cases(
    approved: Story, shop: Shop, carriers: Carriers, provider: Provider
) -> None:
    other = shop.files(shop.sells(LARGE), 1, remedy="return_and_refund")
    other.decide("approve")
    courier(approved, sender=DOOR, also=[other.case_id])
    waybill_no = booked(approved, shop)
    assert waybill_no == booked(other, shop)
    for code in ("picked_up", "signed"):
        carriers.scan(waybill_no, code)
    for story, units in ((approved, 2), (other, 1)):
        story.until("in_transit")
        until(story.told, lambda told: "GoodsSigned" in told)
        story.act(story.owner, "receipt").expect(200)
        story.act(story.owner, "inspection", outcome="passed").expect(200)
        story.until("completed")
        assert units * LARGE == provider.out(story.order_id)
