"""Quotes: what units are worth, what cannot be asked, and where the money goes back to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.balances import Ledger
from chalicelib.domain.ledgers import Ask, charge_back, open_ledger, quote, reserve, still_refundable
from chalicelib.domain.orders import Order
from chalicelib.errors import (
    AftersalesError,
    InvalidRequest,
    LineNotFound,
    PaymentChargedBack,
    QuantityExceedsPurchased,
    RefundExceedsPaid,
)
from tests.domain.drafts import coupon, line, order, orders

THREE = order(line("1", 3, 3333), line("2", 1, 1800), promotions=(coupon(99, "1"),), freight=800)


def asking(*asks: tuple[str, int] | tuple[str, int, int]) -> list[Ask]:
    return [Ask(line_id=ask[0], quantity=ask[1], amount=ask[2] if len(ask) > 2 else None) for ask in asks]


def after(bought: Order, *asks: tuple[str, int] | tuple[str, int, int], freight: bool | int = False) -> Ledger:
    """The ledger after somebody asked for this already."""
    ledger = open_ledger(bought)
    return reserve(bought, ledger, quote(bought, ledger, asking(*asks), freight=freight))


def refusal(
    kind: type[AftersalesError], ledger: Ledger, asks: Sequence[Ask], freight: bool | int = False
) -> AftersalesError:
    with pytest.raises(kind) as caught:
        quote(THREE, ledger, asks, freight=freight)
    return caught.value


NEW = open_ledger(THREE)


def test_one_of_three_units_is_worth_a_third_of_what_was_paid() -> None:
    assert 3300 == quote(THREE, NEW, asking(("1", 1))).total


def test_all_units_are_worth_all_that_was_paid() -> None:
    assert 9900 == quote(THREE, NEW, asking(("1", 3))).total


def test_the_last_unit_is_worth_what_the_others_left() -> None:
    odd = order(line("1", 3, 33, gross=100))
    assert 34 == quote(odd, after(odd, ("1", 2)), asking(("1", 1))).total


def test_a_buyer_who_asks_for_less_gets_less() -> None:
    assert 1000 == quote(THREE, NEW, asking(("1", 1, 1000))).total


def test_a_buyer_who_asks_for_less_uses_up_the_whole_value() -> None:
    claimed = quote(THREE, NEW, asking(("1", 1, 1000))).lines[0]
    assert (3300, 1000, 1000) == (claimed.value, claimed.asked, claimed.amount)


def test_who_asked_for_less_left_no_more_for_the_next() -> None:
    assert 6600 == quote(THREE, after(THREE, ("1", 1, 1000)), asking(("1", 2))).total


def test_all_freight_comes_back_when_it_is_asked_for() -> None:
    assert (1800, 800) == (
        quote(THREE, NEW, asking(("2", 1)), freight=True).lines[0].amount,
        quote(THREE, NEW, asking(("2", 1)), freight=True).freight,
    )


def test_freight_alone_can_be_asked_for() -> None:
    assert 300 == quote(THREE, NEW, [], freight=300).total


def test_freight_comes_back_once() -> None:
    assert 0 == quote(THREE, after(THREE, ("2", 1), freight=True), asking(("1", 1)), freight=True).freight


def test_more_units_than_were_bought_are_refused_with_the_most_that_could_be() -> None:
    error = refusal(QuantityExceedsPurchased, NEW, asking(("2", 1), ("1", 4)))
    assert [("lines[1].quantity", {"maximum": 3})] == [(wrong.field, wrong.limits) for wrong in error.errors]


def test_more_units_than_are_left_are_refused() -> None:
    error = refusal(QuantityExceedsPurchased, after(THREE, ("1", 2)), asking(("1", 2)))
    assert [{"maximum": 1}] == [wrong.limits for wrong in error.errors]


def test_every_line_that_asks_for_more_than_its_units_are_worth_is_named_with_the_most() -> None:
    error = refusal(RefundExceedsPaid, NEW, asking(("1", 1, 3301), ("2", 1, 1801)))
    assert [("lines[0].amount", {"maximum": 3300}), ("lines[1].amount", {"maximum": 1800})] == [
        (wrong.field, wrong.limits) for wrong in error.errors
    ]


def test_more_freight_than_is_left_is_refused() -> None:
    error = refusal(RefundExceedsPaid, NEW, [], freight=801)
    assert [("freight", {"maximum": 800})] == [(wrong.field, wrong.limits) for wrong in error.errors]


def test_freight_below_zero_is_refused() -> None:
    assert "freight" == refusal(InvalidRequest, NEW, asking(("2", 1)), freight=-1).errors[0].field


def test_a_line_of_another_order_is_not_found() -> None:
    assert "lines[0].line_id" == refusal(LineNotFound, NEW, asking(("9", 1))).errors[0].field


def test_a_line_may_be_asked_about_in_parts() -> None:
    claim = quote(THREE, NEW, asking(("1", 1, 1000), ("1", 2)))
    assert [(3300, 1000), (6600, 6600)] == [(each.value, each.amount) for each in claim.lines]


def test_parts_of_a_line_are_taken_together() -> None:
    assert (3, 9900, 7600) == after(THREE, ("1", 1, 1000), ("1", 2)).lines[0][:3]


def test_a_part_is_judged_by_what_the_parts_before_it_left() -> None:
    error = refusal(QuantityExceedsPurchased, NEW, asking(("1", 2), ("1", 2)))
    assert [("lines[1].quantity", {"maximum": 1})] == [(wrong.field, wrong.limits) for wrong in error.errors]


def test_a_part_that_asks_for_less_gives_nothing_to_another() -> None:
    error = refusal(RefundExceedsPaid, NEW, asking(("1", 1, 1000), ("1", 1, 3301)))
    assert ["lines[1].amount"] == [wrong.field for wrong in error.errors]


@pytest.mark.parametrize("asks", [[], asking(("1", 1, 0))])
def test_nothing_is_not_refunded(asks: list[Ask]) -> None:
    assert "lines" == refusal(InvalidRequest, NEW, asks).errors[0].field


def test_several_payments_get_their_share_back_coupons_and_points_in_kind() -> None:
    bought = order(line(quantity=2, unit_price=5000), payments={"card": 6000, "points": 3000, "coupon": 1000})
    sources = quote(bought, open_ledger(bought), asking(("1", 1))).sources
    assert [("pay_card", 3000), ("pay_points", 1500), ("pay_coupon", 500)] == [
        (source.payment_id, source.amount) for source in sources
    ]


def test_a_payment_that_gets_nothing_is_no_source() -> None:
    bought = order(line(quantity=100, unit_price=1), payments={"card": 99, "points": 1})
    sources = quote(bought, open_ledger(bought), asking(("1", 1))).sources
    assert ["pay_card"] == [source.payment_id for source in sources]


def test_what_the_bank_took_back_cannot_be_asked_for() -> None:
    ledger = charge_back(THREE, NEW, "pay_card", 12_000)
    error = refusal(PaymentChargedBack, ledger, asking(("2", 1)))
    assert {"maximum": 500} == error.errors[0].limits


def test_after_a_partial_chargeback_the_rest_can_be_asked_for() -> None:
    ledger = charge_back(THREE, NEW, "pay_card", 12_000)
    assert 500 == quote(THREE, ledger, asking(("2", 1, 500))).total


def test_what_is_still_refundable_is_told_by_line() -> None:
    left = still_refundable(THREE, after(THREE, ("1", 1, 1000), freight=300))
    assert [(2, 6600), (1, 1800)] == [(each.units, each.amount) for each in left.lines]


def test_what_is_still_refundable_in_all_includes_the_freight() -> None:
    assert 6600 + 1800 + 500 == still_refundable(THREE, after(THREE, ("1", 1, 1000), freight=300)).total


def test_what_the_bank_took_back_is_not_refundable() -> None:
    assert 500 == still_refundable(THREE, charge_back(THREE, NEW, "pay_card", 12_000)).total


@given(orders(), st.data())
def test_any_sequence_of_partial_returns_adds_up_exactly(bought: Order, data: st.DataObject) -> None:
    """By line to what was paid for the goods and, with the freight, by payment to what was paid."""
    ledger, freight = open_ledger(bought), 0
    while any(left.units for left in still_refundable(bought, ledger).lines):
        asks = []
        for left, each in zip(still_refundable(bought, ledger).lines, bought.lines, strict=True):
            fewest = min(left.units, each.quantity // 3)
            units = data.draw(st.integers(fewest, left.units))
            asks += [Ask(line_id=left.line_id, quantity=units)] if units else []
        freight = data.draw(st.integers(0, still_refundable(bought, ledger).freight))
        try:
            ledger = reserve(bought, ledger, quote(bought, ledger, asks, freight=freight))
        except InvalidRequest:  # worth nothing so far: together with the rest they may be worth a minor unit
            asks = [
                Ask(line_id=left.line_id, quantity=left.units)
                for left in still_refundable(bought, ledger).lines
                if left.units
            ]
            if still_refundable(bought, ledger).total == 0:
                break
            ledger = reserve(bought, ledger, quote(bought, ledger, asks, freight=True))
    if still_refundable(bought, ledger).freight:
        ledger = reserve(bought, ledger, quote(bought, ledger, [], freight=True))
    assert [each.paid for each in bought.lines] == [row.value_taken for row in ledger.lines]
    assert [each.amount for each in bought.payments] == [row.reserved for row in ledger.payments]
