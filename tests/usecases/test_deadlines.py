"""Silence is one more answer, and only when the time is up and nobody answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.gates import GateName
from chalicelib.errors import Forbidden, GateNotFound, InvalidRequest
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import MoveDeadline
from chalicelib.schemas.events import text_of
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.usecases import freezes, gates, tracking, webhooks
from tests.standins import returns, stages
from tests.standins.shops import MERCHANT, OPERATOR, asking, decide, file
from tests.standins.world import World


def silent(world: World, case_id: str, *, by_flow: bool = True) -> gates.Step:
    gate = world.gate(case_id)
    world.clock.reach(gate.due_at)
    return gates.expire(world, case_id, gate.name, gate.round, by_flow=by_flow)


def move(world: World, case_id: str, days: float, gate: GateName = "decision") -> None:
    body = MoveDeadline(due_at=world.clock.now() + timedelta(days=days), reason="spring festival")
    gates.move_deadline(world, asking(None, OPERATOR), case_id, gate, body)


def test_a_silent_merchant_has_approved(world: World) -> None:
    case_id = file(world)
    assert "approved" == silent(world, case_id)["outcome"]
    assert ("approved", "CaseApproved") == (world.case(case_id).status, world.told(case_id)[-1])


@pytest.mark.parametrize("stage", [stages.rejected, stages.countered])
def test_a_silent_buyer_lets_the_case_rest_and_everything_is_free_again(world: World, stage: object) -> None:
    case_id = stage(world)  # type: ignore[operator]
    assert "closed" == silent(world, case_id)["outcome"]
    assert ("closed", (0, 0, 0, 0, 0, 0)) == (world.case(case_id).status, world.ledger().lines[0])


def test_a_silent_agent_brings_in_the_supervisor(world: World) -> None:
    case_id = stages.in_dispute(world)
    step = silent(world, case_id)
    assert ("supervised", "ruling", 2) == (step["outcome"], step["gate"], step["round"])
    assert "supervisor" == world.gate(case_id).owner


def test_silence_before_its_time_is_none(world: World) -> None:
    case_id = file(world)
    step = gates.expire(world, case_id, "decision", 1, by_flow=True)
    assert ("moved", 86400) == (step["outcome"], step["seconds"])
    assert "in_review" == world.case(case_id).status


def test_an_answer_of_the_last_moment_is_what_the_timeout_hears(world: World) -> None:
    case_id = file(world)
    world.clock.pass_by(hours=23, minutes=59)
    decide(world, case_id, "reject", reason="just in time")
    world.clock.pass_by(hours=1)
    assert "rejected" == gates.expire(world, case_id, "decision", 1, by_flow=True)["outcome"]
    assert "rejected" == world.case(case_id).status


def test_two_timeouts_tell_one_story(world: World) -> None:
    case_id = file(world)
    assert silent(world, case_id) == gates.expire(world, case_id, "decision", 1, by_flow=True)
    assert 1 == world.told(case_id).count("CaseApproved")


def test_a_moved_deadline_says_so_and_silence_waits_for_the_new_one(world: World) -> None:
    case_id = file(world)
    gates.open_gate(world, case_id, "decision", 1, 1, "token-1")
    world.pump()
    move(world, case_id, 3)
    world.pump()
    [(token, step)] = world.flows.resumed
    assert ("token-1", "moved", 3 * 86400) == (token, step["outcome"], step["seconds"])
    assert "DeadlineMoved" == world.told(case_id)[-1]
    world.clock.pass_by(days=2)
    assert "moved" == gates.expire(world, case_id, "decision", 1, by_flow=True)["outcome"]


def test_a_moved_deadline_is_published_with_the_one_before_it(world: World) -> None:
    case_id = file(world)
    before = world.gate(case_id).due_at
    move(world, case_id, 3)
    world.pump()
    [entry] = [entry for entry in world.events.published if entry.type == "DeadlineMoved"]
    data = json.loads(text_of(entry))["data"]
    assert [before, world.gate(case_id).due_at] == [
        datetime.fromisoformat(data[of]) for of in ("due_at_before", "due_at")
    ]
    assert ("decision", "spring festival" in text_of(entry)) == (data["gate"], False)


def _carrier(world: World) -> str:
    case_id = returns.in_transit(world)
    returns.carrier_says(world, case_id, "signed")
    return case_id


def _courier(world: World) -> str:
    case_id = returns.fetched_for(world)
    later = returns.SLOT.after(world.clock.now() + timedelta(days=4))
    world.logistics.answers.append(CarrierAnswer("done", carrier="sf", waybill_no="SF9999", slot=later))
    for command_no, _ in world.logistics_commands.asked:
        tracking.see_to(world, command_no)
    return case_id


def _holiday(world: World) -> str:
    case_id = returns.in_transit(world)
    move(world, case_id, 20, "receipt")
    return case_id


def _frozen(world: World) -> str:
    case_id = returns.in_transit(world)
    freezes.freeze(world, asking(None, OPERATOR), "m1", FreezeMerchant(frozen=True, reason="an incident"))
    return case_id


@pytest.mark.parametrize(
    ("moved", "type"),
    [
        (_carrier, "DeadlineMoved"),
        (_courier, "DeadlineMoved"),
        (_holiday, "DeadlineMoved"),
        (_frozen, "CaseReferred"),  # which also says who decides now
    ],
)
def test_wherever_a_deadline_moves_the_bus_and_the_shop_hear_of_it(moved: Callable[[World], str], type: str) -> None:
    world = returns.return_shop()
    case_id = moved(world)
    gate = world.gate(case_id)
    assert 1 < gate.deadline_version
    world.pump()
    events = [json.loads(text_of(entry)) for entry in world.events.published]
    heard = [event for event in events if event["type"] == type]
    assert [gate.due_at] == [datetime.fromisoformat(event["data"]["due_at"]) for event in heard]
    assert gate.name == heard[0]["data"]["gate"]
    for event in events:
        webhooks.notify(world, event)
    assert heard[0]["id"] in [event_id for _, event_id, _, _ in world.webhooks.sent]


@pytest.mark.parametrize("days", [0, -1, 366, 36500])
def test_a_deadline_lies_ahead_and_within_what_a_flow_can_wait(world: World, days: int) -> None:
    case_id = file(world)
    with pytest.raises(InvalidRequest):
        move(world, case_id, days)


def test_only_the_gate_at_which_the_case_waits_is_moved(world: World) -> None:
    with pytest.raises(GateNotFound):
        move(world, file(world), 3, "escalation")


def test_nobody_moves_his_own_deadline(world: World) -> None:
    case_id = file(world)
    body = MoveDeadline(due_at=world.clock.now() + timedelta(days=3), reason="busy")
    with pytest.raises(Forbidden):
        gates.move_deadline(world, asking(None, MERCHANT), case_id, "decision", body)


def test_an_answer_reaches_the_flow_that_waits_for_it(world: World) -> None:
    case_id = file(world)
    gates.open_gate(world, case_id, "decision", 1, 1, "token-1")
    decide(world, case_id, "approve")
    world.pump()
    assert [("token-1", "approved")] == [(token, step["outcome"]) for token, step in world.flows.resumed]


def test_an_answer_that_came_before_the_token_is_told_when_the_token_comes(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "reject", reason="fast")
    world.pump()
    gates.open_gate(world, case_id, "decision", 1, 1, "token-1")
    world.pump()
    [(_, step)] = world.flows.resumed
    assert ("rejected", "escalation") == (step["outcome"], step["gate"])


def test_a_reminder_is_given_once(world: World) -> None:
    case_id = file(world)
    world.clock.pass_by(hours=18)
    for _ in range(2):
        gates.remind(world, case_id, "decision", 1)
    assert 1 == world.told(case_id).count("DeadlineNear")
