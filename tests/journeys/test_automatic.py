"""Small amounts, and trusted buyers: nobody decides, the money is there in a moment."""

from __future__ import annotations

from typing import Any

import pytest

from local.api import Api
from tests.journeys.patience import until
from tests.journeys.provider import Paid, Provider
from tests.journeys.shops import LARGE, SMALL, Shop
from tests.journeys.stories import OPERATOR, money


def test_a_small_refund_is_paid_once_and_everybody_can_read_why(shop: Shop, provider: Provider) -> None:
    story = shop.automatic()
    case = story.until("completed")

    assert ["settled"] == [refund["state"]["code"] for refund in case["refunds"]]
    assert Paid("settled", SMALL, 1) == provider.refund(case["refunds"][0]["refund_no"])
    assert "below_auto_limit" == case["verdict"]["findings"][0]["because"]["code"]
    assert ["CaseSubmitted", "CaseApproved", "RefundGranted", "RefundSubmitted", "RefundSettled"] == story.told()
    assert 0 == story.refundable()


@pytest.mark.parametrize(("language", "title"), [("zh", "退款已到账"), ("en", "Refund paid")])
def test_the_buyer_is_told_in_the_inbox_in_the_language_of_choice(
    shop: Shop, api: Api, language: str, title: str
) -> None:
    body = {"language": language}
    api.call("PUT", "/notifications/preferences", user=shop.buyer, body=body).expect(200)
    story = shop.automatic()
    story.until("completed")

    def inbox() -> list[dict[str, Any]]:
        return api.listed("/notifications", shop.buyer)

    settled = until(inbox, lambda rows: [row for row in rows if row["type"] == "RefundSettled"])
    told = [row for row in settled if row["type"] == "RefundSettled"]
    assert [(title, story.case_id)] == [(row["title"], row["case_id"]) for row in told]
    assert "8.90" in told[0]["text"]


def test_what_has_not_shipped_is_paid_at_once_within_the_buyers_credit(
    shop: Shop, api: Api, provider: Provider
) -> None:
    limits = {"limits": {"CNY": LARGE}}
    api.call("PUT", f"/buyers/{shop.buyer}/credit", user=OPERATOR, body=limits).expect(200)
    first = shop.files(shop.sells(LARGE, state="unshipped"))
    case = first.until("completed")

    assert case["verdict"]["instant"]
    assert LARGE == provider.out(first.order_id)
    # Paid, it leans on the credit no longer: the next one has all of it again.
    assert shop.files(shop.sells(LARGE, state="unshipped")).now()["verdict"]["instant"]


def test_more_than_the_buyers_credit_goes_to_the_shop(shop: Shop, api: Api) -> None:
    api.call("PUT", f"/buyers/{shop.buyer}/credit", user=OPERATOR, body={"limits": {"CNY": LARGE - 1}}).expect(200)
    case = shop.files(shop.sells(LARGE, state="unshipped")).now()

    assert ("in_review", money(LARGE)) == (case["status"]["code"], case["amount"])
    assert ("decision", "merchant") == (case["next_action"]["gate"]["code"], case["next_action"]["who"]["code"])
