"""The ledger: what filing takes, rejection gives back, settlement moves, and a chargeback stops."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.balances import Ledger
from chalicelib.domain.claims import Claim, Source
from chalicelib.domain.ledgers import (
    Ask,
    FreightLedger,
    LineLedger,
    PaymentLedger,
    can_pay,
    charge_back,
    check,
    ensure_payable,
    open_ledger,
    quote,
    reduce,
    release,
    release_source,
    reserve,
    reverse,
    settle,
    still_refundable,
)
from chalicelib.domain.orders import Order
from chalicelib.errors import Fault, InvalidRequest, PaymentChargedBack, RefundExceedsPaid
from tests.domain.coats import CARD, FILED, NEW, ONE_COAT, POINTS, TWO
from tests.domain.drafts import line, order, orders


def everything(bought: Order, ledger: Ledger) -> Claim:
    """The claim for all that is left."""
    left = still_refundable(bought, ledger).lines
    asks = [Ask(line_id=each.line_id, quantity=each.units) for each in left if each.units]
    return quote(bought, ledger, asks, freight=True)


def test_filing_takes_units_their_value_and_the_money_asked_for() -> None:
    assert (LineLedger(1, 5000, 4000, 0),) == FILED.lines


def test_filing_takes_the_freight() -> None:
    assert FreightLedger(800, 800, 0) == FILED.freight


def test_filing_takes_from_each_payment_its_share() -> None:
    assert (PaymentLedger(3600), PaymentLedger(1200)) == FILED.payments


def test_a_rejected_claim_leaves_no_trace() -> None:
    assert NEW == release(TWO, FILED, ONE_COAT)


def test_a_claim_is_not_released_twice() -> None:
    with pytest.raises(Fault):
        release(TWO, NEW, ONE_COAT)


def test_a_claim_is_not_filed_on_what_another_took_meanwhile() -> None:
    with pytest.raises(Fault):
        reserve(TWO, FILED, ONE_COAT)


def test_movements_leave_the_version_to_whoever_writes() -> None:
    assert NEW.version == FILED.version


def test_a_smaller_grant_shrinks_lines_and_freight_in_proportion() -> None:
    _, granted = reduce(TWO, FILED, ONE_COAT, 2400)
    assert (2000, 400, 0) == granted.owed


def test_a_smaller_grant_shrinks_payments_in_proportion() -> None:
    _, granted = reduce(TWO, FILED, ONE_COAT, 2400)
    assert [1800, 600] == [source.amount for source in granted.sources]


def test_who_is_granted_less_leaves_no_more_for_the_next() -> None:
    ledger, _ = reduce(TWO, FILED, ONE_COAT, 2400)
    assert (LineLedger(1, 5000, 2000, 0),) == ledger.lines


def test_a_reduced_claim_that_is_rejected_leaves_no_trace() -> None:
    assert NEW == release(TWO, *reduce(TWO, FILED, ONE_COAT, 2400))


def test_a_grant_of_the_whole_claim_changes_nothing() -> None:
    assert (FILED, ONE_COAT) == reduce(TWO, FILED, ONE_COAT, 4800)


def test_more_than_was_claimed_is_not_granted() -> None:
    with pytest.raises(RefundExceedsPaid) as caught:
        reduce(TWO, FILED, ONE_COAT, 4801)
    assert ("amount", {"minimum": 1, "maximum": 4800}) == (
        caught.value.errors[0].field,
        caught.value.errors[0].limits,
    )


def test_to_grant_nothing_is_to_reject() -> None:
    with pytest.raises(InvalidRequest):
        reduce(TWO, FILED, ONE_COAT, 0)


def test_settlement_moves_what_was_reserved() -> None:
    assert (LineLedger(1, 5000, 0, 4000),) == settle(TWO, FILED, ONE_COAT).lines


def test_one_payments_settlement_moves_its_part_only() -> None:
    assert (PaymentLedger(0, 3600), PaymentLedger(1200)) == settle(TWO, FILED, ONE_COAT, CARD).payments


def test_one_payments_settlement_moves_its_part_of_the_lines() -> None:
    assert (LineLedger(1, 5000, 400, 3600),) == settle(TWO, FILED, ONE_COAT, CARD).lines


def test_payments_settle_in_any_order() -> None:
    backwards = settle(TWO, settle(TWO, FILED, ONE_COAT, POINTS), ONE_COAT, CARD)
    assert settle(TWO, FILED, ONE_COAT) == backwards


def test_a_claim_is_not_settled_twice() -> None:
    with pytest.raises(Fault):
        settle(TWO, settle(TWO, FILED, ONE_COAT), ONE_COAT)


def test_a_reversed_refund_is_owed_again() -> None:
    assert FILED == reverse(TWO, settle(TWO, FILED, ONE_COAT), ONE_COAT)


def test_a_reversed_refund_is_paid_again_exactly_once() -> None:
    settled = settle(TWO, FILED, ONE_COAT)
    assert settled == settle(TWO, reverse(TWO, settled, ONE_COAT), ONE_COAT)


def test_what_was_not_settled_is_not_reversed() -> None:
    with pytest.raises(Fault):
        reverse(TWO, FILED, ONE_COAT, CARD)


def test_a_refund_that_is_given_up_frees_its_money() -> None:
    ledger, _ = release_source(TWO, FILED, ONE_COAT, CARD)
    assert (PaymentLedger(), PaymentLedger(1200)) == ledger.payments


def test_a_refund_that_is_given_up_keeps_units_and_value_taken() -> None:
    ledger, _ = release_source(TWO, FILED, ONE_COAT, CARD)
    assert (LineLedger(1, 5000, 400, 0),) == ledger.lines


def test_what_is_left_after_giving_up_one_refund_settles() -> None:
    ledger, rest = release_source(TWO, FILED, ONE_COAT, CARD)
    assert (PaymentLedger(), PaymentLedger(0, 1200)) == settle(TWO, ledger, rest).payments


def test_after_all_refunds_are_given_up_the_units_can_still_be_released() -> None:
    rest = release_source(TWO, *release_source(TWO, FILED, ONE_COAT, CARD), POINTS)
    assert NEW == release(TWO, *rest)


def test_a_refund_to_a_payment_without_a_chargeback_can_be_paid() -> None:
    assert can_pay(TWO, FILED, CARD)


def test_a_refund_that_still_fits_beside_a_chargeback_can_be_paid() -> None:
    assert can_pay(TWO, charge_back(TWO, FILED, "pay_card", 4500), CARD)


def test_a_refund_that_the_bank_paid_already_is_not_paid_again() -> None:
    assert not can_pay(TWO, charge_back(TWO, FILED, "pay_card", 4501), CARD)


def test_a_chargeback_on_one_payment_does_not_stop_another() -> None:
    assert can_pay(TWO, charge_back(TWO, FILED, "pay_card", 8100), POINTS)


def test_paying_what_the_bank_paid_already_is_refused() -> None:
    with pytest.raises(PaymentChargedBack):
        ensure_payable(TWO, charge_back(TWO, FILED, "pay_card", 8100), CARD)


def test_giving_up_one_of_two_refunds_makes_room_for_the_other() -> None:
    both = reserve(TWO, FILED, rest := everything(TWO, FILED))
    ledger, _ = release_source(TWO, charge_back(TWO, both, "pay_card", 3600), ONE_COAT, CARD)
    assert can_pay(TWO, ledger, rest.sources[0])


def test_a_chargeback_after_the_refund_is_recorded_all_the_same() -> None:
    settled = settle(TWO, FILED, ONE_COAT)
    assert PaymentLedger(0, 3600, 8100) == charge_back(TWO, settled, "pay_card", 8100).payments[0]


@pytest.mark.parametrize(("payment_id", "amount"), [("pay_card", 8101), ("pay_card", 0), ("pay_cash", 1)])
def test_a_chargeback_that_cannot_be_is_refused(payment_id: str, amount: int) -> None:
    with pytest.raises(InvalidRequest):
        charge_back(TWO, FILED, payment_id, amount)


@pytest.mark.parametrize(
    "broken",
    [
        NEW.but(lines=(LineLedger(3, 10_000, 0, 0),)),
        NEW.but(lines=(LineLedger(1, 10_001, 0, 0),)),
        NEW.but(lines=(LineLedger(2, 9_999, 0, 0),)),
        NEW.but(lines=(LineLedger(0, 1, 0, 0),)),
        NEW.but(lines=(LineLedger(1, 5000, 5001, 0),), payments=(PaymentLedger(5001), PaymentLedger())),
        NEW.but(lines=(LineLedger(1, 5000, 1, 0),)),
        NEW.but(freight=FreightLedger(801, 0, 0)),
        NEW.but(freight=FreightLedger(0, 1, 0), payments=(PaymentLedger(1), PaymentLedger())),
        NEW.but(payments=(PaymentLedger(charged_back=8101), PaymentLedger())),
        NEW.but(lines=(LineLedger(1, 5000, -1, 0),), freight=FreightLedger(800, 1, 0)),
        NEW.but(payments=(PaymentLedger(-1, 1), PaymentLedger(1, -1))),
        NEW.but(lines=()),
        NEW.but(payments=()),
    ],
)
def test_a_ledger_that_breaks_its_promises_is_a_fault(broken: Ledger) -> None:
    with pytest.raises(Fault):
        check(TWO, broken)


def test_an_untouched_ledger_of_277_lines_is_written_in_a_few_bytes() -> None:
    ledger = open_ledger(order(*(line(str(i)) for i in range(277))))
    assert [277] == json.loads(ledger.model_dump_json())["lines"]


def test_only_touched_lines_are_written() -> None:
    bought = order(line("1"), line("2"), line("3", 2, 890))
    ledger = open_ledger(bought)
    filed = reserve(bought, ledger, quote(bought, ledger, [Ask(line_id="3", quantity=2)]))
    assert [3, [2, 2, 1780, 1780, 0]] == json.loads(filed.model_dump_json())["lines"]


def test_a_ledger_of_277_claimed_lines_takes_less_than_8_kilobytes() -> None:
    bought = order(*(line(str(i), 12, 890) for i in range(277)))
    filed = reserve(bought, open_ledger(bought), everything(bought, open_ledger(bought)))
    assert len(filed.model_dump_json()) < 8 * 1024


@given(orders(), st.data())
@settings(max_examples=60)
def test_filing_and_releasing_any_claim_is_as_if_nothing_happened(bought: Order, data: st.DataObject) -> None:
    ledger = open_ledger(bought)
    if still_refundable(bought, ledger).total:
        claim = everything(bought, ledger)
        granted = data.draw(st.integers(1, claim.total))
        assert ledger == release(bought, *reduce(bought, reserve(bought, ledger, claim), claim, granted))


@given(orders())
@settings(max_examples=60)
def test_a_ledger_reads_back_as_it_was_written(bought: Order) -> None:
    ledger = open_ledger(bought)
    if still_refundable(bought, ledger).total:
        ledger = reserve(bought, ledger, everything(bought, ledger))
    assert ledger == Ledger.model_validate_json(ledger.model_dump_json())


def test_a_ledgers_source_is_found_by_payment_and_amount() -> None:
    with pytest.raises(Fault):
        settle(TWO, FILED, ONE_COAT, Source(payment_id="pay_card", amount=3599))
