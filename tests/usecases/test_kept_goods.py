"""The buyer keeps the goods: for all of the money with the shop's consent, or for a part that both agree on."""

from __future__ import annotations

import pytest

from chalicelib.errors import InvalidRequest
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import AnswerOffer
from chalicelib.usecases import decisions
from tests.standins.returns import filed, goods, refund, return_shop, standing
from tests.standins.shops import asking, decide, file
from tests.standins.world import World

PART = Amount(amount=9000, currency="CNY")


def offered(world: World, *, keep_item: bool = True) -> str:
    case_id = filed(world)
    decide(world, case_id, "counter", amount=PART, keep_item=keep_item, reason="keep it for a part")
    return case_id


def answer(world: World, case_id: str, said: str) -> None:
    decisions.answer_offer(world, asking(), case_id, AnswerOffer(answer=said))  # type: ignore[arg-type]


def test_who_takes_the_offer_keeps_the_goods_and_gets_the_part() -> None:
    world = return_shop()
    case_id = offered(world)
    answer(world, case_id, "accept")
    assert ("approved", None) == standing(world, case_id)
    assert 9000 == refund(world, case_id)


def test_the_stock_system_hears_that_nothing_comes() -> None:
    world = return_shop()
    case_id = offered(world)
    answer(world, case_id, "accept")
    [told] = [entry for entry in world.listings.timeline(case_id, 100, None).rows if entry.type == "GoodsDisposed"]
    assert {"keep"} == {line["disposition"] for line in told.data["lines"]}


def test_the_approval_says_that_the_goods_are_kept() -> None:
    world = return_shop()
    case_id = filed(world)
    decide(world, case_id, "approve", keep_item=True)
    [told] = [entry for entry in world.listings.timeline(case_id, 100, None).rows if entry.type == "CaseApproved"]
    assert "kept" == told.data["because"]


def test_an_offer_without_it_asks_for_the_goods_as_before() -> None:
    world = return_shop()
    case_id = offered(world, keep_item=False)
    answer(world, case_id, "accept")
    assert "shipment" == standing(world, case_id)[1]
    assert goods(world, case_id)


def test_who_declines_is_decided_on_again() -> None:
    world = return_shop()
    case_id = offered(world)
    answer(world, case_id, "decline")
    assert ("in_review", "decision") == standing(world, case_id)


def test_the_buyer_sees_that_the_goods_may_stay() -> None:
    from chalicelib.usecases import cases

    world = return_shop()
    case_id = offered(world)
    assert cases.read(world, asking().actor, case_id).body["offer"]["keep_item"]


@pytest.mark.parametrize("decision", ["reject", "counter"])
def test_what_nobody_asked_back_nobody_leaves(decision: str) -> None:
    world = return_shop()
    case_id = file(world)
    with pytest.raises(InvalidRequest):
        amount = PART if decision == "counter" else None
        decide(world, case_id, decision, keep_item=True, amount=amount, reason="no")
