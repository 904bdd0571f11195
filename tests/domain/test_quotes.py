"""Quotes: what units are worth, what cannot be asked, and where the money goes back to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.ledgers import Ask, Ledger, charge_back, open_ledger, quote, reserve, still_refundable
from chalicelib.domain.orders import Order
from chalicelib.domain.quotes import freight_due
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
    return [
        Ask(line_id=ask[0], quantity=ask[1], amount=ask[2] if len(ask) > 2 else None)  # type: ignore[misc]
        for ask in asks
    ]


def after(
    bought: Order, *asks: tuple[str, int] | tuple[str, int, int], freight: bool | int = False
) -> Ledger:
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
    assert quote(THREE, NEW, asking(("1", 1))).total == 3300


def test_all_units_are_worth_all_that_was_paid() -> None:
    assert quote(THREE, NEW, asking(("1", 3))).total == 9900


def test_the_last_unit_is_worth_what_the_others_left() -> None:
    odd = order(line("1", 3, 33, gross=100))
    assert quote(odd, after(odd, ("1", 2)), asking(("1", 1))).total == 34


def test_a_buyer_who_asks_for_less_gets_less() -> None:
    assert quote(THREE, NEW, asking(("1", 1, 1000))).total == 1000


def test_a_buyer_who_asks_for_less_uses_up_the_whole_value() -> None:
    claimed = quote(THREE, NEW, asking(("1", 1, 1000))).lines[0]
    assert (claimed.value, claimed.asked, claimed.amount) == (3300, 1000, 1000)


def test_who_asked_for_less_left_no_more_for_the_next() -> None:
    assert quote(THREE, after(THREE, ("1", 1, 1000)), asking(("1", 2))).total == 6600


def test_all_freight_comes_back_when_it_is_asked_for() -> None:
    assert (
        quote(THREE, NEW, asking(("2", 1)), freight=True).lines[0].amount,
        quote(THREE, NEW, asking(("2", 1)), freight=True).freight,
    ) == (1800, 800)


def test_freight_alone_can_be_asked_for() -> None:
    assert quote(THREE, NEW, [], freight=300).total == 300


def test_freight_comes_back_once() -> None:
    assert quote(THREE, after(THREE, ("2", 1), freight=True), asking(("1", 1)), freight=True).freight == 0


def test_more_units_than_were_bought_are_refused_with_the_most_that_could_be() -> None:
    error = refusal(QuantityExceedsPurchased, NEW, asking(("2", 1), ("1", 4)))
    assert [(wrong.field, wrong.limits) for wrong in error.errors] == [("lines[1].quantity", {"maximum": 3})]


def test_more_units_than_are_left_are_refused() -> None:
    error = refusal(QuantityExceedsPurchased, after(THREE, ("1", 2)), asking(("1", 2)))
    assert [wrong.limits for wrong in error.errors] == [{"maximum": 1}]


def test_every_line_that_asks_for_more_than_its_units_are_worth_is_named_with_the_most() -> None:
    error = refusal(RefundExceedsPaid, NEW, asking(("1", 1, 3301), ("2", 1, 1801)))
    assert [
        (wrong.field, wrong.limits) for wrong in error.errors
    ] == [("lines[0].amount", {"maximum": 3300}), ("lines[1].amount", {"maximum": 1800})]


def test_more_freight_than_is_left_is_refused() -> None:
    error = refusal(RefundExceedsPaid, NEW, [], freight=801)
    assert [(wrong.field, wrong.limits) for wrong in error.errors] == [("freight", {"maximum": 800})]


def test_freight_below_zero_is_refused() -> None:
    assert refusal(InvalidRequest, NEW, asking(("2", 1)), freight=-1).errors[0].field == "freight"


def test_a_line_of_another_order_is_not_found() -> None:
    assert refusal(LineNotFound, NEW, asking(("9", 1))).errors[0].field == "lines[0].line_id"


def test_a_line_may_be_asked_about_in_parts() -> None:
    claim = quote(THREE, NEW, asking(("1", 1, 1000), ("1", 2)))
    assert [(each.value, each.amount) for each in claim.lines] == [(3300, 1000), (6600, 6600)]


def test_parts_of_a_line_are_taken_together() -> None:
    assert after(THREE, ("1", 1, 1000), ("1", 2)).lines[0][:3] == (3, 9900, 7600)


def test_a_part_is_judged_by_what_the_parts_before_it_left() -> None:
    error = refusal(QuantityExceedsPurchased, NEW, asking(("1", 2), ("1", 2)))
    assert [(wrong.field, wrong.limits) for wrong in error.errors] == [("lines[1].quantity", {"maximum": 1})]


def test_a_part_that_asks_for_less_gives_nothing_to_another() -> None:
    error = refusal(RefundExceedsPaid, NEW, asking(("1", 1, 1000), ("1", 1, 3301)))
    assert [wrong.field for wrong in error.errors] == ["lines[1].amount"]


@pytest.mark.parametrize("asks", [[], asking(("1", 1, 0))])
def test_nothing_is_not_refunded(asks: list[Ask]) -> None:
    assert refusal(InvalidRequest, NEW, asks).errors[0].field == "lines"


def test_several_payments_get_their_share_back_coupons_and_points_in_kind() -> None:
    bought = order(line(quantity=2, unit_price=5000), payments={"card": 6000, "points": 3000, "coupon": 1000})
    sources = quote(bought, open_ledger(bought), asking(("1", 1))).sources
    assert [
        (source.payment_id, source.amount) for source in sources
    ] == [("pay_card", 3000), ("pay_points", 1500), ("pay_coupon", 500)]


def test_a_payment_that_gets_nothing_is_no_source() -> None:
    bought = order(line(quantity=100, unit_price=1), payments={"card": 99, "points": 1})
    sources = quote(bought, open_ledger(bought), asking(("1", 1))).sources
    assert [source.payment_id for source in sources] == ["pay_card"]


def test_what_the_bank_took_back_cannot_be_asked_for() -> None:
    ledger = charge_back(THREE, NEW, "pay_card", 12_000)
    error = refusal(PaymentChargedBack, ledger, asking(("2", 1)))
    assert error.errors[0].limits == {"maximum": 500}


def test_after_a_partial_chargeback_the_rest_can_be_asked_for() -> None:
    ledger = charge_back(THREE, NEW, "pay_card", 12_000)
    assert quote(THREE, ledger, asking(("2", 1, 500))).total == 500


def test_what_is_still_refundable_is_told_by_line() -> None:
    left = still_refundable(THREE, after(THREE, ("1", 1, 1000), freight=300))
    assert [(each.units, each.amount) for each in left.lines] == [(2, 6600), (1, 1800)]


def test_what_is_still_refundable_in_all_includes_the_freight() -> None:
    assert still_refundable(THREE, after(THREE, ("1", 1, 1000), freight=300)).total == 6600 + 1800 + 500


def test_what_the_bank_took_back_is_not_refundable() -> None:
    assert still_refundable(THREE, charge_back(THREE, NEW, "pay_card", 12_000)).total == 500


def test_with_the_last_units_all_that_is_left_of_the_freight_is_due() -> None:
    ledger = after(THREE, ("1", 3), freight=300)
    assert freight_due(THREE, ledger, asking(("2", 1)), unshipped=False, buyer_liable=True) == 500


def test_no_freight_is_due_when_a_buyer_returns_a_part_without_a_fault() -> None:
    assert freight_due(THREE, NEW, asking(("2", 1)), unshipped=False, buyer_liable=True) == 0


@pytest.mark.parametrize(("unshipped", "buyer_liable"), [(True, True), (False, False)])
def test_the_units_part_of_the_freight_is_due_when_nothing_shipped_or_others_are_liable(
    unshipped: bool, buyer_liable: bool
) -> None:
    due = freight_due(THREE, NEW, asking(("1", 1)), unshipped=unshipped, buyer_liable=buyer_liable)
    assert THREE.lines[0].freight // 3 == due


@given(orders(), st.data())
@settings(deadline=None)
def test_any_sequence_of_partial_returns_of_any_order_adds_up_exactly(
    bought: Order, data: st.DataObject
) -> None:
    """Value by value what was paid for the goods; with the freight at the end, payment by payment what was paid."""
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
