"""What comes in: bodies, keys, parameters, versions. Bad input is refused by name, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.deposits import Deposit
from tests.api.gateway import Answer, call
from tests.standins import debts, returns
from tests.standins.shops import sell
from tests.standins.world import World

BUYER, MERCHANT, OPERATOR = "buyer:b1", "merchant:anna:m1", "operator:op1"
ASKED = {"order_id": "o1", "reason": "not_wanted", "lines": [{"line_id": "coat"}]}


def filed(body: Any = ASKED, key: str | None = "k1", **more: Any) -> Answer:
    return call("POST", "/cases", body, token=BUYER, key=key, **more)


def fields(answer: Answer) -> list[str]:
    return [wrong["field"] for wrong in answer.body["errors"]]


def test_order_line_and_reason_are_enough_to_file(world: World) -> None:
    answer = filed()
    assert (201, "in_review", '"1"') == (answer.status, answer.body["status"]["code"], answer.headers["etag"])


def test_the_same_request_again_gets_the_same_words_and_says_so(world: World) -> None:
    first, second = filed(), filed()
    assert (first.status, first.text) == (second.status, second.text)
    assert ("idempotent-replayed" in first.headers, second.headers["idempotent-replayed"]) == (False, "true")
    assert len(world.records.saves) == 1


def test_spelling_does_not_make_another_request(world: World) -> None:
    filed()
    other = filed('{ "lines": [{"line_id":"coat"}],\n "reason": "not_wanted", "order_id": "o1" }')
    assert (201, "true") == (other.status, other.headers["idempotent-replayed"])


def test_a_key_that_comes_with_another_body_is_refused(world: World) -> None:
    filed()
    answer = filed({**ASKED, "reason": "ordered_by_mistake"})
    assert (422, "KeyReused") == (answer.status, answer.body["code"])


def test_a_key_that_comes_to_another_address_is_refused(world: World) -> None:
    case_id = filed().body["case_id"]
    call("POST", f"/cases/{case_id}/withdraw", {}, token=BUYER, key="k2")
    assert 422 == call("POST", f"/cases/{case_id}/escalate", {}, token=BUYER, key="k2").status


def test_two_people_may_use_the_same_key(world: World) -> None:
    case_id = filed().body["case_id"]
    answer = call("POST", f"/cases/{case_id}/decision", {"decision": "approve"}, token=MERCHANT, key="k1")
    assert (200, "approved") == (answer.status, answer.body["status"]["code"])


def test_without_a_key_no_case_is_filed(world: World) -> None:
    answer = filed(key=None)
    assert (400, "IdempotencyKeyMissing") == (answer.status, answer.body["code"])
    assert [] == world.records.saves


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "k" * 256, "a\tb"])
def test_a_key_is_visible_ascii(world: World, key: str) -> None:
    answer = filed(key=key)
    assert (400, ["Idempotency-Key"]) == (answer.status, fields(answer))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"case"',
        "\ufeff{}",
        '{"order_id": NaN}',
        '{"order_id": Infinity}',
        '{"order_id": "o1", "order_id": "o2", "reason": "not_wanted"}',
        '{"order_id": "o1", "reason": "not_wanted", "lines": [{"line_id": "coat", "line_id": "scarf"}]}',
        '{"order_id": "\\ud800", "reason": "not_wanted"}',
        '{"order_id": 1e999}',
        '{"\\ud800": 1, "\\ud800": 2}',
        "[" * 20_000,
        '{"a":' * 10_000,
        "9" * 6_000,
        '{"order_id": "o1", "reason": "not_wanted", "lines": {"line_id": "coat"}}',
    ],
    ids=lambda body: body[:24],
)
def test_what_is_not_the_json_that_was_asked_for_is_refused(world: World, body: str) -> None:
    answer = filed(body)
    assert (400, "InvalidRequest") == (answer.status, answer.body["code"])
    assert [] == world.records.saves


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order_id": None}, "order_id"),
        ({"order_id": "o 1"}, "order_id"),
        ({"order_id": "o#1"}, "order_id"),
        ({"reason": "Not Wanted"}, "reason"),
        ({"remedy": "money"}, "remedy"),
        ({"freight": "yes please"}, "freight"),
        ({"description": "x" * 2001}, "description"),
        ({"lines": [{"line_id": "coat", "quantity": 0}]}, "lines[0].quantity"),
        ({"lines": [{"line_id": "coat", "quantity": 1.0}]}, "lines[0].quantity"),
        ({"lines": [{"line_id": "coat", "quantity": True}]}, "lines[0].quantity"),
        ({"lines": [{"line_id": "coat", "amount": {"amount": "1", "currency": "CNY"}}]}, "lines[0].amount.amount"),
        ({"lines": [{"line_id": "coat", "amount": {"amount": -1, "currency": "CNY"}}]}, "lines[0].amount.amount"),
        ({"lines": [{"line_id": "coat", "amount": {"amount": 1, "currency": "XXX"}}]}, "lines[0].amount.currency"),
        ({"lines": [{"line_id": "coat", "amount": {"amount": 1, "currency": "GBP"}}]}, "lines[0].amount.currency"),
        ({"unknown": 1}, "unknown"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named(world: World, change: dict[str, Any], field: str) -> None:
    answer = filed({**ASKED, **change})
    assert (400, [field]) == (answer.status, fields(answer))
    assert [] == world.records.saves


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
)
def test_only_json_is_read(world: World, kind: str) -> None:
    answer = filed(headers={"Content-Type": kind})
    assert (415, "UnsupportedMediaType") == (answer.status, answer.body["code"])


def test_json_may_name_its_charset(world: World) -> None:
    assert 201 == filed(headers={"Content-Type": "application/json; charset=UTF-8"}).status


def test_a_body_has_an_end(world: World) -> None:
    answer = filed({**ASKED, "description": "x" * 70_000})
    assert (413, 65536) == (answer.status, answer.body["maximum"])


def test_a_field_as_long_as_the_body_is_not_repeated(world: World) -> None:
    answer = filed({**ASKED, "y" * 60_000: 1})
    assert 400 == answer.status and len(answer.text) < 2_000


def test_a_filter_that_a_list_does_not_have_is_named_and_not_passed_over(world: World) -> None:
    answer = call("GET", "/cases?state=closed&limit=5", token=BUYER)
    assert (400, [("state", "one of cursor, limit, status")]) == (
        answer.status,
        [(error["field"], error["message"]) for error in answer.body["errors"]],
    )
    assert 200 == call("GET", "/cases?status=closed&limit=5", token=BUYER).status


@pytest.mark.parametrize("path", ["/recoveries", "/merchants/m1/recoveries"])
def test_recoveries_are_filtered_by_their_state_as_every_list_is(world: World, path: str) -> None:
    world.records.put(Deposit(merchant_id="m1", balances={"CNY": 50000}))
    sell(world, delivery=returns.DELIVERED)
    case_id = debts.advanced(world)
    for state, found in (("open", [case_id]), ("recovered", [])):
        answer = call("GET", f"{path}?state={state}", token=OPERATOR)
        assert (200, found) == (answer.status, [row["case_id"] for row in answer.body["items"]])
    assert ["state"] == fields(call("GET", f"{path}?state=paid", token=OPERATOR))
    assert ["debt"] == fields(call("GET", f"{path}?debt=open", token=OPERATOR))


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=1.5", "limit=", "limit=1&limit=2", "limit=x", "limit=-1"]
)
def test_a_limit_is_a_number_from_1_to_100(world: World, query: str) -> None:
    answer = call("GET", f"/cases?{query}", token=BUYER)
    assert (400, ["limit"]) == (answer.status, fields(answer))


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "e30", "a" * 700, "%E4%B8%AD"])
def test_a_cursor_is_one_that_this_list_gave(world: World, cursor: str) -> None:
    answer = call("GET", f"/cases?cursor={cursor}", token=BUYER)
    assert (400, ["cursor"]) == (answer.status, fields(answer))


def test_an_unknown_status_is_refused(world: World) -> None:
    assert ["status"] == fields(call("GET", "/cases?status=lost", token=BUYER))


def test_pages_follow_each_other(world: World) -> None:
    scarf = {**ASKED, "lines": [{"line_id": "scarf", "quantity": 1}]}
    ids = [filed(scarf, f"k{i}").body["case_id"] for i in range(2)]
    first = call("GET", "/cases?limit=1", token=BUYER).body
    second = call("GET", f"/cases?limit=1&cursor={first['cursor']}", token=BUYER).body
    assert (sorted(ids), None) == (
        sorted(row["case_id"] for row in (*first["items"], *second["items"])),
        second["cursor"],
    )


@pytest.mark.parametrize("case_id", ["case_1", "x", "%2e%2e", "case_0000000000000000000000000%23", "order", "a" * 300])
def test_a_path_names_things_by_their_ids(world: World, case_id: str) -> None:
    answer = call("GET", f"/cases/{case_id}", token=BUYER)
    assert (400, ["case_id"]) == (answer.status, fields(answer))


def test_an_id_may_come_encoded(world: World) -> None:
    assert 404 == call("GET", "/orders/a%40b", token=BUYER).status


def test_a_gate_is_one_of_ours(world: World) -> None:
    case_id = filed().body["case_id"]
    assert ["gate"] == fields(call("PATCH", f"/cases/{case_id}/deadlines/heaven", {}, token=OPERATOR))


def test_whoever_saw_an_older_version_may_not_decide(world: World) -> None:
    case_id = filed().body["case_id"]
    act: dict[str, Any] = {"token": MERCHANT, "key": "d1"}
    path, approval = f"/cases/{case_id}/decision", {"decision": "approve"}
    stale = call("POST", path, approval, headers={"If-Match": '"7"'}, **act)
    assert (412, "VersionMismatch", 1) == (stale.status, stale.body["code"], stale.body["version"])
    assert 412 == call("POST", path, approval, headers={"If-Match": 'W/"1"'}, **act).status
    fresh = call("POST", path, approval, headers={"If-Match": '"1"'}, **act)
    assert (200, '"2"') == (fresh.status, fresh.headers["etag"])


def test_a_replay_does_not_ask_for_the_version_again(world: World) -> None:
    case_id = filed().body["case_id"]
    for _ in range(2):
        answer = call(
            "POST",
            f"/cases/{case_id}/decision",
            {"decision": "approve"},
            token=MERCHANT,
            key="d1",
            headers={"If-Match": '"1"'},
        )
    assert (200, "true") == (answer.status, answer.headers["idempotent-replayed"])
