"""Money that nobody asked for: said once on the timeline and the bus, in no book of ours, and never a dead letter."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.balances import grown
from chalicelib.domain.entries import Entry
from chalicelib.errors import CaseNotFound, InvalidRequest
from chalicelib.schemas.events import event_of
from chalicelib.schemas.templates import words
from tests.refusals import refused
from tests.standins import exchanges, invariants, repairs, returns
from tests.standins.repairs import COST
from tests.standins.returns import refund, silence, standing
from tests.standins.shops import COAT
from tests.standins.world import World


@pytest.fixture
def world() -> World:
    return returns.return_shop()


@pytest.fixture
def old_world() -> World:
    """Goods out of warranty, which are repaired for money."""
    return repairs.out_of_warranty()


def turned_away(world: World, case_id: str) -> list[str]:
    """Why, for each payment that was."""
    told = [one for one in world.records.all(Entry, case_id=case_id) if one.type == "PaymentTurnedAway"]
    assert len(told) == len(world.case(case_id).turned_away)
    return [str(one.data["because"]) for one in told]


def dearer(world: World) -> str:
    return exchanges.asked_for(world, price=COAT + 5000)


# For dearer goods


@pytest.mark.parametrize(
    ("amount", "currency", "because"),
    [
        pytest.param(4999, "CNY", "other_amount", id="less"),
        pytest.param(5001, "CNY", "other_amount", id="more"),
        pytest.param(5000, "USD", "other_currency", id="other money"),
    ],
)
def test_another_sum_than_the_difference_goes_back_and_the_right_one_is_still_awaited(
    world: World, amount: int, currency: str, because: str
) -> None:
    case_id = dearer(world)
    exchanges.pay(world, case_id, amount, currency=currency)
    assert [because] == turned_away(world, case_id)
    assert ("remedying", "difference") == standing(world, case_id)
    exchanges.pay(world, case_id, 5000, payment_id="pay_right")
    assert ("remedying", "replacement") == standing(world, case_id)


def test_money_that_comes_too_late_never_enters_the_books(world: World) -> None:
    case_id = dearer(world)
    silence(world, case_id, "difference")
    exchanges.pay(world, case_id, 5000)
    assert ["too_late"] == turned_away(world, case_id)
    assert COAT == refund(world, case_id)
    assert 1 == len(grown(world.order(), world.ledger()).payments)
    invariants.the_books_agree(world)


def test_a_difference_that_is_paid_by_two_payments_is_taken_from_the_first(world: World) -> None:
    case_id = dearer(world)
    exchanges.pay(world, case_id, 5000)
    exchanges.pay(world, case_id, 5000, payment_id="pay_twice")
    assert ["paid_before"] == turned_away(world, case_id)
    assert 2 == len(grown(world.order(), world.ledger()).payments)


def test_an_even_exchange_asks_for_nothing(world: World) -> None:
    case_id = exchanges.asked_for(world)
    exchanges.pay(world, case_id, 1)
    assert ["not_asked"] == turned_away(world, case_id)


# For a repair


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        pytest.param({"amount": COST - 1}, "other_amount", id="less"),
        pytest.param({"amount": COST + 1}, "other_amount", id="more"),
        pytest.param({"currency": "GBP"}, "other_currency", id="other money"),
    ],
)
def test_another_sum_than_the_fee_goes_back_and_the_right_one_is_still_awaited(
    old_world: World, wrong: dict[str, Any], because: str
) -> None:
    case_id = repairs.owing(old_world)
    repairs.pay(old_world, case_id, **wrong)
    assert [because] == turned_away(old_world, case_id)
    assert ("repairing", "fee") == standing(old_world, case_id)
    repairs.pay(old_world, case_id, payment_id="pay_right")
    assert "completed" == old_world.case(case_id).status
    assert 1 == len(old_world.listings.journal_of("o1"))


def test_a_second_payment_of_one_fee_goes_back(old_world: World) -> None:
    case_id = repairs.owing(old_world)
    repairs.pay(old_world, case_id)
    repairs.pay(old_world, case_id, payment_id="pay_again")
    assert ["paid_before"] == turned_away(old_world, case_id)
    assert 1 == len(old_world.listings.journal_of("o1"))


def test_a_fee_that_is_not_due_yet_goes_back_and_is_asked_for_in_its_time(old_world: World) -> None:
    case_id = repairs.at_the_bench(old_world)
    repairs.pay(old_world, case_id)
    assert ["not_asked"] == turned_away(old_world, case_id)


def test_a_case_without_a_repair_asks_for_no_fee(world: World) -> None:
    case_id = returns.filed(world)
    before = standing(world, case_id)
    repairs.pay(world, case_id)
    assert (["not_asked"], before) == (turned_away(world, case_id), standing(world, case_id))


# Once, and to whom


@pytest.mark.parametrize("pay", [exchanges.pay, repairs.pay])
def test_told_again_it_is_told_once(world: World, pay: Any) -> None:
    case_id = returns.filed(world)
    for _ in range(3):
        pay(world, case_id, 700, payment_id="pay_stray")
    assert ["not_asked"] == turned_away(world, case_id)


@pytest.mark.parametrize("pay", [exchanges.pay, repairs.pay])
def test_what_the_order_was_paid_with_is_never_given_back_as_unasked(world: World, pay: Any) -> None:
    case_id = returns.filed(world)
    wrong = "is a payment of the order already"
    told = refused(InvalidRequest, lambda: pay(world, case_id, 700, payment_id="pay_card"))
    assert (wrong, [("payment_id", wrong, None)]) == told
    assert [] == turned_away(world, case_id)


@pytest.mark.parametrize("pay", [exchanges.pay, repairs.pay])
def test_money_for_no_case_of_ours_has_no_timeline_and_is_for_a_person(world: World, pay: Any) -> None:
    with pytest.raises(CaseNotFound):
        pay(world, "case_00000000000000000000000009", 700, payment_id="pay_stray")


def test_money_that_names_no_currency_is_the_case_s_own(world: World) -> None:
    case_id = dearer(world)
    exchanges.pay(world, case_id, 4999, payment_id="pay_stray", currency=None)
    [told] = [one for one in world.records.all(Entry, case_id=case_id) if one.type == "PaymentTurnedAway"]
    assert ("other_amount", {"amount": 4999, "currency": "CNY"}) == (told.data["because"], told.data["paid"])
    exchanges.pay(world, case_id, 5000, currency=None)
    assert ("remedying", "replacement") == standing(world, case_id)


def test_the_payment_system_and_the_buyer_are_told_which_payment_and_how_much(world: World) -> None:
    case_id = dearer(world)
    exchanges.pay(world, case_id, 4200, payment_id="pay_stray", currency="USD")
    [told] = [one for one in world.records.all(Entry, case_id=case_id) if one.type == "PaymentTurnedAway"]
    event = event_of(told).model_dump(mode="json", exclude_none=True)
    assert ("pay_stray", {"amount": 4200, "currency": "USD"}) == (event["data"]["payment_id"], event["data"]["paid"])
    said = words(event, "en")
    assert said is not None and "42.00" in said.text
