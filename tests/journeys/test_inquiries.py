"""Goods said to be fakes 假冒伪劣 or dangerous 安全隐患: the platform looks before anybody decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from local.users import User
from tests.journeys.endpoints import Endpoint
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import LARGE, Shop
from tests.journeys.stories import AGENT, OPERATOR, Story

A_SWEEP = 120.0  # seconds: buyers are told, and debts collected, by the sweeper
LEAST = 50000  # 退一赔三, and at least five hundred yuan


def inbox(shop: Shop, buyer: str, type: str) -> list[dict[str, Any]]:
    return [row for row in shop.api.listed("/notifications", buyer) if row["type"] == type]


def heard(endpoint: Endpoint, story: Story) -> set[str]:
    """The types of the events that the shop's own system was told of the case."""
    return {entry["type"] for entry in endpoint.log("received", "late") if entry["case_id"] == story.case_id}


def another_buyer(shop: Shop) -> str:
    """Somebody else has bought the same cup."""
    name = f"buyer-{uuid4().hex[:12]}"
    shop.stack.directory.add(User(name, "buyer"))
    shop.register({**shop.draft(), "buyer_id": name})
    return name


def test_假冒伪劣_a_fake_is_checked_refunded_and_paid_for_three_times_more(shop: Shop, provider: Provider) -> None:
    """Filed, checked for authenticity, confirmed: the refund, 退一赔三 as a voucher, and the shop owes it."""
    endpoint = Endpoint(shop, kind="approve")
    story = shop.files(shop.sells(LARGE), reason="counterfeit", description="序列号查不到")
    asked = story.now()
    assert ("inquiry", "agent") == (asked["next_action"]["gate"]["code"], asked["next_action"]["who"]["code"])
    refused = story.act(story.owner, "decision", decision="approve")
    assert "GateNotFound" == refused.code, "nobody decides before the platform has looked"

    found = story.act(AGENT, "inquiry", finding="confirmed", reason="品牌方鉴定为假冒").expect(200)
    assert (LEAST, None) == (found["multiple"]["amount"]["amount"], found["multiple"]["paid_at"])
    case = story.until("completed")

    multiple = case["multiple"]
    assert [("1", LARGE, 3, 3 * LARGE)] == [
        (line["line_id"], line["paid"], line["times"], line["amount"]) for line in multiple["lines"]
    ]
    assert [("at_least", LEAST - 3 * LARGE)] == [(step["kind"], step["amount"]) for step in multiple["steps"]]
    assert multiple["paid_at"]
    assert LARGE == provider.out(story.order_id), "the provider pays the refund, and the rest is a voucher"
    paid = [entry for entry in story.entries() if entry["what"]["code"] == "RefundSettled"]
    [voucher] = [entry for entry in paid if entry["data"].get("because") == "multiple"]
    assert (multiple["refund_no"], LEAST) == (voucher["data"]["refund_no"], voucher["data"]["refund_amount"])
    [message] = until(
        lambda: [row for row in inbox(shop, story.buyer, "RefundSettled") if "500.00" in row["text"]], bool
    )
    assert "惩罚性赔偿" in message["text"]

    [debt] = shop.api.get(f"/cases/{story.case_id}/recoveries", OPERATOR)["items"]
    assert ("merchant", "multiple", LEAST) == (debt["debtor"]["code"], debt["covers"]["code"], debt["open"]["amount"])
    until(lambda: heard(endpoint, story), lambda types: {"InquiryAnswered", "RecoveryOpened", "RefundSettled"} <= types)


def test_安全隐患_a_person_at_once_the_sale_stopped_and_another_buyer_of_the_same_goods_told(
    shop: Shop, provider: Provider
) -> None:
    """Filed, looked at within two hours, confirmed: the shop's system hears to stop the sale, and who else has bought
    the same goods is told, once, without a word of whose complaint it was."""
    endpoint = Endpoint(shop, kind="approve")
    other = another_buyer(shop)
    shop.register({**shop.draft(), "buyer_id": other})
    story = shop.files(shop.sells(LARGE), reason="unsafe", description="手柄脱落，沸水外溅")
    awaited = story.now()["next_action"]
    assert ("inquiry", "agent") == (awaited["gate"]["code"], awaited["who"]["code"])
    assert datetime.fromisoformat(awaited["until"]) <= datetime.now(UTC) + timedelta(hours=2)

    found = {"finding": "confirmed", "reason": "手柄强度不合格", "batch": "2026-11"}
    story.act(AGENT, "inquiry", **found).expect(200)
    until(lambda: heard(endpoint, story), lambda types: "StopSaleRequested" in types)
    [stopped] = [entry for entry in story.entries() if entry["what"]["code"] == "StopSaleRequested"]
    assert [{"sku": "CUP-1", "batch": "2026-11"}] == stopped["data"]["lines"]

    [warning] = until(lambda: inbox(shop, other, "GoodsRecalled"), bool, A_SWEEP)
    assert "茶杯 cup" in warning["text"]
    assert "2026-11" in warning["text"]
    assert warning["case_id"] is None
    assert story.case_id.removeprefix("case_") not in str(warning)
    until(story.told, lambda told: "BuyersTold" in told, A_SWEEP)
    [done] = [entry for entry in story.entries() if entry["what"]["code"] == "BuyersTold"]
    assert 1 == done["data"]["buyers"], "two orders, one buyer, one message"
    assert [] == inbox(shop, story.buyer, "GoodsRecalled")

    case = story.until("completed")
    assert case["multiple"] is None
    assert LARGE == provider.out(story.order_id)
