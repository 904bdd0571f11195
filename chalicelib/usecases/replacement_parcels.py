"""A replacement's parcel: the shop says under which number it travels, the buyer that it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.parcels import tidy
from chalicelib.domain.returns import SentParcel
from chalicelib.errors import FieldError, InvalidRequest, WaybillTaken
from chalicelib.usecases import (
    cases,
    exchange_conversions,
    logistics,
    parcels,
    replacements,
    returns,
    steps,
    tracking,
)
from chalicelib.usecases.access import act_as, act_as_decider

if TYPE_CHECKING:
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Waybill
    from chalicelib.domain.replacements import Replacement
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.replacements import ReceiveReplacement, ShipReplacement
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def ship(ports: Ports, request: Request, case_id: str, body: ShipReplacement) -> Reply:
    """The goods are on their way, and the buyer is awaited; or there are none, and the buyer gets the money.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest, WaybillTaken.
    """
    _refuse_incomplete(body)
    commands: list[CarrierCommand] = []

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        gate = cases.awaited_gate(turn, found, "replacement")
        commands.clear()
        if not body.shipped:
            exchange_conversions.to_refund(turn, "out_of_stock", gate, body.note)
            return turn.items, cases.shown(turn, found)
        replacement = replacements.of(turn, found)
        carrier, number = str(body.carrier), tidy(str(body.waybill_no))
        _refuse_old(turn, parcels.waybill_of(found, carrier, number), replacement)
        parcel = parcels.announce(ports, turn, found, "replacement", carrier, number, {})
        commands.append(logistics.follow(ports, turn, parcel))
        turn.keep_replacement(replacement.but(parcels=(*replacement.parcels, SentParcel.of(parcel))))
        turn.answer(gate, "shipped")
        receipt = turn.wait("replacement_receipt", f"buyer#{turn.case.buyer_id}", "received")
        turn.tell("ReplacementShipped", parcel_id=parcel.parcel_id, note=body.note, **receipt.awaited)
        # The carrier may have spoken of this number before the shop did.
        parcels.pass_on(turn, found, parcel, tracking.HOOKS)
        return turn.items, cases.shown(turn, found)

    wanted = [*cases.first_round(case_id, "replacement"), refs.replacement(case_id)]
    if body.carrier and body.waybill_no:
        wanted.append(refs.waybill(body.carrier, tidy(body.waybill_no)))
    reply = steps.answer(ports, request, wanted, once)
    logistics.signal(ports, *commands)
    return reply


def _refuse_incomplete(body: ShipReplacement) -> None:
    named = {"carrier": body.carrier, "waybill_no": body.waybill_no}
    wrong = [
        FieldError(field, "needed for goods that are sent" if body.shipped else "only for goods that are sent")
        for field, value in named.items()
        if body.shipped is (value is None)
    ]
    if not body.shipped and not body.note:
        wrong.append(FieldError("note", "needed when nothing is sent"))
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)


def _refuse_old(turn: Turn, waybill: Waybill, replacement: Replacement) -> None:
    """With the number of the parcel that brought the first goods, everything would look as if the new ones had come."""
    if any(parcel.waybill_no == waybill.number for parcel in replacement.parcels):
        wrong = FieldError("waybill_no", "was told before")
        raise InvalidRequest(f"{wrong.field}: {wrong.message}", errors=[wrong])
    moved = [at for state, at in waybill.course.reached.items() if state != "announced"]
    if any(holder.case_id is None for holder in waybill.holders) or any(at < turn.case.created_at for at in moved):
        raise WaybillTaken(f"{waybill.number} carried other goods")


def receive(ports: Ports, request: Request, case_id: str, body: ReceiveReplacement) -> Reply:
    """The buyer has the new goods. Whoever has not, whatever the carrier says, is told so by an agent's ruling.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest (nothing came, and no word why).
    """
    if not body.received and not body.note:
        raise InvalidRequest("what happened?", errors=[FieldError("note", "needed when nothing came")])

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        gate = cases.awaited_gate(turn, found, "replacement_receipt")
        if body.received:
            replacements.complete(turn, found, gate, turn.at, "confirmed")
        else:
            returns.bring_in_agent(turn, gate, "replacement_not_received", body.note)
        return turn.items, cases.shown(turn, found)

    wanted = [*cases.first_round(case_id, "replacement_receipt"), refs.replacement(case_id)]
    return steps.answer(ports, request, wanted, once)
