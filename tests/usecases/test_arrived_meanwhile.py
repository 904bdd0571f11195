"""Goods that were to stay with the shop, and came to their buyer while somebody decided: a return, and no gift."""

from __future__ import annotations

import pytest

from chalicelib.domain import refs
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.refunds import Refund
from chalicelib.errors import TransitionRefused
from chalicelib.usecases import gates, grants
from tests.standins.returns import BOOK
from tests.standins.shops import ask, decide, file, sell, shop
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    world = shop(instant_up_to={})
    sell(world)
    world.records.put(BOOK)
    return world


def arrives(world: World) -> None:
    """Sent and signed for, says the order system."""
    before, at = world.records.one(refs.delivery("o1")), world.clock.now()
    assert isinstance(before, Delivery)
    world.records.put(before.told("shipped", at).told("delivered", at))


def refused(world: World, case_id: str) -> None:
    with pytest.raises(TransitionRefused):
        grants.grant(world, case_id)


def test_what_a_silent_shop_granted_is_asked_for_before_it_is_paid(world: World) -> None:
    case_id = file(world)
    arrives(world)
    world.clock.pass_by(days=4)
    gates.expire(world, case_id, "decision", 1, by_flow=True)
    assert "approved" == world.case(case_id).status
    refused(world, case_id)
    case = world.case(case_id)
    assert ("awaiting_goods", "return_and_refund", "shipment") == (
        case.status,
        case.remedy,
        case.gate and case.gate.name,
    )
    assert [] == world.records.all(Refund)


def test_the_next_execution_is_a_returns(world: World) -> None:
    case_id = file(world)
    arrives(world)
    decide(world, case_id, "approve")
    before = world.case(case_id).attempt
    refused(world, case_id)
    refused(world, case_id)  # told twice
    case = world.case(case_id)
    assert (before + 1, "return_flow", "delivered") == (case.attempt, case.flow, case.delivery)
    begun = [one.data for one in world.listings.timeline(case_id, 100, None).rows if "start_attempt" in one.data][-1]
    assert (before + 1, "return_flow") == (begun["start_attempt"], begun["start_flow"])
    assert "ship_back" == grants.assess(world, case_id, case.attempt)["outcome"]


def test_who_asks_for_less_than_goods_are_worth_keeps_them(world: World) -> None:
    case_id = file(world, ask("coat", None, {"amount": 1500, "currency": "CNY"}))
    arrives(world)
    decide(world, case_id, "approve")
    assert "granted" == grants.grant(world, case_id)["outcome"]
    assert [world.case(case_id).amount] == [refund.amount for refund in world.records.all(Refund)]
    assert "refund_only" == world.case(case_id).remedy


def test_goods_that_came_after_the_grant_are_another_cases(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "approve")
    grants.grant(world, case_id)
    world.clock.pass_by(minutes=1)
    arrives(world)
    assert "granted" == grants.grant(world, case_id)["outcome"]
