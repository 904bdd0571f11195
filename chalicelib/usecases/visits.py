"""One courier's visit, and everybody whose goods he fetches: the case that it was booked for, and those that go along.

The carrier knows one booking. Each case has a parcel and a gate of its own; whatever ends the visit ends it for all of
them, in one transaction, each in a turn of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.logistics import PartOf
from chalicelib.domain.parcels import Holder
from chalicelib.errors import CommandNotFound, GateNotFound, ParcelNotFound
from chalicelib.usecases import cases

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Parcel, Pickup
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


@dataclass(frozen=True)
class Member:
    """A case that waits for the visit."""

    turn: Turn
    gate: Gate
    goods: Return
    parcel: Parcel

    def stands(self, pickup: Pickup | None) -> Parcel:
        """Its parcel, written as the visit stands now."""
        after = self.parcel if self.parcel.pickup == pickup else self.parcel.next(pickup=pickup)
        if after is not self.parcel:
            self.turn.write(after)
        return after


def booking_of(found: Found, parcel: Parcel) -> CarrierCommand:
    """The command that booked the visit. Raises ParcelNotFound, CommandNotFound."""
    if parcel.pickup is None:
        raise ParcelNotFound(f"no courier is asked to fetch {parcel.parcel_id}")
    return found.need(refs.command(parcel.pickup.booking_no), CommandNotFound)


def unanswered(turn: Turn, found: Found, *names: str) -> Gate | None:
    """The gate of one of these names at which the case waits. A fact is taken also when the time is up and nobody has
    said so yet: what happened, happened."""
    ref = turn.case.gate
    if ref is None or ref.name not in names:
        return None
    gate = turn.gate(ref) or found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound)
    return gate if gate.answer is None else None


def members(turn: Turn, found: Found, parcel: Parcel) -> Iterator[Member]:
    """Who waits for this visit now, the case that it was booked for first. `turn` is the turn of its own case."""
    booking = booking_of(found, parcel)
    first = PartOf(case_id=str(booking.case_id), parcel_id=str(booking.parcel_id))
    for one in (first, *booking.party):
        own = one.case_id == turn.case.case_id
        theirs = turn if own else cases.turn_of(found.ports, cases.need(found, one.case_id), turn.actor)
        gate, goods = unanswered(theirs, found, "pickup"), theirs.goods or found.get(refs.goods(one.case_id))
        if gate is None or goods is None or goods.pickup_id != one.parcel_id:
            continue
        at = parcel if own else found.need(refs.parcel(one.case_id, one.parcel_id), ParcelNotFound)
        yield Member(theirs, gate, goods, at)


def fellows(turn: Turn, found: Found, parcel: Parcel) -> list[Member]:
    """The others."""
    if not booking_of(found, parcel).party:
        return []
    return [one for one in members(turn, found, parcel) if one.turn is not turn]


def together(turn: Turn, others: list[Member]) -> None:
    """All turns of a visit are one transaction: what the others' write goes with this one's."""
    for one in others:
        turn.write(*one.turn.items)


def holder(turn: Turn, parcel: Parcel) -> Holder:
    """Whose goods the waybill carries, of this turn's case."""
    return Holder(
        buyer_id=turn.case.buyer_id,
        merchant_id=turn.case.merchant_id,
        goes_back=parcel.goes_back,
        order_id=turn.case.order_id,
        case_id=turn.case.case_id,
        parcel_id=parcel.parcel_id,
    )
