"""Where everything stands: my cases, my shop's, what is due and how much of it there is."""

from __future__ import annotations

from typing import Any

from local.api import Api
from tests.journeys.patience import until
from tests.journeys.shops import LARGE, SMALL, Shop
from tests.journeys.stories import AUDITOR, OPERATOR


def test_buyer_shop_and_platform_find_a_case_where_it_stands(shop: Shop, api: Api) -> None:
    waiting, paid = shop.reviewed(), shop.automatic()
    paid.until("completed")

    def listed(user: str, query: str = "") -> list[str]:
        return [row["case_id"] for row in api.listed(f"/cases{query}", user)]

    newest_first = [paid.case_id, waiting.case_id]
    assert newest_first == until(lambda: listed(shop.buyer), lambda rows: len(rows) == 2)
    assert set(newest_first) == set(until(lambda: listed(shop.owner), lambda rows: len(rows) == 2))
    for user in (shop.buyer, shop.owner):
        until(lambda user=user: listed(user, "?status=completed"), lambda rows: rows == [paid.case_id])
    until(lambda: listed(AUDITOR, "?status=in_review"), lambda rows: waiting.case_id in rows)


def test_a_list_is_read_page_by_page(shop: Shop, api: Api) -> None:
    order_id = shop.sells(LARGE, 3)
    filed = {shop.files(order_id, 1).case_id for _ in range(3)}
    until(lambda: api.listed("/cases", shop.buyer), lambda rows: len(rows) == 3)
    first = api.get("/cases?limit=2", shop.buyer)
    second = api.get(f"/cases?limit=2&cursor={first['cursor']}", shop.buyer)

    assert (2, 1, None) == (len(first["items"]), len(second["items"]), second["cursor"])
    assert filed == {row["case_id"] for page in (first, second) for row in page["items"]}


def test_the_monitor_counts_cases_and_money_by_state(shop: Shop, api: Api) -> None:
    order_id = shop.sells(LARGE, 2, state="unshipped")
    waiting = [shop.files(order_id), shop.files(order_id)]
    shop.automatic().until("completed")

    def cases() -> dict[str, tuple[int, int]]:
        return _counted(api.get("/monitor", shop.owner)["cases"])

    assert {"in_review": (2, 2 * LARGE), "completed": (1, SMALL)} == until(cases, lambda found: len(found) == 2)
    monitor = until(lambda: api.get("/monitor", shop.owner), lambda seen: len(seen["due_soon"]) == 2)
    assert {"settled": (1, SMALL)} == _counted(monitor["refunds"])
    assert ([], shop.merchant_id) == (monitor["overdue"], monitor["merchant_id"])
    assert [("in_review", waiting[0].case_id)] == [(old["state"]["code"], old["case_id"]) for old in monitor["oldest"]]
    assert _counted(api.get("/monitor", OPERATOR)["cases"])["in_review"][0] >= 2


def test_what_is_due_waits_for_whoever_must_act_the_most_urgent_first(shop: Shop, api: Api) -> None:
    later, sooner = shop.reviewed(), shop.files(shop.sells(LARGE, state="unshipped"))

    def due(user: str) -> list[tuple[str, str]]:
        return [(row["case_id"], row["gate"]["code"]) for row in api.listed("/due", user)]

    waiting = [(sooner.case_id, "decision"), (later.case_id, "decision")]
    assert waiting == until(lambda: due(shop.owner), lambda rows: len(rows) == 2)
    assert [] == due(shop.buyer)
    sooner.decide("reject", reason="no")
    until(lambda: due(shop.owner), lambda rows: rows == waiting[1:])
    until(lambda: due(shop.buyer), lambda rows: rows == [(sooner.case_id, "escalation")])


def _counted(states: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    return {each["state"]["code"]: (each["count"], each["amount"]["amount"]) for each in states}
