"""Allocation: every discount, the tax and the freight stand on lines, and lines sum to what was paid."""

from __future__ import annotations

import pytest
from hypothesis import given

from chalicelib.domain.orders import Order, OrderDraft, Payment
from chalicelib.domain.values import MAX_AMOUNT
from chalicelib.errors import AftersalesError, InvalidRequest, OrderDoesNotAddUp
from tests.domain.drafts import coupon, draft, drafts, kept, line, order


def paid(bought: Order) -> list[int]:
    return [each.paid for each in bought.lines]


def refusal(arrived: OrderDraft, kind: type[AftersalesError]) -> AftersalesError:
    with pytest.raises(kind) as caught:
        kept(arrived)
    return caught.value


def test_a_line_without_reductions_was_paid_at_its_price() -> None:
    assert [8900] == paid(order())


def test_a_coupon_on_the_whole_order_is_shared_in_proportion_to_price() -> None:
    assert [855, 1710] == paid(order(line("1", 1, 900), line("2", 1, 1800), promotions=(coupon(135),)))


def test_a_coupon_on_one_line_lowers_only_that_line() -> None:
    assert [900, 1665] == paid(order(line("1", 1, 900), line("2", 1, 1800), promotions=(coupon(135, "2"),)))


def test_a_second_reduction_is_shared_by_what_the_first_left() -> None:
    first, second = coupon(100, "1"), coupon(100)
    assert [0, 100] == paid(order(line("1", 1, 100), line("2", 1, 200), promotions=(first, second)))


def test_each_line_remembers_its_share_of_each_reduction() -> None:
    bought = order(line("1", 1, 900), line("2", 1, 1800), promotions=(coupon(135),))
    assert [("coupon", "new buyer", 45)] == [
        (share.kind, share.label, share.amount) for share in bought.lines[0].reductions
    ]


def test_freight_is_shared_apart_from_the_goods() -> None:
    bought = order(line("1", 1, 900), line("2", 1, 1800), freight=800)
    assert [(900, 267), (1800, 533)] == [(each.paid, each.freight) for each in bought.lines]


def test_tax_is_part_of_what_was_paid_for_the_goods() -> None:
    assert [990, 1980] == paid(order(line("1", 1, 900), line("2", 1, 1800), tax=270))


def test_freight_follows_what_was_paid_and_not_the_price_on_the_label() -> None:
    bought = order(line("1", 1, 900), line("2", 1, 900), promotions=(coupon(600, "1"),), freight=800)
    assert [200, 600] == [each.freight for each in bought.lines]


def test_a_gift_carries_no_freight() -> None:
    assert [0, 800] == [each.freight for each in order(line("1", 1, 0), line("2"), freight=800).lines]


def test_a_price_of_a_tenth_of_a_penny_comes_with_its_gross() -> None:
    assert [1] == paid(order(line(quantity=10, unit_price=0, gross=1)))


def test_a_line_may_hold_74215_units() -> None:
    assert [74_215 * 104] == paid(order(line(quantity=74_215, unit_price=104)))


def test_points_that_were_paid_with_lower_no_price() -> None:
    assert [8900] == paid(order(payments={"points": 100, "card": 8800}))


def test_the_order_is_bound_to_the_policy_version_in_force_at_purchase() -> None:
    assert ("standard", 1) == (order().policy_id, order().policy_version)


def test_an_order_of_free_gifts_needs_no_payment() -> None:
    assert 0 == order(line(unit_price=0), payments={}).paid_total


def test_payments_that_fall_short_are_refused_with_the_difference() -> None:
    error = refusal(draft(payments={"card": 8899}), OrderDoesNotAddUp)
    assert ("payments", {"expected": 8900, "difference": -1}) == (
        error.errors[0].field,
        error.errors[0].limits,
    )


def test_payments_that_are_too_much_are_refused_with_the_difference() -> None:
    assert "100 too much" in refusal(draft(payments={"card": 9000}), OrderDoesNotAddUp).detail


def test_a_coupon_above_the_price_of_its_lines_is_refused() -> None:
    arrived = draft(line("1", 1, 900), line("2"), promotions=(coupon(901, "1"),))
    error = refusal(arrived, OrderDoesNotAddUp)
    assert ("promotions[0].amount", {"maximum": 900}) == (error.errors[0].field, error.errors[0].limits)


def test_a_gross_that_is_not_its_units_price_is_refused() -> None:
    error = refusal(draft(line(quantity=2, unit_price=100, gross=203)), OrderDoesNotAddUp)
    assert "lines[0].gross" == error.errors[0].field


def test_a_line_that_stands_twice_is_refused() -> None:
    assert "lines[1].line_id" == refusal(draft(line("1"), line("1")), InvalidRequest).errors[0].field


def test_a_payment_that_stands_twice_is_refused() -> None:
    twice = tuple(Payment(payment_id="p", method="card", amount=4450) for _ in range(2))
    assert "payments[1].payment_id" == refusal(draft().but(payments=twice), InvalidRequest).errors[0].field


def test_a_reduction_on_an_unknown_line_is_refused() -> None:
    error = refusal(draft(promotions=(coupon(1, "1", "9"),)), InvalidRequest)
    assert ["promotions[0].line_ids[1]"] == [wrong.field for wrong in error.errors]


def test_a_line_beyond_any_order_is_refused() -> None:
    arrived = draft(line(quantity=1000, unit_price=MAX_AMOUNT), payments={})
    assert "lines[0].quantity" == refusal(arrived, InvalidRequest).errors[0].field


def test_lines_that_are_together_beyond_any_order_are_refused() -> None:
    arrived = draft(line("1", 1, MAX_AMOUNT), line("2", 1, 1), payments={})
    assert "lines" == refusal(arrived, InvalidRequest).errors[0].field


@given(drafts())
def test_lines_and_freight_sum_to_the_payments_of_any_order(arrived: OrderDraft) -> None:
    bought = kept(arrived)
    payments = sum(payment.amount for payment in bought.payments)
    assert payments == bought.paid_total == sum(each.paid + each.freight for each in bought.lines)


@given(drafts())
def test_every_line_shows_how_its_price_became_what_was_paid(arrived: OrderDraft) -> None:
    for each in kept(arrived).lines:
        assert each.paid == each.gross - sum(share.amount for share in each.reductions) + each.tax


@given(drafts())
def test_the_shares_of_every_kind_sum_to_the_reductions_of_that_kind(arrived: OrderDraft) -> None:
    bought = kept(arrived)
    for kind in ("promotion", "coupon", "points"):
        shares = [share.amount for each in bought.lines for share in each.reductions if share.kind == kind]
        assert sum(each.amount for each in arrived.promotions if each.kind == kind) == sum(shares)


@given(drafts())
def test_the_same_order_is_always_allocated_alike(arrived: OrderDraft) -> None:
    assert kept(arrived) == kept(OrderDraft.model_validate_json(arrived.model_dump_json()))
