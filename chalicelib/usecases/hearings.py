"""Hearings: what buyer, shop and carrier say in a dispute, when they have nothing to add, and their one appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from chalicelib.domain import refs
from chalicelib.domain.disputes import Appeal, Statement
from chalicelib.errors import Forbidden, GateNotFound, TransitionRefused
from chalicelib.usecases import cases, disputes, rulings, steps
from chalicelib.usecases.access import act_as

if TYPE_CHECKING:
    from chalicelib.domain.disputes import Party
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.disputes import AppealRuling, FinishDispute, MakeStatement
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def testify(ports: Ports, request: Request, case_id: str, body: MakeStatement) -> Reply:
    """A party tells its side; an agent writes down what a carrier said.

    Raises CaseNotFound, Forbidden, DisputeNotFound, TransitionRefused once it is sealed, InvalidRequest.
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        party = _speaks_for(turn, body.party)
        dispute = disputes.of(turn, found)
        if dispute.state != "gathering":
            raise TransitionRefused("everything was sealed: nothing can be added", status=dispute.state)
        cases.awaited_gate(turn, found, "evidence")
        statement = Statement(party=party, by=turn.actor, at=turn.at, round=dispute.round, text=body.text)
        turn.keep_dispute(dispute.stated(statement))
        turn.tell("StatementMade", party=party)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "evidence"), once)


def _speaks_for(turn: Turn, named: Party | None) -> Party:
    if turn.actor.role in ("buyer", "merchant"):
        if named not in (None, turn.actor.role):
            raise Forbidden(f"a {turn.actor.role} speaks for itself")
        return turn.actor.role
    act_as(turn.actor, "agent", "supervisor")
    if named not in (None, "carrier"):
        raise Forbidden("buyer and shop speak for themselves")
    return "carrier"


def finish(ports: Ports, request: Request, case_id: str, body: FinishDispute) -> Reply:
    """A party has nothing to add, or lets the ruling stand: when all have said so nobody waits for the deadline.

    Raises CaseNotFound, Forbidden, DisputeNotFound, GateNotFound, AnswerTooLate.
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer", "merchant")
        dispute = disputes.of(turn, found)
        cases.awaited_gate(turn, found, "appeal" if dispute.state == "ruled" else "evidence")
        after = dispute.finished(request.actor.role)  # type: ignore[arg-type]
        if after is not dispute:
            turn.keep_dispute(after)
            turn.tell("StatementMade", party=request.actor.role, because="done", note=body.note)
            _end_early(turn, found)
        return turn.items if after is not dispute else [], cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "evidence"), once)


def _end_early(turn: Turn, found: Found) -> None:
    """Nobody is waited for any more: what silence would do happens now."""
    ref = turn.case.gate
    if ref is not None and ref.name == "appeal" and disputes.nobody_is_missing(turn, found):
        gate = found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound)
        rulings.stand(turn, found, gate)
    disputes.end_early(turn, found)


def appeal(ports: Ports, request: Request, case_id: str, body: AppealRuling) -> Reply:
    """申诉: either party, once, in time. By policy both may show more before a supervisor, who has not ruled on it yet,
    rules for good; else the supervisor rules on what was sealed and the appeal's reason.

    Raises CaseNotFound, Forbidden, DisputeNotFound, GateNotFound, AnswerTooLate.
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer", "merchant")
        gate = cases.awaited_gate(turn, found, "appeal")
        side: Literal["buyer", "merchant"] = "buyer" if request.actor.role == "buyer" else "merchant"
        _appeal(turn, found, gate, Appeal(party=side, by=turn.actor, at=turn.at, reason=body.reason))
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "appeal"), once)


def _appeal(turn: Turn, found: Found, gate: Gate, appeal: Appeal) -> None:
    dispute = disputes.of(turn, found)
    parties: tuple[Party, ...] = tuple(party for party in dispute.awaited if party != "carrier")
    turn.keep_dispute(dispute.appealed(appeal, "gathering", parties))
    if not turn.policy.appeal_hears:
        turn.answer(gate, "referred")
        turn.tell("RulingAppealed", note=appeal.reason, party=appeal.party)
        disputes.seal(turn, found)
        disputes.await_ruling(turn, found)
        return
    turn.answer(gate, "appealed")
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.evidence_appeal)
    evidence = turn.wait("evidence", disputes.PARTIES, "sealed", due_at=due_at)
    turn.keep_dispute(disputes.of(turn, found).but(due_at=due_at))
    turn.tell("RulingAppealed", note=appeal.reason, party=appeal.party, **evidence.awaited)
