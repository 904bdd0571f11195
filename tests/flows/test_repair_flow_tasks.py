"""The tasks that only repairs have, as Step Functions calls them; and whole repairs, the real definition over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.flows import refund_flow, repair_flow
from chalicelib.usecases import settlements
from tests.standins import invariants, returns
from tests.standins import repairs as stages
from tests.standins.flows import WalkedFlows
from tests.standins.shops import decide
from tests.standins.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = stages.shop_that_gives("refund")
    monkeypatch.setattr(wiring, "ports", lambda: made)
    return made


@pytest.fixture
def old_world(monkeypatch: pytest.MonkeyPatch) -> World:
    """The same with goods out of warranty."""
    made = stages.out_of_warranty()
    monkeypatch.setattr(wiring, "ports", lambda: made)
    return made


def told(task: Callable[..., Any], world: World, case_id: str) -> tuple[str, str]:
    """The outcome, and the gate that comes next."""
    gate = world.gate(case_id)
    step = task({"case_id": case_id, "attempt": 1, "gate": gate.name, "round": gate.round, "version": 1}, None)
    return step["outcome"], step["gate"]


def late(world: World, case_id: str) -> None:
    world.clock.reach(world.gate(case_id).due_at)


def test_expire_appointment_brings_in_an_agent(world: World) -> None:
    case_id = stages.approved(world)
    late(world, case_id)
    assert ("disputed", "evidence") == told(repair_flow.expire_appointment, world, case_id)


def test_expire_appointment_keeps_to_the_visit_that_was_booked_a_moment_before(world: World) -> None:
    case_id = stages.approved(world)
    before = world.gate(case_id)
    stages.book(world, case_id)
    world.clock.reach(before.due_at)
    task = {"case_id": case_id, "attempt": 1, "gate": "appointment", "round": 1, "version": 1}
    step = repair_flow.expire_appointment(task, None)
    assert ("booked", "repair") == (step["outcome"], step["gate"])


def test_expire_repair_gives_the_buyer_something_else(world: World) -> None:
    case_id = stages.at_the_bench(world)
    late(world, case_id)
    assert ("converted", "none") == told(repair_flow.expire_repair, world, case_id)


def test_expire_repair_out_of_warranty_brings_in_an_agent(old_world: World) -> None:
    case_id = stages.at_the_bench(old_world)
    late(old_world, case_id)
    assert ("disputed", "evidence") == told(repair_flow.expire_repair, old_world, case_id)


def test_expire_estimate_declines_the_price(old_world: World) -> None:
    case_id = stages.at_the_bench(old_world)
    stages.estimate(old_world, case_id)
    late(old_world, case_id)
    assert ("dispatching", "dispatch") == told(repair_flow.expire_estimate, old_world, case_id)


def test_expire_dispatch_brings_in_an_agent(world: World) -> None:
    case_id = stages.at_the_bench(world)
    stages.record(world, case_id)
    late(world, case_id)
    assert ("disputed", "evidence") == told(repair_flow.expire_dispatch, world, case_id)


def test_expire_acceptance_means_that_it_works(world: World) -> None:
    case_id = stages.repaired_on_site(world)
    late(world, case_id)
    assert ("accepted", "none") == told(repair_flow.expire_acceptance, world, case_id)


def test_expire_choice_gets_the_buyer_a_refund(monkeypatch: pytest.MonkeyPatch) -> None:
    world = stages.repair_shop()
    monkeypatch.setattr(wiring, "ports", lambda: world)
    case_id = stages.beyond_repair(world)
    late(world, case_id)
    assert ("converted", "none") == told(repair_flow.expire_choice, world, case_id)
    assert "return_and_refund" == world.case(case_id).remedy


def test_expire_fee_closes_the_case(old_world: World) -> None:
    case_id = stages.owing(old_world)
    late(old_world, case_id)
    assert ("closed", "none") == told(repair_flow.expire_fee, old_world, case_id)


def test_an_execution_that_begins_after_its_case_became_something_else_ends_at_once(world: World) -> None:
    case_id = stages.beyond_repair(world)
    step = refund_flow.assess_case({"case_id": case_id, "attempt": 1}, None)
    assert "converted" == step["outcome"]
    assert "approve" == refund_flow.assess_case({"case_id": case_id, "attempt": 2}, None)["outcome"]


# Whole repairs


class Story:
    """A world whose flows run by themselves, and what people do in it."""

    def __init__(self, world: World) -> None:
        self.world, self.flows = world, WalkedFlows(world)
        world.flows = self.flows  # type: ignore[assignment]

    def goes_on(self) -> None:
        for _ in range(4):
            self.world.pump()
            self.flows.run()

    def end(self, case_id: str, attempt: int = 1) -> str:
        walked = self.flows.executions[case_id, attempt].walked
        assert walked is not None, "the execution still waits"
        return str(walked.end)


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


def test_a_repair_at_the_door_is_told_by_one_execution(story: Story) -> None:
    world, case_id = story.world, stages.filed(story.world)
    for act in (
        lambda: decide(world, case_id, "approve"),
        lambda: stages.book(world, case_id),
        lambda: stages.visited(world, case_id),
        lambda: stages.record(world, case_id),
        lambda: stages.accept(world, case_id),
    ):
        story.goes_on()
        act()
    story.goes_on()
    assert "RepairCompleted" == story.end(case_id)
    assert ("completed", 0) == (world.case(case_id).status, world.case(case_id).amount)


def test_a_repair_that_fails_twice_ends_as_money_by_another_machine(story: Story) -> None:
    world, case_id = story.world, stages.filed(story.world, "send_in")
    story.goes_on()
    decide(world, case_id, "approve")
    for number in ("1", "2"):
        story.goes_on()
        stages.arrive(world, case_id, f"SF100000000{number}")
        story.goes_on()
        stages.record(world, case_id)
        story.goes_on()
        stages.dispatch(world, case_id, f"SF200000000{number}")
        story.goes_on()
        stages.accept(world, case_id, fixed=False)
    story.goes_on()
    assert "CaseConverted" == story.end(case_id)
    assert "return_flow" == story.flows.executions[case_id, 2].flow
    returns.ship(world, case_id, "SF1000000003")
    story.goes_on()
    returns.receive(world, case_id)
    story.goes_on()
    returns.inspect(world, case_id)
    story.goes_on()
    settlements.see_to(world, world.refund(case_id).refund_no)
    story.goes_on()
    assert "RefundSettled" == story.end(case_id, 2)
    invariants.nobody_is_paid_twice(world)
    invariants.the_books_agree(world)
    invariants.a_completed_case_owes_nothing(world)


@pytest.mark.parametrize("attempt_of", ["case", "sweeper"])
def test_the_first_machine_never_carries_a_converted_case_on(story: Story, attempt_of: str) -> None:
    """Whatever starts it again: the case is the other machine's."""
    world, case_id = story.world, stages.beyond_repair(story.world)
    story.goes_on()
    if attempt_of == "sweeper":
        story.flows.start("repair_flow", case_id, 1)
        story.goes_on()
    assert "CaseConverted" == story.end(case_id)
    assert 1 == len(world.case(case_id).refunds)
