"""The flow's step from any other approval than an inspection's to goods that go out, which asks for them by itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.lifecycles import GRANTABLE
from chalicelib.errors import GateNotFound
from chalicelib.usecases import cases, gates, persons, replacements, steps

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import GateName
    from chalicelib.ports import Ports
    from chalicelib.usecases.gates import Step
    from chalicelib.usecases.steps import Decision, Found


def ship_replacement(ports: Ports, case_id: str) -> Step:
    """The flow's step: the goods are asked for, or first what they cost more. Repeating it changes nothing."""

    def once(found: Found) -> Decision[Step]:
        case, now = cases.need(found, case_id), ports.clock.now()
        if case.status not in GRANTABLE:
            return [], _where_it_stands(found, case, now)
        if not case.replaces:
            return [], gates.step("converted", case.gate, now)
        turn = cases.turn_of(ports, case, SYSTEM)
        persons.person_is_done(turn, found)
        then = replacements.what_follows(turn, found)
        replacements.go_on(turn, found, then)
        return turn.items, gates.step(then.outcome if then else "converted", turn.case.gate, now)

    return steps.change(ports, [refs.case(case_id), refs.replacement(case_id), refs.frozen()], once)


def _where_it_stands(found: Found, case: Case, now: datetime) -> Step:
    """A repetition answers as it did: with the gate that it had opened, also when that was answered meanwhile."""
    waits: tuple[tuple[GateName, str], ...] = (("replacement", "requested"), ("difference", "unpaid"))
    for name, outcome in waits:
        round = case.rounds.get(name, 0)
        if round:
            gate = found.need(refs.gate(case.case_id, name, round), GateNotFound)
            return gates.step(outcome, gate.ref, now)
    return gates.step("converted", case.gate, now)
