"""`GET /cases/search`: what may be asked, how it is refused, and what is shown of what was found."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import wiring
from chalicelib.domain.searches import CaseQuery
from tests.api.gateway import Answer, call, contract
from tests.standins.shops import file, sell, shop
from tests.standins.world import World

BUYER, MERCHANT, AGENT = "buyer:b1", "merchant:anna:m1", "agent:a1"


def search(token: str = BUYER, **asked: Any) -> Answer:
    return call("GET", f"/cases/search?{urlencode(asked, doseq=True)}", token=token)


def ids(answer: Answer) -> list[str]:
    assert 200 == answer.status, answer.text
    return [item["case_id"] for item in answer.body["items"]]


def test_a_found_case_says_what_lists_say_and_where_the_words_stand(world: World) -> None:
    case_id = file(world, description="the seam is <open>")
    world.project()
    body = search(q="seam").body
    [item] = body["items"]
    amount = world.case(case_id).amount
    assert (case_id, "in_review", {"amount": amount, "currency": "CNY"}) == (
        item["case_id"], item["status"]["code"], item["amount"],
    )  # fmt: skip
    assert ("decision", "merchant") == (item["next_action"]["gate"]["code"], item["next_action"]["who"]["code"])
    assert [{"field": "description", "html": "the <mark>seam</mark> is &lt;open&gt;"}] == item["highlights"]
    assert (1, ["a coat"]) == (item["lines"], [goods["title"] for goods in item["goods"]])
    assert {"count": 1, "exact": True} == body["total"]
    assert [{"value": {"code": "in_review", "zh": "待审核", "en": "In review"}, "count": 1}] == body["facets"]["status"]
    assert [amount] == [each["total"]["amount"] for each in body["amounts"]]


def test_several_values_come_one_by_one_or_with_commas_between(world: World) -> None:
    case_id = file(world)
    world.project()
    assert [case_id] == ids(search(status=["closed", "in_review"])) == ids(search(status="closed,in_review"))
    assert [] == ids(search(status=["closed", "approved"]))


def test_pages_lead_from_one_to_the_next(world: World) -> None:
    filed = {file(world), file(sold(world, "o2"), order_id="o2")}
    world.project()
    first = search(limit=1, sort="oldest")
    second = search(limit=1, sort="oldest", cursor=first.body["cursor"])
    assert (filed, None) == ({*ids(first), *ids(second)}, second.body["cursor"])


def sold(world: World, order_id: str) -> World:
    sell(world, order_id)
    return world


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"status": "lost"}, "status[0]"),
        ({"satus": "closed"}, "satus"),
        ({"status": ["closed"] * 21}, "status"),
        ({"sort": "best"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"amount_min": -1}, "amount_min"),
        ({"amount_max": "1.5"}, "amount_max"),
        ({"amount_max": 2**53}, "amount_max"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-11-22T10:00:00"}, "to"),
        ({"overdue": "perhaps"}, "overdue"),
        ({"parked": "1"}, "parked"),
        ({"limit": " 5"}, "limit"),
        ({"currency": "RMB"}, "currency"),
        ({"merchant_id": "*"}, "merchant_id"),
        ({"order_id": 'x" OR 1'}, "order_id"),
        ({"refund_no": "rfd_*"}, "refund_no"),
        ({"reason": "{}"}, "reason[0]"),
        ({"q": "x" * 201}, "q"),
        ({"q": ["a", "b"]}, "q"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "x"}, "cursor"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_by_its_name(world: World, asked: dict[str, Any], field: str) -> None:
    answer = search(**asked)
    assert (400, "InvalidRequest") == (answer.status, answer.body["code"])
    assert [field] == [wrong["field"] for wrong in answer.body["errors"]]


def test_a_cursor_is_for_whom_and_for_what_it_was_given(world: World) -> None:
    file(world)
    file(sold(world, "o2"), order_id="o2")
    world.project()
    cursor = search(limit=1).body["cursor"]
    for answer in (search(AGENT, cursor=cursor), search(MERCHANT, cursor=cursor), search(cursor=cursor, q="coat")):
        assert (400, "cursor") == (answer.status, answer.body["errors"][0]["field"])


@pytest.mark.parametrize(
    ("token", "seen"), [("buyer:b2", 0), ("merchant:rita:m2", 0), (BUYER, 1), (MERCHANT, 1), ("auditor:au1", 1)]
)
def test_everybody_finds_what_is_his_whatever_he_asks_for(world: World, token: str, seen: int) -> None:
    file(world)
    world.project()
    for asked in ({}, {"buyer_id": "b1"}, {"merchant_id": "m1"}, {"order_id": "o1"}, {"q": "coat"}):
        answer = search(token, **asked)
        assert seen == len(ids(answer)) == answer.body["total"]["count"]
        assert seen == sum(each["count"] for each in answer.body["facets"]["status"])


def test_a_shop_that_asks_for_another_s_cases_gets_an_empty_list_as_from_every_list(world: World) -> None:
    file(world)
    world.project()
    assert [] == ids(search(MERCHANT, merchant_id="m2"))


def test_without_the_engine_search_says_503_and_lists_go_on(world: World) -> None:
    file(world)
    world.search.is_down = True
    answer = search()
    assert (503, "SearchUnavailable", "1") == (answer.status, answer.body["code"], answer.headers["retry-after"])
    assert 1 == len(call("GET", "/cases", token=BUYER).body["items"])
    assert 200 == call("GET", "/monitor", token=AGENT).status


def test_the_contract_names_every_filter() -> None:
    named = {each["name"] for each in contract()["paths"]["/cases/search"]["get"]["parameters"]}
    assert {field.alias or name for name, field in CaseQuery.model_fields.items()} == named


WORDS = st.text(max_size=40) | st.sampled_from(
    ['{"a":1}', "*:*", "\x00", "\ud800", "' OR 1=1", "[1 TO 2]", "\\", "true"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(CaseQuery.model_fields)) | st.sampled_from(["from", "to", "x"]), text=WORDS)
def test_no_filter_makes_it_stumble(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = shop()
    monkeypatch.setattr(wiring, "ports", lambda: world)
    sent = urlencode({name: text}, errors="surrogatepass")
    assert call("GET", f"/cases/search?{sent}", token=AGENT).status in (200, 400)
