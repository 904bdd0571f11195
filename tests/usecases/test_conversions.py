"""A repair that came to nothing: the buyer gets the same goods anew, or the money, by whatever the policy leaves."""

from __future__ import annotations

import pytest

from chalicelib.domain.entries import Entry
from chalicelib.errors import GateNotFound, QuantityExceedsPurchased
from chalicelib.schemas.events import event_of
from chalicelib.usecases import cases, exchanges, grants
from tests.standins import exchanges as swapped
from tests.standins import invariants, returns
from tests.standins import repairs as stages
from tests.standins.repairs import becomes
from tests.standins.returns import refund, silence, standing
from tests.standins.shops import BUYER, COAT
from tests.standins.stages import rule_for_good
from tests.standins.time import MONDAY
from tests.standins.world import World

FREIGHT = 789  # of what the goods came for: they were bad from the start
OFFERED = {"refund_only", "return_and_refund", "repair"}


@pytest.fixture
def world() -> World:
    return stages.repair_shop()


@pytest.fixture
def swaps() -> World:
    """The policy exchanges what cannot be repaired."""
    return stages.shop_that_gives("exchange")


# What there is to choose from


def test_a_buyer_with_a_choice_is_asked_and_gets_what_was_chosen(world: World) -> None:
    case_id = stages.beyond_repair(world)
    assert ("repairing", "choice", "buyer#b1") == (*standing(world, case_id), world.gate(case_id).owner)
    stages.choose(world, case_id, "refund")
    assert ("approved", None) == standing(world, case_id)
    assert ("return_and_refund", "return_flow", 2) == becomes(world, case_id)


def test_a_buyer_who_does_not_choose_has_the_money(world: World) -> None:
    case_id = stages.beyond_repair(world)
    assert "converted" == silence(world, case_id, "choice")
    assert ("return_and_refund", "return_flow", 2) == becomes(world, case_id)


def test_one_choice_is_made_once(world: World) -> None:
    case_id = stages.beyond_repair(world)
    stages.choose(world, case_id, "exchange")
    with pytest.raises(GateNotFound):
        stages.choose(world, case_id, "refund")


def test_nobody_chooses_while_there_is_something_to_repair(world: World) -> None:
    case_id = stages.repaired_on_site(world)
    with pytest.raises(GateNotFound):
        stages.choose(world, case_id, "exchange")


def test_where_nothing_is_exchanged_at_all_a_repair_becomes_money_unasked() -> None:
    world = stages.repair_shop(remedies={"delivered": OFFERED})
    assert ("approved", None) == standing(world, stages.beyond_repair(world))


def test_a_policy_that_would_only_exchange_and_never_does_pays() -> None:
    world = stages.shop_that_gives("exchange")
    narrow = stages.repair_shop(repairs={"unfixed": ["exchange"]}, remedies={"delivered": OFFERED})
    assert "exchange" == world.case(stages.beyond_repair(world)).remedy
    assert "return_and_refund" == narrow.case(stages.beyond_repair(narrow)).remedy


# The same goods anew


def test_goods_beyond_repair_stay_with_the_shop_which_sends_the_same_anew(swaps: World) -> None:
    case_id = stages.beyond_repair(swaps)
    assert ("exchange", "exchange_flow", 2) == becomes(swaps, case_id)
    assert ["return_to_vendor"] == [one.disposition for one in returns.goods(swaps, case_id).disposals]
    assert "approve" == grants.assess(swaps, case_id, 2)["outcome"]
    assert "requested" == exchanges.ship_replacement(swaps, case_id)["outcome"]
    [line] = swapped.replacement(swaps, case_id).lines
    assert ("coat", "sku-coat", 1, COAT, COAT) == (line.line_id, line.sku, line.quantity, line.value, line.price)
    swapped.ship(swaps, case_id)
    swapped.came(swaps, case_id)
    assert ("completed", 0) == (swaps.case(case_id).status, swaps.case(case_id).amount)
    assert {} == swaps.payments.paid
    invariants.never_over_the_cap(swaps)
    invariants.a_completed_case_owes_nothing(swaps)


def test_goods_that_failed_twice_at_the_door_come_in_before_others_go_out(swaps: World) -> None:
    case_id = stages.in_vain_at_the_door(swaps)
    assert ("awaiting_goods", "shipment") == standing(swaps, case_id)
    assert ("exchange", "exchange_flow", 2) == becomes(swaps, case_id)
    swapped.come_back(swaps, case_id)
    exchanges.ship_replacement(swaps, case_id)
    assert ("remedying", "replacement") == standing(swaps, case_id)


def test_goods_that_need_not_come_in_are_sent_once_more_and_the_buyer_keeps_both() -> None:
    world = stages.shop_that_gives("exchange", goods_come_back=False)
    case_id = stages.in_vain_at_the_door(world)
    assert ("approved", None) == standing(world, case_id)
    assert ("reship", "exchange_flow", 2) == becomes(world, case_id)
    assert "requested" == exchanges.ship_replacement(world, case_id)["outcome"]


def test_a_shop_that_is_late_with_a_repair_exchanges(swaps: World) -> None:
    case_id = stages.at_the_bench(swaps)
    assert "converted" == silence(swaps, case_id, "repair")
    assert ("exchange", "exchange_flow", 2) == becomes(swaps, case_id)


def test_the_first_execution_ends_and_never_carries_the_exchange(swaps: World) -> None:
    case_id = stages.beyond_repair(swaps)
    assert "converted" == grants.assess(swaps, case_id, 1)["outcome"]


def test_a_buyer_who_sends_nothing_in_keeps_what_he_has_and_the_claim_is_free(swaps: World) -> None:
    case_id = stages.in_vain_at_the_door(swaps)
    silence(swaps, case_id, "shipment")
    assert "closed" == swaps.case(case_id).status
    assert all(line.reserved == line.units_taken == 0 for line in swaps.ledger().lines)


# And if that fails too


def test_a_shop_that_has_none_left_pays_once_what_the_goods_and_their_way_cost(swaps: World) -> None:
    case_id = stages.beyond_repair(swaps)
    exchanges.ship_replacement(swaps, case_id)
    swapped.none_left(swaps, case_id)
    assert COAT + FREIGHT == swaps.case(case_id).amount == refund(swaps, case_id)
    invariants.nobody_is_paid_twice(swaps)
    invariants.the_books_agree(swaps)


def test_a_replacement_that_is_sent_late_is_a_refund(swaps: World) -> None:
    case_id = stages.beyond_repair(swaps)
    exchanges.ship_replacement(swaps, case_id)
    assert "converted" == silence(swaps, case_id, "replacement")
    assert COAT + FREIGHT == refund(swaps, case_id)


def test_an_agent_who_finds_that_the_new_goods_never_came_has_them_sent_once_more(swaps: World) -> None:
    case_id = stages.beyond_repair(swaps)
    exchanges.ship_replacement(swaps, case_id)
    swapped.ship(swaps, case_id)
    swapped.came(swaps, case_id, received=False, note="an empty box")
    rule_for_good(swaps, case_id)
    assert "requested" == exchanges.ship_replacement(swaps, case_id)["outcome"]
    assert 1 == len(returns.goods(swaps, case_id).disposals), "of the old goods everything was said"


# What is told


def test_the_story_says_what_it_was_and_what_it_is_and_names_no_engineer(swaps: World) -> None:
    case_id = stages.beyond_repair(swaps)
    [told] = [one for one in swaps.records.all(Entry, case_id=case_id) if one.type == "CaseConverted"]
    data = event_of(told).data.model_dump(mode="json", exclude_none=True)
    assert ("exchange", "repair", "not_repairable") == (data["remedy"], data["remedy_before"], data["because"])
    assert cases.read(swaps, BUYER, case_id).body["repair"]["attempts"]


# The new goods


def test_the_new_goods_have_a_warranty_of_their_own_and_only_their_days_of_repair(swaps: World) -> None:
    """Repaired in vain in November; the new ones come on the 15th, are away for three days, and keep the year."""
    first = stages.beyond_repair(swaps)
    exchanges.ship_replacement(swaps, first)
    swapped.ship(swaps, first)
    swaps.clock.reach(MONDAY.replace(day=15))
    swapped.came(swaps, first)
    second = stages.at_the_bench(swaps, line_id="coat.r1")
    assert MONDAY.replace(year=2027, day=15, hour=16, minute=0) == stages.repair(swaps, second).covered_until
    swaps.clock.reach(MONDAY.replace(day=17))
    stages.record(swaps, second)
    stages.dispatch(swaps, second)
    stages.accept(swaps, second)
    third = stages.filed(swaps, line_id="coat.r1")
    assert MONDAY.replace(year=2027, day=18, hour=16, minute=0) == stages.repair(swaps, third).covered_until


def test_goods_that_replaced_goods_are_replaced_and_every_case_knows_whose_place_they_took(swaps: World) -> None:
    first = stages.beyond_repair(swaps)
    exchanges.ship_replacement(swaps, first)
    swapped.ship(swaps, first)
    swapped.came(swaps, first)
    second = stages.at_the_bench(swaps, line_id="coat.r1")
    stages.record(swaps, second, "not_repairable")
    exchanges.ship_replacement(swaps, second)
    swapped.ship(swaps, second, "YT7000000002")
    swapped.came(swaps, second)
    third = stages.filed(swaps, line_id="coat.r2")
    chain = [[(was.case_id, was.line_id) for was in swaps.case(one).about] for one in (first, second, third)]
    assert [[], [(first, "coat")], [(second, "coat.r1")]] == chain
    for line_id in ("coat", "coat.r1"):
        with pytest.raises(QuantityExceedsPurchased):
            stages.filed(swaps, line_id=line_id)
    assert {} == swaps.payments.paid
    invariants.never_over_the_cap(swaps)
