"""上门取件 of several cases: one courier, one booking, and every case hears what became of him."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.parcels import Parcel, Waybill
from chalicelib.errors import CaseNotFound, GateNotFound, InvalidRequest, TransitionRefused
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.addresses import PutAddresses
from chalicelib.schemas.cases import MoveDeadline
from chalicelib.schemas.returns import BookPickup
from chalicelib.usecases import addresses, filings, gates, logistics, parcels, pickups, tracking
from tests.standins import returns as stages
from tests.standins.parcels import SENDER, report, seen
from tests.standins.returns import DELIVERED, courier, standing
from tests.standins.shops import BUYER, MERCHANT, OPERATOR, STRANGER, ask, asking, decide, filing, sell
from tests.standins.world import World

WAITS, SHIPS, COMES = ("awaiting_goods", "pickup"), ("awaiting_goods", "shipment"), ("in_transit", "receipt")


@pytest.fixture
def world() -> World:
    return stages.return_shop()


def approved(world: World) -> tuple[str, str, str]:
    """Three approved returns: a coat, a scarf, and a coat of another order."""
    sell(world, "o2", delivery=DELIVERED)
    other = stages.filed(world, ask("coat"), order_id="o2")
    decide(world, other, "approve")
    return stages.awaiting_goods(world, ask("coat")), stages.awaiting_goods(world, ask("scarf")), other


def asked_for(world: World) -> tuple[str, str, str]:
    """One courier for all three; the carrier has not answered yet."""
    first, *others = approved(world)
    courier(world, first, also=others)
    return (first, *others)  # type: ignore[return-value]


def heard(world: World) -> None:
    """The stream wakes the worker, who does what he was told to; no sweeper comes by."""
    world.pump()
    for command_no, _ in list(world.logistics_commands.asked):
        tracking.see_to(world, command_no)
    world.logistics_commands.asked.clear()


@pytest.fixture
def all_three(world: World) -> tuple[str, str, str]:
    """The courier is booked."""
    made = asked_for(world)
    heard(world)
    return made


def bookings(world: World) -> list[CarrierCommand]:
    return sorted(
        (one for one in world.records.all(CarrierCommand) if one.kind == "book_pickup"), key=lambda one: one.command_no
    )


def parcels_of(world: World, case_id: str) -> list[Parcel]:
    made = [one for one in world.records.all(Parcel, purpose="pickup") if one.case_id == case_id]
    return sorted(made, key=lambda one: one.parcel_id)


def states(world: World, case_ids: tuple[str, ...]) -> list[str | None]:
    return [each[-1].pickup.state if (each := parcels_of(world, one))[-1].pickup else None for one in case_ids]


def scanned(world: World, case_id: str, state: Any, visit: int = -1) -> None:
    number = parcels_of(world, case_id)[visit].waybill_no
    assert number
    scan = seen(state, 0).but(at=world.clock.now(), event=f"{state}-{number}")
    parcels.tell(world, report(scan, number=number), tracking.HOOKS)


def in_vain(world: World) -> None:
    logistics.record(world, bookings(world)[-1].command_no, CarrierAnswer("failed", "nobody_home"), tracking.HOOKS)


def silent(world: World, case_id: str) -> str:
    """The flow of this case says that nobody came."""
    world.clock.reach(world.gate(case_id).due_at)
    return str(gates.expire(world, case_id, "pickup", world.case(case_id).rounds["pickup"], by_flow=True)["outcome"])


def test_one_courier_is_asked_for_and_every_case_waits_for_him(world: World) -> None:
    case_ids = asked_for(world)
    assert [WAITS] * 3 == [standing(world, one) for one in case_ids]
    [booking] = bookings(world)
    assert (case_ids[0], list(case_ids[1:])) == (booking.case_id, [part.case_id for part in booking.party])
    assert 1 == len({world.gate(one).due_at for one in case_ids})
    assert [1] * 3 == [world.told(one).count("PickupAsked") for one in case_ids]


def test_booked_all_goods_travel_under_one_waybill_and_every_buyer_page_shows_the_visit(
    world: World, all_three: tuple[str, str, str]
) -> None:
    assert ["booked"] * 3 == states(world, all_three)
    [waybill] = world.records.all(Waybill)
    assert set(all_three) == {holder.case_id for holder in waybill.holders}
    for one in all_three:
        [shown] = parcels.listing(world, BUYER, one).body["items"]
        assert (waybill.number, "booked") == (shown["waybill_no"], shown["pickup"]["state"]["code"])
        assert 1 == world.told(one).count("PickupBooked")


@pytest.mark.parametrize("scan", ["picked_up", "in_transit", "signed"])
def test_what_the_courier_fetches_is_fetched_of_all_and_each_shop_is_awaited(
    world: World, all_three: tuple[str, str, str], scan: str
) -> None:
    for _ in range(2):
        scanned(world, all_three[0], scan)
    assert [COMES] * 3 == [standing(world, one) for one in all_three]
    assert [None] == [one.sender for one in bookings(world)], "nobody has to come to that door any more"
    assert [1] * 3 == [len(stages.goods(world, one).parcels) for one in all_three]
    assert [1] * 3 == [world.told(one).count("GoodsShipped") for one in all_three]


def test_scans_that_come_before_the_carrier_s_answer_count_for_all(world: World) -> None:
    case_ids = asked_for(world)
    scan = seen("picked_up", 0).but(at=world.clock.now())
    parcels.tell(world, report(scan, number="SF77"), tracking.HOOKS)
    done = CarrierAnswer("done", carrier="sf", waybill_no="SF77", slot=bookings(world)[0].slot)
    logistics.record(world, bookings(world)[0].command_no, done, tracking.HOOKS)
    assert [COMES] * 3 == [standing(world, one) for one in case_ids]


def test_a_visit_in_vain_is_booked_once_more_for_all_and_then_each_buyer_is_asked_to_ship(
    world: World, all_three: tuple[str, str, str]
) -> None:
    in_vain(world)
    heard(world)
    assert [WAITS] * 3 == [standing(world, one) for one in all_three]
    assert (2, ["booked"] * 3) == (len(bookings(world)), states(world, all_three))
    assert [2] * 3 == [world.gate(one).round for one in all_three]
    in_vain(world)
    heard(world)
    assert [SHIPS] * 3 == [standing(world, one) for one in all_three]
    assert [2] * 3 == [world.told(one).count("PickupFailed") for one in all_three]
    assert 2 == len(bookings(world)) and [] == [one for one in bookings(world) if one.sender]


@pytest.mark.parametrize("whose", [0, 1, 2])
def test_whichever_flow_says_the_silence_first_says_it_for_all(
    world: World, all_three: tuple[str, str, str], whose: int
) -> None:
    assert "rebooked" == silent(world, all_three[whose])
    heard(world)
    others = [one for one in all_three if one != all_three[whose]]
    assert ["rebooked"] * 2 == [gates.expire(world, one, "pickup", 1, by_flow=True)["outcome"] for one in others], (
        "their own flows hear what was said"
    )
    assert (2, ["booked"] * 3) == (len(bookings(world)), states(world, all_three))
    cancelled = [one for one in world.records.all(CarrierCommand) if one.kind == "cancel_pickup"]
    assert [bookings(world)[0].command_no] == [one.booking_no for one in cancelled]
    scanned(world, all_three[2], "picked_up")
    assert [COMES] * 3 == [standing(world, one) for one in all_three]


def test_the_flows_of_the_others_are_resumed_when_one_said_the_silence(
    world: World, all_three: tuple[str, str, str]
) -> None:
    for one in all_three:
        gates.open_gate(world, one, "pickup", 1, 1, f"token-{one}")
    world.pump()
    world.flows.resumed.clear()
    silent(world, all_three[0])
    world.pump()
    assert {f"token-{one}": "rebooked" for one in all_three[1:]} == {
        token: step["outcome"] for token, step in world.flows.resumed
    }


@pytest.mark.parametrize("whose", [0, 1])
def test_a_courier_who_is_called_off_comes_for_none(world: World, all_three: tuple[str, str, str], whose: int) -> None:
    pickups.call_off(world, asking(), all_three[whose])
    assert [WAITS] * 3 == [standing(world, one) for one in all_three]
    heard(world)
    assert [SHIPS] * 3 == [standing(world, one) for one in all_three]
    assert (1, ["cancelled"] * 3) == (len(bookings(world)), states(world, all_three))


@pytest.mark.parametrize("reason", ["too_late", "picked_up_already"])
def test_a_carrier_that_does_not_cancel_says_so_to_all(
    world: World, all_three: tuple[str, str, str], reason: str
) -> None:
    pickups.call_off(world, asking(), all_three[1])
    world.logistics.answers.append(CarrierAnswer("failed", reason))
    heard(world)
    expected = COMES if reason == "picked_up_already" else WAITS
    assert [expected] * 3 == [standing(world, one) for one in all_three]


@pytest.mark.parametrize("whose", [0, 2])
def test_another_time_is_another_time_for_all(world: World, all_three: tuple[str, str, str], whose: int) -> None:
    slot = stages.SLOT.after(world.clock.now() + timedelta(days=3))
    body = BookPickup.model_validate({"slot": slot})
    pickups.book(world, asking(), all_three[whose], body)
    heard(world)
    assert ["booked"] * 3 == states(world, all_three)
    assert {slot.begins_at + timedelta(hours=48)} == {world.gate(one).due_at for one in all_three}


@pytest.mark.parametrize("whose", [0, 2])
def test_another_door_is_another_door_for_all(world: World, all_three: tuple[str, str, str], whose: int) -> None:
    slot = stages.SLOT.after(world.clock.now() + timedelta(days=3))
    moved = SENDER.but(address="8 Harbour Road")
    body = BookPickup.model_validate({"slot": slot, "sender": moved.model_dump()})
    pickups.book(world, asking(), all_three[whose], body)
    heard(world)
    before, after = bookings(world)
    assert (None, moved, before.party) != (before.sender, after.sender, after.party)
    assert [all_three[0], *all_three[1:]] == [after.case_id, *(part.case_id for part in after.party)]
    assert ["booked"] * 3 == states(world, all_three)
    assert {slot.begins_at + timedelta(hours=48)} == {world.gate(one).due_at for one in all_three}
    scanned(world, all_three[0], "picked_up")
    assert [COMES] * 3 == [standing(world, one) for one in all_three]


def _moves(world: World) -> None:
    """From now on the shop's book says another address."""
    entry = {**stages.ENTRY, "address": {**stages.ADDRESS, "address": "9 East Lake Road"}}
    addresses.put(world, MERCHANT, "m1", PutAddresses.model_validate({"entries": [entry]}))


def test_goods_that_go_to_another_address_do_not_go_along(world: World) -> None:
    sell(world, "o2", delivery=DELIVERED)
    first = stages.awaiting_goods(world, ask("coat"))
    _moves(world)
    other = stages.filed(world, ask("coat"), order_id="o2")
    decide(world, other, "approve")
    with pytest.raises(InvalidRequest) as refused:
        courier(world, first, also=[other])
    assert ["also[0]"] == [wrong.field for wrong in refused.value.errors]


def _shipped(world: World, case_id: str) -> None:
    stages.ship(world, case_id)


def _visited(world: World, case_id: str) -> None:
    courier(world, case_id)


@pytest.mark.parametrize("gone", [_shipped, _visited])
def test_goods_that_are_sent_otherwise_do_not_go_along(world: World, gone: Callable[[World, str], None]) -> None:
    first, second, _ = approved(world)
    gone(world, second)
    saves = len(world.records.saves)
    with pytest.raises(GateNotFound):
        courier(world, first, also=[second])
    assert (SHIPS, saves) == (standing(world, first), len(world.records.saves))


def test_somebody_else_s_goods_are_not_there(world: World) -> None:
    sell(world, "o3", delivery=DELIVERED, buyer_id="b2")
    body = filing(ask("coat"), order_id="o3", remedy="return_and_refund")
    theirs = filings.file(world, asking(None, STRANGER), body).body["case_id"]
    decide(world, theirs, "approve")
    with pytest.raises(CaseNotFound):
        courier(world, stages.awaiting_goods(world, ask("coat")), also=[theirs])
    assert SHIPS == standing(world, theirs)


def test_a_case_is_named_once_and_only_with_a_first_booking(world: World, all_three: tuple[str, str, str]) -> None:
    slot = stages.SLOT.after(world.clock.now() + timedelta(days=3))
    with pytest.raises(InvalidRequest):
        body = BookPickup.model_validate({"slot": slot, "also": [all_three[1]]})
        pickups.book(world, asking(), all_three[0], body)
    world2 = stages.return_shop()
    first, second, _ = approved(world2)
    for also in ([second, second], [first]):
        with pytest.raises(InvalidRequest):
            courier(world2, first, also=also)


def test_visits_are_counted_for_every_case() -> None:
    world = stages.return_shop(pickups={"in_all": 1})
    first, second, _ = approved(world)
    courier(world, second)
    pickups.call_off(world, asking(), second)
    heard(world)
    with pytest.raises(TransitionRefused):
        courier(world, first, also=[second])
    assert (1, SHIPS) == (len(bookings(world)), standing(world, first))


def test_the_first_courier_may_come_after_all_and_the_second_stays_away(
    world: World, all_three: tuple[str, str, str]
) -> None:
    silent(world, all_three[1])
    heard(world)
    scanned(world, all_three[0], "picked_up", visit=0)
    heard(world)
    assert [COMES] * 3 == [standing(world, one) for one in all_three]
    second = parcels_of(world, all_three[0])[1].pickup
    assert second is not None and "cancelled" == second.state


def test_a_case_that_waits_longer_than_the_first_is_asked_to_ship_when_the_courier_stays_away(
    world: World, all_three: tuple[str, str, str]
) -> None:
    later = world.gate(all_three[1]).due_at + timedelta(days=2)
    move = MoveDeadline(due_at=later, reason="a snow storm")
    gates.move_deadline(world, asking(None, OPERATOR), all_three[1], "pickup", move)
    silent(world, all_three[0])
    heard(world)
    assert [WAITS, SHIPS, WAITS] == [standing(world, one) for one in all_three]
    assert [all_three[2]] == [part.case_id for part in bookings(world)[-1].party]


def test_a_case_whose_time_is_up_first_leaves_the_courier_to_the_others(
    world: World, all_three: tuple[str, str, str]
) -> None:
    for one in (all_three[0], all_three[2]):
        move = MoveDeadline(due_at=world.gate(one).due_at + timedelta(days=2), reason="a snow storm")
        gates.move_deadline(world, asking(None, OPERATOR), one, "pickup", move)
    assert "ship_back" == silent(world, all_three[1])
    heard(world)
    assert [WAITS, SHIPS, WAITS] == [standing(world, one) for one in all_three]
    scanned(world, all_three[0], "picked_up")
    assert [COMES] * 3 == [standing(world, one) for one in all_three], "he took the goods all the same"


def test_six_cases_are_fetched_at_once_and_no_more_and_each_step_fits_a_transaction() -> None:
    world = stages.return_shop()
    case_ids = []
    for n in range(7):
        sell(world, f"o1{n}", delivery=DELIVERED)
        case_ids.append(stages.filed(world, ask("coat"), order_id=f"o1{n}"))
        decide(world, case_ids[-1], "approve")
    with pytest.raises(ValidationError):
        courier(world, case_ids[0], also=case_ids[1:])
    courier(world, case_ids[0], also=case_ids[1:6])
    heard(world)
    in_vain(world)
    heard(world)
    scanned(world, case_ids[0], "signed")
    assert [COMES] * 6 == [standing(world, one) for one in case_ids[:6]]
    assert max(len(written) for written in world.records.saves) <= 100
