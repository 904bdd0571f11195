"""What the door does before a view is asked: ids, names in the log, who is let through, what cannot be registered."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from chalice.app import Blueprint

from app import app
from chalicelib import wiring
from chalicelib.api import door
from chalicelib.api.access import ACCESS, Rule
from chalicelib.domain.actors import Actor
from chalicelib.domain.gates import GateName
from chalicelib.errors import Forbidden, InvalidRequest, Unauthorized
from tests.api.gateway import call
from tests.refusals import refused
from tests.standins.world import World

CASE = "case_" + "0" * 26
GATES = ", ".join(get_args(GateName))


def request(**authorizer: Any) -> Any:
    return SimpleNamespace(context={"authorizer": authorizer or None}, method="POST")


def answer(rule: Rule, request: Any, **ids: str) -> Any:
    """What a view is given of a request that comes in by a rule."""
    seen: list[Any] = []

    def view(asked: Any, **checked: str) -> Any:
        seen.append((asked, checked))
        return app_response

    app_response = door.Response(body="", status_code=204)
    assert app_response is door._answer(rule, view, request, ids)
    return seen[0]


def test_where_no_token_is_asked_for_nobody_asks() -> None:
    asked, _ = answer(Rule("anybody"), request(role="operator", id="op1"))
    assert Actor(role="system", id="nobody") == asked.actor == door.NOBODY


def test_who_comes_with_a_role_of_the_rule_is_let_through_as_who_he_is() -> None:
    rule = Rule("none", frozenset({"merchant"}))
    asked, _ = answer(rule, request(role="merchant", id="anna", merchant_id="m1"))
    assert Actor(role="merchant", id="anna", merchant_id="m1") == asked.actor


def test_who_belongs_to_no_shop_is_let_through_without_one() -> None:
    asked, _ = answer(Rule("none", frozenset({"buyer"})), request(role="buyer", id="b1"))
    assert Actor(role="buyer", id="b1") == asked.actor


def test_who_comes_with_another_role_is_refused_in_words() -> None:
    told = refused(Forbidden, lambda: answer(Rule("none", frozenset({"buyer"})), request(role="auditor", id="u")))
    assert ("not for the role auditor", []) == told


@pytest.mark.parametrize(
    "known", [{}, {"role": "buyer"}, {"id": "b1"}, {"role": "", "id": "b1"}, {"role": "buyer", "id": ""}]
)
def test_whom_the_authorizer_did_not_name_is_unauthorized(known: dict[str, str]) -> None:
    rule = Rule("none", frozenset({"buyer"}))
    told = refused(Unauthorized, lambda: answer(rule, request(**known)))
    assert ("a valid token is needed", []) == told


def test_who_may_not_is_told_so_before_his_ids_are_read() -> None:
    with pytest.raises(Forbidden):
        answer(Rule("none", frozenset({"buyer"})), request(role="agent", id="a"), case_id="!")


def test_the_view_is_given_the_ids_as_they_were_checked() -> None:
    _, checked = answer(Rule("anybody"), request(), case_id=CASE, buyer_id="a%40b")
    assert {"case_id": CASE, "buyer_id": "a@b"} == checked


@pytest.mark.parametrize(
    ("name", "value"),
    [("case_id", CASE), ("case_id", "case_" + "Z9" * 13), ("gate", "decision"), ("gate", "settlement"),
     ("day", "2026-11-22"), ("day", "2199-12-31"),
     ("order_id", "o"), ("order_id", "o" * 128), ("buyer_id", "A.b_c:d@e-1"), ("buyer_id", "9")],
)  # fmt: skip
def test_an_id_that_is_well_formed_comes_through(name: str, value: str) -> None:
    _, checked = answer(Rule("anybody"), request(), **{name: value})
    assert {name: value} == checked


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("case_id", CASE[:-1], "is not an id"),
        ("case_id", CASE + "0", "is not an id"),
        ("case_id", CASE.lower()[:-1] + "a", "is not an id"),
        ("case_id", "o1", "is not an id"),
        ("order_id", "o" * 129, "is not an id"),
        ("order_id", ".o", "is not an id"),
        ("order_id", "o%2Fo", "is not an id"),
        ("order_id", "", "is not an id"),
        ("gate", "door", f"one of {GATES}"),
        ("day", "2026-13-01", "must be YYYY-MM-DD"),
        ("day", "2026-00-01", "must be YYYY-MM-DD"),
        ("day", "2026-01-32", "must be YYYY-MM-DD"),
        ("day", "1999-01-01", "must be YYYY-MM-DD"),
        ("day", "2026-1-1", "must be YYYY-MM-DD"),
        ("day", "20\u0662\u0666-01-01", "must be YYYY-MM-DD"),
        ("gate", "decisions", f"one of {GATES}"),
    ],
)
def test_an_id_that_is_none_is_named(name: str, value: str, why: str) -> None:
    told = refused(InvalidRequest, lambda: answer(Rule("anybody"), request(), **{name: value}))
    assert (f"{name}: {why}", [(name, why, None)]) == told


def lines(written: str) -> list[dict[str, Any]]:
    said = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    return [line for line in said if line.get("message") == "answered"]


def test_an_answer_is_logged_with_route_status_request_and_case(world: World, written: Callable[[], str]) -> None:
    call("GET", f"/cases/{CASE}", token="buyer:b1")
    [line] = lines(written())
    expected = {"function": "api", "request_id": "req-1", "case_id": CASE, "operation": "read_case", "status_code": 404}
    assert expected == {name: line.get(name) for name in expected}


def test_where_there_is_no_case_none_is_logged(world: World, written: Callable[[], str]) -> None:
    assert 200 == call("GET", "/orders/o1", token="buyer:b1").status
    [line] = lines(written())
    assert ("read_order", 200, False) == (line["operation"], line["status_code"], "case_id" in line)


def test_of_a_case_that_is_none_the_log_keeps_a_piece(world: World, written: Callable[[], str]) -> None:
    assert 400 == call("GET", f"/cases/{'x' * 90}", token="buyer:b1").status
    [line] = lines(written())
    assert "x" * 64 == line["case_id"]


def test_an_error_of_ours_is_answered_and_logged(
    world: World, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: Any) -> Any:
        raise RuntimeError("hidden")

    monkeypatch.setattr(world.records, "load", load)
    assert 500 == call("GET", "/orders/o1", token="buyer:b1").status
    [line] = lines(written())
    assert (500, "read_order") == (line["status_code"], line["operation"])


def test_a_route_that_the_table_does_not_know_cannot_be_registered() -> None:
    with pytest.raises(KeyError):
        door.route(Blueprint("x"), "GET", "/secret")


def test_a_route_is_registered_with_its_method_its_guard_and_no_word_on_content() -> None:
    for (method, path), rule in ACCESS.items():
        entry = app.routes[path][method]
        assert (method, [], rule.is_open) == (entry.method, entry.content_types, entry.authorizer is None)


def test_a_route_warms_the_ports_before_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    warmed: list[bool] = []
    monkeypatch.setattr(wiring, "warm", lambda: warmed.append(True))
    door.route(Blueprint("x"), "GET", "/health")
    assert [True] == warmed


def test_a_view_keeps_its_name_and_what_is_said_of_it() -> None:
    entry = app.routes["/cases/{case_id}"]["GET"]
    assert "read_case" == entry.view_function.__name__


def test_an_answer_knows_which_page_asked(world: World) -> None:
    answer = call("GET", "/orders/o1", token="buyer:b1", headers={"origin": "https://elsewhere.example"})
    assert (200, "Origin") == (answer.status, answer.headers["vary"])
