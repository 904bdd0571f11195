"""Browsers: the web pages' own addresses may call, others may not."""

from __future__ import annotations

import pytest

from tests.api.gateway import call
from tests.standins.world import World

SHOP = "https://desk.example"


@pytest.fixture(autouse=True)
def allowed(world: World) -> None:
    world.settings = world.settings.model_copy(update={"web_origins": frozenset({SHOP})})


def test_a_known_origin_may_read_the_answer(world: World) -> None:
    answer = call("GET", "/orders/o1", token="buyer:b1", headers={"Origin": SHOP})
    assert (SHOP, "Origin") == (answer.headers["access-control-allow-origin"], answer.headers["vary"])


def test_a_known_origin_may_also_read_what_went_wrong(world: World) -> None:
    answer = call("GET", "/orders/nowhere", token="buyer:b1", headers={"Origin": SHOP})
    assert SHOP == answer.headers["access-control-allow-origin"]


def test_others_are_told_nothing(world: World) -> None:
    answer = call("GET", "/orders/o1", token="buyer:b1", headers={"Origin": "https://desk.example.evil"})
    assert "access-control-allow-origin" not in answer.headers


def test_before_a_call_the_browser_is_told_methods_and_headers(world: World) -> None:
    answer = call("OPTIONS", "/cases", headers={"Origin": SHOP})
    assert (204, "GET, POST") == (answer.status, answer.headers["access-control-allow-methods"])
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]


def test_a_stranger_is_told_no_methods(world: World) -> None:
    answer = call("OPTIONS", "/cases/case_1/ruling", headers={"Origin": "https://evil.example"})
    assert (204, False) == (answer.status, "access-control-allow-methods" in answer.headers)
