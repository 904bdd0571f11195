"""A shop is frozen in the middle of its cases: it changes nothing, the platform decides, what was granted is paid."""

from __future__ import annotations

from typing import Any

from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, SMALL, Shop
from tests.journeys.stories import AGENT, OPERATOR


def turned(shop: Shop, *, frozen: bool) -> dict[str, Any]:
    body = {"frozen": frozen, "reason": "its parcels hold stones"}
    path = f"/merchants/{shop.merchant_id}/freeze"
    return shop.api.call("PUT", path, user=OPERATOR, body=body).expect(200)


def test_while_a_shop_is_frozen_the_platform_decides_in_its_place(shop: Shop, provider: Provider) -> None:
    waiting, silent = shop.reviewed(), shop.reviewed()
    assert turned(shop, frozen=True)["frozen"]

    late = waiting.act(shop.owner, "decision", decision="approve")
    assert (403, "MerchantFrozen") == (late.status, late.code)
    for story in (waiting, silent):
        case = story.until_awaited("agent")
        assert ("decision", "reminded") == (case["next_action"]["gate"]["code"], case["next_action"]["silence"]["code"])
    waiting.act(AGENT, "decision", decision="approve").expect(200)
    waiting.until("completed")
    assert LARGE == provider.out(waiting.order_id)

    # Silence of the platform approves nothing: the flow has heard of two deadlines by then, and waits on.
    before = silent.now()["next_action"]["until"]
    silent.silence("decision")
    asked_again = until(silent.now, lambda case: case["next_action"]["until"] > before)
    assert ("in_review", 0) == (asked_again["status"]["code"], provider.out(silent.order_id))

    small = shop.automatic()
    assert ("in_review", "refer") == (small.now()["status"]["code"], small.now()["verdict"]["kind"]["code"])
    small.act(AGENT, "decision", decision="approve").expect(200)
    small.until("completed")
    assert SMALL == provider.out(small.order_id)

    assert not turned(shop, frozen=False)["frozen"]
    after = shop.reviewed()
    after.decide("approve")
    after.until("completed")
    silent.act(AGENT, "decision", decision="reject", reason="nothing shows it").expect(200)
    assert ["CaseSubmitted", "CaseReferred"] == silent.told()[:2]
