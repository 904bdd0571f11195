"""A return: the goods are asked back first, then comes the money."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain import refs
from chalicelib.errors import InvalidRequest, NotEligible
from chalicelib.schemas.cases import AnswerOffer, EscalateCase
from chalicelib.usecases import cases, decisions, filings, grants, sweeper
from tests.standins import returns as stages
from tests.standins.returns import ALL, refund, silence, standing
from tests.standins.shops import BUYER, ask, asking, decide, file, filing
from tests.standins.stages import rule_for_good
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    return stages.return_shop()


def test_an_approved_return_waits_for_the_goods_and_tells_where_they_go(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    assert ("awaiting_goods", "shipment") == standing(world, case_id)
    shown = cases.read(world, BUYER, case_id).body["return"]
    assert ("1 West Lake Road, Hangzhou", "buyer") == (shown["address"]["address"], shown["freight_payer"]["code"])
    assert shown["rma"].startswith("RMA-") and 14 < len(shown["rma"])


def test_a_return_is_told_as_approved_and_then_opened(world: World) -> None:
    case_id = stages.awaiting_goods(world)
    assert ["CaseSubmitted", "CaseApproved", "ReturnOpened"] == world.told(case_id)


def test_a_small_return_is_approved_at_once_and_waits_for_the_goods_all_the_same(world: World) -> None:
    case_id = stages.filed(world, ask("scarf", 1, {"amount": 1500, "currency": "CNY"}))
    assert ("awaiting_goods", "shipment") == standing(world, case_id)


def test_a_return_is_carried_by_its_own_machine(world: World) -> None:
    case_id = stages.filed(world)
    world.pump()
    assert "return_flow" == world.flows.flows[case_id]


def test_goods_that_never_left_are_not_sent_back() -> None:
    world = stages.return_shop(delivery={"state": "unshipped"})
    with pytest.raises(NotEligible):
        stages.filed(world)


def test_a_return_names_the_goods_that_come_back(world: World) -> None:
    with pytest.raises(InvalidRequest):
        file(world, remedy="return_and_refund", lines=())


@pytest.mark.parametrize(("reason", "payer"), [("not_wanted", "buyer"), ("quality_defect", "merchant")])
def test_who_pays_for_the_way_back_is_said_before_filing(world: World, reason: str, payer: str) -> None:
    body = filings.preview(world, BUYER, filing(reason=reason, remedy="return_and_refund")).body
    assert payer == body["freight_payer"]["code"]


def test_a_shop_may_let_the_buyer_keep_the_goods(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "approve", keep_item=True)
    assert ("approved", None) == standing(world, case_id)
    assert "GoodsDisposed" == world.told(case_id)[-1] and ALL == refund(world, case_id)


def test_nobody_keeps_what_does_not_come_back(world: World) -> None:
    with pytest.raises(InvalidRequest):
        decide(world, file(world), "approve", keep_item=True)


def test_an_accepted_offer_asks_for_the_goods_too(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "counter", amount={"amount": 20000, "currency": "CNY"})
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer="accept"))
    assert ("awaiting_goods", "shipment") == standing(world, case_id)
    assert "ship_back" == grants.assess(world, case_id)["outcome"]


def test_a_ruling_before_the_goods_were_asked_for_asks_for_them(world: World) -> None:
    case_id = stages.filed(world)
    decide(world, case_id, "reject", reason="worn")
    decisions.escalate(world, asking(), case_id, EscalateCase())
    rule_for_good(world, case_id)
    assert ("awaiting_goods", "shipment") == standing(world, case_id)


def test_the_merchant_s_silence_approves_and_the_flow_hears_that_goods_come_back(world: World) -> None:
    case_id = stages.filed(world)
    assert "ship_back" == silence(world, case_id, "decision")


def test_a_restocking_fee_is_taken_of_a_change_of_mind_and_explained() -> None:
    world = stages.return_shop(restocking=({"per_mille": 100},))
    case_id = stages.filed(world, ask("coat"))
    [line] = world.case(case_id).explanation.lines
    assert -3000 in [step.amount for step in line.steps if step.kind == "restocking_fee"]
    assert 27000 == world.case(case_id).amount
    asked = filing(ask("scarf", 2), reason="quality_defect", remedy="return_and_refund")
    assert 9000 == filings.preview(world, BUYER, asked).body["amount"]["amount"], "two scarves and the last freight"


# No address


def test_without_an_address_the_shop_is_asked_and_the_buyer_s_time_does_not_run() -> None:
    world = stages.return_shop(address=False)
    case_id = stages.awaiting_goods(world)
    assert ("awaiting_goods", "address", "merchant#m1") == (*standing(world, case_id), world.gate(case_id).owner)
    assert "unaddressed" == grants.assess(world, case_id)["outcome"]
    world.clock.pass_by(hours=30)
    stages.book(world)
    assert ("awaiting_goods", "shipment") == standing(world, case_id)
    assert world.clock.now() + timedelta(days=7) == world.gate(case_id).due_at
    assert "AddressGiven" == world.told(case_id)[-1]


def test_the_sweeper_finds_an_address_that_came_while_nobody_looked() -> None:
    world = stages.return_shop(address=False)
    case_id = stages.awaiting_goods(world)
    world.records.put(stages.return_shop().records.one(refs.address_book("m1")))
    remind_at = world.gate(case_id).remind_at
    assert remind_at is not None
    world.clock.reach(remind_at + timedelta(minutes=1))
    assert 1 == sweeper.sweep(world)["addressed"]
    assert ("awaiting_goods", "shipment") == standing(world, case_id)


def test_a_shop_that_names_no_address_does_not_stop_the_buyer() -> None:
    world = stages.return_shop(address=False)
    case_id = stages.awaiting_goods(world)
    assert "disputed" == silence(world, case_id, "address")
    assert ("in_dispute", "evidence") == standing(world, case_id)
    rule_for_good(world, case_id)
    assert ALL == refund(world, case_id)
