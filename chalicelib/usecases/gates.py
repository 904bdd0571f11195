"""Gates as the flow sees them: a token comes, a deadline passes or moves, an answer is passed on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.actors import CLOCK
from chalicelib.domain.gates import seconds_until
from chalicelib.errors import FieldError, GateNotFound, InvalidRequest
from chalicelib.usecases import cases, freezes, silences, steps
from chalicelib.usecases.access import act_as

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import Gate, GateName, GateRef
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import MoveDeadline
    from chalicelib.usecases.steps import Decision, Found, Reply, Request

LATEST = timedelta(days=365)
Step = dict[str, Any]  # {"outcome", "gate", "round", "seconds", "version"}: docs/architecture.md


def step(outcome: str, gate: GateRef | None, now: datetime) -> Step:
    """What a task answers: the outcome, and the gate to wait at next with its seconds made now."""
    if gate is None:
        return {"outcome": outcome, "gate": "none", "round": 0, "seconds": 0, "version": 0}
    return {
        "outcome": outcome,
        "gate": gate.name,
        "round": gate.round,
        "seconds": seconds_until(gate.due_at, now),
        "version": gate.deadline_version,
    }


def told(gate: Gate, case: Case, now: datetime) -> Step:
    """The step for a flow that is told this gate's answer: the gate that the answer opened comes next."""
    assert gate.answer is not None
    then = gate.answer.then
    live = case.gate if then and case.gate and (case.gate.name, case.gate.round) == (then.name, then.round) else then
    return step(gate.answer.outcome, live, now)


def open_gate(ports: Ports, case_id: str, name: GateName, round: int, version: int | None, token: str) -> None:
    """Adds the flow's token; the gate itself was created by whoever made somebody awaited. Raises GateNotFound.

    A flow that does not say which version of the deadline it counts by is taken to know the newest. Taken for the
    first, it would be told of the same move for ever.
    """
    ref = refs.gate(case_id, name, round)

    def once(found: Found) -> Decision[None]:
        gate = found.need(ref, GateNotFound)
        known = version or gate.deadline_version
        return ([] if gate.token == token else [gate.waited_on(token, known)]), None

    steps.change(ports, [ref], once)


def resume(ports: Ports, case_id: str, name: GateName, round: int) -> None:
    """Tells the waiting flow what there is to tell, and takes the token away. Safe to repeat."""
    ref = refs.gate(case_id, name, round)
    found = steps.read(ports, ref, refs.case(case_id))
    gate, case = found.need(ref, GateNotFound), cases.need(found, case_id)
    signal = gate.signal
    if signal is None or gate.token is None:
        return
    now = ports.clock.now()
    ports.flows.resume(gate.token, told(gate, case, now) if gate.answer else step(signal, gate.ref, now))
    _forget(ports, ref, gate.token)


def _forget(ports: Ports, ref: refs.Ref[Gate], token: str) -> None:
    def once(found: Found) -> Decision[None]:
        gate = found.need(ref, GateNotFound)
        return ([gate.resumed()] if gate.token == token else []), None

    steps.change(ports, [ref], once)


def forget_unheard(ports: Ports, case_id: str, name: GateName, round: int) -> None:
    """An answered gate whose flow died before it came here: the next execution starts from where the case stands."""
    ref = refs.gate(case_id, name, round)

    def once(found: Found) -> Decision[None]:
        gate = found.need(ref, GateNotFound)
        return ([gate.resumed()] if gate.is_unheard else []), None

    steps.change(ports, [ref], once)


def expire(ports: Ports, case_id: str, name: GateName, round: int, *, by_flow: bool) -> Step:
    """Silence becomes the answer, if there is no answer and the time is up; else what stands is passed on.

    `by_flow`: the flow itself asks and hears the answer; else its token stays, for the stream to resume it.
    """
    ref = refs.gate(case_id, name, round)

    def once(found: Found) -> Decision[Step]:
        gate, case = found.need(ref, GateNotFound), cases.need(found, case_id)
        now = ports.clock.now()
        if gate.answer is not None:
            return ([gate.resumed()] if by_flow and gate.is_unheard else []), told(gate, case, now)
        if not gate.is_silent(now):
            return [], step("moved", gate.ref, now)
        turn = cases.turn_of(ports, case, CLOCK)
        moved = freezes.takes_over(turn, found, gate) or silences.fall(turn, found, gate)
        if moved:
            assert turn.case.gate is not None
            return turn.items, step("moved", turn.case.gate, now)
        if by_flow:
            turn.flow_knows()
        return turn.items, step(turn.outcome, turn.case.gate, now)

    return steps.change(ports, [ref, refs.case(case_id), refs.frozen()], once)


def move_deadline(ports: Ports, request: Request, case_id: str, name: GateName, body: MoveDeadline) -> Reply:
    """Gives an awaited party another deadline; the flow re-enters its gate. Raises GateNotFound, InvalidRequest."""
    act_as(request.actor, "operator", "supervisor")

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        gate = cases.awaited_gate(turn, found, name)
        _refuse_outside(body.due_at, turn.at)
        turn.move_deadline(gate, body.due_at, body.reason)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, name), once)


def _refuse_outside(due_at: datetime, now: datetime) -> None:
    """A deadline lies ahead, and no farther than an execution may wait."""
    if now < due_at <= now + LATEST:
        return
    limits = {"after": now.isoformat(), "latest": (now + LATEST).isoformat()}
    wrong = FieldError("due_at", "later than now, and within a year", limits)
    raise InvalidRequest(f"{wrong.field}: {wrong.message}", errors=[wrong])


def remind(ports: Ports, case_id: str, name: GateName, round: int) -> None:
    """Says once that a deadline is near."""
    ref = refs.gate(case_id, name, round)

    def once(found: Found) -> Decision[None]:
        gate, case = found.need(ref, GateNotFound), cases.need(found, case_id)
        now = ports.clock.now()
        if gate.answer is not None or gate.remind_at is None or gate.remind_at > now:
            return [], None
        turn = cases.turn_of(ports, case, CLOCK)
        if freezes.takes_over(turn, found, gate):
            return turn.items, None
        turn.keep(gate.reminded())
        turn.tell("DeadlineNear", gate=gate.name, due_at=gate.due_at.isoformat(), owner=gate.owner)
        return turn.items, None

    steps.change(ports, [ref, refs.case(case_id), refs.frozen()], once)
