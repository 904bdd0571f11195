"""退货监控: where goods on their way back stand, who is late, what no carrier tells of, what is not put away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import Forbidden
from chalicelib.usecases import monitors, parcels, tracking
from tests.standins import returns
from tests.standins.parcels import report, seen
from tests.standins.shops import AUDITOR, BUYER, MERCHANT, OPERATOR, RIVAL, ask
from tests.standins.world import World

NUMBER = "SF1234567890"


@pytest.fixture
def world() -> World:
    return returns.return_shop()


def seen_by(world: World, actor: Any = MERCHANT) -> Any:
    world.pump()
    return monitors.returns(world, actor).body


def scanned(world: World, state: Any = "in_transit") -> None:
    scan = seen(state, 0).but(at=world.clock.now(), event=str(world.clock.now()))
    parcels.tell(world, report(scan, number=NUMBER, carriers=("shunfeng",)), tracking.HOOKS)


def test_stages_are_counted_with_their_money_and_the_oldest_case(world: World) -> None:
    first = returns.awaiting_goods(world, ask("coat"))
    world.clock.pass_by(hours=5)
    returns.awaiting_goods(world, ask("scarf", 1))
    stages = {stage["state"]["code"]: stage for stage in seen_by(world)["stages"]}
    waiting = stages["awaiting_goods"]
    assert {"awaiting_goods"} == set(stages)
    assert (2, first, 5 * 3600) == (waiting["count"], waiting["oldest_case_id"], waiting["oldest_age_seconds"])
    assert world.case(first).amount < waiting["amount"]["amount"]


def test_a_case_is_counted_where_its_goods_are(world: World) -> None:
    case_id = returns.in_transit(world)
    assert ["in_transit"] == [stage["state"]["code"] for stage in seen_by(world)["stages"]]
    returns.receive(world, case_id)
    assert ["received"] == [stage["state"]["code"] for stage in seen_by(world)["stages"]]


@pytest.mark.parametrize("actor", [MERCHANT, OPERATOR, AUDITOR], ids=lambda actor: actor.role)
def test_receipts_are_due_soon_then_late_and_gone_when_the_goods_came(world: World, actor: Any) -> None:
    case_id = returns.in_transit(world)
    assert ([], []) == ((found := seen_by(world, actor)["receipts"])["late"], found["due_soon"])
    due_at = world.gate(case_id).due_at
    world.clock.reach(due_at - timedelta(hours=3))
    assert [case_id] == [row["case_id"] for row in seen_by(world, actor)["receipts"]["due_soon"]]
    world.clock.reach(due_at)
    found = seen_by(world, actor)["receipts"]
    assert ([case_id], [], False) == ([row["case_id"] for row in found["late"]], found["due_soon"], found["more"])


def test_inspections_are_late_by_themselves(world: World) -> None:
    case_id = returns.received(world)
    world.clock.reach(world.gate(case_id).due_at)
    found = seen_by(world)
    assert [case_id] == [row["case_id"] for row in found["inspections"]["late"]]
    assert [] == found["receipts"]["late"]


def test_couriers_who_are_late_are_seen_by_the_shop_and_the_platform(world: World) -> None:
    case_id = returns.fetched_for(world)
    world.clock.reach(world.gate(case_id).due_at)
    for actor in (MERCHANT, OPERATOR):
        [row] = seen_by(world, actor)["couriers"]["late"]
        assert (case_id, "carrier", None) == (row["case_id"], row["who"]["code"], row["who_id"])


def test_goods_that_no_carrier_tells_of_are_seen_after_the_policy_s_days(world: World) -> None:
    case_id = returns.in_transit(world)
    world.clock.pass_by(days=4)
    assert [] == seen_by(world)["quiet"]
    scanned(world)
    world.clock.pass_by(days=4)
    assert [] == seen_by(world)["quiet"]
    world.clock.pass_by(days=1)
    [row] = seen_by(world)["quiet"]
    assert (case_id, row) == (row["case_id"], seen_by(world, OPERATOR)["quiet"][0])


@pytest.mark.parametrize("days", [1, 3])
def test_after_how_many_days_is_the_policy_s_to_say(days: int) -> None:
    world = returns.return_shop(deadlines={"scan": {"amount": days, "unit": "days"}})
    returns.in_transit(world)
    world.clock.pass_by(days=days, seconds=-1)
    assert [] == seen_by(world)["quiet"]
    world.clock.pass_by(seconds=1)
    assert 1 == len(seen_by(world)["quiet"])


@pytest.mark.parametrize("end", ["received", "not received", "lost", "back", "silence"])
def test_goods_that_nobody_waits_for_any_more_leave_the_list(world: World, end: str) -> None:
    case_id = returns.in_transit(world)
    match end:
        case "received":
            returns.receive(world, case_id)
        case "not received":
            returns.receive(world, case_id, received=False, note="nothing came")
        case "lost" | "back":
            scanned(world, "lost" if end == "lost" else "returned_to_sender")
        case "silence":
            returns.silence(world, case_id, "receipt")
    world.clock.pass_by(days=30)
    assert [] == seen_by(world)["quiet"]


def test_a_movement_that_tells_the_case_nothing_writes_no_entry(world: World) -> None:
    case_id = returns.in_transit(world)
    told = world.told(case_id)
    scanned(world)
    assert told == world.told(case_id)


def test_goods_that_are_not_put_away_are_seen_here_too(world: World) -> None:
    case_id = returns.inspected(world)
    assert [case_id] == [row["case_id"] for row in seen_by(world)["unshelved"]]


def test_a_shop_sees_its_own_and_buyers_see_none(world: World) -> None:
    case_id = returns.in_transit(world)
    world.clock.reach(world.gate(case_id).due_at)
    found = seen_by(world, RIVAL)
    assert ([], [], []) == (found["stages"], found["receipts"]["late"], found["quiet"])
    with pytest.raises(Forbidden):
        monitors.returns(world, BUYER)


def test_a_list_that_is_longer_than_what_is_shown_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitors, "SHOWN", 1)
    first = returns.in_transit(world, ask("coat"))
    second = returns.awaiting_goods(world, ask("scarf"))
    returns.ship(world, second, "SF0002")
    world.clock.pass_by(days=11)
    receipts = seen_by(world)["receipts"]
    assert (1, True) == (len(receipts["late"]), receipts["more"])
    assert receipts["late"][0]["case_id"] in (first, second)
