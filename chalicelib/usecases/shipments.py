"""The buyer ships back: a carrier and a waybill number, for all of the goods or for some in each of several parcels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.parcels import tidy
from chalicelib.domain.returns import SentParcel
from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.usecases import cases, logistics, parcels, returns, steps, tracking
from chalicelib.usecases.access import act_as

if TYPE_CHECKING:
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Parcel
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.returns import ShipGoods
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def ship(ports: Ports, request: Request, case_id: str, body: ShipGoods) -> Reply:
    """Notes a parcel; with the first one the shop is awaited. Further parcels may follow until the goods came.

    Raises CaseNotFound, Forbidden, ReturnNotFound, GateNotFound, AnswerTooLate, InvalidRequest (units that are not
    expected, the same waybill twice, more parcels than the policy gives), WaybillTaken.
    """
    commands: list[CarrierCommand] = []

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        parcel = _sent(turn, found, body)
        commands[:] = [logistics.follow(ports, turn, parcel)]
        # The carrier may have spoken of this number before the buyer did.
        parcels.pass_on(turn, found, parcel, tracking.HOOKS)
        return turn.items, cases.shown(turn, found)

    number = refs.waybill(body.carrier, tidy(body.waybill_no))
    reply = steps.answer(ports, request, [*cases.first_round(case_id, "shipment"), refs.goods(case_id), number], once)
    logistics.signal(ports, *commands)
    return reply


def _sent(turn: Turn, found: Found, body: ShipGoods) -> Parcel:
    """The parcel, noted on the return; the first one answers the gate at which its buyer is awaited."""
    goods = returns.goods_of(turn, found)
    another = turn.case.status == "in_transit"
    gate = None if another else cases.awaited_gate(turn, found, "shipment")
    _refuse_unfitting(turn, goods, body)
    parcel = parcels.announce(found.ports, turn, found, "return", body.carrier, body.waybill_no, {})
    turn.keep_goods(goods.but(parcels=(*goods.parcels, SentParcel.of(parcel, body.lines))))
    returns.await_goods(turn, found, parcel.parcel_id, gate)
    return parcel


def _refuse_unfitting(turn: Turn, goods: Return, body: ShipGoods) -> None:
    expected = Counter({line.line_id: line.quantity for line in goods.lines})
    inside = Counter[str]()
    wrong: list[FieldError] = []
    for i, units in enumerate(body.lines):
        inside[units.line_id] += units.quantity
        if inside[units.line_id] > expected[units.line_id]:
            most = {"maximum": expected[units.line_id]}
            wrong.append(FieldError(f"lines[{i}].quantity", "more than comes back of this line", most))
    if any((known.carrier, known.waybill_no) == (body.carrier, tidy(body.waybill_no)) for known in goods.parcels):
        wrong.append(FieldError("waybill_no", "was told before"))
    if len(goods.parcels) >= turn.policy.parcels:
        wrong.append(FieldError("waybill_no", f"at most {turn.policy.parcels} parcels"))
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)
