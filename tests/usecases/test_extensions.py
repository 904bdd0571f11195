"""延长: who is awaited asks for more time, once, in time; how much, the policy says; and everybody hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.actors import Actor
from chalicelib.errors import AnswerTooLate, CaseNotFound, Forbidden, GateNotFound, MerchantFrozen, TransitionRefused
from chalicelib.schemas.cases import AskForTime, MoveDeadline
from chalicelib.schemas.events import text_of
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.schemas.templates import words
from chalicelib.usecases import cases, extensions, freezes, gates, merchants, webhooks
from chalicelib.usecases.steps import Reply
from tests.standins import returns
from tests.standins.shops import AGENT, BUYER, MERCHANT, OPERATOR, RIVAL, STRANGER, asking, file
from tests.standins.stages import escalated, in_dispute
from tests.standins.world import World

DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return returns.return_shop()


def ask(world: World, case_id: str, actor: Actor = BUYER, reason: str | None = None, key: str | None = None) -> Reply:
    return extensions.ask(world, asking(key, actor), case_id, AskForTime(reason=reason))


def told(world: World) -> dict[str, Any]:
    """What the bus hears of the deadline that moved."""
    world.pump()
    [entry] = [entry for entry in world.events.published if entry.type == "DeadlineMoved"]
    return json.loads(text_of(entry))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("stage", "actor", "days"),
    [(returns.awaiting_goods, BUYER, 3), (returns.in_transit, MERCHANT, 3), (returns.received, MERCHANT, 2)],
)
def test_who_is_awaited_for_goods_is_given_more_time(
    world: World, stage: Callable[[World], str], actor: Actor, days: int
) -> None:
    case_id = stage(world)
    before = world.gate(case_id).due_at
    offered = cases.read(world, actor, case_id).body["extends_to"]
    shown = ask(world, case_id, actor).body
    assert [before + days * DAY] * 3 == [
        world.gate(case_id).due_at,
        datetime.fromisoformat(offered),
        datetime.fromisoformat(shown["next_action"]["until"]),
    ]
    assert shown["extends_to"] is None


def test_more_time_is_given_once(world: World) -> None:
    case_id = returns.awaiting_goods(world)
    ask(world, case_id)
    with pytest.raises(TransitionRefused, match="once"):
        ask(world, case_id)


def test_the_same_question_asked_twice_is_one(world: World) -> None:
    case_id = returns.awaiting_goods(world)
    first, again = ask(world, case_id, key="k1"), ask(world, case_id, key="k1")
    assert (first.body, True) == (again.body, again.replayed)
    assert 1 == world.told(case_id).count("DeadlineMoved")


def test_each_round_of_a_gate_is_a_wait_of_its_own(world: World) -> None:
    case_id = returns.awaiting_goods(world)
    ask(world, case_id)
    returns.ship(world, case_id)
    returns.carrier_says(world, case_id, "back")
    ask(world, case_id)
    assert ("shipment", 2) == (world.gate(case_id).name, world.gate(case_id).round)


@pytest.mark.parametrize(
    ("stage", "actor"),
    [(returns.awaiting_goods, MERCHANT), (returns.in_transit, BUYER), (returns.in_transit, AGENT)],
)
def test_nobody_asks_for_more_of_anothers_time(world: World, stage: Callable[[World], str], actor: Actor) -> None:
    with pytest.raises(Forbidden):
        ask(world, stage(world), actor)


@pytest.mark.parametrize(("stage", "actor"), [(returns.awaiting_goods, STRANGER), (returns.in_transit, RIVAL)])
def test_a_foreign_case_is_not_there(world: World, stage: Callable[[World], str], actor: Actor) -> None:
    with pytest.raises(CaseNotFound):
        ask(world, stage(world), actor)


def test_the_last_second_is_in_time_and_the_deadline_itself_is_not(world: World) -> None:
    in_time, late = (returns.awaiting_goods(world, line) for line in returns.EVERYTHING)
    world.clock.reach(world.gate(in_time).due_at - timedelta(seconds=1))
    ask(world, in_time)
    world.clock.reach(world.gate(late).due_at)
    with pytest.raises(AnswerTooLate):
        ask(world, late)


def test_a_frozen_shop_is_given_nothing(world: World) -> None:
    case_id = returns.in_transit(world)
    freezes.freeze(world, asking(None, OPERATOR), "m1", FreezeMerchant(frozen=True, reason="an incident"))
    with pytest.raises(MerchantFrozen):
        ask(world, case_id, MERCHANT)
    assert cases.read(world, MERCHANT, case_id).body["extends_to"] is None


@pytest.mark.parametrize("stage", [escalated, in_dispute])
def test_nobody_moves_the_shared_deadline_of_a_dispute(world: World, stage: Callable[[World], str]) -> None:
    case_id = stage(world)
    for party in (BUYER, MERCHANT):
        with pytest.raises(Forbidden):
            ask(world, case_id, party)
    assert cases.read(world, BUYER, case_id).body["extends_to"] is None


def test_a_decision_is_not_put_off(world: World) -> None:
    with pytest.raises(TransitionRefused, match="decision"):
        ask(world, file(world), MERCHANT)


def test_who_is_not_awaited_any_more_has_nothing_to_ask_for(world: World) -> None:
    case_id = returns.inspected(world)
    with pytest.raises(GateNotFound):
        ask(world, case_id, MERCHANT)


def test_a_policy_may_give_nothing_or_give_it_elsewhere() -> None:
    world = returns.return_shop(extensions={"receipt": {"amount": 1, "unit": "working_days"}})
    case_id = returns.awaiting_goods(world)
    with pytest.raises(TransitionRefused):
        ask(world, case_id)
    returns.ship(world, case_id)
    before = world.gate(case_id).due_at
    ask(world, case_id, MERCHANT)
    assert before < world.gate(case_id).due_at


def test_what_a_carrier_says_leaves_the_shop_what_it_was_given(world: World) -> None:
    asked, other = returns.in_transit(world, returns.EVERYTHING[0]), returns.in_transit(world, returns.EVERYTHING[1])
    ask(world, asked, MERCHANT)
    for case_id in (asked, other):
        returns.carrier_says(world, case_id, "signed")
    assert world.clock.now() + 3 * DAY == world.gate(other).due_at
    assert world.clock.now() + 6 * DAY == world.gate(asked).due_at


def test_the_flow_that_waits_hears_that_the_deadline_moved_and_waits_on(world: World) -> None:
    case_id = returns.awaiting_goods(world)
    gates.open_gate(world, case_id, "shipment", 1, 1, "token-1")
    world.pump()
    before = world.gate(case_id).due_at
    ask(world, case_id)
    world.pump()
    [(token, step)] = world.flows.resumed
    assert ("token-1", "moved", "shipment", 10 * 86400) == (token, step["outcome"], step["gate"], step["seconds"])
    world.clock.reach(before)
    assert "moved" == gates.expire(world, case_id, "shipment", 1, by_flow=True)["outcome"]
    assert "closed" == returns.silence(world, case_id, "shipment")


def test_the_former_date_is_published_and_people_s_words_are_not(world: World) -> None:
    case_id = returns.awaiting_goods(world)
    before = world.gate(case_id).due_at
    ask(world, case_id, reason="away on business until Friday")
    event = told(world)
    data = event["data"]
    assert ("shipment", "asked_by_buyer") == (data["gate"], data["because"])
    assert [before, before + 3 * DAY] == [datetime.fromisoformat(data[of]) for of in ("due_at_before", "due_at")]
    assert "business" not in json.dumps(event)
    entries = cases.timeline(world, MERCHANT, case_id, 50, None).body["items"]
    assert "away on business until Friday" == entries[-1]["note"]
    for each in world.events.published:
        webhooks.notify(world, json.loads(text_of(each)))
    assert event["id"] in [event_id for _, event_id, _, _ in world.webhooks.sent]


@pytest.mark.parametrize(
    ("stage", "actor", "zh"),
    [(returns.awaiting_goods, BUYER, "期限已延长"), (returns.in_transit, MERCHANT, "商家申请延长期限")],
)
def test_the_buyer_is_told_whose_time_is_longer(
    world: World, stage: Callable[[World], str], actor: Actor, zh: str
) -> None:
    ask(world, stage(world), actor)
    message = words(told(world), "zh")
    assert message is not None and zh == message.title


def test_a_shop_s_system_asks_by_signed_callback(world: World) -> None:
    case_id = returns.in_transit(world)
    raw = json.dumps({"type": "extension", "case_id": case_id, "reason": "stocktaking"}).encode()
    headers = {"webhook-id": "msg_9", "webhook-signature": "m1/1"}
    assert 200 == merchants.call_back(world, "m1", raw, headers).status
    assert merchants.call_back(world, "m1", raw, headers).replayed
    assert world.gate(case_id).extended


def test_an_operator_still_moves_what_was_lengthened(world: World) -> None:
    case_id = returns.awaiting_goods(world)
    ask(world, case_id)
    later = world.gate(case_id).due_at + DAY
    gates.move_deadline(
        world, asking(None, OPERATOR), case_id, "shipment", MoveDeadline(due_at=later, reason="a holiday")
    )
    assert (later, True) == (world.gate(case_id).due_at, world.gate(case_id).extended)
