"""Amounts: whole minor units of one currency, and divided without losing any."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.money import EXPONENTS, Currency, Money, apportion, worth
from chalicelib.errors import CurrencyMismatch

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)


def cny(amount: int) -> Money:
    return Money(amount=amount, currency="CNY")


def test_amounts_of_one_currency_add() -> None:
    assert cny(8900) == cny(8000) + cny(900)


def test_a_difference_may_be_below_zero() -> None:
    assert cny(-100) == cny(800) - cny(900)


def test_less_is_less() -> None:
    assert cny(1) < cny(2) <= cny(2)


@pytest.mark.parametrize("sign", ["__add__", "__sub__", "__lt__", "__le__"])
def test_two_currencies_never_meet(sign: str) -> None:
    with pytest.raises(CurrencyMismatch):
        getattr(cny(100), sign)(Money(amount=100, currency="USD"))


@pytest.mark.parametrize("amount", [1.0, True, "100", 2**53, None])
def test_only_whole_numbers_that_json_can_hold_are_amounts(amount: Any) -> None:
    with pytest.raises(ValidationError):
        Money(amount=amount, currency="CNY")


@pytest.mark.parametrize("code", ["cny", "CN", "RMB", "XAU", "CNY ", ""])
def test_only_iso_4217_codes_are_currencies(code: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Currency).validate_python(code)


def test_yen_have_no_minor_unit_and_yuan_have_two_digits() -> None:
    assert (0, 2) == (EXPONENTS["JPY"], EXPONENTS["CNY"])


def test_the_largest_remainder_is_served_first() -> None:
    assert (33, 67) == apportion(100, [1, 2])


def test_equal_remainders_are_served_from_the_left() -> None:
    assert (34, 33, 33) == apportion(100, [1, 1, 1])


def test_a_zero_weight_gets_nothing() -> None:
    assert (0, 100) == apportion(100, [0, 5])


def test_freight_on_a_basket_of_free_gifts_is_shared_alike() -> None:
    assert (5, 5) == apportion(10, [0, 0])


def test_nothing_divides_into_nothing() -> None:
    assert () == apportion(0, [])


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 3]), (1, [])])
def test_what_cannot_be_divided_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError):
        apportion(total, weights)


@given(st.integers(0, 10**12), WEIGHTS)
def test_the_parts_are_the_whole(total: int, weights: list[int]) -> None:
    assert total == sum(apportion(total, weights))


@given(st.integers(0, 10**12), WEIGHTS)
def test_no_part_is_a_whole_unit_off_its_exact_share(total: int, weights: list[int]) -> None:
    fair = weights if any(weights) else [1] * len(weights)
    exact = [Fraction(total * weight, sum(fair)) for weight in fair]
    assert all(abs(part - share) < 1 for part, share in zip(apportion(total, weights), exact, strict=True))


@given(WEIGHTS, st.data())
def test_no_part_exceeds_its_weight_while_the_total_does_not(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    assert all(part <= weight for part, weight in zip(apportion(total, weights), weights, strict=True))


def test_two_of_three_units_are_worth_two_thirds_rounded_down() -> None:
    assert 66 == worth(100, 3, 2)


def test_the_last_units_are_worth_all_that_is_left() -> None:
    assert 34 == worth(34, 1, 1)


@pytest.mark.parametrize("units", [-1, 4])
def test_units_that_are_not_left_are_worth_no_answer(units: int) -> None:
    with pytest.raises(ValueError):
        worth(100, 3, units)


@given(st.integers(0, 10**9), st.integers(1, 74_215), st.data())
def test_any_sequence_of_partial_returns_adds_up_exactly(value: int, quantity: int, data: st.DataObject) -> None:
    value_left, units_left, returned = value, quantity, 0
    while units_left:
        units = data.draw(st.integers(min(units_left, 1 + quantity // 8), units_left))
        part = worth(value_left, units_left, units)
        value_left, units_left, returned = value_left - part, units_left - units, returned + part
    assert value == returned
