"""Goods that are sent again, because they were missing, wrong or lost; nobody has both goods and money."""

from __future__ import annotations

import pytest

from chalicelib.domain.balances import grown
from chalicelib.domain.ledgers import still_refundable
from chalicelib.errors import InvalidRequest, NotEligible, QuantityExceedsPurchased
from chalicelib.schemas.cases import AnswerOffer
from chalicelib.usecases import decisions, exchanges
from tests.standins import exchanges as stages
from tests.standins import invariants
from tests.standins import returns as returned
from tests.standins.returns import refund, silence, standing
from tests.standins.shops import SCARF, ask, asking, decide, file
from tests.standins.time import MONDAY
from tests.standins.world import World

SHIPPED = {"state": "shipped", "shipped_at": MONDAY.replace(day=2)}


@pytest.fixture
def world() -> World:
    return returned.return_shop()


def units(world: World) -> dict[str, int]:
    ledger = world.ledger()
    return {line.line_id: line.units for line in still_refundable(grown(world.order(), ledger), ledger).lines}


def test_an_approved_reshipment_asks_the_shop_to_send_and_nobody_to_ship_back(world: World) -> None:
    case_id = stages.reship(world)
    assert ("remedying", "replacement") == standing(world, case_id)
    assert "ReturnOpened" not in world.told(case_id)


def test_it_is_carried_by_the_machine_of_exchanges(world: World) -> None:
    case_id = stages.reship(world)
    world.pump()
    assert "exchange_flow" == world.flows.flows[case_id]


def test_what_came_again_ends_the_case_without_money(world: World) -> None:
    case_id = stages.reship(world)
    stages.ship(world, case_id)
    stages.carrier_says(world, "signed")
    assert ("completed", 0) == (world.case(case_id).status, world.case(case_id).amount)
    assert {"coat": 1, "scarf": 1, "scarf.r1": 1} == units(world)


def test_while_it_is_under_way_its_units_are_nobody_s_to_refund(world: World) -> None:
    stages.reship(world, ask("scarf", 2))
    with pytest.raises(QuantityExceedsPurchased):
        file(world, ask("scarf", 1))


def test_a_line_that_came_again_is_refunded_only_when_the_new_goods_fail(world: World) -> None:
    case_id = stages.reship(world, ask("scarf", 2))
    stages.ship(world, case_id)
    stages.came(world, case_id)
    with pytest.raises(QuantityExceedsPurchased):
        file(world, ask("scarf", 1))
    again = returned.awaiting_goods(world, ask("scarf.r1", 1), reason="quality_defect")
    stages.come_back(world, again)
    assert SCARF <= refund(world, again)
    invariants.never_over_the_cap(world)


def test_a_shop_that_does_not_send_in_time_refunds(world: World) -> None:
    case_id = stages.reship(world)
    amount = world.case(case_id).amount
    assert "converted" == silence(world, case_id, "replacement")
    assert amount == refund(world, case_id)


def test_lost_twice_it_is_a_refund(world: World) -> None:
    case_id = stages.reship(world)
    for number in (stages.SENT, "YT7000000002"):
        stages.ship(world, case_id, number)
        stages.carrier_says(world, "lost", number=number)
    assert "lost" == world.case(case_id).converted
    assert 0 < refund(world, case_id)


def test_a_policy_may_give_it_one_try() -> None:
    world = returned.return_shop(replacements=1)
    case_id = stages.reship(world)
    stages.ship(world, case_id)
    stages.carrier_says(world, "lost")
    assert "lost" == world.case(case_id).converted


def test_who_takes_an_offer_takes_money_and_no_goods(world: World) -> None:
    case_id = stages.filed(world, ask("scarf", 1), remedy="reship", reason="missing_item")
    decide(world, case_id, "counter", amount={"amount": 2500, "currency": "CNY"})
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    assert "converted" == exchanges.ship_replacement(world, case_id)["outcome"]
    assert 2500 == refund(world, case_id)


def test_what_was_lost_on_its_way_is_sent_again_and_then_is_with_its_buyer() -> None:
    world = returned.return_shop(delivery=SHIPPED)
    case_id = stages.reship(world, ask("coat"), reason="lost_in_transit")
    stages.ship(world, case_id)
    stages.carrier_says(world, "signed")
    with pytest.raises(NotEligible):
        file(world, ask("scarf", 1), remedy="return_and_refund")
    assert "in_review" == world.case(file(world, ask("coat.r1"), remedy="return_and_refund")).status


def test_goods_are_named(world: World) -> None:
    with pytest.raises(InvalidRequest):
        file(world, remedy="reship", reason="missing_item", lines=())


def test_the_same_goods_are_sent_and_no_others(world: World) -> None:
    with pytest.raises(InvalidRequest):
        file(world, ask("coat"), remedy="reship", reason="wrong_item", wanted=(stages.RED,))
