"""A case that no rule can carry on waits for a person of the platform, and says why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.usecases import cases, gates, steps
from chalicelib.usecases.persons import park as park
from chalicelib.usecases.persons import person_is_done as person_is_done

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.ports import Ports
    from chalicelib.usecases.gates import Step
    from chalicelib.usecases.steps import Decision, Found

SOON = timedelta(minutes=1)


def park_case(ports: Ports, case_id: str, fault: dict[str, Any] | None, attempt: int | None = None) -> Step:
    """The flow's last resort. `fault` is what it caught: `{"Error", "Cause"}`. Repeating it changes nothing.

    An execution whose `attempt` is over parks nothing: another one carries the case.
    """
    because = _because(fault)

    def once(found: Found) -> Decision[Step]:
        case = cases.need(found, case_id)
        stale = attempt is not None and attempt < case.attempt
        if stale or not case.is_open or (case.parking is not None and case.parking.because == because):
            return [], gates.step("parked", case.gate, ports.clock.now())
        turn = cases.turn_of(ports, case, SYSTEM)
        park(turn, because, _detail(case.refunds))
        return turn.items, gates.step("parked", turn.case.gate, turn.at)

    return steps.change(ports, [refs.case(case_id)], once)


def _because(fault: dict[str, Any] | None) -> str:
    """The error's class name; never its cause, which may quote what people wrote."""
    return str((fault or {}).get("Error", "fault"))[:80]


def _detail(refunds: Any) -> str:
    return ", ".join(f"{ref.refund_no} {ref.state}" for ref in refunds) or "the flow could not go on"


def restart(ports: Ports, case_id: str) -> int:
    """Begins another execution of the case: a closed name cannot start again. Returns its attempt."""

    def once(found: Found) -> Decision[Case]:
        case = cases.need(found, case_id)
        again = case.next(attempt=case.attempt + 1, updated_at=ports.clock.now())
        return [again], again

    case = steps.change(ports, [refs.case(case_id)], once)
    ports.flows.start(case.flow, case_id, case.attempt)
    return case.attempt
