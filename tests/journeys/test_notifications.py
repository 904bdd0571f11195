"""What the provider tells, twice or out of turn, and what others tell in its name: only new truths change anything."""

from __future__ import annotations

import json

import urllib3

from local.stack import Stack
from local.standins.signatures import signed
from tests.journeys.patience import until
from tests.journeys.provider import Paid, Provider
from tests.journeys.shops import SMALL, Shop

FORGER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_news_that_come_twice_are_taken_once(shop: Shop, provider: Provider) -> None:
    order_id = shop.sells(SMALL)
    provider.misbehave(order_id, outcome="accept", seconds=0.2, notices="duplicate")
    story = shop.files(order_id)
    case = story.until("completed")
    until(lambda: provider.told(case["refunds"][0]["refund_no"]), bool)

    assert case["version"] == story.now()["version"]
    assert 1 == story.told().count("RefundSettled")
    assert Paid("settled", SMALL, 1) == provider.refund(case["refunds"][0]["refund_no"])


def test_a_reversal_that_overtakes_its_settlement_is_not_lost(shop: Shop, provider: Provider) -> None:
    order_id = shop.sells(SMALL)
    provider.misbehave(order_id, outcome="accept", seconds=None, notices="reorder", held=1.5)
    story = shop.files(order_id)
    refund_no = story.until_refund("submitted")["refund_no"]
    until(lambda: provider.refund(refund_no), lambda known: known)
    provider.now("settle", refund_no=refund_no)
    provider.now("reverse", refund_no=refund_no)
    story.until_refund("reversed")

    assert ("reversed", "remedying") == (story.now()["parked"], story.now()["status"]["code"])
    told = story.told()
    assert told.index("RefundSettled") < told.index("RefundReversed")


def test_a_forged_settlement_changes_nothing(shop: Shop, stack: Stack, provider: Provider) -> None:
    order_id = shop.sells(SMALL)
    provider.misbehave(order_id, outcome="accept", seconds=None)
    story = shop.files(order_id)
    case = story.until("remedying")
    refund_no = story.until_refund("submitted")["refund_no"]
    until(story.told, lambda told: "RefundAccepted" in told)
    before = story.now()
    body = json.dumps({"type": "refund.settled", "refund_no": refund_no})

    for headers in (signed(FORGER, "msg_1", body), {"content-type": "application/json"}):
        url = f"{stack.api_url}/payments/notifications"
        answer = urllib3.request("POST", url, body=body, headers=headers, timeout=30)
        assert (401, "SignatureInvalid") == (answer.status, answer.json()["code"])
    assert before["version"] == story.now()["version"]
    assert case["case_id"] == story.case_id
    assert Paid("accepted", SMALL, 0) == provider.refund(refund_no)
