"""Commands to carriers: asked for in a turn of a case, carried out by the worker, answered by facts.

The number is written with everything that it says before the first call and kept through every retry. Whoever asks
signals the worker after the transaction (`signal`); a signal that is lost is made up for by the sweeper.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.actors import LOGISTICS
from chalicelib.domain.entries import Entry
from chalicelib.domain.lifecycles import PICKUP
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.parcels import Parcel, Pickup, tidy
from chalicelib.errors import CommandNotFound, OrderNotFound, ParcelNotFound
from chalicelib.ports import LONGEST_DELAY
from chalicelib.usecases import carrier_claims, cases, parcels, steps, visits
from chalicelib.usecases.parcels import Hooks
from chalicelib.usecases.parkings import SOON
from chalicelib.usecases.steps import Found

if TYPE_CHECKING:
    from chalicelib.domain.carriers import System
    from chalicelib.domain.lifecycles import PickupState
    from chalicelib.domain.logistics import Contact, Kind, PartOf
    from chalicelib.domain.parcels import Slot
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.values import Value
    from chalicelib.ports import CarrierAnswer, Ports
    from chalicelib.usecases.parcels import Table
    from chalicelib.usecases.steps import Decision
    from chalicelib.usecases.visits import Member

# Why carriers do not cancel: the goods are with them, or they never heard of the booking.
FETCHED, NEVER_BOOKED = "picked_up_already", "unknown_booking"


def signal(ports: Ports, *commands: CarrierCommand) -> None:
    """Wakes the worker, after the transaction that wrote them."""
    for command in commands:
        ports.logistics_commands.ask(command.command_no)


def commanded(asked: Iterable[CarrierCommand]) -> dict[str, Any]:
    """What an entry says so that the stream wakes the worker: where a turn has no caller who would signal."""
    return {"commands": numbers} if (numbers := [command.command_no for command in asked]) else {}


def book_pickup(
    ports: Ports,
    turn: Turn,
    *,
    slot: Slot,
    sender: Contact,
    receiver: Contact,
    system: System = "standard",
    carrier: str | None = None,
    visits: int = 1,
    party: tuple[PartOf, ...] = (),
) -> tuple[Parcel, CarrierCommand]:
    """上门取件: a parcel that a courier fetches; its waybill is the carrier's to give. `party`: goods that go along."""
    parcel_id = ports.ids.new("prc")
    command = _ask(
        ports,
        turn,
        "book_pickup",
        system,
        parcel_id=parcel_id,
        slot=slot,
        sender=sender,
        receiver=receiver,
        carrier=carrier,
        party=party,
    )
    pickup = Pickup(booking_no=command.command_no, system=system, slot=slot, visits=visits)
    parcel = _to_fetch(turn, parcel_id, carrier or "", pickup)
    return parcel, command


def join_pickup(turn: Turn, parcel_id: str, first: Parcel) -> Parcel:
    """The same of goods that the courier who fetches `first` takes along."""
    assert first.pickup is not None
    return _to_fetch(turn, parcel_id, first.carrier, first.pickup, joins=True)


def _to_fetch(turn: Turn, parcel_id: str, carrier: str, pickup: Pickup, *, joins: bool = False) -> Parcel:
    parcel = Parcel(
        case_id=turn.case.case_id,
        parcel_id=parcel_id,
        purpose="pickup",
        carrier=carrier,
        announced_at=turn.at,
        pickup=pickup,
        joins=joins,
    )
    turn.write(parcel)
    turn.tell("ParcelAnnounced", parcel_id=parcel_id, purpose="pickup", parcel_after=parcel.state)
    return parcel


def rebook_pickup(ports: Ports, turn: Turn, parcel: Parcel, slot: Slot) -> CarrierCommand:
    """Another time for a visit that stands. Raises TransitionRefused."""
    pickup = _pickup(parcel)
    command = _ask(ports, turn, "rebook_pickup", pickup.system, parcel_id=parcel.parcel_id, slot=slot, booking=pickup)
    turn.write(parcel.visited("rebooking"))
    return command


def book_again(
    ports: Ports, turn: Turn, found: Found, parcel: Parcel, slot: Slot, party: tuple[PartOf, ...] = ()
) -> tuple[Parcel, CarrierCommand] | None:
    """Another courier to the same door, when the first came to nothing: a parcel of its own, because it travels under
    another waybill, and the first courier may come after all. None when nobody knows the door any more.
    """
    before = _booking(found, parcel)
    if before.sender is None or before.receiver is None:
        return None
    pickup = _pickup(parcel)
    return book_pickup(
        ports,
        turn,
        slot=slot,
        sender=before.sender,
        receiver=before.receiver,
        system=pickup.system,
        carrier=before.carrier,
        visits=pickup.visits + 1,
        party=party,
    )


def cancel_pickup(ports: Ports, turn: Turn, parcel: Parcel) -> CarrierCommand:
    """No courier is wanted any more. Raises TransitionRefused when he has been, or never will be."""
    pickup = _pickup(parcel)
    command = _ask(ports, turn, "cancel_pickup", pickup.system, parcel_id=parcel.parcel_id, booking=pickup)
    turn.write(parcel.visited("cancelling"))
    return command


def let_go(ports: Ports, turn: Turn, found: Found, parcel: Parcel) -> list[CarrierCommand]:
    """Nobody waits for this visit any more: the carrier is told, if its courier might come, and the door forgotten.

    Answers what the carrier is told, for the entry that says why (`commanded`).
    """
    if parcel.joins:
        return []  # whoever booked it does
    might_come = "cancelling" in PICKUP[_pickup(parcel).state]
    told = [cancel_pickup(ports, turn, parcel)] if might_come else []
    before = _booking(found, parcel)
    after = before.ended(turn.at)
    if after is not before:
        turn.write(after)
    return told


def intercept(ports: Ports, turn: Turn, carrier: str, waybill_no: str, system: System = "standard") -> CarrierCommand:
    """拦截: the goods that are on their way to the buyer are to come back."""
    return _ask(ports, turn, "intercept", system, carrier=carrier, waybill_no=tidy(waybill_no))


def ask_for_proof(
    ports: Ports, turn: Turn, carrier: str, waybill_no: str, system: System = "standard"
) -> CarrierCommand:
    """签收证明: who signed, and how, for goods that their buyer says he never got."""
    return _ask(ports, turn, "proof_of_delivery", system, carrier=carrier, waybill_no=tidy(waybill_no))


def ask_as(turn: Turn, command_no: str, kind: Kind, carrier: str, waybill_no: str) -> CarrierCommand:
    """A question about one waybill under a number that follows from the case, so that asking twice is asking once."""
    command = CarrierCommand(
        command_no=command_no,
        kind=kind,
        system="standard",
        order_id=turn.case.order_id,
        case_id=turn.case.case_id,
        carrier=carrier,
        waybill_no=tidy(waybill_no),
        asked_at=turn.at,
        ask_at=turn.at + SOON,
    )
    turn.write(command)
    return command


def follow(ports: Ports, turn: Turn, parcel: Parcel) -> CarrierCommand:
    """Has the stage's tracker tell us of a parcel's scans."""
    system = ports.logistics_commands.tracker
    known: dict[str, Any] = {"parcel_id": parcel.parcel_id, "carrier": parcel.carrier, "waybill_no": parcel.waybill_no}
    return _ask(ports, turn, "track", system, **known)


def follow_order(ports: Ports, order_id: str, carrier: str, waybill_no: str) -> CarrierCommand:
    """The same for goods on their way out, which belong to no case: the command, to be written."""
    now = ports.clock.now()
    return CarrierCommand(
        command_no=ports.ids.new("cmd"),
        kind="track",
        system=ports.logistics_commands.tracker,
        order_id=order_id,
        carrier=carrier,
        waybill_no=tidy(waybill_no),
        asked_at=now,
        ask_at=now + SOON,
    )


def _ask(
    ports: Ports, turn: Turn, kind: Kind, system: System, *, booking: Pickup | None = None, **said: Any
) -> CarrierCommand:
    command = CarrierCommand(
        command_no=ports.ids.new("cmd"),
        kind=kind,
        system=system,
        order_id=turn.case.order_id,
        case_id=turn.case.case_id,
        booking_no=booking.booking_no if booking else None,
        asked_at=turn.at,
        ask_at=turn.at + SOON,
        **said,
    )
    turn.write(command)
    return command


def see_to(ports: Ports, command_no: str, hooks: Table) -> None:
    """The logistics worker's step: asks the carrier, or what became of it, and records the answer. Safe to repeat."""
    ref = refs.command(command_no)
    command = Found(ports, ports.records.load([ref]), [ref]).get(ref)
    if command is None or not command.is_open:
        return
    record(ports, command_no, _answer(ports, command), hooks)


def _answer(ports: Ports, command: CarrierCommand) -> CarrierAnswer:
    if command.asks:
        answer = ports.logistics.find(command)
        if answer.outcome != "never_seen":
            return answer
    return ports.logistics.carry_out(command)


def record(ports: Ports, command_no: str, answer: CarrierAnswer, hooks: Table) -> None:
    """Records what a carrier said of a command, by answer or by itself, in any order and any number of times.

    Raises CommandNotFound for a number that is not ours.
    """
    ref = refs.command(command_no)
    asked: list[CarrierCommand] = []

    def once(found: Found) -> Decision[tuple[CarrierCommand, CarrierAnswer]]:
        before = found.need(ref, CommandNotFound)
        heard = carrier_claims.understood(before.claim, answer) if before.claim else answer
        after = _learn(before, heard, ports)
        if after is None:
            return [], (before, heard)
        items = _follow_up(ports, found, before, after, heard, hooks)
        asked[:] = _unheard(items)
        return items, (after, heard)

    command, heard = steps.change(ports, [ref], once)
    signal(ports, *asked)  # what follows from the answer: another courier, or none any more
    if command.is_open and heard.outcome in ("accepted", "unknown", "never_seen"):
        delay = command.delay_after(command.asks - 1)
        if delay <= LONGEST_DELAY:
            ports.logistics_commands.ask(command_no, delay)


def _unheard(items: Iterable[Value]) -> list[CarrierCommand]:
    """New commands that no entry names: the stream wakes the worker for the others."""
    named = {no for item in items if isinstance(item, Entry) for no in item.data.get("commands", ())}
    new = [item for item in items if isinstance(item, CarrierCommand) and item.is_open and not item.asks]
    return [command for command in new if command.command_no not in named]


def _learn(command: CarrierCommand, answer: CarrierAnswer, ports: Ports) -> CarrierCommand | None:
    """The command after the news; None when it is none."""
    now = ports.clock.now()
    visit_failed = answer.outcome == "failed" and command.state == "done" and command.kind != "cancel_pickup"
    if command.kind == "file_claim" and command.state == "failed" and answer.outcome == "done":
        return command.moved("done", answered_at=now)
    if not command.is_open:
        return command if visit_failed and command.parcel_id and command.kind != "track" else None
    match answer.outcome:
        case "done":
            told = {"carrier": answer.carrier or command.carrier, "waybill_no": answer.waybill_no or command.waybill_no}
            return command.moved("done", answered_at=now, proof=answer.proof, **told)
        case "failed":
            return command.moved("failed", answered_at=now, reason=(answer.reason or "no_reason")[:64])
        case "accepted":
            return command.asked(now, "accepted")
        case _:
            asked = command.asked(now, "accepted" if command.state == "accepted" else "unknown")
            if asked.is_given_up:
                return command.moved("failed", answered_at=now, reason="no_answer")
            return asked


def _follow_up(
    ports: Ports, found: Found, before: CarrierCommand, after: CarrierCommand, answer: CarrierAnswer, hooks: Table
) -> list[Value]:
    """All that one answer writes."""
    own: list[Value] = [] if after is before else [after]
    if after.kind == "file_claim":
        return carrier_claims.answered(ports, found, before, after, answer)
    if after.is_open or after.kind == "track":
        return own
    items = _stopped(found, after, own) if after.kind == "intercept" else own
    if after.case_id is None:
        return items
    found.also(refs.case(after.case_id))
    turn = cases.turn_of(ports, cases.need(found, after.case_id), LOGISTICS)
    if after.parcel_id is None:
        turn.write(*items)
        _tell_answer(turn, after)
        hooks.get("outbound", Hooks()).carrier_answered(turn, found, after)
        return turn.items
    before_visit = found.need(refs.parcel(after.case_id, after.parcel_id), ParcelNotFound)
    visited = _visit(turn, found, before_visit, after, answer, hooks)
    if visited is None:
        return items
    turn.write(*_without_door(turn, found, visited, items))
    return turn.items


def _without_door(turn: Turn, found: Found, parcel: Parcel, items: list[Value]) -> list[Value]:
    """Once nobody has to come any more, the booking forgets where to: in the very write that ends the visit."""
    if _pickup(parcel).state not in ("done", "failed", "cancelled"):
        return items
    before = _booking(found, parcel)
    answered = next((one for one in items if isinstance(one, CarrierCommand)), None)
    if answered is not None and answered.command_no == before.command_no:
        return [one if one is not answered else answered.but(sender=None, receiver=None) for one in items]
    after = before.ended(turn.at)
    return items if after is before else [*items, after]


def _stopped(found: Found, command: CarrierCommand, items: list[Value]) -> list[Value]:
    if command.state != "done" or command.answered_at is None:
        return items
    delivery = found.need(refs.delivery(command.order_id), OrderNotFound)
    stopped = delivery.intercepted(command.answered_at)
    return items if stopped is delivery else [*items, stopped]


def _tell_answer(turn: Turn, command: CarrierCommand) -> None:
    how = command.proof.how if command.proof else None
    turn.tell(
        "CarrierAnswered",
        command=command.kind,
        outcome=command.state,
        because=command.reason or how,
        parcel_id=command.parcel_id,
    )


def _visit(
    turn: Turn, found: Found, parcel: Parcel, command: CarrierCommand, answer: CarrierAnswer, hooks: Table
) -> Parcel | None:
    """What an answer means for the courier's visit: the parcel with it. None when it means nothing any more."""
    pickup = _pickup(parcel)
    if pickup.booking_no not in (command.command_no, command.booking_no):
        return None  # another booking has taken its place
    hook, because = hooks.get(parcel.purpose, Hooks()), command.reason or answer.reason
    booked, cancels = answer.outcome == "done", command.kind == "cancel_pickup"
    if booked and not cancels:
        return _tell_booked(turn, found, parcel, command, answer, hooks)
    if booked or (cancels and because == NEVER_BOOKED):
        return _fail(turn, found, parcel, "cancelled", "cancelled", hook)
    if cancels or (command.kind == "rebook_pickup" and command.state == "failed"):
        return _stands(turn, found, parcel, command, hook)
    return _fail(turn, found, parcel, "failed", because or "no_reason", hook)


def _stands(turn: Turn, found: Found, parcel: Parcel, command: CarrierCommand, hook: Hooks) -> Parcel | None:
    """The carrier did not change the visit: it is as it was, unless that is because the goods are with him."""
    been = command.reason == FETCHED and "done" in PICKUP[_pickup(parcel).state]
    if not been and "booked" not in PICKUP[_pickup(parcel).state]:
        return None
    stands = parcel.visited("done" if been else "booked")
    turn.write(stands)
    _tell_answer(turn, command)
    others = visits.fellows(turn, found, stands)
    for one in others:
        same = one.stands(stands.pickup)
        _tell_answer(one.turn, command)
        if been:
            hook.goods_handed_over(one.turn, found, same)
    visits.together(turn, others)
    if been:
        hook.goods_handed_over(turn, found, stands)
    return stands


def _tell_booked(
    turn: Turn, found: Found, parcel: Parcel, command: CarrierCommand, answer: CarrierAnswer, hooks: Table
) -> Parcel:
    others = visits.fellows(turn, found, parcel)
    booked = _booked(turn, found, parcel, command, answer, others)
    _pass_booking_on(turn, found, booked, hooks)
    for one in others:
        _pass_booking_on(one.turn, found, _along(one, booked), hooks)
    visits.together(turn, others)
    return booked


def _pass_booking_on(turn: Turn, found: Found, booked: Parcel, hooks: Table) -> None:
    hook = hooks.get(booked.purpose, Hooks())
    turn.tell("PickupBooked", parcel_id=booked.parcel_id, due_at=_pickup(booked).slot.begins_at.isoformat())
    hook.pickup_booked(turn, found, booked)
    if _pickup(booked).state == "done":  # its scans came before the carrier's own answer
        hook.goods_handed_over(turn, found, booked)
        parcels.pass_on(turn, found, booked, hooks)


def _along(one: Member, booked: Parcel) -> Parcel:
    """The parcel of goods that go along, as the one stands that the carrier speaks of."""
    known = one.parcel.but(carrier=booked.carrier, waybill_no=booked.waybill_no, course=booked.course)
    after = known.next(pickup=booked.pickup)
    one.turn.write(after)
    return after


def _booked(
    turn: Turn, found: Found, parcel: Parcel, command: CarrierCommand, answer: CarrierAnswer, others: list[Member]
) -> Parcel:
    """The courier will come, at the time that the carrier says. A cancellation that is under way goes on."""
    pickup = _pickup(parcel)
    moved = pickup.moved("booked") if pickup.state in ("asked", "rebooking") else pickup
    booked = parcel.but(pickup=moved.but(slot=answer.slot or command.slot or pickup.slot))
    if command.waybill_no and command.carrier and parcel.waybill_no is None:
        waybill = parcels.waybill_of(found, command.carrier, command.waybill_no)
        return parcels.bind(turn, waybill, booked, *(visits.holder(one.turn, one.parcel) for one in others))
    booked = booked.but(version=parcel.version + 1)
    turn.write(booked)
    return booked


def _fail(turn: Turn, found: Found, parcel: Parcel, state: PickupState, because: str, hook: Hooks) -> Parcel | None:
    """No courier comes."""
    if state not in PICKUP[_pickup(parcel).state]:
        return None
    failed = parcel.visited(state, because=because[:64])
    turn.write(failed)
    turn.tell("PickupFailed", parcel_id=parcel.parcel_id, because=because[:64], outcome=state)
    hook.pickup_failed(turn, found, failed)
    return failed


def _pickup(parcel: Parcel) -> Pickup:
    if parcel.pickup is None:
        raise ParcelNotFound(f"no courier is asked to fetch {parcel.parcel_id}")
    return parcel.pickup


def _booking(found: Found, parcel: Parcel) -> CarrierCommand:
    return visits.booking_of(found, parcel)
