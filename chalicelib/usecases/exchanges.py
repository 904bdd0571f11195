"""The flow's step between goods that came back and goods that go out: what is to be sent, and for how much more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.lifecycles import GRANTABLE
from chalicelib.domain.replacements import Replacement, difference, terms
from chalicelib.errors import GateNotFound
from chalicelib.usecases import cases, exchange_conversions, gates, persons, replacements, steps

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import GateName
    from chalicelib.domain.turns import Turn
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
        outcome = _begin(turn, found)
        return turn.items, gates.step(outcome, turn.case.gate, now)

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


def _begin(turn: Turn, found: Found) -> str:
    case = turn.case
    replacement = found.get(refs.replacement(case.case_id))
    if replacement is not None and replacement.received_at is not None:
        return "owed"
    if replacement is None:
        order, _ = cases.order_and_ledger(found, case)
        lines = terms(order, case.claim, case.wanted, fee_counts=turn.policy.restocking_of_exchanges)
        if lines is None:
            exchange_conversions.to_refund(turn, "unpriced")
            return "converted"
        replacement = Replacement(
            version=0,
            case_id=case.case_id,
            order_id=case.order_id,
            merchant_id=case.merchant_id,
            lines=lines,
            difference=difference(lines),
            opened_at=turn.at,
        )
        turn.change(has_replacement=True)
    if replacement.is_paid:
        replacements.request(turn, found, replacement)
        return "requested"
    turn.keep_replacement(replacement)
    gate = turn.wait("difference", f"buyer#{case.buyer_id}", "converted")
    turn.tell("DifferenceAsked", "remedying", difference=replacement.difference, **gate.awaited)
    return "unpaid"
