"""Rulings 裁决: an agent of the platform decides what buyer and merchant could not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import FieldError, InvalidRequest, RefundExceedsPaid
from chalicelib.usecases import acceptances, advances, approvals, cases, conversions, replacements, steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.proposals import second_person_agrees

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import RuleCase
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def rule(ports: Ports, request: Request, case_id: str, body: RuleCase) -> Reply:
    """Approves an amount, or closes the case. A late ruling is the supervisor's.

    Of an exchange without an amount, the goods are approved (once more, if they were sent); closed when they were sent,
    they count as received.

    Raises CaseNotFound, Forbidden, GateNotFound, InvalidRequest, RefundExceedsPaid, SecondPersonNeeded.
    """
    if body.ruling == "close" and body.amount is not None:
        raise InvalidRequest("closing grants nothing", errors=[FieldError("amount", "only to approve")])

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        late = turn.case.gate is not None and turn.case.gate.owner == "supervisor"
        act_as(request.actor, *(("supervisor",) if late else ("agent", "supervisor")))
        gate = cases.awaited_gate(turn, found, "ruling")
        if body.ruling == "close" and replacements.is_out(turn, found):
            _rule_received(turn, found, gate, body)
            return turn.items, cases.shown(turn, found)
        if body.ruling == "close":
            turn.answer(gate, "closed")
            cases.give_back(turn, found)
            turn.change(closed_because="ruled")
            turn.tell("RulingGiven", "closed", note=body.reason, ruling="close")
            acceptances.end_ruled(turn, found, for_buyer=False)
            return turn.items, cases.shown(turn, found)
        claimed = turn.case.amount
        amount = body.amount.in_currency(turn.case.currency, "amount") if body.amount else claimed
        if amount > claimed:
            wrong = FieldError("amount", f"at most {claimed} was claimed", {"maximum": claimed})
            raise RefundExceedsPaid(wrong.message, errors=[wrong])
        if second_person_agrees(turn, amount, "rule"):
            if body.amount is not None:
                conversions.to_refund(turn, "ruled")  # an amount is money, and no goods
            cases.grant_less(turn, found, amount)
            advances.step_in(turn, found)
            approvals.approve(turn, found, gate, "RulingGiven", note=body.reason, ruling="approve")
            acceptances.end_ruled(turn, found, for_buyer=True)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "ruling"), once)


def _rule_received(turn: Turn, found: Found, gate: Gate, body: RuleCase) -> None:
    """The buyer has the goods that were sent, says the agent: the exchange is done, and nobody keeps both."""
    turn.tell("RulingGiven", note=body.reason, ruling="close")
    replacements.complete(turn, found, gate, turn.at, "ruled")
