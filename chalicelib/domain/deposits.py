"""A merchant's deposit 保证金: its own money, held by the platform, from which recoveries are taken.

The deposit's history is the journal in the merchant's partition: the balance is the sum of what was posted to
`deposit#<merchant>`, in each currency, and is never below zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.base import Record
from chalicelib.domain.journals import JournalEntry, Posting
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Identifier, Minor
from chalicelib.errors import DepositTooSmall

if TYPE_CHECKING:
    from typing import Literal

    from chalicelib.domain.journals import Account

    DepositKind = Literal["deposited", "drawn", "withdrawn"]

_SIGNS: Mapping[DepositKind, int] = {"deposited": 1, "drawn": -1, "withdrawn": -1}


class DepositEntry(JournalEntry):
    """One move of a deposit. It stands with its merchant, not with an order."""

    merchant_id: Identifier
    order_id: str = ""


class Deposit(Record):
    """Minor units by currency."""

    merchant_id: Identifier
    balances: dict[Currency, Minor] = {}

    def held(self, currency: str) -> int:
        return self.balances.get(currency, 0)

    def moved(self, kind: DepositKind, amount: int, currency: str) -> Deposit:
        """The deposit after a move. Raises DepositTooSmall: what is not there is not taken."""
        after = self.held(currency) + _SIGNS[kind] * amount
        if after < 0:
            raise DepositTooSmall(f"{amount} is more than the deposit of {self.held(currency)}")
        return self.next(balances={**self.balances, currency: after})


def posting(
    deposit: Deposit,
    kind: DepositKind,
    amount: int,
    currency: str,
    *,
    entry_id: str,
    at: datetime,
    case_id: str = "",
    recovery_id: str = "",
) -> DepositEntry:
    """The journal's line: between the merchant and its deposit."""
    own, held = merchant_account(deposit.merchant_id), account(deposit.merchant_id)
    into = _SIGNS[kind] * amount
    return DepositEntry(
        merchant_id=deposit.merchant_id,
        entry_id=entry_id,
        case_id=case_id,
        recovery_id=recovery_id,
        kind=kind,
        at=at,
        currency=currency,
        postings=(Posting(account=own, amount=-into), Posting(account=held, amount=into)),
    )


def account(merchant_id: str) -> Account:
    return f"deposit#{merchant_id}"


def merchant_account(merchant_id: str) -> Account:
    return f"merchant#{merchant_id}"
