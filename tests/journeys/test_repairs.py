"""售后维修: 上门服务 and 寄修, on the deployed template."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.journeys.executions import Execution, Flow
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story

ENGINEER = {"engineer_id": "eng-7", "name": "Li Wei"}


def files(shop: Shop, service: str) -> Story:
    """Goods that do not work, delivered, under warranty; the shop has approved their repair."""
    shop.writes_its_book()
    story = shop.files(shop.sells(LARGE), 1, remedy="repair", reason="quality_defect", service=service)
    story.decide("approve")
    return story


def ends(shop: Shop, story: Story, last: str, attempt: int = 1, flow: Flow = "repair_flow") -> None:
    execution = Execution(shop.stack, story.case_id, attempt, flow=flow)
    until(execution.status, lambda status: status == "SUCCEEDED")
    assert last == execution.entered()[-1]


def test_售后维修_上门(shop: Shop) -> None:
    story = files(shop, "on_site")
    starts_at = datetime.now(UTC) + timedelta(hours=20)
    ends_at = starts_at + timedelta(hours=2)
    visit = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "engineer": ENGINEER}
    story.act(story.owner, "appointment", **visit).expect(200)
    cost = {"amount": 2600, "currency": story.filed["amount"]["currency"]}
    part = {"part_no": "heat-12", "quantity": 1, "unit_cost": cost}
    story.act(story.owner, "repair", result="repaired", parts=[part]).expect(200)
    story.act(story.buyer, "acceptance", fixed=True).expect(200)
    ends(shop, story, "RepairCompleted")
    assert ("completed", 0) == (story.now()["status"]["code"], story.now()["amount"]["amount"])
    told = ["RepairBegun", "AppointmentBooked", "RepairRecorded", "RepairAccepted"]
    assert told == [what for what in story.told() if what in told]


def beyond_repair(shop: Shop) -> Story:
    """Sent in, and nobody can mend it; the buyer is asked what he would have instead."""
    story = files(shop, "send_in")
    story.act(story.buyer, "shipment", carrier="sf", waybill_no=f"SF{story.case_id[-13:]}").expect(200)
    story.act(story.owner, "receipt").expect(200)
    story.act(story.owner, "repair", result="not_repairable", engineer=ENGINEER).expect(200)
    return story


def test_寄修_无法修复_换货(shop: Shop, provider: Provider) -> None:
    """The same article anew, with a warranty of its own, and no money."""
    story = beyond_repair(shop)
    story.act(story.buyer, "choice", choice="exchange").expect(200)
    ends(shop, story, "CaseConverted")
    story.until_awaited("merchant")
    story.act(story.owner, "replacement", carrier="sf", waybill_no=f"SFN{story.case_id[-12:]}").expect(200)
    story.until_awaited("buyer")
    story.act(story.buyer, "replacement-receipt").expect(200)
    story.until("completed")
    ends(shop, story, "GoodsReplaced", 2, "exchange_flow")
    assert ("exchange", 0) == (story.now()["remedy"]["code"], provider.out(story.order_id))
    [new] = [line for line in story.order()["lines"] if line.get("replaces")]
    assert (LARGE, 1) == (new["paid"]["amount"], new["refundable_units"])


def test_寄修_无法修复_退款(shop: Shop, provider: Provider) -> None:
    story = beyond_repair(shop)
    story.act(story.buyer, "choice", choice="refund").expect(200)
    story.until("completed")
    assert LARGE == provider.out(story.order_id)
    ends(shop, story, "CaseConverted")
