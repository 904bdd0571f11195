"""The workshop sends goods back to their buyer: a carrier, a waybill, and the buyer's time to see whether they work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.parcels import tidy
from chalicelib.domain.repairs import SentBack
from chalicelib.usecases import cases, handbacks, logistics, parcels, repairs, steps
from chalicelib.usecases.access import act_as_decider

if TYPE_CHECKING:
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.ports import Ports
    from chalicelib.schemas.repairs import SendGoodsBack
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def send(ports: Ports, request: Request, case_id: str, body: SendGoodsBack) -> Reply:
    """The workshop has handed the goods to a carrier; the buyer is awaited.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, WaybillTaken.
    """
    commands: list[CarrierCommand] = []

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        gate = cases.awaited_gate(turn, found, "dispatch")
        repair = repairs.repair_of(turn, found)
        parcel = parcels.announce(ports, turn, found, "send_back", body.carrier, body.waybill_no, {})
        commands[:] = [logistics.follow(ports, turn, parcel)]
        sent = SentBack(
            parcel_id=parcel.parcel_id,
            carrier=parcel.carrier or body.carrier,
            waybill_no=parcel.waybill_no or tidy(body.waybill_no),
            sent_at=turn.at,
        )
        turn.keep_repair(repair.but(goods_with="carrier", parcels=(*repair.parcels, sent)))
        turn.answer(gate, "sent")
        due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.acceptance_sent)
        told = turn.wait("acceptance", f"buyer#{turn.case.buyer_id}", "fixed", due_at=due_at).awaited
        turn.tell("GoodsSentBack", repair_id=repair.repair_id, parcel_id=parcel.parcel_id, **told)
        parcels.pass_on(turn, found, parcel, {"send_back": handbacks.HOOKS})
        return turn.items, cases.shown(turn, found)

    number = refs.waybill(body.carrier, tidy(body.waybill_no))
    reply = steps.answer(ports, request, [*cases.first_round(case_id, "dispatch"), number], once)
    logistics.signal(ports, *commands)
    return reply
