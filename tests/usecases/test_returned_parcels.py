"""What carriers say of goods on their way back, and what follows for the return. Money is no carrier's to move."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.errors import WaybillTaken
from chalicelib.schemas.returns import ShipGoods
from chalicelib.usecases import filings, parcels, shipments, tracking
from tests.standins import returns
from tests.standins.parcels import report, seen
from tests.standins.shops import STRANGER, ask, asking, case_id_of, decide, filing, sell
from tests.standins.world import World

NUMBER = "SF1234567890"


def carried(world: World, *states: str) -> None:
    """The carrier tells of the parcel, an hour between each."""
    hours = 24 * 6
    for state in states:
        hours += 1
        scan = seen(state, hours)  # type: ignore[arg-type]
        parcels.tell(world, report(scan, number=NUMBER, carriers=("shunfeng",)), tracking.HOOKS)


def test_a_signature_gives_the_shop_three_days_to_look_instead_of_ten() -> None:
    world = returns.return_shop()
    case_id = returns.in_transit(world)
    before = world.gate(case_id).due_at
    carried(world, "picked_up", "signed")
    assert timedelta(days=3) == world.gate(case_id).due_at - world.clock.now() < before - world.clock.now()


def test_scans_that_are_told_twice_move_the_deadline_once() -> None:
    world = returns.return_shop()
    case_id = returns.in_transit(world)
    carried(world, "signed")
    told = world.told(case_id)
    carried(world, "signed")
    assert told == world.told(case_id)


@pytest.mark.parametrize("state", ["lost", "refused"])
def test_goods_that_never_reach_the_shop_go_to_an_agent(state: str) -> None:
    world = returns.return_shop()
    case_id = returns.in_transit(world)
    carried(world, state)
    assert ("in_dispute", "parties") == (world.case(case_id).status, world.gate(case_id).owner)


def test_a_parcel_that_comes_back_to_the_buyer_is_sent_once_more() -> None:
    world = returns.return_shop()
    case_id = returns.in_transit(world)
    carried(world, "picked_up", "returned_to_sender")
    assert ("awaiting_goods", "shipment") == (world.case(case_id).status, world.gate(case_id).name)


def test_what_the_carrier_said_before_the_buyer_did_counts() -> None:
    world = returns.return_shop()
    case_id = returns.awaiting_goods(world)
    world.clock.pass_by(hours=2)
    carried(world, "picked_up", "signed")
    returns.ship(world, case_id, NUMBER)
    assert timedelta(days=3) == world.gate(case_id).due_at - world.clock.now()


def test_the_carrier_is_asked_to_tell_of_the_parcel() -> None:
    world = returns.return_shop()
    returns.in_transit(world)
    assert 1 == len(world.logistics_commands.asked)


def test_a_number_that_is_another_buyer_s_is_refused_and_the_case_waits_as_before() -> None:
    world = returns.return_shop()
    returns.in_transit(world)
    sell(world, "theirs", buyer_id=STRANGER.id, delivery=returns.DELIVERED)
    body = filing(ask("coat"), order_id="theirs", remedy="return_and_refund")
    case_id = case_id_of(filings.file(world, asking(None, STRANGER), body))
    decide(world, case_id, "approve")
    with pytest.raises(WaybillTaken):
        shipments.ship(world, asking(None, STRANGER), case_id, ShipGoods(carrier="shunfeng", waybill_no=NUMBER))
    assert ("awaiting_goods", "shipment") == (world.case(case_id).status, world.gate(case_id).name)


def test_a_number_in_small_letters_is_the_same_number() -> None:
    world = returns.return_shop()
    case_id = returns.awaiting_goods(world)
    returns.ship(world, case_id, NUMBER.lower())
    carried(world, "signed")
    assert "GoodsSigned" in world.told(case_id)
