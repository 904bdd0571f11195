"""Rulings 裁决: an agent of the platform decides what buyer and merchant could not."""

from __future__ import annotations

from chalicelib.errors import FieldError, InvalidRequest, RefundExceedsPaid
from chalicelib.ports import Ports
from chalicelib.schemas.cases import RuleCase
from chalicelib.usecases import cases, steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.proposals import second_person_agrees
from chalicelib.usecases.steps import Decision, Found, Reply, Request


def rule(ports: Ports, request: Request, case_id: str, body: RuleCase) -> Reply:
    """Approves an amount, or closes the case. A late ruling is the supervisor's.

    Raises CaseNotFound, Forbidden, GateNotFound, InvalidRequest, RefundExceedsPaid, SecondPersonNeeded.
    """
    if body.ruling == "close" and body.amount is not None:
        raise InvalidRequest("closing grants nothing", errors=[FieldError("amount", "only to approve")])

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        late = turn.case.gate is not None and turn.case.gate.owner == "supervisor"
        act_as(request.actor, *(("supervisor",) if late else ("agent", "supervisor")))
        gate = cases.awaited_gate(turn, found, "ruling")
        if body.ruling == "close":
            turn.answer(gate, "closed")
            cases.give_back(turn, found)
            turn.change(closed_because="ruled")
            turn.tell("RulingGiven", "closed", note=body.reason, ruling="close")
            return turn.items, cases.view(ports, turn.case)
        claimed = turn.case.amount
        amount = body.amount.in_currency(turn.case.currency, "amount") if body.amount else claimed
        if amount > claimed:
            wrong = FieldError("amount", f"at most {claimed} was claimed", {"maximum": claimed})
            raise RefundExceedsPaid(wrong.message, errors=[wrong])
        if second_person_agrees(turn, amount, "rule"):
            turn.answer(gate, "approved")
            cases.grant_less(turn, found, amount)
            turn.tell("RulingGiven", "approved", note=body.reason, ruling="approve")
        return turn.items, cases.view(ports, turn.case)

    return steps.answer(ports, request, cases.first_round(case_id, "ruling"), once)
