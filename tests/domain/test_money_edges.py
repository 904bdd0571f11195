"""Amounts at their edges: ties, nothing at all, and what a caller hears who asked for the impossible."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.money import EXPONENTS, Currency, Money, apportion, worth
from chalicelib.errors import CurrencyMismatch
from tests.refusals import refused


def cny(amount: int) -> Money:
    return Money(amount=amount, currency="CNY")


def test_an_amount_is_not_less_than_itself() -> None:
    assert not cny(2) < cny(2)


def test_a_larger_amount_is_neither_less_nor_equal() -> None:
    assert not cny(3) <= cny(2)


def test_the_sum_is_of_the_same_currency() -> None:
    assert ("CNY", "CNY") == ((cny(1) + cny(1)).currency, (cny(1) - cny(1)).currency)


def test_two_currencies_are_both_named() -> None:
    told = refused(CurrencyMismatch, lambda: cny(1) + Money(amount=1, currency="USD"))
    assert ("CNY and USD do not add up or compare", []) == told


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(ValidationError, match="XAU is not an ISO 4217 currency"):
        TypeAdapter(Currency).validate_python("XAU")


def test_every_currency_has_a_code_of_three_letters() -> None:
    assert [] == [code for code in EXPONENTS if not re.fullmatch("[A-Z]{3}", code)]


def test_most_currencies_have_two_digits_and_few_none_three_or_four() -> None:
    assert {0: 17, 2: 140, 3: 7, 4: 2} == Counter(EXPONENTS.values())


def test_a_large_share_with_a_small_remainder_is_not_served_first() -> None:
    assert (2, 8) == apportion(10, [1, 5])


def test_nothing_is_nothing_for_each() -> None:
    assert (0, 0) == apportion(0, [3, 1])


def test_no_units_are_worth_nothing() -> None:
    assert 0 == worth(100, 3, 0)


def test_when_none_are_left_none_are_worth_what_is_left() -> None:
    assert 7 == worth(7, 0, 0)


@pytest.mark.parametrize(
    ("total", "weights", "why"),
    [
        (-1, [1], "neither a total nor a weight may be negative"),
        (1, [-1], "neither a total nor a weight may be negative"),
        (1, [], "1 cannot be divided among nobody"),
    ],
)
def test_it_is_told_why_nothing_can_be_divided(total: int, weights: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        apportion(total, weights)


def test_it_is_told_how_many_units_are_left() -> None:
    with pytest.raises(ValueError, match=r"^4 of 3 units$"):
        worth(100, 3, 4)


def test_the_contract_says_how_a_currency_looks() -> None:
    assert "^[A-Z]{3}$" == TypeAdapter(Currency).json_schema()["pattern"]
