"""Couriers and carriers among faults: whatever is lost, repeated or late, one booking is made and told once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import refs
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.parcels import Parcel
from chalicelib.errors import OrderBusy, TransientFault
from chalicelib.ports import CarrierAnswer
from chalicelib.usecases import logistics, orders, parcels, sweeper
from tests.standins.invariants import every_story_is_whole
from tests.standins.parcels import LATER, Notes, announce, book, parcel_of, report, seen, turn
from tests.standins.shops import sell, shop
from tests.standins.stages import in_review
from tests.standins.world import World

FATES = st.lists(st.sampled_from(["refused", "lost_reply", "written"]), max_size=6)
HEARING = st.lists(st.sampled_from(["well", "deaf", "mute"]), max_size=5)


def calm(world: World, notes: Notes) -> None:
    """All faults are over: the sweeper and the queue go on until nobody has anything left to do."""
    world.records.fates.clear()
    world.logistics.deaf, world.logistics.mute = 0, False
    for _ in range(12):
        world.clock.pass_by(hours=2)
        sweeper.sweep(world)
        for command_no in {number for number, _ in world.logistics_commands.asked}:
            logistics.see_to(world, command_no, notes.table())
        world.logistics_commands.asked.clear()


def tried(act: Callable[[], Any]) -> None:
    """A message that fails comes again; here it may be lost for good."""
    with suppress(TransientFault, OrderBusy):
        act()


@settings(max_examples=150, deadline=None)
@given(fates=FATES, hearing=HEARING, refused=st.booleans())
def test_a_courier_is_asked_once_and_the_case_told_once(fates: list[Any], hearing: list[str], refused: bool) -> None:
    world, notes = shop(as_json=False), Notes()
    sell(world)
    parcel, command = book(world, in_review(world))
    if refused:
        world.logistics.answers.append(CarrierAnswer("failed", "no_courier"))
    world.records.fates.extend(fates)
    for how in hearing:
        world.logistics.deaf, world.logistics.mute = int(how == "deaf"), how == "mute"
        tried(lambda: logistics.see_to(world, command.command_no, notes.table()))
    calm(world, notes)

    told = world.told(parcel.case_id)
    assert 1 == len(world.logistics.book)
    assert 1 == told.count("PickupFailed" if refused else "PickupBooked")
    assert ["failed" if refused else "booked"] == [one.pickup.state for one in world.records.all(Parcel) if one.pickup]
    assert not [one for one in world.records.all(CarrierCommand) if one.is_open]
    every_story_is_whole(world)


KINDS = ("work", "work", "rebook", "cancel", "visit_fails", "picked_up", "minute")
ACTS = st.lists(st.sampled_from(KINDS), max_size=14)


@settings(max_examples=250, deadline=None)
@given(acts=ACTS, fates=FATES, answers=st.lists(st.sampled_from(["done", "failed", "accepted"]), max_size=5))
def test_whatever_people_carriers_and_faults_do_the_visit_comes_to_an_end(
    acts: list[str], fates: list[Any], answers: list[Any]
) -> None:
    """No command stays open for ever, and a parcel that moves was fetched, whatever else was said."""
    world, notes = shop(as_json=False), Notes()
    sell(world)
    parcel, command = book(world, in_review(world))
    world.logistics.answers.extend(CarrierAnswer(answer) for answer in answers)
    world.records.fates.extend(fates)
    moved = False

    def newest() -> Parcel:
        return parcel_of(world, parcel)

    def asks(verb: Callable[..., CarrierCommand]) -> Callable[[], None]:
        def act() -> None:
            asked = turn(world, parcel.case_id, lambda made, found: verb(made, found))
            logistics.signal(world, asked)

        return act

    def work() -> None:
        for command_no, _ in list(world.logistics_commands.asked):
            logistics.see_to(world, command_no, notes.table())

    def told(answer: CarrierAnswer) -> None:
        booking = newest().pickup
        assert booking is not None
        logistics.record(world, booking.booking_no, answer, notes.table())

    do: dict[str, Callable[[], None]] = {
        "work": work,
        "rebook": asks(lambda made, _: logistics.rebook_pickup(world, made, newest(), LATER)),
        "cancel": asks(lambda made, _: logistics.cancel_pickup(world, made, newest())),
        "visit_fails": lambda: told(CarrierAnswer("failed", "nobody_home")),
        "minute": lambda: [world.clock.pass_by(minutes=2), sweeper.sweep(world), None][2],
    }
    for act in acts:
        if act == "picked_up":
            number = newest().waybill_no
            if number is not None:
                news = report(seen("picked_up", 25), number=number)
                tried(lambda news=news: parcels.tell(world, news, notes.table()))  # type: ignore[misc]
                moved = moved or newest().state == "picked_up"
        else:
            _tried_by_people(do[act])
    calm(world, notes)

    visit = newest().pickup
    assert visit is not None
    assert not [one for one in world.records.all(CarrierCommand) if one.is_open and one.state != "accepted"]
    if moved:
        assert "done" == visit.state
    assert command.sender is not None
    if visit.state in ("done", "failed", "cancelled"):
        assert world.records.one(refs.command(visit.booking_no)).sender is None
    every_story_is_whole(world)


def _tried_by_people(act: Callable[[], None]) -> None:
    from chalicelib.errors import TransitionRefused

    with suppress(TransientFault, OrderBusy, TransitionRefused):
        act()


@settings(max_examples=100, deadline=None)
@given(fates=st.lists(st.sampled_from(["refused", "lost_reply"]), max_size=9), again=st.integers(1, 3))
def test_a_scan_among_faults_is_told_once(fates: list[Any], again: int) -> None:
    world, notes = shop(as_json=False), Notes()
    sell(world)
    orders.ship(world, "o1", "sf", "OUT100")
    parcel = announce(world, in_review(world))
    for number in ("SF100", "OUT100"):
        world.records.fates.extend(fates)
        for _ in range(again + 1):
            tried(lambda number=number: parcels.tell(world, report(seen("signed", 9), number=number), notes.table()))  # type: ignore[misc]
        world.records.fates.clear()
        parcels.tell(world, report(seen("signed", 9), number=number), notes.table())
    assert 1 == world.told(parcel.case_id).count("ParcelMoved")
    assert "delivered" == world.records.one(refs.delivery("o1")).state
    every_story_is_whole(world)
