"""七日: bought, signed for at 23:59 on a known day, asked for at the last second of the 168 hours and a second later.

Through the API's door, by those who do it: the order system registers and tells the delivery, the buyer files.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.usecases import order_events
from tests.api.gateway import Answer, call
from tests.standins import returns
from tests.standins.shops import shop
from tests.standins.world import World

BOUGHT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SIGNED_IN_SHANGHAI = datetime(2026, 11, 3, 15, 59, tzinfo=UTC)  # 23:59 there
LAST_IN_SHANGHAI = datetime(2026, 11, 10, 15, 59, 59, tzinfo=UTC)  # 168 hours from the midnight after, less a second
SIGNED_IN_LONDON = datetime(2026, 11, 3, 23, 59, tzinfo=UTC)
LAST_IN_LONDON = datetime(2026, 11, 10, 23, 59, 59, tzinfo=UTC)
ZONES = [
    ("Asia/Shanghai", SIGNED_IN_SHANGHAI, LAST_IN_SHANGHAI),
    ("Europe/London", SIGNED_IN_LONDON, LAST_IN_LONDON),
]
SECOND = timedelta(seconds=1)
_LINE = {"sku": "coat", "title": "a coat", "quantity": 1, "unit_price": 30000}
ORDER = {
    "order_id": "o9",
    "buyer_id": "b1",
    "merchant_id": "m1",
    "currency": "CNY",
    "placed_at": BOUGHT.isoformat(),
    "lines": [{"line_id": "1", **_LINE}, {"line_id": "2", **_LINE}],
    "payments": [{"payment_id": "p9", "method": "card", "amount": 60000}],
}


def bought_and_signed(monkeypatch: pytest.MonkeyPatch, zone: str, signed_at: datetime) -> World:
    """A shop whose calendar is the zone's, and an order of two coats that was signed for."""
    world = shop(calendar={"zone": zone})
    returns.book(world)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    world.clock.reach(BOUGHT)
    assert 201 == call("POST", "/orders", ORDER, token="orders:orders", key="o9").status
    order_events.take(world, "order.shipped", "e1", {"order_id": "o9", "at": (BOUGHT + timedelta(hours=4)).isoformat()})
    world.clock.reach(signed_at + SECOND)
    order_events.take(world, "order.delivered", "e2", {"order_id": "o9", "at": signed_at.isoformat()})
    return world


def asked(world: World, at: datetime, line_id: str = "1", reason: str = "not_wanted", **more: Any) -> Answer:
    world.clock.reach(at)
    body = {"order_id": "o9", "reason": reason, "remedy": "return_and_refund", "lines": [{"line_id": line_id}], **more}
    return call("POST", "/cases", body, token="buyer:b1", key=f"{line_id}-{reason}-{at:%d%H%M%S}")


@pytest.mark.parametrize(("zone", "signed_at", "last"), ZONES)
def test_七日_the_last_second_of_the_168_hours_counts_and_the_next_does_not(
    monkeypatch: pytest.MonkeyPatch, zone: str, signed_at: datetime, last: datetime
) -> None:
    world = bought_and_signed(monkeypatch, zone, signed_at)
    in_time = asked(world, last, "1")
    assert (201, "return_and_refund") == (in_time.status, in_time.body["remedy"]["code"])
    late = asked(world, last + SECOND, "2")
    assert (422, "NotEligible", "window_closed") == (late.status, late.body["code"], late.body["because"]["code"])


@pytest.mark.parametrize(("zone", "signed_at", "last"), ZONES)
def test_a_defective_line_is_not_bound_by_the_seven_days(
    monkeypatch: pytest.MonkeyPatch, zone: str, signed_at: datetime, last: datetime
) -> None:
    world = bought_and_signed(monkeypatch, zone, signed_at)
    assert 422 == asked(world, last + SECOND, "1").status
    assert 201 == asked(world, last + 2 * SECOND, "1", "quality_defect").status
    assert 422 == asked(world, last + timedelta(days=23, seconds=1), "2", "quality_defect").status


def test_the_order_says_beforehand_until_when_it_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    bought_and_signed(monkeypatch, "Asia/Shanghai", SIGNED_IN_SHANGHAI)
    seen = call("GET", "/orders/o9", token="buyer:b1").body
    assert [LAST_IN_SHANGHAI + SECOND] * 2 == [datetime.fromisoformat(line["window_ends_at"]) for line in seen["lines"]]


def test_a_window_of_one_zone_is_not_judged_by_another_s_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is 23:59 in London is the morning of the next day in Shanghai: the buyer there has a day more."""
    world = bought_and_signed(monkeypatch, "Asia/Shanghai", SIGNED_IN_LONDON)
    assert 201 == asked(world, LAST_IN_SHANGHAI + timedelta(days=1), "1").status
    assert 422 == asked(world, LAST_IN_SHANGHAI + timedelta(days=1) + SECOND, "2").status
