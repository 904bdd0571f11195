"""What came back and does not stand where it should is found and shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.errors import CaseNotFound, Forbidden, InvalidRequest, MerchantFrozen
from chalicelib.schemas.events import text_of
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.schemas.returns import PutGoodsAway
from chalicelib.usecases import freezes, merchants, monitors, put_aways
from tests.standins import returns as stages
from tests.standins.shops import AGENT, BUYER, MERCHANT, OPERATOR, RIVAL, asking
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    return stages.return_shop()


def put_away(world: World, case_id: str, line_id: str, quantity: int, number: str) -> None:
    fact = {"put_away_id": number, "case_id": case_id, "line_id": line_id, "quantity": quantity}
    put_aways.take(world, "goods.put_away", {**fact, "warehouse": "hz1", "at": world.clock.now().isoformat()})


def unshelved(world: World) -> list[tuple[str, int]]:
    rows = monitors.monitor(world, MERCHANT).body["unshelved"]
    assert rows == monitors.monitor(world, OPERATOR).body["unshelved"]
    return [(row["stock"]["code"], row["missing"]) for row in rows]


def test_what_the_stock_system_has_not_put_away_is_shown_until_it_has(world: World) -> None:
    case_id = stages.inspected(world)
    assert [("awaited", 3)] == unshelved(world)
    for _ in range(2):
        put_away(world, case_id, "scarf", 2, "pa1")
    assert [("awaited", 1)] == unshelved(world)
    put_away(world, case_id, "coat", 1, "pa2")
    assert [] == unshelved(world)
    assert 2 == world.told(case_id).count("GoodsPutAway")


def test_other_goods_than_announced_are_shown(world: World) -> None:
    case_id = stages.inspected(world, lines=[{"line_id": "coat", "disposition": "scrap"}])
    put_away(world, case_id, "coat", 1, "pa1")
    assert [("different", 2)] == unshelved(world)


# A shop that keeps its own stock says it by signed callback

LINES = [{"line_id": "coat", "quantity": 1}, {"line_id": "scarf", "quantity": 2}]


def callback(world: World, case_id: str, message_id: str = "msg_1", **said: Any) -> Any:
    body = {"put_away_id": "grn-1", "warehouse": "hz1", "at": world.clock.now().isoformat(), "lines": LINES, **said}
    raw = json.dumps({"type": "put_away", "case_id": case_id, **body}).encode()
    return merchants.call_back(world, "m1", raw, {"webhook-id": message_id, "webhook-signature": "m1/1"})


def test_a_shop_s_own_system_says_what_it_put_away_all_lines_at_once(world: World) -> None:
    case_id = stages.inspected(world)
    shown = callback(world, case_id).body["return"]
    assert ("done", 2) == (shown["stock"]["code"], len(shown["put_away"]))
    assert [] == unshelved(world)
    world.pump()
    [entry] = [entry for entry in world.events.published if entry.type == "GoodsPutAway"]
    data = json.loads(text_of(entry))["data"]
    assert (LINES, "hz1", "done", 0) == (data["lines"], data["warehouse"], data["stock"], data["missing"])


def test_the_same_goods_told_again_under_another_message_are_not_put_away_twice(world: World) -> None:
    case_id = stages.inspected(world)
    first, again = callback(world, case_id), callback(world, case_id, "msg_2")
    assert (first.body["version"], 2) == (again.body["version"], len(again.body["return"]["put_away"]))
    assert 1 == world.told(case_id).count("GoodsPutAway")


def test_a_shop_that_put_away_too_little_or_too_much_is_shown(world: World) -> None:
    case_id = stages.inspected(world)
    callback(world, case_id, lines=LINES[:1])
    assert [("awaited", 2)] == unshelved(world)
    callback(world, case_id, "msg_2", put_away_id="grn-2", lines=[{"line_id": "scarf", "quantity": 3}])
    assert [("different", 0)] == unshelved(world)


def test_a_shop_puts_away_its_own_goods_alone(world: World) -> None:
    case_id = stages.inspected(world)
    body = PutGoodsAway.model_validate(
        {"put_away_id": "g", "warehouse": "hz1", "at": world.clock.now(), "lines": LINES}
    )
    for actor, refused in ((RIVAL, CaseNotFound), (BUYER, Forbidden), (AGENT, Forbidden)):
        with pytest.raises(refused):
            put_aways.tell(world, asking(None, actor), case_id, body)
    freezes.freeze(world, asking(None, OPERATOR), "m1", FreezeMerchant(frozen=True, reason="an incident"))
    with pytest.raises(MerchantFrozen):
        callback(world, case_id)


@pytest.mark.parametrize("wrong", [{"lines": []}, {"lines": [{"line_id": "coat", "quantity": 0}]}, {"warehouse": ""}])
def test_nothing_that_stands_nowhere_was_put_away(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        callback(world, stages.inspected(world), **wrong)
