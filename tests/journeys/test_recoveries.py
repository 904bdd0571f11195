"""Who pays for it: 商品质量 with 先行赔付, recovered from the deposit; 物流破损 with 举证, claimed of the carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from local.seed import partners, photo
from tests.journeys.carriers import Carriers
from tests.journeys.patience import until
from tests.journeys.shops import LARGE, ORDERS, Shop
from tests.journeys.stories import OPERATOR, Story, money

if TYPE_CHECKING:
    from local.stack import Stack

A_SWEEP = 120.0  # seconds: what is owed is gone after a minute later, by whichever sweep comes


@pytest.fixture(scope="session")
def carriers(stack: Stack) -> Carriers:
    return Carriers(stack)


def shows(story: Story, user: str) -> None:
    """A photo, uploaded as a browser does."""
    picture = photo.png()
    form = story.act(user, "evidence", content_type=photo.TYPE, size=len(picture), note="the crack").expect(201)
    partners.upload(form["url"], form["fields"], picture, photo.TYPE)


def debts(shop: Shop, story: Story) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = shop.api.get(f"/cases/{story.case_id}/recoveries", OPERATOR)["items"]
    return items


def until_debt(shop: Shop, story: Story, state: str) -> dict[str, Any]:
    found = until(lambda: debts(shop, story), lambda all: all and all[0]["state"]["code"] == state, A_SWEEP)
    return dict(found[0])


def test_quality_problem_the_platform_pays_at_once_and_the_deposit_pays_it_back(shop: Shop) -> None:
    """商品质量 · 先行赔付: no shop has to agree, and no buyer waits for it."""
    deposit = {"kind": "deposited", "amount": money(20000)}
    path = f"/merchants/{shop.merchant_id}/deposit"
    shop.api.call("POST", path, user=OPERATOR, body=deposit, key=uuid4().hex).expect(200)
    story = shop.files(shop.sells(LARGE), reason="quality_defect", description="茶杯有裂纹")
    assert "in_review" == story.now()["status"]["code"]
    shows(story, story.buyer)
    story.until("completed")
    assert "settled" == story.now()["refunds"][0]["state"]["code"]

    owed = until_debt(shop, story, "recovered")
    assert ("merchant", LARGE, 0) == (owed["debtor"]["code"], owed["recovered"]["amount"], owed["open"]["amount"])
    held = shop.api.get(path, shop.owner)
    assert {"CNY": 20000 - LARGE} == held["balances"]
    assert ["drawn", "deposited"] == [move["kind"]["code"] for move in held["moves"]]
    mine = shop.api.get(f"/merchants/{shop.merchant_id}/recoveries", shop.owner)["items"]
    assert [story.case_id] == [row["case_id"] for row in mine]
    assert {"RecoveryOpened", "RecoveryPaid"} <= set(story.told())


def test_damaged_in_transit_the_carrier_pays_for_what_it_broke(shop: Shop, carriers: Carriers) -> None:
    """物流破损 · 举证: its own scan and both sides' photos speak for the claim."""
    order_id, waybill_no = shop.sells(LARGE, state="unshipped"), f"SF{uuid4().int % 10**12:012}"
    path = f"/orders/{order_id}/parcels/{waybill_no}"
    shop.api.call("PUT", path, user=ORDERS, body={"carrier": "sf"}).expect(200)
    for code in ("picked_up", "damaged", "signed"):
        carriers.scan(waybill_no, code)
    until(lambda: shop.api.get(f"/orders/{order_id}", shop.buyer), lambda seen: seen["delivery"]["code"] == "delivered")
    story = shop.files(order_id, reason="damaged_in_transit", description="包装压坏，杯子碎了")
    for user in (story.buyer, story.owner):
        shows(story, user)
    until(story.now, lambda case: case["evidence"] == 2)
    story.decide("approve")
    story.until("completed")

    paid = until_debt(shop, story, "recovered")
    assert ("carrier", "sf", waybill_no, 1) == (
        paid["debtor"]["code"], paid["debtor_id"], paid["waybill_no"], paid["filings"],
    )  # fmt: skip
    assert LARGE == paid["recovered"]["amount"]
    assert [] == shop.api.get(f"/cases/{story.case_id}/recoveries", shop.owner)["items"]
    filed = [one for one in carriers.book()["commands"].values() if one["kind"] == "file_claim"]
    assert money(LARGE) in [one.get("paid") for one in filed]
