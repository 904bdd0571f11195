"""Commands to carriers: each does one thing, whatever fails on the way; a timeout is not a failure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain import refs
from chalicelib.domain.logistics import MOST_ASKS, CarrierCommand, Proof
from chalicelib.domain.parcels import Parcel
from chalicelib.errors import CommandNotFound, TransitionRefused
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.events import text_of
from chalicelib.schemas.templates import words
from chalicelib.usecases import logistics, orders, sweeper
from tests.standins.parcels import (
    LATER,
    RECEIVER,
    SENDER,
    SLOT,
    Notes,
    at,
    book,
    booked,
    command_of,
    parcel_of,
    seen,
    tell,
    turn,
)
from tests.standins.stages import in_review
from tests.standins.world import World


def see_to(world: World, command: CarrierCommand, notes: Notes | None = None) -> CarrierCommand:
    logistics.see_to(world, command.command_no, notes.table() if notes else {})
    return command_of(world, command)


def record(world: World, command: CarrierCommand, answer: CarrierAnswer, notes: Notes | None = None) -> None:
    logistics.record(world, command.command_no, answer, notes.table() if notes else {})


def visit(world: World, parcel: Parcel) -> Any:
    return parcel_of(world, parcel).pickup


def rebook(world: World, parcel: Parcel) -> CarrierCommand:
    return turn(  # type: ignore[no-any-return]
        world,
        parcel.case_id,
        lambda made, _: logistics.rebook_pickup(world, made, parcel_of(world, parcel), LATER),
    )


def cancel(world: World, parcel: Parcel) -> CarrierCommand:
    return turn(  # type: ignore[no-any-return]
        world, parcel.case_id, lambda made, _: logistics.cancel_pickup(world, made, parcel_of(world, parcel))
    )


def test_everything_that_is_asked_stands_before_the_first_call(world: World) -> None:
    _, command = book(world, in_review(world))
    assert [] == world.logistics.calls
    assert [(command.command_no, 0)] == world.logistics_commands.asked
    assert (SENDER, RECEIVER, SLOT) == (command.sender, command.receiver, command.slot)


def test_a_booked_courier_brings_a_waybill(world: World) -> None:
    notes, case_id = Notes(), in_review(world)
    parcel, command = book(world, case_id)
    assert "done" == see_to(world, command, notes).state
    stands = parcel_of(world, parcel)
    assert ("booked", "SF0000000001", "announced") == (visit(world, parcel).state, stands.waybill_no, stands.state)
    assert [("pickup_booked", case_id, "booked")] == notes.told
    assert "PickupBooked" == world.told(case_id)[-1]


def test_a_courier_who_came_is_told_by_the_carrier_s_scan(world: World) -> None:
    notes = Notes()
    parcel = booked(world, in_review(world))
    assert parcel.waybill_no is not None
    tell(world, seen("picked_up", 25), number=parcel.waybill_no, hooks=notes.table())
    assert ("done", ["goods_handed_over"]) == (visit(world, parcel).state, notes.names)


def test_who_gave_the_goods_away_is_called_on_by_nobody_any_more(world: World) -> None:
    _, command = book(world, in_review(world))
    see_to(world, command)
    assert SENDER == command_of(world, command).sender
    tell(world, seen("picked_up", 25), number="SF0000000001")
    stands = command_of(world, command)
    assert (None, None) == (stands.sender, stands.receiver)


def test_a_repeated_message_does_nothing_twice(world: World) -> None:
    _, command = book(world, in_review(world))
    see_to(world, command)
    calls, writes = len(world.logistics.calls), len(world.records.saves)
    see_to(world, command)
    assert (calls, writes) == (len(world.logistics.calls), len(world.records.saves))


def test_a_timeout_is_not_a_failure(world: World) -> None:
    notes = Notes()
    parcel, command = book(world, in_review(world))
    world.logistics.mute = True
    assert "unknown" == see_to(world, command, notes).state
    assert ("asked", []) == (visit(world, parcel).state, notes.told)
    world.logistics.mute = False
    assert "done" == see_to(world, command, notes).state
    assert ["book_pickup", "find"] == [kind for kind, _ in world.logistics.calls]
    assert 1 == len(world.logistics.book)


def test_a_command_that_was_never_heard_is_sent_again_under_its_number(world: World) -> None:
    _, command = book(world, in_review(world))
    world.logistics.deaf = 1
    see_to(world, command)
    assert "done" == see_to(world, command).state
    assert {command.command_no} == {number for _, number in world.logistics.calls}


def test_the_worker_asks_again_with_growing_pauses(world: World) -> None:
    _, command = book(world, in_review(world))
    world.logistics.mute = True
    for _ in range(6):
        see_to(world, command)
    assert [0, 60, 60, 120, 300, 600] == [delay for _, delay in world.logistics_commands.asked]


def test_a_worker_that_was_never_told_is_told_by_the_sweeper(world: World) -> None:
    _, command = book(world, in_review(world))
    world.logistics_commands.asked.clear()
    world.clock.pass_by(minutes=2)
    assert 1 == sweeper.sweep(world)["carrier_asked"]
    assert [(command.command_no, 0)] == world.logistics_commands.asked


def test_a_command_with_an_answer_is_swept_by_nobody(world: World) -> None:
    booked(world, in_review(world))
    world.clock.pass_by(days=9)
    assert 0 == sweeper.sweep(world)["carrier_asked"]


def test_a_carrier_that_never_answers_has_failed_at_last(world: World) -> None:
    notes = Notes()
    parcel, command = book(world, in_review(world))
    world.logistics.mute = True
    for _ in range(MOST_ASKS):
        see_to(world, command, notes)
    stands = command_of(world, command)
    assert ("failed", "no_answer", None) == (stands.state, stands.reason, stands.watch_at)
    assert ("failed", ["pickup_failed"]) == (visit(world, parcel).state, notes.names)


def test_a_carrier_without_a_courier_says_so(world: World) -> None:
    notes, case_id = Notes(), in_review(world)
    parcel, command = book(world, case_id)
    world.logistics.answers.append(CarrierAnswer("failed", "no_courier"))
    see_to(world, command, notes)
    assert ("failed", "no_courier") == ((one := visit(world, parcel)).state, one.because)
    assert (["pickup_failed"], "PickupFailed") == (notes.names, world.told(case_id)[-1])


def test_an_accepted_command_is_done_when_the_carrier_says_so(world: World) -> None:
    parcel, command = book(world, in_review(world))
    world.logistics.answers.append(CarrierAnswer("accepted"))
    assert "accepted" == see_to(world, command).state
    record(world, command, CarrierAnswer("done", carrier="sf", waybill_no="SF777"))
    assert ("booked", "SF777") == (visit(world, parcel).state, parcel_of(world, parcel).waybill_no)


def test_a_courier_who_rang_in_vain_has_failed_although_he_was_booked(world: World) -> None:
    notes = Notes()
    parcel, command = book(world, in_review(world))
    see_to(world, command)
    for _ in range(2):
        record(world, command, CarrierAnswer("failed", "nobody_home"), notes)
    assert ("failed", "nobody_home") == ((one := visit(world, parcel)).state, one.because)
    assert ["pickup_failed"] == notes.names


def test_news_of_another_s_command_is_loud(world: World) -> None:
    with pytest.raises(CommandNotFound):
        logistics.record(world, "cmd_strange", CarrierAnswer("done"), {})


# Another time


def test_a_visit_is_moved_under_its_booking(world: World) -> None:
    parcel = booked(world, in_review(world))
    command = rebook(world, parcel)
    assert "rebooking" == visit(world, parcel).state
    assert visit(world, parcel).booking_no == command.booking_no
    see_to(world, command)
    assert ("booked", LATER) == ((one := visit(world, parcel)).state, one.slot)


def test_a_visit_that_cannot_be_moved_stands_as_it_was(world: World) -> None:
    notes, case_id = Notes(), in_review(world)
    parcel = booked(world, case_id)
    world.logistics.answers.append(CarrierAnswer("failed", "slot_full"))
    see_to(world, rebook(world, parcel), notes)
    assert ("booked", SLOT) == ((one := visit(world, parcel)).state, one.slot)
    assert ([], "CarrierAnswered") == (notes.told, world.told(case_id)[-1])


def test_a_door_is_forgotten_when_a_visit_has_come_to_nothing(world: World) -> None:
    _, command = book(world, in_review(world))
    see_to(world, command)
    record(world, command, CarrierAnswer("failed", "nobody_home"))
    assert (None, None) == ((stands := command_of(world, command)).sender, stands.receiver)


def test_a_door_is_forgotten_with_the_answer_that_no_courier_comes(world: World) -> None:
    _, command = book(world, in_review(world))
    world.logistics.answers.append(CarrierAnswer("failed", "no_courier"))
    stands = see_to(world, command)
    assert ("failed", None, None) == (stands.state, stands.sender, stands.receiver)


def test_a_booking_that_was_called_off_before_it_was_sent_is_never_sent(world: World) -> None:
    parcel, command = book(world, in_review(world))
    world.logistics.answers.append(CarrierAnswer("failed", "unknown_booking"))
    see_to(world, cancel(world, parcel))
    assert ("cancelled", "given_up") == (visit(world, parcel).state, command_of(world, command).reason)
    calls = len(world.logistics.calls)
    see_to(world, command)
    assert calls == len(world.logistics.calls)


def test_a_cancelled_courier_does_not_come(world: World) -> None:
    notes = Notes()
    parcel = booked(world, in_review(world))
    see_to(world, cancel(world, parcel), notes)
    assert ("cancelled", ["pickup_failed"]) == (visit(world, parcel).state, notes.names)


def test_a_courier_who_is_there_already_cannot_be_cancelled(world: World) -> None:
    parcel = booked(world, in_review(world))
    world.logistics.answers.append(CarrierAnswer("failed", "picked_up_already"))
    notes = Notes()
    see_to(world, cancel(world, parcel), notes)
    assert ("done", ["goods_handed_over"]) == (visit(world, parcel).state, notes.names)
    with pytest.raises(TransitionRefused):
        cancel(world, parcel)


def test_a_cancellation_that_overtakes_its_booking_goes_on(world: World) -> None:
    parcel, command = book(world, in_review(world))
    cancelling = cancel(world, parcel)
    see_to(world, command)
    assert "cancelling" == visit(world, parcel).state
    see_to(world, cancelling)
    assert "cancelled" == visit(world, parcel).state


@pytest.mark.parametrize("first", ["failed", "cancelled"])
def test_of_a_failure_and_a_cancellation_that_meet_the_first_stands(world: World, first: str) -> None:
    notes = Notes()
    parcel, command = book(world, in_review(world))
    see_to(world, command)
    cancelling = cancel(world, parcel)
    news = [
        lambda: record(world, command, CarrierAnswer("failed", "nobody_home"), notes),
        lambda: see_to(world, cancelling, notes),
    ]
    for one in news if first == "failed" else reversed(news):
        one()
    assert (first, ["pickup_failed"]) == (visit(world, parcel).state, notes.names)


# Stopped on the way, and signed by whom


def ask_of_carrier(world: World, case_id: str, ask: Any) -> CarrierCommand:
    return turn(world, case_id, lambda made, _: ask(world, made, "sf", "SF100"))  # type: ignore[no-any-return]


def test_goods_on_their_way_are_stopped(world: World) -> None:
    case_id = in_review(world)
    orders.ship(world, "o1", "sf", "SF100")
    see_to(world, ask_of_carrier(world, case_id, logistics.intercept))
    assert "intercepted" == world.records.one(refs.delivery("o1")).trouble
    told = world.listings.timeline(case_id, 100, None).rows[-1]
    assert ("CarrierAnswered", "intercept", "done") == (told.type, told.data["command"], told.data["outcome"])


def test_goods_that_cannot_be_stopped_go_on(world: World) -> None:
    case_id = in_review(world)
    orders.ship(world, "o1", "sf", "SF100")
    world.logistics.answers.append(CarrierAnswer("failed", "delivered_already"))
    see_to(world, ask_of_carrier(world, case_id, logistics.intercept))
    assert world.records.one(refs.delivery("o1")).intercepted_at is None
    assert "delivered_already" == world.listings.timeline(case_id, 100, None).rows[-1].data["because"]


def test_the_carrier_says_who_signed(world: World) -> None:
    case_id, proof = in_review(world), Proof(signed_at=at(30), how="in_locker", reference="pod/1.jpg")
    world.logistics.answers.append(CarrierAnswer("done", proof=proof))
    command = see_to(world, ask_of_carrier(world, case_id, logistics.ask_for_proof))
    assert proof == command.proof
    assert "in_locker" == world.listings.timeline(case_id, 100, None).rows[-1].data["because"]


def test_nothing_personal_of_a_pickup_is_told(world: World) -> None:
    case_id = in_review(world)
    booked(world, case_id)
    world.pump()
    words = " ".join(entry.model_dump_json() for entry in world.events.published)
    assert not [word for word in (SENDER.name, SENDER.phone, SENDER.address, RECEIVER.address) if word in words]


def test_a_buyer_is_told_when_the_courier_comes(world: World) -> None:
    _, command = book(world, in_review(world))
    see_to(world, command)
    world.pump()
    [entry] = [entry for entry in world.events.published if entry.type == "PickupBooked"]
    told = words(json.loads(text_of(entry)), "en")
    assert told is not None
    assert "2026-11-03 17:00 (UTC+08:00)" in told.text
