"""A shop's deposit 保证金: what goes in and out of it, and what the journal says of each move."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.deposits import Deposit, posting
from chalicelib.errors import DepositTooSmall
from tests.refusals import refused

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HELD = Deposit(merchant_id="m1", balances={"CNY": 500, "USD": 7})


def test_a_shop_that_never_paid_in_holds_nothing() -> None:
    assert (0, 0) == (Deposit(merchant_id="m1").held("CNY"), HELD.held("EUR"))


@pytest.mark.parametrize(("kind", "held"), [("deposited", 700), ("drawn", 300), ("withdrawn", 300)])
def test_a_move_is_of_one_currency(kind: Any, held: int) -> None:
    after = HELD.moved(kind, 200, "CNY")
    assert ({"CNY": held, "USD": 7}, HELD.version + 1) == (after.balances, after.version)


@pytest.mark.parametrize("kind", ["drawn", "withdrawn"])
def test_the_last_fen_is_taken_and_not_one_more(kind: Any) -> None:
    assert 0 == HELD.moved(kind, 500, "CNY").held("CNY")
    told = refused(DepositTooSmall, lambda: HELD.moved(kind, 501, "CNY"))
    assert ("501 is more than the deposit of 500", []) == told


@pytest.mark.parametrize(("kind", "into"), [("deposited", 200), ("drawn", -200), ("withdrawn", -200)])
def test_every_move_stands_in_the_shop_s_own_journal(kind: Any, into: int) -> None:
    told = posting(HELD, kind, 200, "CNY", entry_id="e1", at=AT)
    assert [("merchant#m1", -into), ("deposit#m1", into)] == [(each.account, each.amount) for each in told.postings]
    assert ("m1", "e1", kind, AT, "CNY") == (told.merchant_id, told.entry_id, told.kind, told.at, told.currency)
    assert ("", "", "") == (told.order_id, told.case_id, told.recovery_id)


def test_what_was_drawn_for_a_debt_names_it() -> None:
    told = posting(HELD, "drawn", 200, "CNY", entry_id="e1", at=AT, case_id="case_1", recovery_id="rec_1")
    assert ("case_1", "rec_1") == (told.case_id, told.recovery_id)
