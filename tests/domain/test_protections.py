"""Price protection 价保: the ledger holds what was paid for goods that stay, and what a later return still gets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain import ledgers
from chalicelib.domain.balances import Ledger, open_ledger
from chalicelib.domain.calendars import Calendar
from chalicelib.domain.claims import Ask, Claim
from chalicelib.domain.explanations import explain
from chalicelib.domain.ledgers import quote, release, reserve, settle, still_refundable
from chalicelib.domain.orders import Order
from chalicelib.domain.prices import Price, PriceFact
from chalicelib.domain.protections import Protection, protect
from chalicelib.errors import InvalidRequest
from tests.domain.drafts import AT, coupon, line, order

COAT = order(line("coat", 1, 30000))
SCARVES = order(line("scarf", 3, 1000))


def costs(**amounts: int) -> dict[str, PriceFact]:
    return {sku: PriceFact(amount=amount, currency="CNY", at=AT) for sku, amount in amounts.items()}


def protected(bought: Order, ledger: Ledger, **prices: int) -> Claim:
    """A protection of all lines that still have units."""
    left = [row for row in still_refundable(bought, ledger).lines if row.units]
    by_sku = {bought.line(row.line_id).sku: prices[row.line_id] for row in left if row.line_id in prices}
    asks = [Ask(line_id=row.line_id, quantity=row.units) for row in left]
    return protect(bought, ledger, asks, costs(**by_sku))


def paid(bought: Order, ledger: Ledger, claim: Claim) -> Ledger:
    return settle(bought, reserve(bought, ledger, claim), claim)


def returned(bought: Order, ledger: Ledger, units: int) -> tuple[Ledger, Claim]:
    claim = quote(bought, ledger, [Ask(line_id=bought.lines[0].line_id, quantity=units)])
    return paid(bought, ledger, claim), claim


def test_the_difference_between_what_was_paid_and_what_it_costs_now() -> None:
    assert 5000 == protected(COAT, open_ledger(COAT), coat=25000).total


def test_a_price_that_did_not_fall_pays_nothing() -> None:
    assert [0, 0] == [protected(COAT, open_ledger(COAT), coat=price).total for price in (30000, 31000)]


def test_a_second_fall_pays_only_what_has_fallen_further() -> None:
    ledger = paid(COAT, open_ledger(COAT), protected(COAT, open_ledger(COAT), coat=25000))
    assert [0, 3000] == [protected(COAT, ledger, coat=price).total for price in (26000, 22000)]


def test_a_later_return_gets_the_rest_of_what_was_paid() -> None:
    ledger = paid(COAT, open_ledger(COAT), protected(COAT, open_ledger(COAT), coat=25000))
    ledger, claim = returned(COAT, ledger, 1)
    assert (25000, 30000) == (claim.total, ledger.payments[0].settled)
    steps = {step.kind: step.amount for step in explain(COAT, claim).lines[0].steps}
    assert {"price": 30000, "price_protected": -5000} == steps


def test_units_that_were_returned_are_not_protected() -> None:
    ledger, _ = returned(SCARVES, open_ledger(SCARVES), 1)
    assert 2 * 200 == protected(SCARVES, ledger, scarf=800).total


def test_the_explanation_says_what_the_goods_cost_now() -> None:
    ledger, _ = returned(SCARVES, open_ledger(SCARVES), 1)
    steps = explain(SCARVES, protected(SCARVES, ledger, scarf=800)).lines[0].steps
    assert [("price", 3000), ("share", -1000), ("price_now", -1600)] == [(step.kind, step.amount) for step in steps]


def test_what_a_coupon_took_off_did_not_fall_once_more() -> None:
    bought = order(line("coat", 1, 30000), promotions=(coupon(4000),))
    assert [0, 1000] == [protected(bought, open_ledger(bought), coat=price).total for price in (26000, 25000)]


def test_a_tax_follows_its_price_and_the_buyer_bears_the_last_fraction() -> None:
    bought = order(line("coat", 1, 30000), tax=1999)
    assert 31999 - (25000 * 31999 + 29999) // 30000 == protected(bought, open_ledger(bought), coat=25000).total


@pytest.mark.parametrize("quantity", [1, 2])
def test_a_part_of_the_kept_units_is_refused(quantity: int) -> None:
    with pytest.raises(InvalidRequest, match="all 3 units"):
        protect(SCARVES, open_ledger(SCARVES), [Ask(line_id="scarf", quantity=quantity)], costs())


def test_a_protection_that_was_given_up_can_be_had_again_and_other_units_are_safe() -> None:
    first = open_ledger(SCARVES)
    claim = protected(SCARVES, first, scarf=700)
    reserved = reserve(SCARVES, first, claim)
    back = quote(SCARVES, reserved, [Ask(line_id="scarf", quantity=1)])
    both = reserve(SCARVES, reserved, back)
    assert reserved == release(SCARVES, both, back)
    assert 3000 == back.total + claim.total + still_refundable(SCARVES, both).total


def test_what_the_bank_took_back_is_not_paid_again() -> None:
    ledger = ledgers.charge_back(COAT, open_ledger(COAT), "pay_card", 28000)
    assert 2000 == protected(COAT, ledger, coat=25000).total


@given(st.integers(1, 9), st.integers(1, 5000), st.lists(st.tuples(st.booleans(), st.integers(0, 5000)), max_size=8))
def test_whatever_falls_and_whatever_comes_back_all_of_it_is_what_was_paid(
    units: int, price: int, story: list[tuple[bool, int]]
) -> None:
    bought = order(line("scarf", units, price))
    ledger = open_ledger(bought)
    for falls, number in story:
        left = still_refundable(bought, ledger).lines[0]
        if not left.units or left.amount < left.units:
            break
        if falls:
            ledger = paid(bought, ledger, protected(bought, ledger, scarf=number))
        else:
            ledger, _ = returned(bought, ledger, 1 + number % left.units)
    left = still_refundable(bought, ledger).lines[0]
    if left.units and left.amount:
        ledger, _ = returned(bought, ledger, left.units)
        assert bought.paid_total == ledger.payments[0].settled
    ledgers.check(bought, ledger)


@given(st.integers(1, 9), st.integers(1, 5000), st.lists(st.integers(0, 5000), max_size=5))
def test_all_falls_together_pay_down_to_the_lowest_price(units: int, price: int, prices: list[int]) -> None:
    bought = order(line("scarf", units, price))
    ledger = open_ledger(bought)
    for now in prices:
        ledger = paid(bought, ledger, protected(bought, ledger, scarf=now))
    assert units * (price - min([price, *prices])) == ledger.payments[0].settled


def test_a_ledger_with_a_protection_reads_back() -> None:
    ledger = paid(COAT, open_ledger(COAT), protected(COAT, open_ledger(COAT), coat=25000))
    assert ledger == Ledger.model_validate_json(ledger.model_dump_json())


# The catalogue's word, and how long it counts


def fact(amount: int, hours: int, currency: str = "CNY") -> PriceFact:
    return PriceFact(amount=amount, currency=currency, at=AT + timedelta(hours=hours))


def test_the_newest_price_counts_in_whatever_order_it_was_told() -> None:
    price = Price(merchant_id="m1", sku="coat")
    for one in (fact(3, 3), fact(1, 1), fact(2, 2), fact(9, 9, "USD"), fact(4, 24)):
        price = price.told(one)
    assert fact(3, 3) == price.now("CNY", AT + timedelta(hours=10))
    assert price.now("CNY", AT) is None


def test_a_price_holds_from_the_very_instant_on() -> None:
    assert fact(3, 3) == Price(merchant_id="m1", sku="coat").told(fact(3, 3)).now("CNY", AT + timedelta(hours=3))


@pytest.mark.parametrize("sku", ["", "a#b", "x" * 129])
def test_a_sku_stands_in_a_key(sku: str) -> None:
    with pytest.raises(ValidationError):
        Price(merchant_id="m1", sku=sku)


def test_a_price_that_was_told_twice_is_no_news() -> None:
    price = Price(merchant_id="m1", sku="coat").told(fact(3, 3))
    assert price is price.told(fact(3, 3))


def test_older_prices_than_are_kept_are_no_news() -> None:
    price = Price(merchant_id="m1", sku="coat")
    for hour in range(1, 30):
        price = price.told(fact(hour, hour))
    assert price is price.told(fact(0, 0))
    assert [fact(hour, hour) for hour in range(29, 9, -1)] == list(price.facts)


def test_protection_counts_from_the_purchase_or_from_full_days_after_signing() -> None:
    calendar = Calendar()
    assert AT + timedelta(days=7) == Protection(days=7, since="purchase").ends_at(calendar, AT, None)
    assert calendar.window_end(AT, 7) == Protection(days=7).ends_at(calendar, AT - timedelta(days=9), AT)
    assert Protection(days=7).ends_at(calendar, AT, None) is None
