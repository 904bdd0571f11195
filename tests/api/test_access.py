"""Role × route × ownership: every cell of the table has exactly one outcome, and here each is tried."""

from __future__ import annotations

import json

import pytest

from app import app
from chalicelib.api.access import ACCESS
from tests.api import matrix
from tests.api.gateway import call
from tests.security.authorization import CALLERS, GUARDED, PAGE, Cell, cells, page, tried
from tests.standins.world import World


@pytest.mark.parametrize("cell", list(cells()), ids=str)
def test_each_cell_of_the_table_has_its_outcome(cell: Cell) -> None:
    assert tried(cell) is None


def test_the_page_says_what_the_table_says() -> None:
    assert page() == PAGE.read_text("utf-8"), "python -m tests.security.authorization"


@pytest.mark.parametrize(
    ("who", "stated"),
    [("agent", 200), ("supervisor", 200), ("operator", 403), ("auditor", 403), ("buyer, own", 403)],
)
def test_in_the_platforms_own_shops_its_agents_decide(world: World, who: str, stated: int) -> None:
    path, body = matrix.decide_own_shop(world)
    assert stated == call("POST", path, body, token=CALLERS[who], key="key-1").status


def test_a_member_of_the_platforms_own_shop_does_not_decide(world: World) -> None:
    path, body = matrix.decide_own_shop(world)
    assert 403 == call("POST", path, body, token="merchant:mona:own", key="key-1").status


@pytest.mark.parametrize(("who", "stated"), [("agent", 403), ("supervisor", 200)])
def test_a_late_ruling_is_the_supervisors(world: World, who: str, stated: int) -> None:
    path = f"/cases/{matrix.stages.ruling_late(world)}/ruling"
    body = {"ruling": "close", "reason": "nothing shows it"}
    assert stated == call("POST", path, body, token=CALLERS[who], key="key-1").status


@pytest.mark.parametrize("who", [who for who in CALLERS if who not in ("nobody", "a forger")])
def test_the_platforms_policy_is_for_everybody(world: World, who: str) -> None:
    assert 200 == call("GET", "/policies/platform", token=CALLERS[who]).status


def test_lists_show_everybody_only_what_is_his(world: World) -> None:
    matrix.stages.in_review(world)
    seen = {who: len(call("GET", "/cases", token=CALLERS[who]).body["items"]) for who in list(CALLERS)[:8]}
    assert {"buyer, another's": 0, "merchant, another's": 0} == {who: n for who, n in seen.items() if n != 1}


def test_every_registered_route_is_in_the_table_and_the_reverse() -> None:
    registered = {(method, path) for path, methods in app.routes.items() for method in methods if method != "OPTIONS"}
    assert set(ACCESS) == registered


def test_every_route_that_asks_for_a_token_has_the_authorizer() -> None:
    guarded = {route for route in ACCESS if app.routes[route[1]][route[0]].authorizer is not None}
    assert set(GUARDED) == guarded


def test_a_handler_that_nobody_was_let_into_answers_401_by_itself(world: World) -> None:
    """Whatever stands in front: without an authorizer's word there is no caller."""
    event = {
        "headers": {"authorization": "Bearer buyer:b1"},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"order_id": "o1"},
        "requestContext": {"httpMethod": "GET", "resourcePath": "/orders/{order_id}", "authorizer": None},
        "body": None,
        "stageVariables": None,
    }
    answer = app(event, None)
    assert (401, "Unauthorized") == (answer["statusCode"], json.loads(answer["body"])["code"])
