"""售后维修: 上门服务 and 寄修, on the deployed template."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.executions import Execution
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story

ADDRESS = {"name": "workshop", "phone": "+86 571 0000 0000", "address": "1 West Lake Road"}
ENGINEER = {"engineer_id": "eng-7", "name": "Li Wei"}


def files(shop: Shop, service: str) -> Story:
    """Goods that do not work, delivered, under warranty; the shop has approved their repair."""
    book = {"entries": [{"address_id": "main", "address": ADDRESS}]}
    shop.api.call("PUT", f"/merchants/{shop.merchant_id}/return-addresses", user=shop.owner, body=book).expect(200, 201)
    story = shop.files(shop.sells(LARGE), 1, remedy="repair", reason="quality_defect", service=service)
    story.decide("approve")
    return story


def ends(shop: Shop, story: Story, last: str, attempt: int = 1) -> None:
    execution = Execution(shop.stack, story.case_id, attempt, flow="repair_flow")
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


@pytest.mark.parametrize("says", ["not_repairable"])
def test_寄修_无法修复_退款(shop: Shop, provider: Provider, says: str) -> None:
    story = files(shop, "send_in")
    story.act(story.buyer, "shipment", carrier="sf", waybill_no=f"SF{story.case_id[-13:]}").expect(200)
    story.act(story.owner, "receipt").expect(200)
    story.act(story.owner, "repair", result=says, engineer=ENGINEER).expect(200)
    story.act(story.buyer, "choice", choice="refund").expect(200)
    story.until("completed")
    assert LARGE == provider.out(story.order_id)
    ends(shop, story, "CaseConverted")
