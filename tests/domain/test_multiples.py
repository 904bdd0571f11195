"""退一赔三: how many times what was paid, at least how much, and never the least sum twice."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.balances import Ledger, MultipleLedger, open_ledger
from chalicelib.domain.claims import Ask
from chalicelib.domain.ledgers import multiply, quote, reserve
from chalicelib.domain.multiples import Multiple, Multiplied, MultipliedLine, rule_for
from chalicelib.domain.multiples import multiply as come_to
from chalicelib.domain.orders import Order
from chalicelib.domain.policies import MULTIPLES
from chalicelib.errors import Fault
from tests.domain.drafts import coupon, line, order

FOOD = "food"
ORDER = order(line("coat", 1, 30000), line("scarf", 3, 4000), line("tea", 2, 900, category=FOOD))
Case = tuple[Multiplied, Ledger]


def confirmed(ledger: Ledger, *asks: tuple[str, int], bought: Order = ORDER, reason: str = "counterfeit") -> Case:
    """One case of these units: reserved, confirmed, paid."""
    claim = quote(bought, ledger, [Ask(line_id=line_id, quantity=quantity) for line_id, quantity in asks])
    ledger = reserve(bought, ledger, claim)
    came = come_to(MULTIPLES, reason, bought, ledger, claim)
    assert came is not None
    return came[0], multiply(bought, ledger, came[1])


def steps(multiplied: Multiplied) -> list[tuple[str, str, int]]:
    return [(step.kind, step.label, step.amount) for step in multiplied.steps]


def test_three_times_what_was_paid() -> None:
    multiplied, ledger = confirmed(open_ledger(ORDER), ("coat", 1))
    assert (90000, []) == (multiplied.amount, steps(multiplied))
    assert [("coat", 1, 30000, 3, 90000)] == [
        (one.line_id, one.quantity, one.paid, one.times, one.amount) for one in multiplied.lines
    ]
    assert {"*": (90000, 90000)} == ledger.multiples


@pytest.mark.parametrize(("price", "owed"), [(1, 50000), (16666, 50000), (16667, 50001)])
def test_five_hundred_yuan_at_least(price: int, owed: int) -> None:
    bought = order(line("coat", 1, price))
    multiplied, _ = confirmed(open_ledger(bought), ("coat", 1), bought=bought)
    assert owed == multiplied.amount
    assert steps(multiplied) == ([("at_least", "*", 50000 - 3 * price)] if 3 * price < 50000 else [])


@pytest.mark.parametrize("reason", ["counterfeit", "unsafe"])
def test_of_food_ten_times_and_a_thousand_yuan_at_least(reason: str) -> None:
    multiplied, _ = confirmed(open_ledger(ORDER), ("tea", 2), reason=reason)
    assert (18000, 100000) == (multiplied.lines[0].amount, multiplied.amount)


def test_food_and_other_goods_have_a_least_sum_each() -> None:
    multiplied, ledger = confirmed(open_ledger(ORDER), ("scarf", 1), ("tea", 1))
    assert [("at_least", "*", 38000), ("at_least", "food", 91000)] == steps(multiplied)
    assert {"*": (12000, 50000), "food": (9000, 100000)} == ledger.multiples


def test_what_a_coupon_paid_is_no_price() -> None:
    bought = order(line("coat", 1, 30000), promotions=(coupon(6000),))
    assert 72000 == confirmed(open_ledger(bought), ("coat", 1), bought=bought)[0].amount


def test_a_second_case_of_the_order_gets_no_second_least_sum() -> None:
    first, ledger = confirmed(open_ledger(ORDER), ("scarf", 1))
    second, ledger = confirmed(ledger, ("scarf", 2))
    assert (50000, 0) == (first.amount, second.amount)
    assert [("before", "*", 12000), ("at_least", "*", 14000), ("given", "*", -50000)] == steps(second)
    third, ledger = confirmed(ledger, ("coat", 1))
    assert 3 * (30000 + 12000) == first.amount + second.amount + third.amount == ledger.multiples["*"].given


@given(st.permutations([("coat", 1), ("scarf", 1), ("scarf", 2), ("tea", 1), ("tea", 1)]))
def test_however_an_order_is_split_into_cases_it_comes_to_the_same(cases: list[tuple[str, int]]) -> None:
    ledger, total = open_ledger(ORDER), 0
    for case in cases:
        multiplied, ledger = confirmed(ledger, case)
        total += multiplied.amount
    whole, _ = confirmed(open_ledger(ORDER), ("coat", 1), ("scarf", 3), ("tea", 2))
    assert whole.amount == total


def test_another_currency_or_reason_gets_nothing() -> None:
    pounds = ORDER.but(currency="GBP")
    claim = quote(pounds, open_ledger(pounds), [Ask(line_id="coat", quantity=1)])
    assert come_to(MULTIPLES, "counterfeit", pounds, open_ledger(pounds), claim) is None
    assert come_to(MULTIPLES, "unsafe", ORDER, open_ledger(ORDER), claim) is None


def test_a_gift_has_no_price_to_multiply() -> None:
    bought = order(line("coat", 1, 30000), line("gift", 1, 0))
    multiplied, _ = confirmed(open_ledger(bought), ("coat", 1), ("gift", 1), bought=bought)
    assert ["coat"] == [one.line_id for one in multiplied.lines]
    behind, _ = confirmed(open_ledger(bought), ("gift", 1), ("coat", 1), bought=bought)
    assert ["coat"] == [one.line_id for one in behind.lines]


def test_the_first_rule_that_fits_counts() -> None:
    found = [rule_for(MULTIPLES, *asked) for asked in (("counterfeit", FOOD), ("counterfeit", "clothing"))]
    assert [10, 3] == [rule.times for rule in found if rule]
    assert rule_for(MULTIPLES, "unsafe", "clothing") is None


@pytest.mark.parametrize("wrong", [{"times": 3.0}, {"times": True}, {"times": 0}, {"least": {"CNY": "50000"}}])
def test_a_policy_says_it_in_whole_numbers(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Multiple.model_validate({"times": 3, "least": {"CNY": 50000}, **wrong})


@pytest.mark.parametrize("times", [1, 100])
def test_it_is_once_to_a_hundred_times(times: int) -> None:
    assert times == Multiple(times=times, least={}).times
    with pytest.raises(ValidationError):
        Multiple(times=101, least={})


def test_a_line_that_is_not_its_multiple_is_refused_and_says_why() -> None:
    with pytest.raises(ValidationError, match="line coat: 3 × 100 is not 301"):
        MultipliedLine(line_id="coat", quantity=1, paid=100, times=3, amount=301)
    with pytest.raises(ValidationError, match="lines and steps sum to 0, the amount is 1"):
        Multiplied(lines=(), amount=1)


def test_what_is_owed_was_not_paid_yet() -> None:
    multiplied, _ = confirmed(open_ledger(ORDER), ("coat", 1))
    assert (None, None) == (multiplied.paid_at, multiplied.refund_no)


def test_a_ledger_that_multiplied_and_gave_nothing_is_refused() -> None:
    with pytest.raises(Fault):
        multiply(ORDER, open_ledger(ORDER), {"*": MultipleLedger(90000, 0)})


def test_a_smaller_least_sum_later_takes_nothing_back() -> None:
    """Two policies never bind one order; two rules of one category may."""
    rules = (Multiple(reason="unsafe", times=3, least={"CNY": 90000}), Multiple(times=3, least={"CNY": 10}))
    ledger, given = open_ledger(ORDER), [0]
    for reason, line_id in (("unsafe", "scarf"), ("counterfeit", "coat")):
        claim = quote(ORDER, ledger, [Ask(line_id=line_id, quantity=1)])
        ledger = reserve(ORDER, ledger, claim)
        came = come_to(rules, reason, ORDER, ledger, claim)
        assert came is not None
        ledger = multiply(ORDER, ledger, came[1])
        given.append(ledger.multiples["*"].given)
    assert all(before <= after for before, after in pairwise(given))
    assert 3 * 34000 == given[-1]
