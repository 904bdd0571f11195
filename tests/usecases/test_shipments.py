"""Goods on their way back: shipped by the buyer, followed by carriers, received by the shop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.errors import AnswerTooLate, InvalidRequest, ReturnNotFound, TransitionRefused
from chalicelib.schemas.cases import WithdrawCase
from chalicelib.usecases import decisions, grants
from tests.standins import returns as stages
from tests.standins.returns import ALL, refund, silence, standing
from tests.standins.shops import asking, decide, file
from tests.standins.stages import rule_for_good
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    return stages.return_shop()


def test_the_buyer_ships_and_the_shop_is_awaited(world: World) -> None:
    case_id = stages.in_transit(world)
    assert ("in_transit", "receipt", "merchant#m1") == (*standing(world, case_id), world.gate(case_id).owner)
    assert ["SF1234567890"] == [parcel.waybill_no for parcel in stages.goods(world, case_id).parcels]


def test_goods_may_travel_in_several_parcels_but_no_waybill_counts_twice(world: World) -> None:
    case_id = stages.in_transit(world)
    stages.ship(world, case_id, "SF0002", lines=[{"line_id": "scarf", "quantity": 2}])
    with pytest.raises(InvalidRequest):
        stages.ship(world, case_id, "SF0002")
    assert 2 == len(stages.goods(world, case_id).parcels)


def test_more_units_than_come_back_do_not_fit_into_a_parcel(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    with pytest.raises(InvalidRequest) as refused:
        stages.ship(world, case_id, lines=[{"line_id": "scarf", "quantity": 3}])
    assert {"maximum": 2} == refused.value.errors[0].limits


def test_a_buyer_who_does_not_ship_has_the_case_closed_and_may_ask_again(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    assert "closed" == silence(world, case_id, "shipment")
    assert ("closed", "not_shipped") == (world.case(case_id).status, world.case(case_id).closed_because)
    assert 0 == world.ledger().payments[0].reserved


def test_after_the_deadline_it_is_too_late_to_ship(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    world.clock.reach(world.gate(case_id).due_at)
    with pytest.raises(AnswerTooLate):
        stages.ship(world, case_id)


def test_a_return_can_be_withdrawn_until_the_goods_are_handed_over(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    decisions.withdraw(world, asking(), case_id, WithdrawCase())
    assert ("withdrawn", 0) == (world.case(case_id).status, world.ledger().payments[0].reserved)


def test_what_is_on_its_way_cannot_be_withdrawn(world: World) -> None:
    case_id = stages.in_transit(world)
    with pytest.raises(TransitionRefused):
        decisions.withdraw(world, asking(), case_id, WithdrawCase())


def test_nothing_is_shipped_back_in_a_refund_without_goods(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "approve")
    with pytest.raises(ReturnNotFound):
        stages.ship(world, case_id)


# What carriers say


def test_the_carrier_s_signature_leaves_the_shop_three_days(world: World) -> None:
    case_id = stages.in_transit(world)
    stages.carrier_says(world, case_id, "signed")
    assert world.clock.now() + timedelta(days=3) == world.gate(case_id).due_at
    assert ["GoodsSigned", "DeadlineMoved"] == world.told(case_id)[-2:]


def test_a_signature_never_gives_more_time_and_is_told_once(world: World) -> None:
    case_id = stages.in_transit(world)
    world.clock.pass_by(days=8)
    due_at = world.gate(case_id).due_at
    for _ in range(2):
        stages.carrier_says(world, case_id, "signed")
    assert due_at == world.gate(case_id).due_at
    assert 1 == world.told(case_id).count("GoodsSigned")


def test_the_time_runs_from_the_last_of_several_parcels(world: World) -> None:
    case_id = stages.in_transit(world)
    stages.ship(world, case_id, "SF0002")
    stages.carrier_says(world, case_id, "signed", 0)
    assert "DeadlineMoved" not in world.told(case_id)
    stages.carrier_says(world, case_id, "signed", 1)
    assert "DeadlineMoved" == world.told(case_id)[-1]


@pytest.mark.parametrize("fact", ["lost", "refused"])
def test_what_is_lost_or_refused_is_ruled_on_and_told_twice_changes_nothing(world: World, fact: str) -> None:
    case_id = stages.in_transit(world)
    for _ in range(2):
        stages.carrier_says(world, case_id, fact)
    assert ("in_dispute", "evidence") == standing(world, case_id)
    assert 1 == world.told(case_id).count("CaseEscalated")
    rule_for_good(world, case_id)
    assert ALL == refund(world, case_id)
    assert () == stages.goods(world, case_id).disposals, "nobody knows where they are"


def test_a_parcel_that_came_back_to_the_buyer_is_shipped_once_more(world: World) -> None:
    case_id = stages.in_transit(world)
    stages.carrier_says(world, case_id, "back")
    assert ("awaiting_goods", "shipment") == standing(world, case_id)
    stages.ship(world, case_id, "SF0002")
    assert ("in_transit", 2) == (world.case(case_id).status, world.case(case_id).rounds["receipt"])


def test_news_of_a_case_that_has_gone_on_is_noted_and_moves_nothing(world: World) -> None:
    case_id = stages.received(world)
    for fact in ("handed_over", "signed", "lost", "back"):
        stages.carrier_says(world, case_id, fact)
    assert ("received", "inspection") == standing(world, case_id)
    assert "signed" == stages.goods(world, case_id).parcels[0].fate


def test_goods_that_did_not_come_whatever_the_carrier_says_are_ruled_on(world: World) -> None:
    case_id = stages.in_transit(world)
    with pytest.raises(InvalidRequest):
        stages.receive(world, case_id, received=False)
    stages.receive(world, case_id, received=False, note="an empty doorstep")
    assert ("in_dispute", "evidence") == standing(world, case_id)


def test_a_shop_that_says_nothing_has_accepted_the_goods_and_nothing_is_restocked(world: World) -> None:
    case_id = stages.in_transit(world)
    assert "accepted" == silence(world, case_id, "receipt")
    assert "approve" == grants.assess(world, case_id)["outcome"]
    assert ALL == refund(world, case_id)
    assert "GoodsDisposed" not in world.told(case_id)
