"""上门取件: instead of shipping, the buyer has a courier come. Fetched, the goods are on their way as if shipped.

Whoever is first ends the wait: a scan, the carrier's word, the buyer who calls the courier off, or silence. A visit
that came to nothing is booked once more by itself; after that the buyer ships. All machines whose goods come back share
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.lifecycles import PICKUP, check
from chalicelib.domain.logistics import Contact, PartOf
from chalicelib.domain.parcels import A_DAY
from chalicelib.domain.returns import SentParcel
from chalicelib.errors import FieldError, GateNotFound, InvalidRequest, ParcelNotFound, TransitionRefused
from chalicelib.usecases import cases, logistics, returns, steps, visits
from chalicelib.usecases.access import act_as, see_case

if TYPE_CHECKING:
    from chalicelib.domain.addresses import Address
    from chalicelib.domain.entries import EntryType
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.lifecycles import PickupState
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Parcel, Slot
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.returns import BookPickup
    from chalicelib.usecases.steps import Decision, Found, Reply, Request
    from chalicelib.usecases.visits import Member


def book(ports: Ports, request: Request, case_id: str, body: BookPickup) -> Reply:
    """Asks for a courier; while one is awaited, for another time of his, or for one who comes to another door.

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
            commands[:] = _otherwise(ports, turn, found, goods, body)
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
        everyone = _everyone(turn, found, goods)
        commands[:] = [logistics.cancel_pickup(ports, everyone[0].turn, everyone[0].parcel)]
        _tell_all(turn, everyone, "cancelling", "PickupCalledOff")
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
    _refuse_visit(turn)
    others = [_along(turn, found, goods, n, case_id) for n, case_id in enumerate(_others(turn, body))]
    party = tuple(PartOf(case_id=each.case.case_id, parcel_id=ports.ids.new("prc")) for each, _ in others)
    parcel, command = logistics.book_pickup(
        ports, turn, slot=body.slot, sender=body.sender, receiver=_contact(goods.address), party=party
    )
    _await_visit(turn, goods, gate, parcel)
    for (each, theirs), part in zip(others, party, strict=True):
        along = logistics.join_pickup(each, part.parcel_id, parcel)
        _await_visit(each, theirs, cases.awaited_gate(each, found, "shipment"), along)
        turn.write(*each.items)
    return command


def _await_visit(turn: Turn, goods: Return, gate: Gate, parcel: Parcel) -> None:
    assert parcel.pickup is not None
    turn.keep_goods(goods.but(pickup_id=parcel.parcel_id))
    turn.answer(gate, "pickup")
    courier = _await_courier(turn, parcel.pickup.slot)
    turn.tell("PickupAsked", parcel_id=parcel.parcel_id, **courier.awaited)


def _others(turn: Turn, body: BookPickup) -> tuple[str, ...]:
    """The cases whose goods the courier takes along. Raises InvalidRequest for one that is named twice."""
    if len({turn.case.case_id, *body.also}) <= len(body.also):
        raise InvalidRequest("also: each other case once", errors=[FieldError("also", "each other case once")])
    return body.also


def _along(turn: Turn, found: Found, goods: Return, n: int, case_id: str) -> tuple[Turn, Return]:
    """Another case of the buyer, approved too, whose goods go to the same address.

    Raises CaseNotFound, ReturnNotFound, GateNotFound, AnswerTooLate, InvalidRequest, TransitionRefused.
    """
    theirs = cases.turn_of(found.ports, see_case(turn.actor, found.get(refs.case(case_id))), turn.actor)
    their_goods = returns.goods_of(theirs, found)
    cases.awaited_gate(theirs, found, "shipment")
    _refuse_visit(theirs)
    if (theirs.case.merchant_id, their_goods.address) != (turn.case.merchant_id, goods.address):
        wrong = FieldError(f"also[{n}]", "its goods go to another address")
        raise InvalidRequest("one courier brings goods to one address", errors=[wrong])
    return theirs, their_goods


def _refuse_visit(turn: Turn) -> None:
    if turn.case.rounds.get("pickup", 0) >= turn.policy.pickups.in_all:
        raise TransitionRefused("no more couriers come for this case: please send the goods", status=turn.case.status)


def _everyone(turn: Turn, found: Found, goods: Return) -> list[Member]:
    """Who waits for the courier that this case waits for, the case that he was booked for first."""
    everyone = list(visits.members(turn, found, _awaited_parcel(turn, found, goods)))
    if everyone[0].parcel.joins:
        raise TransitionRefused("the case that booked the courier waits for him no more", status=turn.case.status)
    return everyone


def _tell_all(turn: Turn, everyone: Sequence[Member], state: PickupState, type: EntryType, **said: Any) -> None:
    """What one of them asks for is asked for all: there is one courier."""
    _say(everyone, state, type, **said)
    visits.together(turn, [one for one in everyone if one.turn is not turn])


def _say(everyone: Sequence[Member], state: PickupState, type: EntryType, **said: Any) -> None:
    for n, one in enumerate(everyone):
        if n and one.parcel.pickup is not None:
            one.stands(one.parcel.pickup.moved(state))
        one.turn.tell(type, parcel_id=one.parcel.parcel_id, **said)


def _otherwise(ports: Ports, turn: Turn, found: Found, goods: Return, body: BookPickup) -> list[CarrierCommand]:
    """A courier is awaited, and should come at another time, or to another door."""
    cases.awaited_gate(turn, found, "pickup")
    if body.also:
        wrong = FieldError("also", "of a booked visit only the time and the sender can change")
        raise InvalidRequest("call the courier off and book another", errors=[wrong])
    everyone = _everyone(turn, found, goods)
    if body.sender in (None, visits.booking_of(found, everyone[0].parcel).sender):
        return [_another_time(ports, turn, everyone, body.slot)]
    return _another_door(ports, turn, found, everyone, body.slot, body.sender)


def _another_time(ports: Ports, turn: Turn, everyone: Sequence[Member], slot: Slot) -> CarrierCommand:
    """The deadline moves when the carrier has said yes (`booked`)."""
    command = logistics.rebook_pickup(ports, everyone[0].turn, everyone[0].parcel, slot)
    _tell_all(turn, everyone, "rebooking", "PickupAsked", because="another_time")
    return command


def _another_door(
    ports: Ports, turn: Turn, found: Found, everyone: Sequence[Member], slot: Slot, sender: Contact
) -> list[CarrierCommand]:
    """Carriers change when their courier comes, and not where to: he is called off, and another booked under a number
    of its own, which says all from its first call. The first may come all the same (`fetched`)."""
    first = everyone[0]
    if first.parcel.pickup is None or first.goods.address is None:
        raise ParcelNotFound("no courier is awaited")
    for one in everyone:
        _refuse_visit(one.turn)
    check(PICKUP, first.parcel.pickup.state, "cancelling")
    told = logistics.let_go(ports, first.turn, found, first.parcel)
    system, receiver = first.parcel.pickup.system, _contact(first.goods.address)
    parcel, command = logistics.book_pickup(
        ports, first.turn, slot=slot, sender=sender, receiver=receiver, system=system, party=_party(ports, everyone)
    )
    _say(everyone, "cancelling", "PickupCalledOff", because="another_door")
    for n, one in enumerate(everyone):
        fresh = logistics.join_pickup(one.turn, command.party[n - 1].parcel_id, parcel) if n else parcel
        _wait_again(one, fresh, "PickupAsked", because="another_door")
    visits.together(turn, [one for one in everyone if one.turn is not turn])
    return [*told, command]


def _party(ports: Ports, everyone: Sequence[Member]) -> tuple[PartOf, ...]:
    """The parcels of the cases whose goods go along with the first one's."""
    return tuple(PartOf(case_id=one.turn.case.case_id, parcel_id=ports.ids.new("prc")) for one in everyone[1:])


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
    gate = visits.unanswered(turn, found, "pickup", "shipment")
    returns.await_goods(turn, found, parcel.parcel_id, gate, **logistics.commanded(told))
    returns.goods_handed_over(turn, found, parcel.parcel_id, parcel.course.at or turn.at)


def booked(turn: Turn, found: Found, parcel: Parcel) -> None:
    """The carrier says when its courier comes: its time runs from then."""
    gate = visits.unanswered(turn, found, "pickup")
    if gate is None or parcel.pickup is None or returns.goods_of(turn, found).pickup_id != parcel.parcel_id:
        return
    due_at = _due_at(turn, parcel.pickup.slot)
    if due_at != gate.due_at:
        turn.move_deadline(gate, due_at, "the carrier's courier comes at another time")


def failed(turn: Turn, found: Found, parcel: Parcel) -> None:
    """No courier comes, by the carrier's own word or because the buyer called him off."""
    if parcel.pickup is None:
        return
    everyone, because = list(visits.members(turn, found, parcel)), parcel.pickup.because or "failed"
    for one in everyone:
        if one.turn is not turn:
            along = one.stands(parcel.pickup)
            one.turn.tell("PickupFailed", parcel_id=along.parcel_id, because=because, outcome=parcel.pickup.state)
    _go_on(turn, found, everyone, because, wanted=parcel.pickup.state == "failed")


def missed(turn: Turn, found: Found, gate: Gate) -> None:
    """Nobody heard of the courier until the deadline, which is the same for all whose goods he should fetch."""
    own = _awaited_parcel(turn, found, returns.goods_of(turn, found))
    everyone = [one for one in visits.members(turn, found, own) if one.gate.is_silent(turn.at)]
    for one in everyone:
        one.turn.tell("PickupFailed", parcel_id=one.parcel.parcel_id, because="silence", outcome="failed")
    first = everyone[0].parcel
    wanted = first.pickup is not None and first.pickup.state != "cancelling"
    told = logistics.let_go(found.ports, everyone[0].turn, found, first)
    _go_on(turn, found, everyone, "silence", wanted=wanted, told=told)


def _go_on(
    turn: Turn,
    found: Found,
    everyone: Sequence[Member],
    because: str,
    *,
    wanted: bool,
    told: Sequence[CarrierCommand] = (),
) -> None:
    """Another visit, while the policy gives one and the buyer wants it; else the buyer ships.

    The carriers are told at once, by the stream, whoever brought the news: a flow's own deadline has no caller.
    """
    again = _book_again(found, everyone) if wanted and everyone else None
    for n, one in enumerate(everyone):
        commands = (() if n else told) if again is None else (() if n else (again[1], *told))
        said = {"because": because, **logistics.commanded(commands)}
        if again is None:
            _give_up(one, **said)
        else:
            first, command = again
            fresh = logistics.join_pickup(one.turn, command.party[n - 1].parcel_id, first) if n else first
            _wait_again(one, fresh, "PickupRebooked", **said)
    visits.together(turn, [one for one in everyone if one.turn is not turn])


def _book_again(found: Found, everyone: Sequence[Member]) -> tuple[Parcel, CarrierCommand] | None:
    """Booked for the case that the first visit was booked for; the others' goods go along again."""
    first = everyone[0]
    pickup = first.parcel.pickup
    if first.parcel.joins or pickup is None or pickup.visits >= first.turn.policy.pickups.visits:
        return None
    slot, party = pickup.slot.after(first.turn.at), _party(found.ports, everyone)
    return logistics.book_again(found.ports, first.turn, found, first.parcel, slot, party=party)


def _give_up(one: Member, **said: Any) -> None:
    """No courier comes any more: the buyer is asked to ship."""
    one.turn.keep_goods(one.goods.but(pickup_id=None))
    one.turn.answer(one.gate, "ship_back")
    shipment = returns.await_shipment(one.turn)
    one.turn.tell("PickupGivenUp", parcel_id=one.parcel.parcel_id, **shipment.awaited, **said)


def _wait_again(one: Member, fresh: Parcel, type: EntryType, **said: Any) -> None:
    """The next courier is awaited, in the gate's next round."""
    assert fresh.pickup is not None
    one.turn.keep_goods(one.goods.but(pickup_id=fresh.parcel_id))
    one.turn.answer(one.gate, "rebooked")
    courier = _await_courier(one.turn, fresh.pickup.slot)
    one.turn.tell(type, parcel_id=fresh.parcel_id, **courier.awaited, **said)
