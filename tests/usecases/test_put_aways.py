"""What came back and does not stand where it should is found and shown."""

from __future__ import annotations

import pytest

from chalicelib.usecases import monitors, put_aways
from tests.standins import returns as stages
from tests.standins.shops import MERCHANT, OPERATOR
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
