"""Cases of the small shop at each stage of their life, brought there by the use cases that bring them there."""

from __future__ import annotations

from typing import Any

from chalicelib.schemas.cases import EscalateCase, RuleCase, WithdrawCase
from chalicelib.usecases import decisions, gates, grants, parkings, rulings, settlements
from tests.standins.shops import AGENT, BUYER, COAT, asking, decide, file
from tests.standins.world import World

OFFER = {"amount": COAT // 2, "currency": "CNY"}


def in_review(world: World) -> str:
    return file(world)


def approved(world: World) -> str:
    case_id = file(world)
    decide(world, case_id, "approve")
    return case_id


def rejected(world: World) -> str:
    case_id = file(world)
    decide(world, case_id, "reject", reason="it was worn")
    return case_id


def countered(world: World) -> str:
    case_id = file(world)
    decide(world, case_id, "counter", amount=OFFER)
    return case_id


def looked_into(world: World, reason: str = "unsafe", **more: Any) -> str:
    """Goods said to be dangerous, or fakes: the platform looks first."""
    return file(world, reason=reason, **more)


def escalated(world: World) -> str:
    """Both sides are heard."""
    case_id = rejected(world)
    decisions.escalate(world, asking(), case_id, EscalateCase())
    return case_id


def in_dispute(world: World) -> str:
    """Nobody had more to show: it is sealed, and an agent is awaited."""
    case_id = escalated(world)
    pass_by(world, case_id)
    return case_id


def pass_by(world: World, case_id: str) -> None:
    """Whoever is awaited is silent until it is an answer."""
    gate = world.gate(case_id)
    world.clock.reach(gate.due_at)
    gates.expire(world, case_id, gate.name, gate.round, by_flow=False)


def rule_for_good(world: World, case_id: str, ruling: str = "approve", **more: Any) -> None:
    """The time to show something passes, an agent rules, and nobody appeals."""
    if world.gate(case_id).name == "evidence":
        pass_by(world, case_id)
    body = RuleCase.model_validate({"ruling": ruling, "reason": "the photos show it", **more})
    rulings.rule(world, asking(None, AGENT), case_id, body)
    ref = world.case(case_id).gate
    if ref is not None and ref.name == "appeal":
        pass_by(world, case_id)


def ruled(world: World, ruling: str = "approve", **more: Any) -> str:
    """Ruled on, and either side may appeal."""
    case_id = in_dispute(world)
    body = RuleCase.model_validate({"ruling": ruling, "reason": "the photos show it", **more})
    rulings.rule(world, asking(None, AGENT), case_id, body)
    return case_id


def ruling_late(world: World) -> str:
    """The agent was silent: the supervisor rules."""
    case_id = in_dispute(world)
    pass_by(world, case_id)
    return case_id


def submitted(world: World) -> str:
    case_id = approved(world)
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    return case_id


def settled(world: World) -> str:
    case_id = submitted(world)
    settlements.see_to(world, world.refund(case_id).refund_no)
    return case_id


def failed(world: World) -> str:
    """The provider declined: the flow parked the case, and a person is awaited."""
    case_id = submitted(world)
    world.payments.deeds.append("decline")
    settlements.see_to(world, world.refund(case_id).refund_no)
    parkings.park_case(world, case_id, {"Error": "RefundNotSettled"})
    return case_id


def withdrawn(world: World) -> str:
    case_id = file(world)
    decisions.withdraw(world, asking(None, BUYER), case_id, WithdrawCase())
    return case_id
