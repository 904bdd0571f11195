"""The tasks that only returns have, as Step Functions calls them; and whole returns, the real definition over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain import refs
from chalicelib.flows import return_flow
from chalicelib.schemas.cases import AnswerOffer, EscalateCase, RuleCase, WithdrawCase
from chalicelib.usecases import decisions, gates, rulings, settlements
from tests.standins import invariants
from tests.standins import returns as stages
from tests.standins import stages as cases_at_each_stage
from tests.standins.credits import debts, trusting_shop
from tests.standins.flows import WalkedFlows
from tests.standins.returns import ALL
from tests.standins.shops import AGENT, asking, decide
from tests.standins.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = stages.return_shop()
    monkeypatch.setattr(wiring, "ports", lambda: made)
    return made


def call(task: Callable[..., Any], world: World, case_id: str) -> dict[str, Any]:
    gate = world.gate(case_id)
    asked = {"case_id": case_id, "attempt": 1, "gate": gate.name, "round": gate.round, "version": 1}
    return dict(task(asked, None))


def told(task: Callable[..., Any], world: World, case_id: str) -> tuple[str, str]:
    """The outcome, and the gate that comes next."""
    step = call(task, world, case_id)
    return step["outcome"], step["gate"]


def late(world: World, case_id: str) -> None:
    world.clock.reach(world.gate(case_id).due_at)


def test_expire_address_brings_in_an_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    world = stages.return_shop(address=False)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    case_id = stages.awaiting_goods(world)
    late(world, case_id)
    step = call(return_flow.expire_address, world, case_id)
    assert ("disputed", "evidence", 1) == (step["outcome"], step["gate"], step["round"])


def test_expire_address_finds_the_address_that_came_in_the_last_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    world = stages.return_shop(address=False)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    case_id = stages.awaiting_goods(world)
    late(world, case_id)
    world.records.put(stages.return_shop().records.one(refs.address_book("m1")))  # and nobody told the case
    step = call(return_flow.expire_address, world, case_id)
    assert ("ship_back", "shipment") == (step["outcome"], step["gate"])


def test_expire_shipment_closes_the_case_and_gives_the_claim_back(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    late(world, case_id)
    assert ("closed", "none") == told(return_flow.expire_shipment, world, case_id)
    assert 0 == world.ledger().payments[0].reserved


def test_expire_pickup_has_another_courier_come_and_then_the_buyer_ship(world: World) -> None:
    case_id = stages.fetched_for(world)
    late(world, case_id)
    step = call(return_flow.expire_pickup, world, case_id)
    assert ("rebooked", "pickup", 2) == (step["outcome"], step["gate"], step["round"])
    late(world, case_id)
    assert ("ship_back", "shipment") == told(return_flow.expire_pickup, world, case_id)


def test_expire_receipt_a_moment_too_early_is_not_silence(world: World) -> None:
    case_id = stages.in_transit(world)
    world.clock.pass_by(days=9)
    assert "moved" == call(return_flow.expire_receipt, world, case_id)["outcome"]


def test_expire_receipt_after_the_carrier_s_signature_accepts_the_goods(world: World) -> None:
    case_id = stages.in_transit(world)
    stages.carrier_says(world, case_id, "signed")
    world.clock.pass_by(days=3)
    assert ("accepted", "none") == told(return_flow.expire_receipt, world, case_id)


def test_expire_inspection_passes_the_goods(world: World) -> None:
    case_id = stages.received(world)
    late(world, case_id)
    assert ("passed", "none") == told(return_flow.expire_inspection, world, case_id)


# Whole returns


@pytest.fixture
def walked() -> World:
    """A world whose flows are the real definitions, in process."""
    world = stages.return_shop()
    world.flows = WalkedFlows(world)  # type: ignore[assignment]
    return world


def go_on(world: World) -> None:
    """Signals arrive, flows go as far as they can, the worker pays."""
    for _ in range(6):
        world.pump()
        world.flows.run()  # type: ignore[attr-defined]
        for refund_no, _ in world.payment_commands.asked:
            settlements.see_to(world, refund_no)
        world.payment_commands.asked.clear()


def ended(world: World, case_id: str) -> tuple[str, int]:
    """Where the one execution ended, and how many transitions it took."""
    go_on(world)
    [execution] = world.flows.executions.values()  # type: ignore[attr-defined]
    assert execution.walked is not None, f"it waits: {world.case(case_id).status}"
    for holds in (invariants.never_over_the_cap, invariants.the_books_agree, invariants.every_story_is_whole):
        holds(world)
    return execution.walked.end, execution.walked.transitions


def tell(world: World, act: Callable[..., object], *given: Any, **more: Any) -> None:
    go_on(world)
    act(world, *given, **more)
    go_on(world)


def approved(world: World) -> str:
    """Filed, and approved while the flow waits."""
    case_id = stages.filed(world)
    tell(world, decide, case_id, "approve")
    return case_id


def sent(world: World) -> str:
    case_id = approved(world)
    tell(world, stages.ship, case_id)
    tell(world, stages.carrier_says, case_id, "signed")
    return case_id


def test_a_return_that_passes_is_refunded_in_one_execution_of_seventeen_transitions(walked: World) -> None:
    case_id = sent(walked)
    tell(walked, stages.receive, case_id)
    tell(walked, stages.inspect, case_id)
    assert ("RefundSettled", 17) == ended(walked, case_id)
    assert ALL == sum(walked.payments.paid.values())


def test_a_reduced_return_that_is_taken_takes_nineteen(walked: World) -> None:
    case_id = sent(walked)
    tell(walked, stages.receive, case_id)
    tell(walked, stages.inspect, case_id, "reduced", reason="worn", amount={"amount": 30000, "currency": "CNY"})
    go_on(walked)
    decisions.answer_offer(walked, asking(), case_id, AnswerOffer(answer="accept"))
    assert ("RefundSettled", 19) == ended(walked, case_id)
    assert 30000 == sum(walked.payments.paid.values())


def test_a_failed_return_is_ruled_on_in_an_execution_of_its_own_and_paid_in_the_third(walked: World) -> None:
    case_id = sent(walked)
    tell(walked, stages.receive, case_id)
    tell(walked, stages.inspect, case_id, "failed", reason="worn")
    decisions.escalate(walked, asking(), case_id, EscalateCase())
    go_on(walked)
    tell(walked, cases_at_each_stage.pass_by, case_id)
    tell(walked, rulings.rule, asking(None, AGENT), case_id, RuleCase(ruling="approve", reason="not worn"))
    tell(walked, cases_at_each_stage.pass_by, case_id)
    go_on(walked)
    executions = walked.flows.executions.values()  # type: ignore[attr-defined]
    ends = [(one.flow, one.attempt, one.walked.end) for one in executions if one.walked]
    assert [
        ("return_flow", 1, "CaseInDispute"),
        ("dispute_flow", 2, "RulingExecuted"),
        ("return_flow", 3, "RefundSettled"),
    ] == ends
    assert ALL == sum(walked.payments.paid.values())


def test_goods_that_come_back_to_their_sender_are_shipped_again_in_the_same_execution(walked: World) -> None:
    case_id = stages.awaiting_goods(walked)
    tell(walked, stages.ship, case_id)
    tell(walked, stages.carrier_says, case_id, "back")
    tell(walked, stages.ship, case_id, "SF0002")
    tell(walked, stages.receive, case_id)
    tell(walked, stages.inspect, case_id)
    assert "RefundSettled" == ended(walked, case_id)[0]


def test_a_shop_without_an_address_is_asked_and_the_flow_goes_on_with_it() -> None:
    world = stages.return_shop(address=False)
    world.flows = WalkedFlows(world)  # type: ignore[assignment]
    case_id = approved(world)
    tell(world, stages.book)
    tell(world, stages.ship, case_id)
    tell(world, stages.receive, case_id)
    tell(world, stages.inspect, case_id)
    assert ("RefundSettled", 17) == ended(world, case_id)


@pytest.mark.parametrize("act", ["withdraw", "silence"])
def test_goods_that_never_leave_end_the_flow_without_money(walked: World, act: str) -> None:
    case_id = stages.awaiting_goods(walked)
    go_on(walked)
    if act == "silence":
        late(walked, case_id)
        gates.expire(walked, case_id, "shipment", 1, by_flow=False)
    else:
        decisions.withdraw(walked, asking(), case_id, WithdrawCase())
    assert ("CaseClosed" if act == "silence" else "CaseWithdrawn") == ended(walked, case_id)[0]
    assert {} == walked.payments.paid


# 极速退款


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, and the buyer may lean on credit."""
    world = trusting_shop()
    world.flows = WalkedFlows(world)  # type: ignore[assignment]
    monkeypatch.setattr(wiring, "ports", lambda: world)
    return world


def handed_over(world: World) -> str:
    case_id = approved(world)
    tell(world, stages.ship, case_id)
    tell(world, stages.carrier_says, case_id, "handed_over")
    return case_id


def test_hasten_refund_pays_once_and_goes_back_to_the_shop(trusting: World) -> None:
    case_id = handed_over(trusting)
    for _ in range(2):
        step = return_flow.hasten_refund({"case_id": case_id, "attempt": 1}, None)
        assert ("hastened", "receipt", 2) == (step["outcome"], step["gate"], step["round"])
    assert [ALL] == list(trusting.payments.paid.values())


def test_an_instant_refund_ends_with_the_inspection_in_sixteen_transitions(trusting: World) -> None:
    case_id = handed_over(trusting)
    assert ALL == sum(trusting.payments.paid.values())
    tell(trusting, stages.carrier_says, case_id, "signed")
    tell(trusting, stages.receive, case_id)
    tell(trusting, stages.inspect, case_id)
    assert ("RefundSettled", 16) == ended(trusting, case_id)
    assert [ALL] == list(trusting.payments.paid.values())


def test_an_instant_refund_of_goods_that_failed_ends_without_more_money_and_with_a_debt(trusting: World) -> None:
    case_id = handed_over(trusting)
    tell(trusting, stages.receive, case_id)
    tell(trusting, stages.inspect, case_id, "failed", reason="a brick")
    late(trusting, case_id)
    gates.expire(trusting, case_id, "escalation", 1, by_flow=False)
    assert "CaseClosed" == ended(trusting, case_id)[0]
    assert [ALL] == [debt.open for debt in debts(trusting)]
