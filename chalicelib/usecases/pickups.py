"""上门取件: instead of shipping, the buyer has a courier come. Fetched, the goods are on their way as if shipped.

Whoever is first ends the wait: a scan, the carrier's word, the buyer who calls the courier off, or silence. A visit
that came to nothing is booked once more by itself; after that the buyer ships. All machines whose goods come back share
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.logistics import Contact
from chalicelib.domain.parcels import A_DAY
from chalicelib.domain.returns import SentParcel
from chalicelib.errors import FieldError, GateNotFound, InvalidRequest, ParcelNotFound, TransitionRefused
from chalicelib.usecases import cases, logistics, returns, steps
from chalicelib.usecases.access import act_as

if TYPE_CHECKING:
    from chalicelib.domain.addresses import Address
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Parcel, Slot
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.returns import BookPickup
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def book(ports: Ports, request: Request, case_id: str, body: BookPickup) -> Reply:
    """Asks for a courier; while one is awaited, for another time of his.

    Raises CaseNotFound, Forbidden, ReturnNotFound, GateNotFound, AnswerTooLate, InvalidRequest (a slot that lies
    behind, too far ahead or over more than a day; no sender), TransitionRefused (a visit that cannot be moved now, or
    more visits than the policy gives).
    """
    commands: list[CarrierCommand] = []

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        goods = returns.goods_of(turn, found)
        _refuse_slot(turn, body.slot)
        if turn.case.gate is not None and turn.case.gate.name == "pickup":
            commands[:] = [_another_time(ports, turn, found, goods, body)]
        else:
            commands[:] = [_first_time(ports, turn, found, goods, body)]
        return turn.items, cases.shown(turn, found)

    reply = steps.answer(ports, request, [*cases.first_round(case_id, "shipment"), refs.goods(case_id)], once)
    logistics.signal(ports, *commands)
    return reply


def call_off(ports: Ports, request: Request, case_id: str) -> Reply:
    """The buyer wants no courier after all: the carrier is asked, and the buyer ships once it has said yes.

    Raises CaseNotFound, Forbidden, ReturnNotFound, GateNotFound, AnswerTooLate, TransitionRefused.
    """
    commands: list[CarrierCommand] = []

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        goods = returns.goods_of(turn, found)
        cases.awaited_gate(turn, found, "pickup")
        parcel = _awaited_parcel(turn, found, goods)
        commands[:] = [logistics.cancel_pickup(ports, turn, parcel)]
        turn.tell("PickupCalledOff", parcel_id=parcel.parcel_id)
        return turn.items, cases.shown(turn, found)

    reply = steps.answer(ports, request, [*cases.first_round(case_id, "pickup"), refs.goods(case_id)], once)
    logistics.signal(ports, *commands)
    return reply


def _first_time(ports: Ports, turn: Turn, found: Found, goods: Return, body: BookPickup) -> CarrierCommand:
    gate = cases.awaited_gate(turn, found, "shipment")
    if body.sender is None:
        raise InvalidRequest("where does the courier come?", errors=[FieldError("sender", "needed to book a courier")])
    if goods.address is None:
        raise GateNotFound("the shop has not said where its goods go", status=turn.case.status)
    if turn.case.rounds.get("pickup", 0) >= turn.policy.pickups.in_all:
        raise TransitionRefused("no more couriers come for this case: please send the goods", status=turn.case.status)
    parcel, command = logistics.book_pickup(
        ports, turn, slot=body.slot, sender=body.sender, receiver=_contact(goods.address)
    )
    turn.keep_goods(goods.but(pickup_id=parcel.parcel_id))
    turn.answer(gate, "pickup")
    courier = _await_courier(turn, body.slot)
    turn.tell("PickupAsked", parcel_id=parcel.parcel_id, **courier.awaited)
    return command


def _another_time(ports: Ports, turn: Turn, found: Found, goods: Return, body: BookPickup) -> CarrierCommand:
    """The deadline moves when the carrier has said yes (`booked`)."""
    cases.awaited_gate(turn, found, "pickup")
    if body.sender is not None:
        wrong = FieldError("sender", "of a booked visit only the time can change")
        raise InvalidRequest("call the courier off and book another", errors=[wrong])
    parcel = _awaited_parcel(turn, found, goods)
    command = logistics.rebook_pickup(ports, turn, parcel, body.slot)
    turn.tell("PickupAsked", parcel_id=parcel.parcel_id, because="another_time")
    return command


def _refuse_slot(turn: Turn, slot: Slot) -> None:
    latest = turn.at + timedelta(days=turn.policy.pickups.days_ahead)
    if not turn.at < slot.begins_at <= latest:
        limits = {"after": turn.at.isoformat(), "latest": latest.isoformat()}
        wrong = FieldError("slot.begins_at", f"ahead, and within {turn.policy.pickups.days_ahead} days", limits)
    elif not slot.begins_at < slot.ends_at <= slot.begins_at + A_DAY:
        wrong = FieldError("slot.ends_at", "after its beginning, by at most a day")
    else:
        return
    raise InvalidRequest(f"{wrong.field}: {wrong.message}", errors=[wrong])


def _contact(address: Address) -> Contact:
    return Contact(name=address.name, phone=address.phone, address=address.address, country=address.country)


def _await_courier(turn: Turn, slot: Slot) -> Gate:
    return turn.wait("pickup", "carrier", "rebooked", due_at=_due_at(turn, slot))


def _due_at(turn: Turn, slot: Slot) -> datetime:
    """The carrier's time runs from the beginning of the slot, which may be days ahead."""
    return turn.policy.calendar.after(slot.begins_at, turn.policy.deadlines.pickup)


def _awaited_parcel(turn: Turn, found: Found, goods: Return) -> Parcel:
    if goods.pickup_id is None:
        raise ParcelNotFound("no courier is awaited")
    return found.need(refs.parcel(turn.case.case_id, goods.pickup_id), ParcelNotFound)


def _unanswered(turn: Turn, found: Found, *names: str) -> Gate | None:
    """The gate of one of these names at which the case waits. A fact is taken also when the time is up and nobody has
    said so yet: what happened, happened."""
    ref = turn.case.gate
    if ref is None or ref.name not in names:
        return None
    gate = turn.gate(ref) or found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound)
    return gate if gate.answer is None else None


# What carriers say: within the turn that it is told in, any number of times


def fetched(turn: Turn, found: Found, parcel: Parcel) -> None:
    """The courier has the goods: one that is awaited, or one that came after all when another was, or the buyer."""
    if turn.case.return_id is None or parcel.waybill_no is None:
        return
    goods = returns.goods_of(turn, found)
    if goods.parcel(parcel.parcel_id) is not None:
        return
    told: list[CarrierCommand] = []
    if goods.pickup_id not in (None, parcel.parcel_id):
        told = logistics.let_go(found.ports, turn, found, _awaited_parcel(turn, found, goods))
    turn.keep_goods(goods.but(parcels=(*goods.parcels, SentParcel.of(parcel)), pickup_id=None))
    gate = _unanswered(turn, found, "pickup", "shipment")
    returns.await_goods(turn, found, parcel.parcel_id, gate, **logistics.commanded(told))
    returns.goods_handed_over(turn, found, parcel.parcel_id, parcel.course.at or turn.at)


def booked(turn: Turn, found: Found, parcel: Parcel) -> None:
    """The carrier says when its courier comes: its time runs from then."""
    gate = _unanswered(turn, found, "pickup")
    if gate is None or parcel.pickup is None or returns.goods_of(turn, found).pickup_id != parcel.parcel_id:
        return
    due_at = _due_at(turn, parcel.pickup.slot)
    if due_at != gate.due_at:
        turn.move_deadline(gate, due_at, "the carrier's courier comes at another time")


def failed(turn: Turn, found: Found, parcel: Parcel) -> None:
    """No courier comes, by the carrier's own word or because the buyer called him off."""
    gate = _unanswered(turn, found, "pickup")
    if gate is None or parcel.pickup is None:
        return
    goods = returns.goods_of(turn, found)
    if goods.pickup_id == parcel.parcel_id:
        wanted = parcel.pickup.state == "failed"
        _go_on(turn, found, gate, goods, parcel, parcel.pickup.because or "failed", wanted=wanted)


def missed(turn: Turn, found: Found, gate: Gate) -> None:
    """Nobody heard of the courier until the deadline."""
    goods = returns.goods_of(turn, found)
    parcel = _awaited_parcel(turn, found, goods)
    turn.tell("PickupFailed", parcel_id=parcel.parcel_id, because="silence", outcome="failed")
    wanted = parcel.pickup is not None and parcel.pickup.state != "cancelling"
    told = logistics.let_go(found.ports, turn, found, parcel)
    _go_on(turn, found, gate, goods, parcel, "silence", wanted=wanted, told=told)


def _go_on(
    turn: Turn,
    found: Found,
    gate: Gate,
    goods: Return,
    parcel: Parcel,
    because: str,
    *,
    wanted: bool,
    told: Sequence[CarrierCommand] = (),
) -> None:
    """Another visit, while the policy gives one and the buyer wants it; else the buyer ships.

    The carriers are told at once, by the stream, whoever brought the news: a flow's own deadline has no caller.
    """
    pickup = parcel.pickup
    again = None
    if wanted and pickup is not None and pickup.visits < turn.policy.pickups.visits:
        again = logistics.book_again(found.ports, turn, found, parcel, pickup.slot.after(turn.at))
    if again is None:
        turn.keep_goods(goods.but(pickup_id=None))
        turn.answer(gate, "ship_back")
        shipment = returns.await_shipment(turn)
        said = logistics.commanded(told)
        turn.tell("PickupGivenUp", parcel_id=parcel.parcel_id, because=because, **shipment.awaited, **said)
        return
    fresh, command = again
    turn.keep_goods(goods.but(pickup_id=fresh.parcel_id))
    turn.answer(gate, "rebooked")
    courier = _await_courier(turn, command.slot or pickup.slot)  # type: ignore[union-attr]
    said = logistics.commanded([command, *told])
    turn.tell("PickupRebooked", parcel_id=fresh.parcel_id, because=because, **courier.awaited, **said)
