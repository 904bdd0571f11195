"""上门取件: the buyer has a courier come. Whoever is first ends the wait, and nothing is told twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.parcels import Parcel
from chalicelib.errors import (
    AnswerTooLate,
    Forbidden,
    GateNotFound,
    InvalidRequest,
    ReturnNotFound,
    TransitionRefused,
)
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import WithdrawCase
from chalicelib.schemas.events import text_of
from chalicelib.schemas.returns import BookPickup
from chalicelib.schemas.templates import words
from chalicelib.usecases import decisions, grants, logistics, parcels, pickups, sweeper, tracking
from tests.standins import returns as stages
from tests.standins.parcels import SENDER, report, seen
from tests.standins.returns import courier, refund, silence, standing
from tests.standins.shops import MERCHANT, STRANGER, asking, decide, file
from tests.standins.world import World

MOVED = SENDER.but(phone="+86 139 1111 1111", address="8 Harbour Road", name="B. Moved")
WAITS, SHIPS, COMES = ("awaiting_goods", "pickup"), ("awaiting_goods", "shipment"), ("in_transit", "receipt")


@pytest.fixture
def world() -> World:
    return stages.return_shop()


@pytest.fixture
def case_id(world: World) -> str:
    """A courier is booked."""
    made = stages.fetched_for(world)
    carried_out(world)
    return made


def carried_out(world: World) -> None:
    """The worker does all that it was told to; the sweeper tells it what no signal did."""
    world.clock.pass_by(minutes=2)
    sweeper.sweep(world)
    for command_no in dict(world.logistics_commands.asked):
        tracking.see_to(world, command_no)
    world.logistics_commands.asked.clear()


def heard(world: World) -> None:
    """The stream wakes the worker, who does what he was told to; no sweeper comes by."""
    world.logistics_commands.asked.clear()
    world.pump()
    for command_no, _ in list(world.logistics_commands.asked):
        tracking.see_to(world, command_no)
    world.logistics_commands.asked.clear()


def visits(world: World) -> list[Parcel]:
    return sorted(world.records.all(Parcel, purpose="pickup"), key=lambda parcel: parcel.parcel_id)


def commands(world: World, kind: str) -> list[CarrierCommand]:
    return [one for one in world.records.all(CarrierCommand) if one.kind == kind]


def doors(world: World) -> list[str]:
    """Whose address stands anywhere still."""
    return [one.sender.name for one in world.records.all(CarrierCommand) if one.sender]


def scanned(world: World, state: Any, visit: int = -1, event: str = "") -> None:
    parcel = visits(world)[visit]
    assert parcel.waybill_no
    scan = seen(state, 0).but(at=world.clock.now(), event=event or f"{state}-{visit}")
    parcels.tell(world, report(scan, number=parcel.waybill_no), tracking.HOOKS)


def in_vain(world: World, reason: str = "nobody_home", visit: int = -1) -> None:
    """The carrier says that its courier fetched nothing."""
    pickup = visits(world)[visit].pickup
    assert pickup is not None
    logistics.record(world, pickup.booking_no, CarrierAnswer("failed", reason), tracking.HOOKS)


def call_off(world: World, case_id: str) -> None:
    pickups.call_off(world, asking(), case_id)


# Booked


def test_a_courier_is_awaited_instead_of_the_buyer(world: World) -> None:
    case_id = stages.fetched_for(world)
    [visit] = visits(world)
    assert visit.pickup is not None
    gate = world.gate(case_id)
    assert (WAITS, "carrier", "rebooked") == (standing(world, case_id), gate.owner, gate.silence)
    assert visit.pickup.slot.begins_at + timedelta(hours=48) == gate.due_at
    assert ["PickupAsked"] == world.told(case_id)[-1:]


def test_the_courier_brings_the_goods_to_the_shop_s_address(world: World, case_id: str) -> None:
    [booking] = world.logistics.commands.values()
    assert booking.receiver is not None
    assert stages.ADDRESS == booking.receiver.model_dump(include={"name", "phone", "address"})
    assert SENDER == booking.sender


def test_a_courier_that_was_asked_for_twice_under_one_key_comes_once(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    request = asking("again")
    body = BookPickup.model_validate({"slot": stages.SLOT.after(world.clock.now()), "sender": SENDER.model_dump()})
    first, second = (pickups.book(world, request, case_id, body) for _ in range(2))
    assert (first.body, True) == (second.body, second.replayed)
    assert 1 == len(visits(world)) == len(commands(world, "book_pickup"))


def test_a_lost_signal_is_made_up_for_by_the_sweeper(world: World) -> None:
    stages.fetched_for(world)
    world.logistics_commands.asked.clear()
    carried_out(world)
    assert ["booked"] == [visit.pickup.state for visit in visits(world) if visit.pickup]


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [
        (-1, 1, "slot.begins_at"),
        (24 * 8, 24 * 8 + 1, "slot.begins_at"),
        (24, 24, "slot.ends_at"),
        (24, 49, "slot.ends_at"),
    ],
)
def test_a_slot_lies_ahead_within_a_week_and_a_day(world: World, begins: int, ends: int, field: str) -> None:
    case_id, now = stages.awaiting_goods(world), world.clock.now()
    slot = {"begins_at": now + timedelta(hours=begins), "ends_at": now + timedelta(hours=ends)}
    with pytest.raises(InvalidRequest) as refused:
        courier(world, case_id, slot=slot)
    assert [field] == [error.field for error in refused.value.errors]


def test_nobody_comes_to_no_door(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    with pytest.raises(InvalidRequest) as refused:
        courier(world, case_id, sender=None)
    assert ["sender"] == [error.field for error in refused.value.errors]


def test_a_courier_is_for_goods_that_are_to_come_back(world: World) -> None:
    refund_only = file(world)
    decide(world, refund_only, "approve")
    with pytest.raises(ReturnNotFound):
        courier(world, refund_only)


def test_goods_that_are_on_their_way_need_no_courier(world: World) -> None:
    case_id = stages.in_transit(world)
    with pytest.raises(GateNotFound):
        courier(world, case_id)


def test_only_the_buyer_asks_for_a_courier(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    body = BookPickup.model_validate({"slot": stages.SLOT.after(world.clock.now()), "sender": SENDER.model_dump()})
    with pytest.raises(Forbidden):
        pickups.book(world, asking(None, MERCHANT), case_id, body)
    with pytest.raises(Exception, match="case"):
        pickups.book(world, asking(None, STRANGER), case_id, body)


def test_after_the_deadline_it_is_too_late_for_a_courier(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    world.clock.reach(world.gate(case_id).due_at)
    with pytest.raises(AnswerTooLate):
        courier(world, case_id)


def test_while_a_courier_is_awaited_nothing_is_shipped_and_nothing_withdrawn(world: World, case_id: str) -> None:
    with pytest.raises(GateNotFound):
        stages.ship(world, case_id)
    with pytest.raises(TransitionRefused):
        decisions.withdraw(world, asking(), case_id, WithdrawCase())
    assert WAITS == standing(world, case_id)


# Fetched


@pytest.mark.parametrize("state", ["picked_up", "in_transit", "signed"])
def test_what_moves_was_fetched_and_the_shop_is_awaited(world: World, case_id: str, state: str) -> None:
    scanned(world, state)
    [visit] = visits(world)
    assert COMES == standing(world, case_id)
    [sent] = stages.goods(world, case_id).parcels
    assert (visit.parcel_id, visit.waybill_no) == (sent.parcel_id, sent.waybill_no)
    assert "signed" == sent.fate if state == "signed" else "handed_over" == sent.fate
    assert [] == doors(world)


def test_fetched_goods_are_received_inspected_and_paid_for_like_others(world: World, case_id: str) -> None:
    for state in ("picked_up", "in_transit", "signed"):
        world.clock.pass_by(hours=30)
        scanned(world, state)
    assert world.clock.now() + timedelta(days=3) == world.gate(case_id).due_at
    stages.receive(world, case_id)
    stages.inspect(world, case_id)
    assert stages.ALL == refund(world, case_id)


def test_scans_that_are_told_again_and_late_change_nothing(world: World, case_id: str) -> None:
    for state in ("in_transit", "picked_up", "in_transit"):
        scanned(world, state)
    assert 1 == world.told(case_id).count("GoodsShipped")
    assert 1 == len(stages.goods(world, case_id).parcels)


def test_goods_that_were_with_the_courier_before_the_carrier_answered_are_on_their_way(world: World) -> None:
    case_id = stages.fetched_for(world)
    world.logistics.answers.append(CarrierAnswer("done", carrier="sf", waybill_no="SF777"))
    parcels.tell(world, report(seen("picked_up", 0).but(at=world.clock.now()), number="SF777"), tracking.HOOKS)
    carried_out(world)
    assert (COMES, []) == (standing(world, case_id), doors(world))


def test_a_parcel_that_was_fetched_and_is_lost_is_ruled_on(world: World, case_id: str) -> None:
    scanned(world, "lost")
    assert ("in_dispute", "evidence") == standing(world, case_id)
    assert ["lost"] == [sent.fate for sent in stages.goods(world, case_id).parcels]


def test_fetched_goods_that_come_back_to_the_buyer_may_be_fetched_again(world: World, case_id: str) -> None:
    scanned(world, "picked_up")
    world.clock.pass_by(hours=30)
    scanned(world, "returned_to_sender")
    assert SHIPS == standing(world, case_id)
    courier(world, case_id)
    assert (WAITS, 2) == (standing(world, case_id), len(visits(world)))


# Another time


def test_another_time_moves_the_deadline_when_the_carrier_has_said_yes(world: World, case_id: str) -> None:
    before = world.gate(case_id).due_at
    courier(world, case_id, days=3, sender=None)
    assert before == world.gate(case_id).due_at
    carried_out(world)
    [visit] = visits(world)
    assert visit.pickup is not None
    assert visit.pickup.slot.begins_at + timedelta(hours=48) == world.gate(case_id).due_at > before
    assert ["PickupBooked", "DeadlineMoved"] == world.told(case_id)[-2:]


def test_another_time_that_the_carrier_does_not_have_leaves_the_visit_as_it_was(world: World, case_id: str) -> None:
    before = world.gate(case_id).due_at
    world.logistics.answers.append(CarrierAnswer("failed", "slot_full"))
    courier(world, case_id, days=3, sender=None)
    carried_out(world)
    assert (before, WAITS) == (world.gate(case_id).due_at, standing(world, case_id))


# Another door


def test_a_buyer_who_moves_has_a_courier_come_to_the_other_door(world: World, case_id: str) -> None:
    courier(world, case_id, days=3, sender=MOVED)
    assert [MOVED.name] == doors(world), "the first door is forgotten at once"
    assert (WAITS, 2) == (standing(world, case_id), world.case(case_id).rounds["pickup"])
    answer = world.records.one(refs.gate(case_id, "pickup", 1)).answer
    assert answer is not None and "rebooked" == answer.outcome
    carried_out(world)
    first, second = visits(world)
    assert first.pickup is not None and second.pickup is not None
    assert ("cancelled", "booked") == (first.pickup.state, second.pickup.state)
    assert second.pickup.slot.begins_at + timedelta(hours=48) == world.gate(case_id).due_at


def test_the_first_courier_is_called_off_and_the_other_booked_under_a_number_of_its_own(
    world: World, case_id: str
) -> None:
    courier(world, case_id, days=3, sender=MOVED)
    before, after = sorted(commands(world, "book_pickup"), key=lambda one: one.command_no)
    [cancelled] = commands(world, "cancel_pickup")
    assert (before.command_no, None, None) == (cancelled.booking_no, before.sender, cancelled.sender)
    assert (MOVED, "asked") == (after.sender, after.state)
    assert {cancelled.command_no, after.command_no} <= {asked for asked, _ in world.logistics_commands.asked}
    carried_out(world)
    assert {before.command_no, cancelled.command_no, after.command_no} == world.logistics.book.keys()


def test_another_door_is_told_as_the_buyer_s_own_wish(world: World, case_id: str) -> None:
    courier(world, case_id, days=3, sender=MOVED)
    assert ["ParcelAnnounced", "PickupCalledOff", "PickupAsked"] == world.told(case_id)[-3:]
    carried_out(world)
    assert not {"PickupRebooked", "PickupGivenUp"} & set(world.told(case_id))


def test_the_door_that_is_known_already_is_only_another_time(world: World, case_id: str) -> None:
    courier(world, case_id, days=3)
    assert (1, 1) == (len(visits(world)), len(commands(world, "rebook_pickup")))


def test_a_courier_who_comes_to_the_old_door_all_the_same_has_the_goods(world: World, case_id: str) -> None:
    courier(world, case_id, days=3, sender=MOVED)
    scanned(world, "picked_up", visit=0)
    carried_out(world)
    assert (COMES, []) == (standing(world, case_id), doors(world))
    assert {"cancelled"} == {visit.pickup.state for visit in visits(world)[1:] if visit.pickup}


def test_a_courier_who_was_there_already_is_not_sent_to_another_door(world: World, case_id: str) -> None:
    courier(world, case_id, days=3, sender=MOVED)
    world.logistics.answers.append(CarrierAnswer("failed", "picked_up_already"))
    carried_out(world)
    assert (COMES, []) == (standing(world, case_id), doors(world))


def test_a_visit_that_was_not_booked_yet_goes_to_the_other_door_at_once(world: World) -> None:
    case_id = stages.fetched_for(world)
    courier(world, case_id, sender=MOVED)
    carried_out(world)
    assert ([MOVED.name], WAITS) == (doors(world), standing(world, case_id))
    assert ["failed", "done"] == [
        one.state for one in sorted(commands(world, "book_pickup"), key=lambda one: one.command_no)
    ]


def test_another_door_while_the_courier_is_called_off_waits_for_the_carrier_s_word(world: World, case_id: str) -> None:
    call_off(world, case_id)
    with pytest.raises(TransitionRefused):
        courier(world, case_id, days=3, sender=MOVED)


def test_who_moves_again_and_again_is_sent_no_more_couriers() -> None:
    world = stages.return_shop(pickups={"in_all": 2})
    case_id = stages.fetched_for(world)
    courier(world, case_id, sender=MOVED)
    with pytest.raises(TransitionRefused, match="no more couriers"):
        courier(world, case_id, days=3)


def test_goods_of_other_cases_do_not_join_a_visit_that_is_booked(world: World, case_id: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        courier(world, case_id, days=3, sender=MOVED, also=["case_" + "0" * 26])
    assert ["also"] == [wrong.field for wrong in refused.value.errors]


def test_a_carrier_that_comes_at_another_time_than_asked_has_its_time_from_then(world: World) -> None:
    case_id = stages.fetched_for(world)
    later = stages.SLOT.after(world.clock.now() + timedelta(days=4))
    world.logistics.answers.append(CarrierAnswer("done", carrier="sf", waybill_no="SF9999", slot=later))
    carried_out(world)
    assert later.begins_at + timedelta(hours=48) == world.gate(case_id).due_at


# Called off


def test_a_courier_who_is_called_off_leaves_the_goods_to_the_buyer(world: World, case_id: str) -> None:
    call_off(world, case_id)
    assert WAITS == standing(world, case_id)
    carried_out(world)
    assert (SHIPS, []) == (standing(world, case_id), doors(world))
    assert world.clock.now() + timedelta(days=7) == world.gate(case_id).due_at
    stages.ship(world, case_id)
    assert COMES == standing(world, case_id)


def test_a_courier_who_is_there_already_cannot_be_called_off(world: World, case_id: str) -> None:
    world.logistics.answers.append(CarrierAnswer("failed", "picked_up_already"))
    call_off(world, case_id)
    carried_out(world)
    assert (COMES, []) == (standing(world, case_id), doors(world))
    scanned(world, "picked_up")
    assert 1 == world.told(case_id).count("GoodsShipped")


def test_a_scan_is_faster_than_the_answer_to_a_cancellation(world: World, case_id: str) -> None:
    call_off(world, case_id)
    scanned(world, "picked_up")
    carried_out(world)
    assert COMES == standing(world, case_id)
    assert "PickupFailed" not in world.told(case_id)


def test_a_courier_is_called_off_once_and_only_while_he_is_awaited(world: World, case_id: str) -> None:
    call_off(world, case_id)
    with pytest.raises(TransitionRefused):
        call_off(world, case_id)
    carried_out(world)
    with pytest.raises(GateNotFound):
        call_off(world, case_id)


def test_who_calls_couriers_off_again_and_again_is_sent_no_more(world: World) -> None:
    world = stages.return_shop(pickups={"in_all": 2})
    case_id = stages.awaiting_goods(world)
    for _ in range(2):
        courier(world, case_id)
        carried_out(world)
        call_off(world, case_id)
        carried_out(world)
    with pytest.raises(TransitionRefused):
        courier(world, case_id)


# In vain


def test_a_visit_in_vain_is_booked_once_more_by_itself_at_the_same_door(world: World, case_id: str) -> None:
    first = world.gate(case_id)
    world.clock.pass_by(days=1)
    in_vain(world)
    again = visits(world)[-1].pickup
    assert again is not None
    assert (WAITS, 2) == (standing(world, case_id), again.visits)
    assert again.slot.begins_at > world.clock.now()
    assert again.slot.begins_at.time() == first.due_at.time()  # the same hours
    assert [SENDER.name] == doors(world), "the door stands once, with the visit that is to come"
    carried_out(world)
    assert 2 == len(world.logistics.commands)
    scanned(world, "picked_up")
    assert (COMES, []) == (standing(world, case_id), doors(world))


def test_the_worker_hears_at_once_of_the_visit_that_is_booked_again(world: World, case_id: str) -> None:
    heard(world)
    in_vain(world)
    again = visits(world)[-1].pickup
    assert again is not None and not world.logistics_commands.asked, "the stream tells the worker, and nobody else"
    world.pump()
    assert [(again.booking_no, 0)] == world.logistics_commands.asked


def test_after_the_second_visit_in_vain_the_buyer_ships_and_is_told(world: World, case_id: str) -> None:
    in_vain(world)
    carried_out(world)
    in_vain(world, "weather")
    assert (SHIPS, []) == (standing(world, case_id), doors(world))
    told = [one for one in world.told(case_id) if one.startswith("Pickup")]
    assert ["PickupFailed", "PickupRebooked", "PickupBooked", "PickupFailed", "PickupGivenUp"] == told[-5:]


def test_a_failure_that_is_told_twice_or_of_an_earlier_visit_changes_nothing(world: World, case_id: str) -> None:
    in_vain(world)
    carried_out(world)
    told = len(world.told(case_id))
    for _ in range(2):
        in_vain(world, visit=0)
    assert (WAITS, told) == (standing(world, case_id), len(world.told(case_id)))


def test_a_carrier_without_a_courier_is_asked_once_more(world: World) -> None:
    case_id = stages.fetched_for(world)
    world.logistics.answers.extend([CarrierAnswer("failed", "no_courier")] * 2)
    carried_out(world)
    assert WAITS == standing(world, case_id)
    carried_out(world)
    assert (SHIPS, []) == (standing(world, case_id), doors(world))


def test_silence_books_another_visit_and_tells_the_first_courier_to_stay_away(world: World, case_id: str) -> None:
    assert "rebooked" == silence(world, case_id, "pickup")
    carried_out(world)
    assert ["cancelled", "booked"] == [visit.pickup.state for visit in visits(world) if visit.pickup]
    assert [SENDER.name] == doors(world)
    assert "ship_back" == silence(world, case_id, "pickup")
    carried_out(world)
    assert (SHIPS, []) == (standing(world, case_id), doors(world))


def test_after_a_silence_the_other_courier_is_booked_without_the_sweeper(world: World, case_id: str) -> None:
    heard(world)
    silence(world, case_id, "pickup")
    heard(world)
    assert ["cancelled", "booked"] == [visit.pickup.state for visit in visits(world) if visit.pickup]
    silence(world, case_id, "pickup")
    heard(world)
    assert (SHIPS, "cancelled") == (standing(world, case_id), visits(world)[-1].pickup.state)  # type: ignore[union-attr]


def test_when_the_first_courier_comes_after_all_the_other_is_told_at_once_to_stay_away(
    world: World, case_id: str
) -> None:
    silence(world, case_id, "pickup")
    heard(world)
    scanned(world, "picked_up", visit=0)
    heard(world)
    assert COMES == standing(world, case_id)
    assert [] == [visit for visit in visits(world)[1:] if visit.pickup and visit.pickup.state == "booked"]


def test_couriers_are_tried_so_often_as_the_policy_says_and_then_the_buyer_is_asked() -> None:
    world = stages.return_shop(pickups={"visits": 3})
    case_id = stages.fetched_for(world)
    heard(world)
    outcomes = []
    for _ in range(3):
        outcomes.append(silence(world, case_id, "pickup"))
        heard(world)
    assert (["rebooked", "rebooked", "ship_back"], SHIPS) == (outcomes, standing(world, case_id))


def test_a_booking_that_nobody_answered_in_time_is_never_sent_again(world: World) -> None:
    case_id = stages.fetched_for(world)
    world.logistics.deaf = 1
    tracking.see_to(world, commands(world, "book_pickup")[0].command_no)
    silence(world, case_id, "pickup")
    world.logistics.calls.clear()
    carried_out(world)
    assert [2] == [visit.pickup.visits for visit in visits(world) if visit.pickup and visit.pickup.state == "booked"]
    assert 1 == [kind for kind, _ in world.logistics.calls].count("book_pickup")


def test_a_courier_whom_the_buyer_called_off_is_not_booked_again_by_silence(world: World, case_id: str) -> None:
    world.logistics.mute = True
    call_off(world, case_id)
    assert "ship_back" == silence(world, case_id, "pickup")
    assert SHIPS == standing(world, case_id)


@pytest.mark.parametrize("then", ["another is awaited", "the buyer ships"])
def test_the_first_courier_may_come_after_all(world: World, case_id: str, then: str) -> None:
    world.logistics.answers.append(CarrierAnswer("failed", "no answer"))
    silence(world, case_id, "pickup")
    carried_out(world)
    if then == "the buyer ships":
        silence(world, case_id, "pickup")
        carried_out(world)
    scanned(world, "picked_up", visit=0)
    carried_out(world)
    assert (COMES, []) == (standing(world, case_id), doors(world))
    assert [visits(world)[0].parcel_id] == [sent.parcel_id for sent in stages.goods(world, case_id).parcels]
    assert [] == [visit for visit in visits(world)[1:] if visit.pickup and visit.pickup.state == "booked"]


def test_a_courier_who_comes_when_the_case_is_over_is_noted_and_opens_nothing(world: World, case_id: str) -> None:
    call_off(world, case_id)
    carried_out(world)
    silence(world, case_id, "shipment")
    scanned(world, "picked_up")
    assert ("closed", None) == standing(world, case_id)
    assert ["handed_over"] == [sent.fate for sent in stages.goods(world, case_id).parcels]


def test_a_fact_beats_a_silence_that_nobody_has_said_yet(world: World, case_id: str) -> None:
    world.clock.reach(world.gate(case_id).due_at + timedelta(seconds=1))
    scanned(world, "picked_up")
    assert COMES == standing(world, case_id)


# Told


def test_nothing_personal_of_a_pickup_is_told_or_shown(world: World, case_id: str) -> None:
    in_vain(world)
    carried_out(world)
    scanned(world, "picked_up")
    world.pump()
    said = " ".join(entry.model_dump_json() for entry in world.events.published)
    shown = json.dumps(parcels.listing(world, MERCHANT, case_id).body)
    kept = " ".join(thing.model_dump_json() for thing in (world.case(case_id), stages.goods(world, case_id)))
    assert not [word for word in (SENDER.name, SENDER.phone, SENDER.address) if word in said + shown + kept]
    assert SENDER.name not in repr(SENDER)


@pytest.mark.parametrize(
    ("act", "type", "zh", "en"),
    [
        (in_vain, "PickupRebooked", "重新预约一次", "another visit"),
        (
            lambda world: [in_vain(world), carried_out(world), in_vain(world)],
            "PickupGivenUp",
            "自行寄回",
            "No courier came",
        ),
    ],
)
def test_the_buyer_is_told_what_follows(
    world: World, case_id: str, act: Callable[[World], Any], type: str, zh: str, en: str
) -> None:
    act(world)
    world.pump()
    [entry] = [entry for entry in world.events.published if entry.type == type]
    for language, said in (("zh", zh), ("en", en)):
        told = words(json.loads(text_of(entry)), language)  # type: ignore[arg-type]
        assert told is not None and said in told.text


def test_a_buyer_who_called_off_is_told_that_nobody_comes(world: World, case_id: str) -> None:
    call_off(world, case_id)
    carried_out(world)
    world.pump()
    [entry] = [entry for entry in world.events.published if entry.type == "PickupGivenUp"]
    told = words(json.loads(text_of(entry)), "en")
    assert told is not None and "The courier is cancelled" == told.title


def test_an_execution_may_start_where_a_courier_is_awaited(world: World, case_id: str) -> None:
    step = grants.assess(world, case_id)
    assert ("pickup", "pickup", 1) == (step["outcome"], step["gate"], step["round"])


def test_a_return_that_was_stored_before_there_were_couriers_still_reads(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    stored = stages.goods(world, case_id).model_dump(mode="json")
    del stored["pickup_id"]
    assert stages.goods(world, case_id) == type(stages.goods(world, case_id)).model_validate(stored)
    assert world.records.one(refs.goods(case_id)).pickup_id is None
