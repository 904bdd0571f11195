"""A person of the platform is asked to see to a case, and has seen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.cases import Parking
from chalicelib.errors import GateNotFound

if TYPE_CHECKING:
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def park(turn: Turn, because: str, detail: str) -> None:
    """Marks the case, says why, and makes the operators awaited unless somebody else still is."""
    turn.change(parking=Parking(because=because, detail=detail))
    if turn.case.gate is None and turn.case.is_open:
        turn.wait("person", "operator", "reminded")
    turn.tell("CaseParked", because=because, detail=detail)


def person_is_done(turn: Turn, found: Found) -> None:
    """The operators are awaited no more, if they were."""
    ref = turn.case.gate
    if ref is not None and ref.name == "person":
        turn.answer(found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound), "done")
        turn.flow_knows()  # no flow waits for a person
