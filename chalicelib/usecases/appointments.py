"""Appointments 预约上门: a visit at the buyer's door is booked, moved, missed by one side or called off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.repairs import Visit
from chalicelib.errors import FieldError, Forbidden, InvalidRequest, TransitionRefused
from chalicelib.usecases import cases, repairs, steps
from chalicelib.usecases.access import act_as, act_as_decider

if TYPE_CHECKING:
    from chalicelib.domain.repairs import Repair
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.repairs import BookVisit, CallVisitOff
    from chalicelib.usecases.steps import Decision, Found, Reply, Request

LONGEST = timedelta(days=1)  # of a visit: nobody waits at home for longer


def book(ports: Ports, request: Request, case_id: str, body: BookVisit) -> Reply:
    """The shop says when its engineer comes; said again before the visit, it comes at another time.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest (a time that has passed or is too late),
    TransitionRefused (as many visits as the policy gives were booked).
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        again = turn.case.gate is not None and turn.case.gate.name == "repair"
        gate = cases.awaited_gate(turn, found, "repair" if again else "appointment")
        repair = repairs.repair_of(turn, found)
        _refuse_unfitting(turn, repair, body)
        visit = Visit(
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            engineer=body.engineer,
            booked_at=turn.at,
            booked_by=turn.actor,
        )
        turn.keep_repair(repair.with_visit("moved", visit))
        told: dict[str, Any] = {"repair_id": repair.repair_id, "engineer_id": visit.engineer.engineer_id}
        told |= {"starts_at": visit.starts_at.isoformat(), "ends_at": visit.ends_at.isoformat()}
        if not again:
            turn.answer(gate, "booked")
            told |= repairs.await_repair(turn, found).awaited
        turn.tell("AppointmentBooked", note=body.note, **told)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "appointment"), once)


def _refuse_unfitting(turn: Turn, repair: Repair, body: BookVisit) -> None:
    if not repair.is_on_site:
        raise TransitionRefused("the goods are in the workshop: nobody visits", status=turn.case.status)
    if len(repair.visits) >= turn.policy.repairs.visits:
        raise TransitionRefused(f"{turn.policy.repairs.visits} visits were booked", status=turn.case.status)
    assert repair.due_at is not None
    limits = {"after": turn.at.isoformat(), "latest": repair.due_at.isoformat()}
    wrong: list[FieldError] = []
    if body.starts_at <= turn.at:
        wrong.append(FieldError("starts_at", "later than now", limits))
    if not body.starts_at < body.ends_at <= body.starts_at + LONGEST:
        wrong.append(FieldError("ends_at", "after it starts, and within a day", limits))
    if body.ends_at > repair.due_at:
        wrong.append(FieldError("ends_at", "before the repair is due", limits))
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)


def call_off(ports: Ports, request: Request, case_id: str, body: CallVisitOff) -> Reply:
    """The visit came to nothing, and another must be booked. Where the buyer was not there, or does not want it, the
    shop's time begins anew.

    Raises CaseNotFound, Forbidden (a buyer who speaks of the buyer's absence), GateNotFound, AnswerTooLate,
    TransitionRefused (missed before it began, cancelled after).
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        _refuse_stranger(turn, body)
        gate = cases.awaited_gate(turn, found, "repair")
        repair = repairs.repair_of(turn, found)
        _refuse_untimely(turn, repair.visit, body)
        turn.keep_repair(repair.with_visit(body.outcome))
        if body.outcome == "missed_by_buyer" or (body.outcome == "cancelled" and turn.actor.role == "buyer"):
            repairs.timed_anew(turn, found)
        turn.answer(gate, "rebooking")
        told = repairs.await_appointment(turn, found).awaited
        turn.tell("AppointmentOver", note=body.note, repair_id=repair.repair_id, visit=body.outcome, **told)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "repair"), once)


def _refuse_stranger(turn: Turn, body: CallVisitOff) -> None:
    if turn.actor.role != "buyer":
        act_as_decider(turn.actor, turn.case)
    elif body.outcome == "missed_by_buyer":
        raise Forbidden("the engineer says whether the buyer was there")
    else:
        act_as(turn.actor, "buyer")


def _refuse_untimely(turn: Turn, visit: Visit | None, body: CallVisitOff) -> None:
    if visit is None:
        raise TransitionRefused("no visit is booked", status=turn.case.status)
    begun = turn.at >= visit.starts_at
    if begun == (body.outcome == "cancelled"):
        said = "has begun: say who was not there" if begun else "has not begun: cancel it"
        raise TransitionRefused(f"the visit {said}", status=turn.case.status)
