"""What stands in each entry of the journal, and what makes it none."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.journals import (
    PAYMENT_CLEARING,
    PLATFORM_FUND,
    Account,
    JournalEntry,
    Posting,
    balance,
    charged_back,
    granted,
    netted,
    paid_out,
    released,
    repair_paid,
    reversed_,
    settled,
    shifted,
)
from chalicelib.errors import CurrencyMismatch
from tests.domain.drafts import AT, order
from tests.refusals import refused

BOUGHT = order()
OF: dict[str, Any] = {"entry_id": "e1", "at": AT, "case_id": "case_1", "refund_no": "rfd_1"}
BUYER, MERCHANT, CARRIER = "buyer#b1", "merchant#m1", "carrier#c1"


@pytest.mark.parametrize(
    ("make", "kind", "giver", "taker"),
    [
        (granted, "granted", MERCHANT, PAYMENT_CLEARING),
        (settled, "settled", PAYMENT_CLEARING, BUYER),
        (reversed_, "reversed", BUYER, PAYMENT_CLEARING),
        (released, "released", PAYMENT_CLEARING, MERCHANT),
        (charged_back, "charged_back", MERCHANT, BUYER),
    ],
)
def test_an_entry_says_who_gave_what_to_whom_when_and_why(make: Any, kind: str, giver: str, taker: str) -> None:
    told = {**OF, "order_id": "o1", "kind": kind, "currency": "CNY"}
    postings = [{"account": giver, "amount": -70}, {"account": taker, "amount": 70}]
    written = make(BOUGHT, 70, **OF).model_dump()
    assert {**told, "postings": postings} == {
        **{name: written[name] for name in told},
        "postings": list(written["postings"]),
    }


def moves(entry: JournalEntry) -> list[tuple[str, int]]:
    return [(posting.account, posting.amount) for posting in entry.postings]


def about(entry: JournalEntry) -> tuple[str, ...]:
    names = (entry.entry_id, entry.order_id, entry.case_id, entry.refund_no, entry.recovery_id)
    return (*names, entry.kind, entry.currency)


def test_a_buyer_pays_the_shop_for_a_repair_and_no_refund_is_meant() -> None:
    entry = repair_paid(BOUGHT, 70, entry_id="e1", at=AT, case_id="case_1")
    assert ("e1", "o1", "case_1", "", "", "repair_paid", "CNY") == about(entry)
    assert ([(BUYER, -70), (MERCHANT, 70)], AT) == (moves(entry), entry.at)


def test_who_bears_it_from_now_on_makes_the_one_before_whole() -> None:
    entry = shifted(BOUGHT, 70, **OF, before=PLATFORM_FUND, bearer=CARRIER)
    assert ("e1", "o1", "case_1", "rfd_1", "", "shifted", "CNY") == about(entry)
    assert ([(CARRIER, -70), (PLATFORM_FUND, 70)], AT) == (moves(entry), entry.at)


@pytest.mark.parametrize(("bearer", "giver"), [(None, MERCHANT), (PLATFORM_FUND, PLATFORM_FUND)])
def test_what_a_buyer_owed_is_netted_under_the_debt_s_number(bearer: str | None, giver: str) -> None:
    entry = netted(BOUGHT, 70, entry_id="e1", at=AT, case_id="case_1", recovery_id="rec_1", bearer=bearer)
    assert ("e1", "o1", "case_1", "", "rec_1", "netted", "CNY") == about(entry)
    assert ([(giver, -70), (BUYER, 70)], AT) == (moves(entry), entry.at)


@pytest.mark.parametrize(("make", "place"), [(granted, 0), (released, 1), (charged_back, 0)])
def test_who_bears_it_instead_of_the_merchant_gives_and_gets_it_back(make: Any, place: int) -> None:
    assert CARRIER == make(BOUGHT, 70, bearer=CARRIER, **OF).postings[place].account


def test_a_chargeback_belongs_to_no_case_and_no_refund_unless_it_is_said() -> None:
    entry = charged_back(BOUGHT, 70, entry_id="e1", at=AT)
    assert ("", "") == (entry.case_id, entry.refund_no)


def test_an_entry_of_no_case_has_empty_names() -> None:
    bare = {"entry_id": "e", "order_id": "o", "kind": "granted", "at": AT, "currency": "CNY"}
    two = (Posting(account=BUYER, amount=1), Posting(account=PLATFORM_FUND, amount=-1))
    entry = JournalEntry(**bare, postings=two)  # type: ignore[arg-type]
    assert ("", "") == (entry.case_id, entry.refund_no)


@pytest.mark.parametrize("account", [BUYER, MERCHANT, CARRIER, "insurer#i1", PLATFORM_FUND, PAYMENT_CLEARING])
def test_every_known_kind_of_account_can_be_posted_to(account: str) -> None:
    assert account == TypeAdapter(Account).validate_python(account)


@pytest.mark.parametrize("account", ["xplatform_fund", "platform_fundx", "a buyer#b1", "payment_clearing#1", "BUYER#b"])
def test_an_account_is_named_exactly(account: str) -> None:
    with pytest.raises(ValidationError):
        Posting(account=account, amount=1)


def test_the_fund_and_clearing_are_called_by_their_names() -> None:
    assert ("platform_fund", "payment_clearing") == (PLATFORM_FUND, PAYMENT_CLEARING)


def test_one_posting_is_no_entry_even_of_nothing() -> None:
    with pytest.raises(ValidationError, match="at least 2"):
        granted(BOUGHT, 0, **OF).but(postings=(Posting(account=BUYER, amount=0),)).model_validate(
            {**granted(BOUGHT, 0, **OF).model_dump(), "postings": [{"account": BUYER, "amount": 0}]}
        )


def test_postings_that_do_not_sum_to_zero_are_told_with_the_entry() -> None:
    entry = granted(BOUGHT, 70, **OF).model_dump()
    with pytest.raises(ValidationError, match="entry e1: the postings do not sum to zero"):
        JournalEntry.model_validate({**entry, "postings": [{"account": BUYER, "amount": 1}] * 2})


def test_what_changed_hands_is_what_was_received() -> None:
    three = ((BUYER, 5), (MERCHANT, -2), (CARRIER, -3))
    postings = [{"account": account, "amount": amount} for account, amount in three]
    assert 5 == JournalEntry.model_validate({**granted(BOUGHT, 1, **OF).model_dump(), "postings": postings}).amount


def test_an_entry_of_nothing_moves_nothing() -> None:
    assert 0 == granted(BOUGHT, 0, **OF).amount


def test_a_refund_that_came_back_was_not_paid_out() -> None:
    assert -70 == paid_out([reversed_(BOUGHT, 70, **OF)])


@pytest.mark.parametrize("add_up", [balance, paid_out])
def test_entries_of_two_currencies_are_told_by_both(add_up: Any) -> None:
    yuan, dollars = settled(BOUGHT, 1, **OF), settled(BOUGHT, 1, **OF).but(currency="USD")
    told = ("journal entries in CNY and in USD", [])
    assert told == refused(CurrencyMismatch, lambda: add_up([yuan, yuan, dollars]))


def test_no_entries_balance() -> None:
    assert ({}, 0) == (balance([]), paid_out([]))


def test_one_minor_unit_changes_hands_too() -> None:
    assert 1 == granted(BOUGHT, 1, **OF).amount
