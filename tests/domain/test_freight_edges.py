"""Who gets the freight back, case by case, to the minor unit."""

from __future__ import annotations

import pytest

from chalicelib.domain.balances import Ledger
from chalicelib.domain.freights import freight_due
from chalicelib.domain.ledgers import Ask, open_ledger, quote, reserve
from chalicelib.domain.lifecycles import DeliveryState
from chalicelib.domain.orders import Order
from chalicelib.domain.reasons import Liability
from tests.domain.drafts import line, order

# Freight follows what was paid: 300 of the 900 stand on three units of 1.00, 600 on two of 3.00.
BOUGHT = order(line("a", 3, 100), line("b", 2, 300), freight=900)
NEW = open_ledger(BOUGHT)


def due(
    asks: dict[str, int],
    delivery: DeliveryState = "delivered",
    liability: Liability = "merchant",
    ledger: Ledger = NEW,
    bought: Order = BOUGHT,
) -> int:
    each = [Ask(line_id=line_id, quantity=quantity) for line_id, quantity in asks.items()]
    return freight_due(bought, ledger, each, delivery, liability)


def after(freight: int, **asks: int) -> Ledger:
    """The ledger when these units and so much of the freight were asked back already."""
    claimed = [Ask(line_id=line_id, quantity=quantity) for line_id, quantity in asks.items()]
    return reserve(BOUGHT, NEW, quote(BOUGHT, NEW, claimed, freight=freight))


def test_units_that_the_buyer_just_does_not_want_bring_no_freight_back() -> None:
    assert 0 == due({"a": 1}, "delivered", "buyer") == due({"a": 1}, "shipped", "buyer")


def test_before_shipping_even_they_bring_their_share() -> None:
    assert 100 == due({"a": 1}, "unshipped", "buyer")


@pytest.mark.parametrize("delivery", ["shipped", "delivered"])
def test_what_was_not_the_buyer_s_doing_brings_its_share(delivery: DeliveryState) -> None:
    assert 100 + 300 == due({"a": 1, "b": 1}, delivery, "merchant")


def test_the_last_units_bring_all_of_it_whoever_is_liable() -> None:
    assert 900 == due({"a": 3, "b": 2}, "delivered", "buyer")


def test_units_are_the_last_when_the_others_were_claimed_before() -> None:
    assert 900 == due({"b": 2}, "delivered", "buyer", after(0, a=3))


def test_one_unit_that_stays_keeps_the_freight() -> None:
    assert 0 == due({"a": 3, "b": 1}, "delivered", "buyer")


def test_the_last_units_bring_what_is_left_of_it() -> None:
    assert 650 == due({"a": 2, "b": 2}, "delivered", "buyer", after(250, a=1))


@pytest.mark.parametrize(("delivery", "liability"), [("delivered", "merchant"), ("unshipped", "buyer")])
def test_only_the_freight_can_be_asked_for(delivery: DeliveryState, liability: Liability) -> None:
    assert 650 == due({}, delivery, liability, after(250, a=1))


def test_a_buyer_who_keeps_goods_that_came_well_paid_for_their_way() -> None:
    assert 0 == due({}, "delivered", "buyer") == due({}, "shipped", "buyer", after(250, a=1))


def test_when_nothing_is_left_with_the_buyer_the_freight_may_follow() -> None:
    assert 900 == due({}, "delivered", "buyer", after(0, a=3, b=2))


def test_a_share_is_never_more_than_what_is_left() -> None:
    assert 50 == due({"b": 1}, "delivered", "merchant", after(850, a=1))


def test_a_line_that_is_asked_about_in_parts_is_asked_about_as_a_whole() -> None:
    asks = [Ask(line_id="a", quantity=1), Ask(line_id="a", quantity=2), Ask(line_id="b", quantity=2)]
    assert 900 == freight_due(BOUGHT, NEW, asks, "delivered", "buyer")


def test_lines_that_the_order_does_not_have_and_units_it_never_had_bring_nothing() -> None:
    assert 300 == due({"x": 1, "a": 4, "b": 1})


def test_all_units_of_a_line_bring_all_of_its_share() -> None:
    assert 300 == due({"a": 3})


def test_the_ledger_of_another_order_is_not_judged_by() -> None:
    with pytest.raises(ValueError, match="zip"):
        due({"a": 3, "b": 2}, ledger=NEW.but(lines=NEW.lines[:1]))
