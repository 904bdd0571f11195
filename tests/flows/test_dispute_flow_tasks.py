"""The tasks of `dispute_flow`, called as Step Functions calls them, and its definition over the real use cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.flows import dispute_flow
from chalicelib.schemas.cases import DecideCase, ReviseCase, RuleCase
from chalicelib.schemas.disputes import AnswerInquiry, AppealRuling
from chalicelib.usecases import decisions, hearings, inquiries, rulings
from tests.flows.tales import SILENCE, tale_of
from tests.flows.test_return_flow_tasks import go_on, tell
from tests.standins import returns, stages
from tests.standins.flows import WalkedFlows
from tests.standins.shops import AGENT, BUYER, MERCHANT, SUPERVISOR, asking, sell, shop
from tests.standins.world import World

DISPUTE = tale_of("dispute_flow")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = shop()
    sell(world)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    return world


def call(task: Callable[..., Any], world: World, case_id: str) -> dict[str, Any]:
    gate = world.gate(case_id)
    return dict(task({"case_id": case_id, "attempt": 2, "gate": gate.name, "round": gate.round, "version": 1}, None))


def late(world: World, case_id: str) -> None:
    world.clock.reach(world.gate(case_id).due_at)


def test_ask_carriers_asks_who_signed_for_goods_that_were_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    world = returns.return_shop()
    monkeypatch.setattr(wiring, "ports", lambda: world)
    case_id = returns.in_transit(world)
    returns.carrier_says(world, case_id, "lost")
    before = len(world.logistics_commands.asked)
    for _ in range(2):  # a repeated task asks the worker again, and the carrier under the same number
        step = call(dispute_flow.ask_carriers, world, case_id)
    assert ("asked", "evidence") == (step["outcome"], step["gate"])
    assert 1 == len({number for number, *_ in world.logistics_commands.asked[before:]})


def test_expire_inquiry_calls_the_supervisor(world: World) -> None:
    case_id = stages.looked_into(world)
    late(world, case_id)
    step = call(dispute_flow.expire_inquiry, world, case_id)
    assert ("supervised", "inquiry", 2) == (step["outcome"], step["gate"], step["round"])
    assert "supervisor" == world.gate(case_id).owner


def test_expire_evidence_seals_and_calls_an_agent(world: World) -> None:
    case_id = stages.escalated(world)
    late(world, case_id)
    step = call(dispute_flow.expire_evidence, world, case_id)
    assert ("sealed", "ruling", 1) == (step["outcome"], step["gate"], step["round"])
    assert "agent" == world.gate(case_id).owner


def test_expire_ruling_calls_the_supervisor(world: World) -> None:
    case_id = stages.in_dispute(world)
    late(world, case_id)
    step = call(dispute_flow.expire_ruling, world, case_id)
    assert ("supervised", "ruling", 2) == (step["outcome"], step["gate"], step["round"])
    assert "supervisor" == world.gate(case_id).owner


def test_expire_appeal_makes_the_ruling_final(world: World) -> None:
    case_id = stages.ruled(world)
    late(world, case_id)
    step = call(dispute_flow.expire_appeal, world, case_id)
    assert ("executed", "approved") == (step["outcome"], world.case(case_id).status)


def test_a_late_ruling_goes_to_the_supervisor_in_the_next_round() -> None:
    walked = DISPUTE.told("escalated", SILENCE, "supervised")
    assert [1, 2] == [call.payload["round"] for call in walked.calls if call.state == "AwaitRuling"]


def test_a_dispute_with_an_appeal_is_heard_twice_and_takes_nineteen_transitions() -> None:
    told = DISPUTE.told("gather", "asked", SILENCE, "sealed", "ruled", "appealed", SILENCE, "sealed", "executed")
    assert "RulingExecuted" == told.end
    assert 19 >= told.transitions


def test_the_definition_carries_a_dispute_with_an_appeal_to_the_money(world: World) -> None:
    world.flows = WalkedFlows(world)  # type: ignore[assignment]
    case_id = stages.escalated(world)
    go_on(world)
    tell(world, stages.pass_by, case_id)
    tell(world, rulings.rule, asking(None, AGENT), case_id, RuleCase(ruling="close", reason="no proof"))
    tell(world, hearings.appeal, asking(None, BUYER), case_id, AppealRuling(reason="look at the photo"))
    tell(world, stages.pass_by, case_id)
    tell(world, rulings.rule, asking(None, SUPERVISOR), case_id, RuleCase(ruling="approve", reason="it shows it"))
    go_on(world)
    ends = [(one.flow, one.walked.end) for one in world.flows.executions.values() if one.walked]  # type: ignore[attr-defined]
    assert [("dispute_flow", "RulingExecuted"), ("refund_flow", "RefundSettled")] == ends[-2:]
    assert 30789 == sum(world.payments.paid.values())


def test_the_definitions_carry_a_danger_that_a_revision_speaks_of_over_the_platform_to_the_money(world: World) -> None:
    world.flows = WalkedFlows(world)  # type: ignore[assignment]
    case_id = stages.in_review(world)
    go_on(world)
    tell(world, decisions.decide, asking(None, MERCHANT), case_id, DecideCase(decision="reject", reason="worn"))
    tell(world, decisions.revise, asking(None, BUYER), case_id, ReviseCase(reason="unsafe"))
    go_on(world)
    tell(world, inquiries.answer, asking(None, AGENT), case_id, AnswerInquiry(finding="confirmed", reason="it burns"))
    go_on(world)
    ends = [(one.flow, one.walked.end) for one in world.flows.executions.values() if one.walked]  # type: ignore[attr-defined]
    told = [("refund_flow", "CaseInDispute"), ("dispute_flow", "CaseHandedBack"), ("refund_flow", "RefundSettled")]
    assert told == ends
    assert 30789 == sum(world.payments.paid.values())
