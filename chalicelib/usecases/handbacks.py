"""Goods are with their buyer again, who says whether they work: carriers tell where, the buyer how they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chalicelib.domain.repairs import Fee
from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.usecases import cases, conversions, parcels, repairs, returns, steps
from chalicelib.usecases.access import act_as

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.parcels import Parcel
    from chalicelib.domain.repairs import Repair
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.repairs import AcceptRepair
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


# What carriers say


def _signed(turn: Turn, found: Found, parcel: Parcel) -> None:
    """The buyer has the goods: from now on the time runs to see whether they work."""
    repair = _sent(turn, found, parcel)
    if repair is None:
        return
    after = repair.parcel_signed(parcel.parcel_id, parcel.course.at or turn.at)
    if after is repair:
        return
    turn.keep_repair(after)
    if repair.goods_with == "carrier":
        repairs.with_buyer_again(turn, found)
    turn.tell("GoodsHandedBack", repair_id=repair.repair_id, parcel_id=parcel.parcel_id)
    gate = returns.standing(turn, found, "acceptance")
    if gate is not None:
        due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.acceptance)
        if due_at < gate.due_at:
            turn.move_deadline(gate, due_at, "the carrier says that the goods were signed for")


def _lost(turn: Turn, found: Found, parcel: Parcel) -> None:
    gate = returns.standing(turn, found, "acceptance")
    if gate is not None and _sent(turn, found, parcel) is not None:
        returns.bring_in_agent(turn, gate, "lost")


def _back(turn: Turn, found: Found, parcel: Parcel) -> None:
    """The parcel is in the workshop again, and must be sent once more."""
    gate, repair = returns.standing(turn, found, "acceptance"), _sent(turn, found, parcel)
    if gate is None or repair is None:
        return
    turn.keep_repair(repair.but(goods_with="shop"))
    turn.answer(gate, "dispatching")
    told = repairs.await_dispatch(turn, found).awaited
    turn.tell("GoodsBack", repair_id=repair.repair_id, parcel_id=parcel.parcel_id, **told)


def _sent(turn: Turn, found: Found, parcel: Parcel) -> Repair | None:
    """The repair whose last parcel this is; of an earlier one nobody waits."""
    if turn.case.repair_id is None:
        return None
    repair = repairs.repair_of(turn, found)
    last = repair.parcels[-1] if repair.parcels else None
    return repair if last is not None and last.parcel_id == parcel.parcel_id else None


HOOKS = parcels.Hooks(goods_signed=_signed, goods_lost=_lost, goods_back=_back)


# What the buyer says


def accept(ports: Ports, request: Request, case_id: str, body: AcceptRepair) -> Reply:
    """Mended, or not.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest (not mended, and no word why).
    """
    if not body.fixed and not body.note:
        raise InvalidRequest("what is wrong?", errors=[FieldError("note", "needed when it is not fixed")])

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        gate = cases.awaited_gate(turn, found, "acceptance")
        (take if body.fixed else _refuse)(turn, found, gate, body.note)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "acceptance"), once)


def take(turn: Turn, found: Found, gate: Gate, note: str | None = None) -> None:
    """The buyer is content, or silent. What was mended for money is paid now; what was not mended only came back."""
    repairs.with_buyer_again(turn, found)
    repair = repairs.repair_of(turn, found)
    turn.keep_repair(repair.with_attempt(fixed=True))
    if repair.result not in ("repaired", "no_fault_found"):
        turn.answer(gate, "closed")
        repairs.close(turn, found, repair.result or "estimate_declined", note)
    elif repair.covered or repair.result != "repaired":
        turn.answer(gate, "accepted")
        repairs.complete(turn, found, "RepairAccepted", note=note)
    else:
        _ask_for_fee(turn, found, gate, note)


def _ask_for_fee(turn: Turn, found: Found, gate: Gate, note: str | None) -> None:
    repair = repairs.repair_of(turn, found)
    assert repair.estimate is not None, "nothing out of warranty is repaired without a price"
    amount = repair.estimate.amount
    turn.keep_repair(repair.but(fee=Fee(amount=amount)))
    turn.answer(gate, "owing")
    told = turn.wait("fee", f"buyer#{turn.case.buyer_id}", "unpaid").awaited
    turn.tell("RepairAccepted", note=note, repair_id=repair.repair_id, fee=amount, **told)


def _refuse(turn: Turn, found: Found, gate: Gate, note: str | None) -> None:
    """Not mended. A repair that failed is tried again, as often as the policy says; else an agent rules."""
    repairs.with_buyer_again(turn, found)
    repair = repairs.repair_of(turn, found).with_attempt(fixed=False)
    turn.keep_repair(repair)
    if repair.result != "repaired":
        returns.bring_in_agent(turn, gate, "not_fixed", note)
    elif repair.failures < turn.policy.repairs.attempts:
        _AGAIN[repair.service](turn, found, gate, note)
    elif repair.covered:
        turn.tell("RepairRefused", note=note, repair_id=repair.repair_id)
        conversions.instead(turn, found, gate, "repaired_in_vain")
    else:
        turn.answer(gate, "closed")
        turn.tell("RepairRefused", note=note, repair_id=repair.repair_id)
        repairs.close(turn, found, "repaired_in_vain")


def _visit_again(turn: Turn, found: Found, gate: Gate, note: str | None) -> None:
    turn.answer(gate, "booking")
    told = repairs.try_on_site(turn, found).awaited
    turn.tell("RepairRefused", note=note, repair_id=turn.case.repair_id, **told)


def _send_in_again(turn: Turn, found: Found, gate: Gate, note: str | None) -> None:
    turn.answer(gate, "ship_back")
    told = returns.ask_once_more(turn, found).awaited
    turn.tell("RepairRefused", "awaiting_goods", note=note, repair_id=turn.case.repair_id, **told)


_AGAIN: Mapping[str, Callable[[Turn, Found, Gate, str | None], None]] = {
    "on_site": _visit_again,
    "send_in": _send_in_again,
}
