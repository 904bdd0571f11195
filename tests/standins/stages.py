"""Cases of the small shop at each stage of their life, brought there by the use cases that bring them there."""

from __future__ import annotations

from chalicelib.schemas.cases import EscalateCase, WithdrawCase
from chalicelib.usecases import decisions, gates, grants, parkings, settlements
from tests.standins.shops import BUYER, COAT, asking, decide, file
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


def in_dispute(world: World) -> str:
    case_id = rejected(world)
    decisions.escalate(world, asking(), case_id, EscalateCase())
    return case_id


def ruling_late(world: World) -> str:
    """The agent was silent: the supervisor rules."""
    case_id = in_dispute(world)
    world.clock.reach(world.gate(case_id).due_at)
    gates.expire(world, case_id, "ruling", 1, by_flow=False)
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
