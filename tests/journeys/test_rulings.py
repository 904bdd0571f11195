"""平台介入: what buyer and shop cannot settle, the platform rules on; large amounts by two persons."""

from __future__ import annotations

from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import AGENT, SUPERVISOR, Story, money

PRECIOUS = 600_000  # above what one person of the platform may grant alone


def test_above_the_limit_one_person_proposes_another_agrees_and_the_buyer_is_paid(
    shop: Shop, provider: Provider
) -> None:
    story = _disputed(shop, PRECIOUS)
    proposed = story.act(AGENT, "ruling", ruling="approve", reason="the photos show it").expect(200)
    assert ("in_dispute", []) == (proposed["status"]["code"], proposed["refunds"])

    same = story.act(AGENT, "ruling", ruling="approve", reason="I am sure")
    assert (403, "SecondPersonNeeded") == (same.status, same.code)
    assert 0 == provider.out(story.order_id)

    story.act(SUPERVISOR, "ruling", ruling="approve", reason="agreed").expect(200)
    story.both_done()
    story.until("completed")
    assert PRECIOUS == provider.out(story.order_id)
    told = [type for type in story.told() if type.startswith(("Ruling", "Refund", "CaseEscalated"))]
    assert ["CaseEscalated", "RulingProposed", "RulingGiven", "RulingExecuted", "RefundGranted"] == told[:5]


def test_a_ruling_may_grant_a_part(shop: Shop, provider: Provider) -> None:
    story = _disputed(shop, LARGE)
    story.act(AGENT, "ruling", ruling="approve", amount=money(3000), reason="half of it is fair").expect(200)
    story.both_done()
    story.until("completed")

    assert 3000 == provider.out(story.order_id)


def test_a_ruling_against_the_buyer_closes_the_case_and_frees_the_money(shop: Shop, provider: Provider) -> None:
    story = _disputed(shop, LARGE)
    story.act(AGENT, "ruling", ruling="close", reason="worn for a month").expect(200)
    story.both_done()
    case = story.until("closed")
    assert ("closed", "ruled") == (case["status"]["code"], case["closed_because"]["code"])
    assert (LARGE, 0) == (story.refundable(), provider.out(story.order_id))


def test_平台介入_申诉_an_appeal_is_ruled_by_somebody_else_and_is_the_last_word(shop: Shop, provider: Provider) -> None:
    story = _disputed(shop, LARGE)
    story.act(AGENT, "ruling", ruling="close", reason="worn for a month").expect(200)
    story.act(story.buyer, "appeal", reason="the photos are of another cup").expect(200)
    if story.now()["next_action"]["gate"]["code"] == "evidence":
        story.both_done()
    again = story.act(AGENT, "ruling", ruling="approve", reason="so they are")
    assert 403 == again.status, "nobody rules on an appeal against his own ruling"
    story.act(SUPERVISOR, "ruling", ruling="approve", reason="the photos are of another cup").expect(200)
    story.until("completed")

    assert LARGE == provider.out(story.order_id)
    second = story.act(story.owner, "appeal", reason="once more")
    assert "GateNotFound" == second.code, "there is one appeal, and then the ruling stands"
    screen = shop.api.get(f"/cases/{story.case_id}/dispute", AGENT)
    assert 2 == len(screen["rulings"])


def _disputed(shop: Shop, price: int) -> Story:
    """A refused case that its buyer has brought before the platform."""
    story = shop.reviewed(price)
    story.decide("reject", reason="it was fine when it left us")
    assert "in_dispute" == story.act(story.buyer, "escalate", note="it was not").expect(200)["status"]["code"]
    story.both_done()
    return story
