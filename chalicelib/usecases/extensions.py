"""Extension 延长: who is awaited asks for more time, once, before the time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import Forbidden, GateNotFound, TransitionRefused
from chalicelib.usecases import cases, steps
from chalicelib.usecases.access import act_as

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import AskForTime
    from chalicelib.usecases.steps import Decision, Found, Reply, Request

_BECAUSE = {"buyer": "asked_by_buyer", "merchant": "asked_by_merchant"}


def ask(ports: Ports, request: Request, case_id: str, body: AskForTime) -> Reply:
    """Moves the deadline of the gate that the asker is awaited at by what the policy gives; the flow re-enters it.

    Raises CaseNotFound, Forbidden (somebody else is awaited), GateNotFound (nobody is), AnswerTooLate,
    TransitionRefused (nothing is given at this gate, or it was given already).
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, *_BECAUSE)
        gate = _own_gate(turn, found, request.actor)
        until = turn.policy.extended(gate)
        if until is None:
            raise TransitionRefused(_refusal(gate), status=turn.case.status, gate=gate.name)
        reason = body.reason or f"the {request.actor.role} asked for more time"
        turn.move_deadline(gate.lengthened(), until, reason, because=_BECAUSE[request.actor.role])
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "shipment"), once)


def _own_gate(turn: Turn, found: Found, actor: Actor) -> Gate:
    """The gate at which the case waits for this very actor, while there is time."""
    ref = turn.case.gate
    if ref is None:
        raise GateNotFound("the case waits for nobody", status=turn.case.status)
    mine = actor.id if actor.role == "buyer" else actor.merchant_id
    if ref.owner != f"{actor.role}#{mine}":
        raise Forbidden("only who is awaited asks for more time")
    return cases.awaited_gate(turn, found, ref.name)


def _refusal(gate: Gate) -> str:
    return "more time is given once" if gate.extended else f"no more time is given for {gate.name}"
