"""Role × route × ownership: every cell of the table has exactly one outcome, and here each is tried."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from app import app
from chalicelib.api.access import ACCESS, Rule
from chalicelib.domain.actors import READS_EVERYTHING
from tests.api import matrix
from tests.api.gateway import call
from tests.standins.world import World

# Who comes, by his token. The thing is b1's at m1: for the first of a role it is his own, for the second a foreign one.
CALLERS = {
    "buyer, own": "buyer:b1",
    "buyer, another's": "buyer:b2",
    "merchant, own": "merchant:anna:m1",
    "merchant, another's": "merchant:rita:m2",
    "agent": "agent:a1",
    "supervisor": "supervisor:s1",
    "operator": "operator:op1",
    "auditor": "auditor:au1",
    "orders": "orders:orders",
    "payments": "payments:payments",
    "logistics": "logistics:logistics",
    "stock": "stock:stock",
    "nobody": "",
    "a forger": "forged",
}
GUARDED = [route for route, rule in ACCESS.items() if not rule.is_open]


def outcome(rule: Rule, route: tuple[str, str], who: str, *, there: bool) -> int:
    """The status that the rules state; 200 stands for done."""
    role, _, whose = who.partition(", ")
    if role in ("nobody", "a forger"):
        return 401
    if role not in rule.roles:
        return 403
    match rule.of:
        case "none":
            return 200
        case "policy" if role not in {*READS_EVERYTHING, "merchant"}:
            return 403  # a shop's own policy is for the shop and for staff; the platform's is for everybody
        case _ if not there or whose == "another's":
            return 404
        case "case" if route[1].endswith(("/decision", "/receipt", "/inspection")) and role != "merchant":
            return 403  # a marketplace shop decides itself, and takes its goods in itself
    return 200


def cells() -> Iterator[object]:
    for route in GUARDED:
        for who in CALLERS:
            things = (True,) if ACCESS[route].of == "none" else (True, False)
            for there in things:
                yield pytest.param(
                    route, who, there, id=f"{' '.join(route)} · {who} · {'there' if there else 'absent'}"
                )


@pytest.mark.parametrize(("route", "who", "there"), list(cells()))
def test_each_cell_of_the_table_has_its_outcome(world: World, route: tuple[str, str], who: str, there: bool) -> None:
    rule = ACCESS[route]
    path, body = matrix.SCENES[route](world)
    if not there:
        path, body = matrix.absent(rule.of, path, body)
    before = len(world.records.saves)
    answer = call(route[0], path, body, token=CALLERS[who] or None, key="key-1")
    stated = outcome(rule, route, who, there=there)
    assert stated == (200 if answer.status in (200, 201) else answer.status), answer.text[:300]
    if stated != 200:
        assert before == len(world.records.saves), "what is refused writes nothing"


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
