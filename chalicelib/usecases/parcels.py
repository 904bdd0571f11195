"""Parcels: announced by whoever sends them, moved by carriers' scans, passed on to whoever waits for the goods.

A scan is recorded together with all that follows from it, for every case and order whose goods the waybill carries, in
one transaction. What is told twice, late or out of order is recorded and changes nothing that it should not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import LOGISTICS
from chalicelib.domain.parcels import TOLD, Holder, Parcel, Purpose, Waybill, tidy
from chalicelib.domain.turns import Turn
from chalicelib.errors import CommandNotFound, OrderNotFound, ParcelNotFound, WaybillTaken
from chalicelib.usecases import cases, steps
from chalicelib.usecases.access import see_case
from chalicelib.usecases.steps import Found, Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.lifecycles import ParcelState
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.orders import Order
    from chalicelib.domain.returns import Return
    from chalicelib.domain.values import Value
    from chalicelib.ports import Ports, Report
    from chalicelib.usecases.steps import Decision

# What somebody does in the very turn that a parcel's news is told in. The parcel is written already: a hook writes
# other things. It may be called again for a state that it has seen (after a contradiction), and must not refuse.
Hook = Callable[[Turn, Found, Parcel], None]


AnswerHook = Callable[[Turn, Found, "CarrierCommand"], None]


def nothing(turn: Turn, found: Found, parcel: Parcel) -> None:
    """Nobody waits for this."""


def unasked(turn: Turn, found: Found, command: CarrierCommand) -> None:
    """Nobody waits for this."""


@dataclass(frozen=True)
class Hooks:
    """Who wants to know. A state that was reached implies those before it, whose scans may have been missed:
    whoever waits for the goods to be handed over has them when they are signed for as well.
    """

    goods_handed_over: Hook = nothing
    goods_signed: Hook = nothing
    goods_refused: Hook = nothing
    goods_damaged: Hook = nothing
    goods_lost: Hook = nothing
    goods_back: Hook = nothing  # with their sender again
    goods_turned: Hook = nothing  # on their way back to their sender
    pickup_booked: Hook = nothing
    pickup_failed: Hook = nothing  # also: cancelled; `parcel.pickup` says which
    carrier_answered: AnswerHook = unasked  # of what was asked about a waybill: to stop it, or who signed


Table = Mapping[Purpose, Hooks]
_HOOKS: Mapping[ParcelState, str] = {
    "picked_up": "goods_handed_over",
    "signed": "goods_signed",
    "refused": "goods_refused",
    "damaged": "goods_damaged",
    "lost": "goods_lost",
    "returning": "goods_turned",
    "returned_to_sender": "goods_back",
}


@dataclass(frozen=True)
class Heard:
    """What became of a report: whether it was news, whether anybody had announced the waybill, whether it cannot be."""

    news: bool
    claimed: bool
    contradiction: bool


def listing(ports: Ports, actor: Actor, case_id: str) -> Reply:
    """The case's parcels with their scans, oldest first. Raises CaseNotFound."""
    from chalicelib.schemas.lists import ListView
    from chalicelib.schemas.logistics import ParcelView

    see_case(actor, cases.load(ports, case_id))
    return Reply(200, ListView.body([ParcelView.of(parcel) for parcel in ports.listings.parcels_of(case_id)], None))


def read(ports: Ports, actor: Actor, case_id: str, parcel_id: str) -> Reply:
    """One parcel, consistent. Raises CaseNotFound, ParcelNotFound."""
    from chalicelib.schemas.logistics import ParcelView

    wanted = [refs.case(case_id), refs.parcel(case_id, parcel_id)]
    found = Found(ports, ports.records.load(wanted), wanted)
    see_case(actor, found.get(refs.case(case_id)))
    parcel = found.need(refs.parcel(case_id, parcel_id), ParcelNotFound)
    return Reply(200, ParcelView.of(parcel))


def announce(
    ports: Ports, turn: Turn, found: Found, purpose: Purpose, carrier: str, waybill_no: str, hooks: Table
) -> Parcel:
    """A parcel of this turn's case, under a waybill that the carrier may have told of before. The same number again is
    the same parcel. Raises WaybillTaken.
    """
    known = _of_case(turn, found, carrier, waybill_no)
    if known is not None:
        return known
    bound = join(turn, found, ports.ids.new("prc"), purpose, carrier, waybill_no)
    if bound.state in TOLD:
        pass_on(turn, found, bound, hooks)
    return bound


def join(turn: Turn, found: Found, parcel_id: str, purpose: Purpose, carrier: str, waybill_no: str) -> Parcel:
    """The same under an id that is known, with nobody told where it is already. Raises WaybillTaken."""
    known = _of_case(turn, found, carrier, waybill_no)
    if known is not None:
        return known
    parcel = Parcel(case_id=turn.case.case_id, parcel_id=parcel_id, purpose=purpose, announced_at=turn.at, version=0)
    bound = bind(turn, _waybill(found, carrier, tidy(waybill_no)), parcel)
    turn.tell("ParcelAnnounced", parcel_id=bound.parcel_id, purpose=purpose, parcel_after=bound.state)
    return bound


def _of_case(turn: Turn, found: Found, carrier: str, waybill_no: str) -> Parcel | None:
    holders = _waybill(found, carrier, tidy(waybill_no)).holders
    standing = next((one.parcel_id for one in holders if one.case_id == turn.case.case_id), None)
    return None if standing is None else found.need(refs.parcel(turn.case.case_id, standing), ParcelNotFound)


def bind(turn: Turn, waybill: Waybill, parcel: Parcel, *others: Holder) -> Parcel:
    """The parcel under its waybill, both written; `others` hold it too. Raises WaybillTaken."""
    case = turn.case
    over_at = waybill.course.at if waybill.course.is_over else None
    if parcel.goes_back and over_at is not None and over_at < case.created_at:
        raise WaybillTaken(f"{waybill.number} had arrived before anything was to be sent back")
    holder = Holder(
        buyer_id=case.buyer_id,
        merchant_id=case.merchant_id,
        goes_back=parcel.goes_back,
        order_id=case.order_id,
        case_id=case.case_id,
        parcel_id=parcel.parcel_id,
    )
    bound = parcel.but(carrier=waybill.carrier, waybill_no=waybill.number).told(waybill.course)
    if bound.version == parcel.version:
        bound = bound.but(version=parcel.version + 1)
    turn.write(waybill.held_by(holder, *others), bound)
    return bound


def waybill_of(found: Found, carrier: str, waybill_no: str) -> Waybill:
    """What is known of a number; nothing, if nobody spoke of it yet."""
    return _waybill(found, carrier, tidy(waybill_no))


def ship(found: Found, order: Order, carrier: str, waybill_no: str) -> list[Value]:
    """An order's goods leave under a waybill: what that writes. Raises WaybillTaken, OrderNotFound."""
    number = tidy(waybill_no)
    waybill, delivery = _waybill(found, carrier, number), found.need(refs.delivery(order.order_id), OrderNotFound)
    holder = Holder(buyer_id=order.buyer_id, merchant_id=order.merchant_id, goes_back=False, order_id=order.order_id)
    held, sent = waybill.held_by(holder), delivery.sent(carrier, number)
    after = sent.moved(carrier, number, waybill.course)
    if after is not sent and sent is not delivery:
        after = after.but(version=sent.version)
    return [thing for thing, before in ((held, waybill), (after, delivery)) if thing is not before]


def tell(ports: Ports, report: Report, hooks: Table) -> Heard:
    """Records scans, any number of times and in any order, with all that follows from them."""
    wanted = [refs.waybill(carrier, report.waybill_no) for carrier in report.carriers]

    def once(found: Found) -> Decision[Heard]:
        before = _known(found, report)
        course = before.course.heard(report.scans)
        told = course.contradiction not in (None, before.course.contradiction)
        heard = Heard(course is not before.course, bool(before.holders), told)
        if not heard.news:
            return [], heard
        after = before.next(course=course)
        items: list[Value] = [after]
        for holder in after.holders:
            items += _tell_holder(ports, found, holder, after, hooks)
        return items, heard

    return steps.change(ports, wanted, once)


def _known(found: Found, report: Report) -> Waybill:
    """The waybill under the name that somebody holds it by, or that it is known by, or the likeliest."""
    known = [_waybill(found, carrier, report.waybill_no) for carrier in report.carriers]
    return max(known, key=lambda one: (bool(one.holders), one.version > 0))


def _waybill(found: Found, carrier: str, number: str) -> Waybill:
    return found.get(refs.waybill(carrier, number)) or Waybill(carrier=carrier, number=number, version=0)


def _tell_holder(ports: Ports, found: Found, holder: Holder, waybill: Waybill, hooks: Table) -> list[Value]:
    if holder.case_id is None or holder.parcel_id is None:
        delivery = found.need(refs.delivery(holder.order_id), OrderNotFound)
        moved = delivery.moved(waybill.carrier, waybill.number, waybill.course)
        return [] if moved is delivery else [moved]
    parcel_ref = refs.parcel(holder.case_id, holder.parcel_id)
    found.also(parcel_ref, refs.case(holder.case_id), refs.goods(holder.case_id))
    before = found.need(parcel_ref, ParcelNotFound)
    after = before.told(waybill.course)
    if after is before:
        return []
    moved_on = after.state != before.state and after.state in TOLD
    contradicted = after.course.contradiction != before.course.contradiction
    fetched = _is_fetched(before, after)
    turn = cases.turn_of(ports, cases.need(found, holder.case_id), LOGISTICS)
    if not (moved_on or contradicted or fetched):
        return [after, *([goods.next()] if (goods := _heard_of(turn, found, after)) else ())]
    turn.write(after, *(_forget_people(turn, found, after) if fetched else ()))
    turn.tell(
        "ParcelMoved",
        parcel_id=after.parcel_id,
        purpose=after.purpose,
        parcel_before=before.state,
        parcel_after=after.state,
        because="contradicted" if contradicted else after.course.detail,
    )
    if fetched and after.state != "picked_up":  # what moves was fetched, whatever was scanned
        hooks.get(after.purpose, Hooks()).goods_handed_over(turn, found, after)
    if moved_on:
        pass_on(turn, found, after, hooks)
    if goods := _heard_of(turn, found, after):
        turn.keep_goods(goods)
    return turn.items


def _heard_of(turn: Turn, found: Found, parcel: Parcel) -> Return | None:
    """The case's goods with the time by which they should be heard of again; None while nobody waits for them."""
    goods = turn.goods or found.get(refs.goods(turn.case.case_id))
    if goods is None or turn.case.status != "in_transit" or not parcel.goes_back or parcel.course.is_over:
        return None
    quiet_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.scan)
    return goods.but(quiet_at=quiet_at) if quiet_at != goods.quiet_at else None


def _is_fetched(before: Parcel, after: Parcel) -> bool:
    """With this news the courier's visit is done."""
    return after.pickup is not None and after.pickup != before.pickup and after.pickup.state == "done"


def pass_on(turn: Turn, found: Found, parcel: Parcel, hooks: Table) -> None:
    """Tells whoever waits for the parcel's goods what it has come to."""
    name = _HOOKS.get(parcel.state)
    if name is not None:
        hook: Hook = getattr(hooks.get(parcel.purpose, Hooks()), name)
        hook(turn, found, parcel)


def _forget_people(turn: Turn, found: Found, parcel: Parcel) -> list[Value]:
    """Where a courier had to come stands in the booking until the goods are with him."""
    assert parcel.pickup is not None
    if parcel.joins:
        return []  # the case that the visit was booked for forgets it, in the same transaction
    booking = found.need(refs.command(parcel.pickup.booking_no), CommandNotFound)
    ended = booking.ended(turn.at)
    return [] if ended is booking else [ended]
