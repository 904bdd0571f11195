"""What carriers say of goods on their way back, and what follows for the return. Money is no carrier's to move."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.errors import WaybillTaken
from chalicelib.schemas.addresses import PutAddresses
from chalicelib.schemas.returns import ShipGoods
from chalicelib.usecases import addresses, filings, parcels, shipments, tracking
from tests.standins import returns
from tests.standins.parcels import report, seen
from tests.standins.shops import RIVAL, STRANGER, ask, asking, case_id_of, decide, filing, sell
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


# One parcel that brings goods of several cases


@pytest.fixture
def two() -> tuple[World, str, str]:
    """Two cases of one order, both sent in one parcel."""
    world = returns.return_shop()
    first, second = (returns.awaiting_goods(world, ask(line)) for line in ("coat", "scarf"))
    for case_id in (first, second):
        returns.ship(world, case_id, NUMBER)
    return world, first, second


def test_one_scan_moves_every_case_whose_goods_the_parcel_brings(two: tuple[World, str, str]) -> None:
    world, *both = two
    carried(world, "picked_up", "signed")
    assert ["signed"] * 2 == [returns.goods(world, one).parcels[0].fate for one in both]
    for case_id in both:
        assert ("in_transit", "receipt") == returns.standing(world, case_id)
        assert timedelta(days=3) == world.gate(case_id).due_at - world.clock.now()
        assert ["GoodsSigned", "DeadlineMoved"] == world.told(case_id)[-2:]


def test_the_scan_and_all_that_follows_from_it_is_one_write(two: tuple[World, str, str]) -> None:
    world, *both = two
    writes = len(world.records.saves)
    carried(world, "signed")
    assert writes + 1 == len(world.records.saves)
    carried(world, "signed")
    assert writes + 1 == len(world.records.saves)
    assert [1, 1] == [world.told(case_id).count("GoodsSigned") for case_id in both]


def test_each_case_is_received_inspected_and_paid_for_by_itself(two: tuple[World, str, str]) -> None:
    world, first, second = two
    carried(world, "signed")
    returns.receive(world, first)
    assert ("received", "in_transit") == (world.case(first).status, world.case(second).status)
    returns.inspect(world, first)
    assert world.case(first).amount == returns.refund(world, first)
    returns.receive(world, second, received=False, note="the scarf was not in it")
    assert ("completed", "in_dispute") == (world.case(first).status, world.case(second).status)


def test_a_parcel_that_is_lost_is_lost_for_each_case(two: tuple[World, str, str]) -> None:
    world, *both = two
    carried(world, "lost")
    assert [("in_dispute", "evidence")] * 2 == [returns.standing(world, case_id) for case_id in both]


def test_a_case_that_is_over_does_not_hold_up_the_other(two: tuple[World, str, str]) -> None:
    world, first, second = two
    returns.receive(world, first)
    returns.inspect(world, first)
    returns.refund(world, first)
    carried(world, "signed")
    assert ("completed", "in_transit") == (world.case(first).status, world.case(second).status)
    assert timedelta(days=3) == world.gate(second).due_at - world.clock.now()


def test_goods_of_another_order_at_the_same_shop_may_travel_in_the_same_parcel() -> None:
    world = returns.return_shop()
    sell(world, "later", delivery=returns.DELIVERED)
    first, second = (returns.awaiting_goods(world, order_id=one) for one in ("o1", "later"))
    for case_id in (first, second):
        returns.ship(world, case_id, NUMBER)
    carried(world, "signed")
    assert [1, 1] == [world.told(case_id).count("GoodsSigned") for case_id in (first, second)]


def test_a_second_case_may_join_a_parcel_that_is_on_its_way() -> None:
    world = returns.return_shop()
    first, second = (returns.awaiting_goods(world, ask(line)) for line in ("coat", "scarf"))
    returns.ship(world, first, NUMBER)
    world.clock.pass_by(hours=3)
    carried(world, "picked_up")
    returns.ship(world, second, NUMBER)
    assert ["handed_over"] * 2 == [returns.goods(world, one).parcels[0].fate for one in (first, second)]


def test_goods_for_another_shop_travel_in_a_parcel_of_their_own() -> None:
    world = returns.return_shop()
    returns.in_transit(world)
    sell(world, "other", merchant_id="m2", delivery=returns.DELIVERED)
    case_id = returns.filed(world, order_id="other")
    decide(world, case_id, "approve", RIVAL)
    addresses.put(world, RIVAL, "m2", PutAddresses.model_validate({"entries": [returns.ENTRY]}))
    with pytest.raises(WaybillTaken):
        returns.ship(world, case_id, NUMBER)
