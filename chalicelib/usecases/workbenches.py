"""The workbench 检修: what a repair would cost, what was done and found, and what follows from the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain.repairs import Estimate, Labour, Part, cost_of
from chalicelib.domain.warranties import Days
from chalicelib.errors import FieldError, InvalidRequest, TransitionRefused
from chalicelib.usecases import cases, conversions, photos, repairs, returns, steps
from chalicelib.usecases.access import act_as_decider

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.repairs import Repair, Result
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import AnswerOffer
    from chalicelib.schemas.repairs import LabourBody, MakeEstimate, PartBody, RecordRepair
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def record(ports: Ports, request: Request, case_id: str, body: RecordRepair) -> Reply:
    """Repaired, beyond repair, or nothing wrong with it; with what it took.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest (no engineer, photos that the case does
    not have), CurrencyMismatch, TransitionRefused (out of warranty, and the buyer has agreed to no price).
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        gate = cases.awaited_gate(turn, found, "repair")
        repair = repairs.repair_of(turn, found)
        if body.result == "repaired" and not repair.is_agreed:
            raise TransitionRefused("out of warranty: the buyer must agree to the price first", status=turn.case.status)
        photos.refuse_unknown(
            found,
            case_id,
            {
                evidence_id: f"findings[{i}].evidence"
                for i, remark in enumerate(body.findings)
                for evidence_id in remark.evidence
            },
        )
        _keep_result(turn, found, repair, body)
        _RESULTS[body.result](turn, found, gate)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "repair"), once)


def _keep_result(turn: Turn, found: Found, repair: Repair, body: RecordRepair) -> None:
    visit = repair.visit
    engineer = body.engineer or (visit.engineer if visit else None)
    if engineer is None:
        raise InvalidRequest("who was at it?", errors=[FieldError("engineer", "needed where none was booked")])
    parts, labour = _parts(turn, body.parts), _labour(turn, body.labour)
    if visit is not None:
        day_of = turn.policy.calendar.day_of
        repairs.lengthen(turn, found, Days(first=day_of(min(visit.starts_at, turn.at)), last=day_of(turn.at)))
    done = {"result": body.result, "ended_at": turn.at, "by": turn.actor, "engineer": engineer}
    after = repair.with_visit("kept").with_attempt(**done, parts=parts, labour=labour, findings=body.findings)
    turn.keep_repair(after)


def _told(repair: Repair) -> dict[str, Any]:
    """What the entry says of the last attempt: facts for whoever counts them, and nobody's name."""
    attempt = repair.attempt
    assert attempt is not None
    assert attempt.engineer is not None
    return {
        "repair_id": repair.repair_id,
        "result": attempt.result,
        "attempt": len(repair.attempts),
        "covered": repair.covered,
        "engineer_id": attempt.engineer.engineer_id,
        "parts": [part.model_dump(include={"part_no", "quantity", "unit_cost"}) for part in attempt.parts],
        "labour_minutes": attempt.labour.minutes,
        "cost": cost_of(attempt.parts, attempt.labour),
    }


def _parts(turn: Turn, told: Sequence[PartBody]) -> tuple[Part, ...]:
    return tuple(
        Part(
            part_no=part.part_no,
            name=part.name,
            quantity=part.quantity,
            unit_cost=part.unit_cost.in_currency(turn.case.currency, f"parts[{i}].unit_cost") if part.unit_cost else 0,
        )
        for i, part in enumerate(told)
    )


def _labour(turn: Turn, told: LabourBody) -> Labour:
    cost = told.cost.in_currency(turn.case.currency, "labour.cost") if told.cost else 0
    return Labour(minutes=told.minutes, cost=cost)


# What follows


def _hand_over(turn: Turn, found: Found, gate: Gate) -> None:
    """At the door the buyer is asked at once; from the workshop the goods travel first."""
    repair = repairs.repair_of(turn, found)
    if not repair.is_on_site:
        _send_back(turn, found, gate)
        return
    turn.answer(gate, "repaired")
    told = turn.wait("acceptance", f"buyer#{turn.case.buyer_id}", "fixed").awaited
    turn.tell("RepairRecorded", **_told(repair), **told)


def _send_back(turn: Turn, found: Found, gate: Gate) -> None:
    repair = repairs.repair_of(turn, found)
    turn.answer(gate, "dispatching")
    told = repairs.await_dispatch(turn, found).awaited
    turn.tell("RepairRecorded", **_told(repair), **told)


def _give_up(turn: Turn, found: Found, gate: Gate) -> None:
    """Beyond repair: under warranty the buyer gets something else, out of it the goods back."""
    repair = repairs.repair_of(turn, found)
    if not repair.covered and not repair.is_on_site:
        _send_back(turn, found, gate)
        return
    turn.tell("RepairRecorded", **_told(repair))
    if repair.covered:
        conversions.instead(turn, found, gate, "not_repairable")
    else:
        turn.answer(gate, "closed")
        repairs.close(turn, found, "not_repairable")


_RESULTS: Mapping[Result, Callable[[Turn, Found, Gate], None]] = {
    "repaired": _hand_over,
    "no_fault_found": _hand_over,
    "not_repairable": _give_up,
}


def late(turn: Turn, found: Found, gate: Gate) -> None:
    """The shop owes a result and gives none: under warranty the buyer gets something else; out of it an agent rules,
    because the goods may be with the shop, and nobody owes their price."""
    repair = repairs.repair_of(turn, found)
    turn.keep_repair(repair.with_visit("missed_by_engineer").with_attempt(ended_at=turn.at))
    if repair.covered:
        conversions.instead(turn, found, gate, "repair_late")
    else:
        returns.bring_in_agent(turn, gate, "repair_late")


# What it would cost


def estimate(ports: Ports, request: Request, case_id: str, body: MakeEstimate) -> Reply:
    """Out of warranty the buyer is told the price first, and answers.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest (nothing), CurrencyMismatch,
    TransitionRefused (it is free, or there was a price that the buyer took).
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        gate = cases.awaited_gate(turn, found, "repair")
        repair = repairs.repair_of(turn, found)
        if repair.is_agreed:
            why = "under warranty: it is free" if repair.covered else "the buyer has agreed to a price"
            raise TransitionRefused(why, status=turn.case.status)
        parts, labour = _parts(turn, body.parts), _labour(turn, body.labour)
        amount = cost_of(parts, labour)
        if amount < 1:
            wrong = FieldError("parts", "parts and labour come to nothing", {"minimum": 1})
            raise InvalidRequest(wrong.message, errors=[wrong])
        told = Estimate(parts=parts, labour=labour, amount=amount, note=body.note, by=turn.actor, at=turn.at)
        turn.keep_repair(repair.but(estimate=told))
        turn.answer(gate, "estimated")
        awaited = turn.wait("estimate", f"buyer#{turn.case.buyer_id}", "declined").awaited
        turn.tell("EstimateMade", note=body.note, repair_id=repair.repair_id, fee=amount, **awaited)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "repair"), once)


def answer_estimate(turn: Turn, found: Found, gate: Gate, body: AnswerOffer) -> None:
    """The buyer takes the price, and the work goes on with the shop's time anew; or does not."""
    if body.answer == "decline":
        decline(turn, found, gate, body.note)
        return
    repair = repairs.repair_of(turn, found)
    assert repair.estimate is not None
    turn.keep_repair(repair.but(estimate=repair.estimate.but(state="accepted")))
    repairs.timed_anew(turn, found)
    turn.answer(gate, "agreed")
    told = repairs.await_repair(turn, found).awaited
    turn.tell("EstimateAnswered", note=body.note, repair_id=repair.repair_id, outcome="accepted", **told)


def decline(turn: Turn, found: Found, gate: Gate, note: str | None = None) -> None:
    """Not for that price, or no word: goods in the workshop go back as they came."""
    repair = repairs.repair_of(turn, found)
    assert repair.estimate is not None
    repair = (
        repair.but(estimate=repair.estimate.but(state="declined")).with_visit("kept").with_attempt(ended_at=turn.at)
    )
    turn.keep_repair(repair)
    if repair.is_on_site:
        turn.answer(gate, "closed")
        turn.tell("EstimateAnswered", note=note, repair_id=repair.repair_id, outcome="declined")
        repairs.close(turn, found, "estimate_declined")
        return
    turn.answer(gate, "dispatching")
    told = repairs.await_dispatch(turn, found).awaited
    turn.tell("EstimateAnswered", note=note, repair_id=repair.repair_id, outcome="declined", **told)
