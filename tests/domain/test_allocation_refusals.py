"""Orders that do not add up: which field it is, by how much, and in words."""

from __future__ import annotations

import pytest

from chalicelib.domain.orders import Payment
from chalicelib.domain.values import MAX_AMOUNT
from chalicelib.errors import InvalidRequest, OrderDoesNotAddUp
from tests.domain.drafts import coupon, draft, kept, line, order
from tests.refusals import refused


def test_a_payment_short_of_the_sum() -> None:
    why = "payments of 8899 are 1 too little: lines and freight come to 8900"
    told = refused(OrderDoesNotAddUp, lambda: kept(draft(payments={"card": 8899})))
    assert (f"order o1 does not add up: {why}", [("payments", why, {"expected": 8900, "difference": -1})]) == told


def test_a_payment_beyond_the_sum() -> None:
    why = "payments of 9000 are 100 too much: lines and freight come to 8900"
    told = refused(OrderDoesNotAddUp, lambda: kept(draft(payments={"card": 9000})))
    assert (f"order o1 does not add up: {why}", [("payments", why, {"expected": 8900, "difference": 100})]) == told


def test_a_coupon_of_more_than_its_lines_cost() -> None:
    arrived = draft(line("1", 1, 900), line("2"), promotions=(coupon(5), coupon(901, "1")), payments={})
    why = "its lines cost only 900"
    told = refused(OrderDoesNotAddUp, lambda: kept(arrived.but(promotions=arrived.promotions[1:])))
    assert (f"coupon of 901: {why}", [("promotions[0].amount", why, {"maximum": 900})]) == told


def test_a_coupon_of_all_that_its_lines_cost_is_taken() -> None:
    assert [0, 8900] == [
        each.paid for each in order(line("1", 1, 900), line("2"), promotions=(coupon(900, "1"),)).lines
    ]


def test_the_second_coupon_is_named_by_its_place() -> None:
    arrived = draft(line("1", 1, 900), promotions=(coupon(5), coupon(900)), payments={})
    _, [(field, _, limits)] = refused(OrderDoesNotAddUp, lambda: kept(arrived))
    assert ("promotions[1].amount", {"maximum": 895}) == (field, limits)


def test_a_line_of_a_coupon_that_gets_nothing_shows_no_share() -> None:
    bought = order(line("1", 1, 900), line("2", 1, 0), promotions=(coupon(100),))
    assert [1, 0] == [len(each.reductions) for each in bought.lines]


@pytest.mark.parametrize("gross", [198, 202])
def test_a_gross_may_be_rounded_by_one_for_each_unit(gross: int) -> None:
    assert gross == order(line(quantity=2, unit_price=100, gross=gross)).lines[0].gross


@pytest.mark.parametrize("gross", [197, 203])
def test_a_gross_that_is_off_by_more(gross: int) -> None:
    why = f"{gross} is not 2 times 100"
    told = refused(OrderDoesNotAddUp, lambda: kept(draft(line(quantity=2, unit_price=100, gross=gross))))
    assert (f"line 1: {why}", [("lines[0].gross", why, None)]) == told


def test_a_line_beyond_any_order() -> None:
    why = f"the line costs more than {MAX_AMOUNT}"
    told = refused(InvalidRequest, lambda: kept(draft(line("1", 2, MAX_AMOUNT), payments={})))
    assert (f"line 1: {why}", [("lines[0].quantity", why, None)]) == told


def test_lines_that_are_together_beyond_any_order() -> None:
    told = refused(InvalidRequest, lambda: kept(draft(line("1", 1, MAX_AMOUNT), line("2", 1, 1), payments={})))
    assert ("no order is that large", [("lines", f"more than {MAX_AMOUNT}", None)]) == told


def test_the_largest_order_is_taken() -> None:
    assert MAX_AMOUNT == order(line("1", 1, MAX_AMOUNT)).paid_total


def test_a_line_a_payment_and_a_reduction_that_contradict_the_order_are_all_named() -> None:
    twice = tuple(Payment(payment_id="p", method="card", amount=4450) for _ in range(2))
    arrived = draft(line("1"), line("1"), promotions=(coupon(1), coupon(1, "1", "9"))).but(payments=twice)
    wrong = [
        ("lines[1].line_id", "1 stands more than once", None),
        ("payments[1].payment_id", "p stands more than once", None),
        ("promotions[1].line_ids[1]", "there is no line 9", None),
    ]
    told = refused(InvalidRequest, lambda: kept(arrived))
    assert ("order o1 contradicts itself: 1 stands more than once", wrong) == told
