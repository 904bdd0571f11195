"""What silence means at each gate: the default that the policy's deadline turns into an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.usecases import (
    acceptances,
    approvals,
    conversions,
    disputes,
    exchange_conversions,
    fees,
    handbacks,
    inquiries,
    instants,
    repairs,
    replacements,
    returns,
    rulings,
    workbenches,
)

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate, GateName
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def fall(turn: Turn, found: Found, gate: Gate) -> bool:
    """Does what silence means at this gate. True when it moved the deadline instead of answering."""
    if gate.silence == "reminded":
        return _remind(turn, gate)
    return _SILENCES[gate.name](turn, found, gate) or False


def _remind(turn: Turn, gate: Gate) -> bool:
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.person)
    turn.move_deadline(gate, due_at, "nobody has seen to it yet")
    return True


def _approve(turn: Turn, found: Found, gate: Gate) -> None:
    approvals.approve(turn, found, gate, "CaseApproved", because="silence", gate=gate.name)


def _let_the_offer_go(turn: Turn, found: Found, gate: Gate) -> None:
    """A counter-offer lapses; what an inspection left of a refund does not, because the shop has the goods."""
    if gate.silence == "disputed":
        acceptances.disagree(turn, gate, None)
    else:
        _close(turn, found, gate, "offer_expired")


def _call_the_supervisor(turn: Turn, found: Found, gate: Gate) -> None:
    turn.answer(gate, "supervised")
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.ruling_supervisor)
    turn.wait("ruling", "supervisor", "supervised", due_at=due_at)
    turn.tell("RulingLate", gate=gate.name)


def _not_shipped(turn: Turn, found: Found, gate: Gate) -> None:
    _close(turn, found, gate, "not_shipped")


def _no_courier_came(turn: Turn, found: Found, gate: Gate) -> None:
    from chalicelib.usecases import pickups  # with all that is known of carriers, which no other silence needs

    pickups.missed(turn, found, gate)


def _received(turn: Turn, found: Found, gate: Gate) -> None:
    if gate.silence == instants.UNHEARD_OF:
        disputes.open_at(turn, gate, "never_scanned")
    elif turn.case.remedy == "repair":
        repairs.receive(turn, found, gate, because="silence")
    else:
        acceptances.pass_unseen(turn, found, gate, "accepted")


def _passed(turn: Turn, found: Found, gate: Gate) -> None:
    acceptances.pass_unseen(turn, found, gate, "passed")


def _no_difference(turn: Turn, found: Found, gate: Gate) -> None:
    exchange_conversions.to_refund(turn, "difference_unpaid", gate)


def _no_replacement(turn: Turn, found: Found, gate: Gate) -> None:
    exchange_conversions.to_refund(turn, "replacement_late", gate)


def _no_appointment(turn: Turn, found: Found, gate: Gate) -> None:
    returns.bring_in_agent(turn, gate, "no_appointment")


def _not_sent_back(turn: Turn, found: Found, gate: Gate) -> None:
    returns.bring_in_agent(turn, gate, "not_sent_back")


def _close(turn: Turn, found: Found, gate: Gate, because: str) -> None:
    turn.answer(gate, "closed")
    turn.change(closed_because=because)
    instants.give_back(turn, found)
    turn.tell("CaseClosed", "closed", because="silence", gate=gate.name)


def _refusal_stands(turn: Turn, found: Found, gate: Gate) -> None:
    """The refused buyer said no more. Goods that failed their inspection are sent back."""
    inspected = turn.case.return_id is not None
    _close(turn, found, gate, "failed_inspection" if inspected else "expired")
    if inspected:
        goods = returns.goods_of(turn, found)
        returns.dispose(turn, goods, returns.all_of(goods, "send_back"))


def _no_address(turn: Turn, found: Found, gate: Gate) -> None:
    """The book is asked once more; a shop that still does not say where its goods go does not stop the buyer."""
    _, address = returns.address_for(found, turn.case)
    if address is not None:
        returns.give_address(turn, found, gate, address)
    else:
        returns.bring_in_agent(turn, gate, "no_address")


def _settlement_is_late(turn: Turn, found: Found, gate: Gate) -> bool:
    """An accepted bank refund may take days; what nobody heard of goes to a person."""
    open_refunds = [ref for ref in turn.case.refunds if ref.state in ("submitted", "unknown")]
    accepted = [
        refund.accepted_at
        for ref in open_refunds
        if (refund := found.get(refs.refund(turn.case.case_id, ref.refund_no))) and refund.accepted_at
    ]
    if accepted and len(accepted) == len(open_refunds):
        until = turn.policy.calendar.after(max(accepted), turn.policy.deadlines.settlement_accepted)
        if until > turn.at:
            turn.move_deadline(gate, until, "the payment system has accepted it")
            return True
    turn.answer(gate, "unknown")
    return False


def _carrier_is_silent(turn: Turn, found: Found, gate: Gate) -> bool:
    from chalicelib.usecases import deliveries  # only the function of this silence needs to know of carriers

    return deliveries.fall(turn, found, gate)


# One line for each gate whose silence is an answer; True: it moved the deadline instead.
_SILENCES: Mapping[GateName, Callable[[Turn, Found, Gate], bool | None]] = {
    "decision": _approve,
    "buyer_answer": _let_the_offer_go,
    "escalation": _refusal_stands,
    "inquiry": inquiries.call_the_supervisor,
    "evidence": disputes.close_evidence,
    "ruling": _call_the_supervisor,
    "appeal": rulings.stand,
    "address": _no_address,
    "shipment": _not_shipped,
    "pickup": _no_courier_came,
    "receipt": _received,
    "inspection": _passed,
    "difference": _no_difference,
    "replacement": _no_replacement,
    "replacement_receipt": replacements.received_unsaid,
    "appointment": _no_appointment,
    "repair": workbenches.late,
    "estimate": workbenches.decline,
    "dispatch": _not_sent_back,
    "acceptance": handbacks.take,
    "choice": conversions.choose_for_silent,
    "fee": fees.unpaid,
    "carrier": _carrier_is_silent,
    "settlement": _settlement_is_late,
}
