"""Whoever says nothing until the deadline has answered too. The operator moves the deadlines, or we would wait days."""

from __future__ import annotations

from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import Story, money


def test_a_silent_shop_has_approved(shop: Shop, provider: Provider) -> None:
    story = shop.reviewed()
    assert "approved" == story.now()["next_action"]["silence"]["code"]
    story.silence("decision")
    story.until("completed")

    assert LARGE == provider.out(story.order_id)
    assert [("DeadlineMoved", "operator", None), ("CaseApproved", "clock", "silence")] == _said(story)[1:3]


def test_a_buyer_who_says_nothing_to_an_offer_gets_nothing_and_may_ask_again(shop: Shop, provider: Provider) -> None:
    story = shop.reviewed()
    story.decide("counter", amount=money(4000))
    assert 0 == story.refundable()
    story.silence("buyer_answer")
    case = story.until("closed")

    assert "offer_expired" == case["closed_because"]["code"]
    assert [("DeadlineMoved", "operator", None), ("CaseClosed", "clock", "silence")] == _said(story)[2:]
    assert (LARGE, 0) == (story.refundable(), provider.out(story.order_id))


def test_a_refused_buyer_who_says_nothing_leaves_it_at_that(shop: Shop) -> None:
    story = shop.reviewed()
    story.decide("reject", reason="worn")
    story.silence("escalation")
    case = story.until("closed")

    assert ("expired", LARGE) == (case["closed_because"]["code"], story.refundable())


def test_a_late_agent_loses_the_case_to_the_supervisor(shop: Shop) -> None:
    story = shop.reviewed()
    story.decide("reject", reason="worn")
    story.act(story.buyer, "escalate").expect(200)
    story.both_done()
    story.silence("ruling")
    case = story.until_awaited("supervisor")

    assert ("in_dispute", "ruling") == (case["status"]["code"], case["next_action"]["gate"]["code"])
    assert "RulingLate" == story.told()[-1]


def _said(story: Story) -> list[tuple[str, str, str | None]]:
    """Who said what, and why; without the reminder, for which there may or may not have been time."""
    return [
        (entry["what"]["code"], entry["actor"]["code"], entry["data"].get("because"))
        for entry in story.entries()
        if entry["what"]["code"] != "DeadlineNear"
    ]
