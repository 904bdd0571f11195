"""退货运费: whose doing it was pays for the way back; 运费险 pays what is the buyer's own; on the deployed template."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import OPERATOR, Story, money

ADDRESS = {"name": "returns desk", "phone": "+86 571 0000 0000", "address": "1 West Lake Road"}
COST, INSURED = 1200, 1000  # minor units


def test_退货运费_商家责任_the_shop_pays_for_the_way_back_of_wrong_goods(shop: Shop, provider: Provider) -> None:
    story = _sent_back(shop, shop.sells(LARGE), "wrong_item")
    story.act(story.buyer, "freight", amount=money(COST)).expect(200)
    case = _accepted(story)

    freight = case["return"]["freight"]
    assert ("merchant", COST) == (freight["payer"]["code"], freight["reimbursed"]["amount"])
    assert [COST] == _vouchers(story), "paid once, by a voucher, and not by the bank"
    assert LARGE == provider.out(story.order_id)
    assert [] == _debts(shop, story)


def test_运费险_the_insurer_pays_for_a_change_of_mind_and_owes_it_until_it_does(shop: Shop, provider: Provider) -> None:
    draft = shop.draft(LARGE)
    shop.register({**draft, "freight_insurance": {"insurer_id": "picc", "amount": INSURED, "fixed": True}})
    story = _sent_back(shop, str(draft["order_id"]), "not_wanted")
    case = _accepted(story)

    freight = case["return"]["freight"]
    assert ("insurer", INSURED) == (freight["payer"]["code"], freight["reimbursed"]["amount"])
    assert ([INSURED], LARGE) == (_vouchers(story), provider.out(story.order_id))
    [owed] = _debts(shop, story)
    assert ("insurer", "picc", "freight", INSURED) == (
        owed["debtor"]["code"], owed["debtor_id"], owed["covers"]["code"], owed["open"]["amount"],
    )  # fmt: skip

    fact = {"recovery_id": owed["recovery_id"], "fact_id": uuid4().hex, "amount": INSURED, "currency": "CNY"}
    for _ in range(2):
        _settlement_tells(shop, fact)
    [paid] = until(lambda: _debts(shop, story), lambda all: all[0]["state"]["code"] == "recovered")
    assert (INSURED, 0) == (paid["recovered"]["amount"], paid["open"]["amount"])
    assert 1 == story.told().count("RecoveryPaid")


def test_退货运费_买家责任_who_changed_their_mind_pays_for_the_way_back(shop: Shop, provider: Provider) -> None:
    story = _sent_back(shop, shop.sells(LARGE), "not_wanted")
    story.act(story.buyer, "freight", amount=money(COST)).expect(200)
    case = _accepted(story)

    assert None is case["return"]["freight"]["reimbursed"]
    assert ([], LARGE) == (_vouchers(story), provider.out(story.order_id))


def _sent_back(shop: Shop, order_id: str, reason: str) -> Story:
    book = {"entries": [{"address_id": "main", "address": ADDRESS}]}
    shop.api.call("PUT", f"/merchants/{shop.merchant_id}/return-addresses", user=shop.owner, body=book).expect(200, 201)
    story = shop.files(order_id, remedy="return_and_refund", reason=reason)
    story.decide("approve")
    story.act(story.buyer, "shipment", carrier="sf", waybill_no=f"SF{story.case_id[-13:]}").expect(200)
    return story


def _accepted(story: Story) -> dict[str, Any]:
    story.act(story.owner, "receipt").expect(200)
    story.act(story.owner, "inspection", outcome="passed").expect(200)
    return story.until("completed")


def _vouchers(story: Story) -> list[int]:
    settled = [entry["data"] for entry in story.entries() if entry["what"]["code"] == "RefundSettled"]
    return [data["refund_amount"] for data in settled if data.get("voucher")]


def _debts(shop: Shop, story: Story) -> list[dict[str, Any]]:
    return list(shop.api.get(f"/cases/{story.case_id}/recoveries", OPERATOR)["items"])


def _settlement_tells(shop: Shop, fact: dict[str, Any]) -> None:
    event = {"Source": "payments", "DetailType": "recovery.paid", "Detail": json.dumps(fact)}
    shop.stack.client("events").put_events(Entries=[{**event, "EventBusName": shop.stack.bus}])
