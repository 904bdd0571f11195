"""Inquiries: goods said to be fake 假冒伪劣 or dangerous 安全隐患 are looked at before anybody decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.freezes import decides
from chalicelib.usecases import advances, approvals, cases, liabilities, multiples, recalls, returns, steps
from chalicelib.usecases.access import act_as, is_frozen
from chalicelib.usecases.proposals import second_person_agrees

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.disputes import AnswerInquiry
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def begin(turn: Turn) -> Gate:
    """An agent, for fakes with whoever can tell, is awaited: days for the one, minutes for the other."""
    kind = turn.policy.inquiries[turn.case.reason]
    turn.change(inquiry=kind)
    return _wait(turn, "agent")


def begin_anew(turn: Turn, gate: Gate) -> dict[str, Any]:
    """The same for a case that stands at `gate` in the remedy's own machine: that execution ends as if the case were in
    dispute, and the next attempt waits here. Answers what the entry says of it."""
    turn.answer(gate, "escalated")
    inquiry = begin(turn)
    turn.change(attempt=turn.case.attempt + 1)
    return {**turn.case.beginning, **inquiry.awaited}


def _wait(turn: Turn, owner: str) -> Gate:
    assert turn.case.inquiry is not None
    due_at = turn.policy.calendar.after(turn.at, getattr(turn.policy.deadlines, turn.case.inquiry))
    return turn.wait("inquiry", owner, "supervised", due_at=due_at)


def call_the_supervisor(turn: Turn, found: Found, gate: Gate) -> None:
    """Nobody looked in time."""
    turn.answer(gate, "supervised")
    _wait(turn, "supervisor")
    turn.tell("RulingLate", gate=gate.name)


def answer(ports: Ports, request: Request, case_id: str, body: AnswerInquiry) -> Reply:
    """Confirmed: the claim is approved, it is the shop's doing, the goods are never sold again, what the policy gives
    beyond the refund is owed (惩罚性赔偿), and of dangerous ones the sale is stopped and everybody who bought them is
    told. Not confirmed: whoever would have decided decides.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, SecondPersonNeeded.
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        late = turn.case.gate is not None and turn.case.gate.owner == "supervisor"
        act_as(request.actor, *(("supervisor",) if late else ("agent", "supervisor")))
        gate = cases.awaited_gate(turn, found, "inquiry")
        if body.finding == "not_confirmed":
            _hand_back(turn, found, gate, body)
        else:
            multiple = multiples.owed(turn, found)
            amount = turn.case.amount + (multiple.amount if multiple else 0)
            if second_person_agrees(turn, amount, f"inquiry {body.stop_sale} {body.batch}"):
                turn.change(multiple=multiple)
                _confirm(turn, found, gate, body)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "inquiry"), once)


def _hand_back(turn: Turn, found: Found, gate: Gate, body: AnswerInquiry) -> None:
    turn.answer(gate, "handed_back")
    told = _close(turn, body)
    decision = turn.wait("decision", *decides(turn.case, frozen=is_frozen(found, turn.case.merchant_id)))
    turn.tell("InquiryAnswered", note=body.reason, **told, **turn.case.beginning, **decision.awaited)


def _confirm(turn: Turn, found: Found, gate: Gate, body: AnswerInquiry) -> None:
    kind, told = turn.case.inquiry, _close(turn, body)
    turn.change(condemned=True)
    owed: dict[str, Any] = {"multiple_amount": turn.case.multiple.amount} if turn.case.multiple else {}
    turn.tell("InquiryAnswered", note=body.reason, **told, **owed)
    if kind == "safety" and body.stop_sale:
        order, _ = returns.address_for(found, turn.case)
        skus = sorted({line.sku for line in returns.expected(turn.case, order)})
        goods = [{"sku": sku, **({"batch": body.batch} if body.batch else {})} for sku in skus]
        turn.tell("StopSaleRequested", lines=goods, **told)
        recalls.begin(turn, skus, body.batch)
    liabilities.decide(turn, found, "merchant", str(kind))
    advances.step_in(turn, found)
    begins = turn.case.beginning
    approvals.approve(turn, found, gate, "CaseApproved", outcome="executed", because=kind, **begins)


def _close(turn: Turn, body: AnswerInquiry) -> dict[str, Any]:
    """The remedy's own machine goes on, as the case's next attempt."""
    told: dict[str, Any] = {"inquiry": turn.case.inquiry, "finding": body.finding}
    turn.change(inquiry=None, attempt=turn.case.attempt + 1)
    return told
