"""What a shop and its buyer say to each other, and what comes of it."""

from __future__ import annotations

from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import money


def test_a_counter_offer_that_is_accepted_pays_exactly_the_offer(shop: Shop, provider: Provider) -> None:
    story = shop.files(shop.sells(LARGE, 2), 2)
    story.decide("counter", amount=money(5001), reason="one of them was used")
    assert money(5001) == story.until("countered")["offer"]["amount"]
    story.act(story.buyer, "answer", answer="accept").expect(200)
    case = story.until("completed")

    assert [money(5001)] == [refund["amount"] for refund in case["refunds"]]
    assert 5001 == provider.out(story.order_id)
    # Whoever settled for less leaves no more of these units for the next: money is free again, units are not.
    assert 0 == story.order()["lines"][0]["refundable_units"]


def test_an_offer_that_is_declined_brings_the_shop_back(shop: Shop, provider: Provider) -> None:
    story = shop.reviewed()
    story.decide("counter", amount=money(100))
    story.act(story.buyer, "answer", answer="decline", note="that is a joke").expect(200)
    assert "in_review" == story.now()["status"]["code"]
    story.decide("approve")
    story.until("completed")

    assert LARGE == provider.out(story.order_id)
    assert ["CaseSubmitted", "OfferMade", "OfferDeclined", "CaseApproved"] == story.told()[:4]


def test_a_refused_buyer_asks_for_less_and_gets_it(shop: Shop, provider: Provider) -> None:
    story = shop.files(shop.sells(LARGE, 3), 3)
    story.decide("reject", reason="two of the three are fine")
    lines = [{"line_id": "1", "quantity": 1}]
    case = story.act(story.buyer, "revise", lines=lines, description="then the broken one").expect(200)
    assert ("in_review", money(LARGE), 1) == (case["status"]["code"], case["amount"], case["revisions"])
    story.decide("approve")
    story.until("completed")

    assert LARGE == provider.out(story.order_id)
    assert 2 == story.order()["lines"][0]["refundable_units"]
    assert ["CaseSubmitted", "CaseRejected", "CaseRevised", "CaseApproved"] == story.told()[:4]


def test_a_withdrawn_case_is_never_paid_and_its_units_are_free_again(shop: Shop, provider: Provider) -> None:
    story = shop.files(shop.sells(LARGE, 2), 2)
    assert 0 == story.refundable()
    assert "withdrawn" == story.act(story.buyer, "withdraw", note="found it").expect(200)["status"]["code"]

    assert 2 * LARGE == story.refundable()
    late = story.act(story.owner, "decision", decision="approve")
    assert (404, "GateNotFound") == (late.status, late.code)
    # The next request for the same units is paid; the withdrawn one stays as it is.
    again = shop.files(story.order_id, 2)
    again.decide("approve")
    again.until("completed")
    assert (2 * LARGE, "withdrawn") == (provider.out(story.order_id), story.now()["status"]["code"])
