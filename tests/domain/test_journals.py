"""The journal: who bears it. Every entry sums to zero."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.journals import (
    PLATFORM_FUND,
    JournalEntry,
    Posting,
    balance,
    charged_back,
    granted,
    paid_out,
    released,
    reversed_,
    settled,
)
from chalicelib.errors import CurrencyMismatch
from tests.domain.drafts import AT, order

BOUGHT = order()
OF: dict[str, Any] = {"entry_id": "1", "at": AT, "case_id": "case_1", "refund_no": "rfd_1"}

GRANTED = granted(BOUGHT, 8900, **OF)
SETTLED = settled(BOUGHT, 8900, **OF)
REVERSED = reversed_(BOUGHT, 8900, **OF)
RELEASED = released(BOUGHT, 8900, **OF)
CHARGED_BACK = charged_back(BOUGHT, 8900, **OF)


def test_a_granted_refund_waits_in_clearing_at_the_merchants_cost() -> None:
    assert {"merchant#m1": -8900, "payment_clearing": 8900} == balance([GRANTED])


def test_a_settled_refund_went_from_the_merchant_to_the_buyer() -> None:
    assert {"merchant#m1": -8900, "payment_clearing": 0, "buyer#b1": 8900} == balance([GRANTED, SETTLED])


def test_a_reversed_refund_waits_in_clearing_again() -> None:
    balances = balance([GRANTED, SETTLED, REVERSED])
    assert (0, 8900) == (balances["buyer#b1"], balances["payment_clearing"])


def test_a_released_refund_cost_nobody_anything() -> None:
    assert {"merchant#m1": 0, "payment_clearing": 0} == balance([GRANTED, RELEASED])


def test_a_chargeback_goes_from_the_merchant_straight_to_the_buyer() -> None:
    assert {"merchant#m1": -8900, "buyer#b1": 8900} == balance([CHARGED_BACK])


def test_another_may_bear_it() -> None:
    assert -8900 == balance([granted(BOUGHT, 8900, bearer=PLATFORM_FUND, **OF)])["platform_fund"]


def test_paid_out_is_what_settled_and_did_not_come_back() -> None:
    assert 8900 == paid_out([GRANTED, SETTLED, REVERSED, SETTLED])


def test_a_chargeback_is_not_paid_out_by_us() -> None:
    assert 0 == paid_out([CHARGED_BACK])


def test_an_entry_tells_how_much_changed_hands() -> None:
    assert 8900 == GRANTED.amount


@pytest.mark.parametrize("amount", [2, 0])
def test_postings_that_do_not_sum_to_zero_are_no_entry(amount: int) -> None:
    postings = (Posting(account="buyer#b1", amount=amount), Posting(account="payment_clearing", amount=-1))
    with pytest.raises(ValidationError):
        JournalEntry.model_validate({**GRANTED.model_dump(), "postings": postings})


@pytest.mark.parametrize("account", ["buyer", "buyer#", "seller#m1", "platform", ""])
def test_only_known_kinds_of_account_are_posted_to(account: str) -> None:
    with pytest.raises(ValidationError):
        Posting(account=account, amount=1)


@pytest.mark.parametrize("add_up", [balance, paid_out])
def test_entries_of_two_currencies_do_not_add_up(add_up: Any) -> None:
    with pytest.raises(CurrencyMismatch):
        add_up([SETTLED, SETTLED.but(currency="USD")])


def test_an_entry_reads_back_as_it_was_written() -> None:
    assert SETTLED == JournalEntry.model_validate_json(SETTLED.model_dump_json())
