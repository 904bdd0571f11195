"""Who bears it: a double-entry journal. Every entry's postings sum to zero; none is ever changed.

A posting is what an account received (negative: gave), in minor units. A grant takes from who bears it and
puts the money into clearing; settlement hands it to the buyer; reversal and release go the way back; a
chargeback takes from the bearer straight to the buyer. So a buyer's balance is what the buyer has, clearing's
what is granted and on its way, and a merchant's what all of it cost.

Where the platform's fund bears it and somebody else should, a recovery 追偿 (`domain/recoveries.py`) moves the cost on:
what it claims stands in `receivable` until it is paid, written off or dropped, so that account's balance is what
others still owe the fund.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.domain.base import Fact, Instant
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Identifier, SignedMinor, Value
from chalicelib.errors import CurrencyMismatch

if TYPE_CHECKING:
    from chalicelib.domain.orders import Order

Account = Annotated[
    str,
    StringConstraints(
        pattern=r"^((buyer|merchant|deposit|carrier|insurer)#.+|platform_fund|payment_clearing|receivable)$"
    ),
]
"""`buyer#<id>`, `merchant#<id>`, `deposit#<merchant's id>` (its deposit 保证金, which the platform holds),
`carrier#<id>`, `insurer#<id>`, `platform_fund`, `payment_clearing` or `receivable` (what others owe the fund)."""

PLATFORM_FUND: Account = "platform_fund"
PAYMENT_CLEARING: Account = "payment_clearing"
RECEIVABLE: Account = "receivable"

EntryKind = Literal[
    "granted",
    "settled",
    "reversed",
    "released",
    "charged_back",
    "netted",  # kept back from a refund for what its buyer owes
    "repair_paid",  # a buyer paid a shop for a repair out of warranty
    "shifted",  # who bears a refund changed: liability was decided anew
    "claimed",  # this and the four below: of a recovery
    "recovered",
    "written_off",
    "dropped",
    "given_back",
    "deposited",  # this and the two below: of a merchant's deposit
    "drawn",
    "withdrawn",
]


class Posting(Value):
    """What one account received, in minor units; negative is what it gave."""

    account: Account
    amount: SignedMinor


class JournalEntry(Fact):
    """One fact about one refund or one recovery; what it is not about (of a chargeback even the case) is empty."""

    entry_id: Identifier
    order_id: Identifier
    case_id: str = ""
    refund_no: str = ""
    recovery_id: str = ""
    kind: EntryKind
    at: Instant
    currency: Currency
    postings: Annotated[tuple[Posting, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _sums_to_zero(self) -> Self:
        if sum(posting.amount for posting in self.postings) != 0:
            raise ValueError(f"entry {self.entry_id}: the postings do not sum to zero")
        return self

    @property
    def amount(self) -> int:
        """How much changed hands, in minor units."""
        return sum(posting.amount for posting in self.postings if posting.amount > 0)


def granted(
    order: Order,
    amount: int,
    *,
    entry_id: str,
    at: datetime,
    case_id: str,
    refund_no: str,
    bearer: Account | None = None,
) -> JournalEntry:
    """The refund is owed: the bearer (the merchant, unless another is named) gives it to clearing."""
    about = _about(order, entry_id, at, case_id, refund_no)
    return _entry("granted", about, bearer or merchant(order), PAYMENT_CLEARING, amount)


def settled(order: Order, amount: int, *, entry_id: str, at: datetime, case_id: str, refund_no: str) -> JournalEntry:
    """The provider paid: clearing gives it to the buyer."""
    about = _about(order, entry_id, at, case_id, refund_no)
    return _entry("settled", about, PAYMENT_CLEARING, buyer(order), amount)


def reversed_(order: Order, amount: int, *, entry_id: str, at: datetime, case_id: str, refund_no: str) -> JournalEntry:
    """A settled refund came back from the buyer to clearing, where it waits for another try."""
    about = _about(order, entry_id, at, case_id, refund_no)
    return _entry("reversed", about, buyer(order), PAYMENT_CLEARING, amount)


def released(
    order: Order,
    amount: int,
    *,
    entry_id: str,
    at: datetime,
    case_id: str,
    refund_no: str,
    bearer: Account | None = None,
) -> JournalEntry:
    """The refund will not be paid: clearing gives it back to who bore it."""
    about = _about(order, entry_id, at, case_id, refund_no)
    return _entry("released", about, PAYMENT_CLEARING, bearer or merchant(order), amount)


def charged_back(
    order: Order,
    amount: int,
    *,
    entry_id: str,
    at: datetime,
    case_id: str = "",
    refund_no: str = "",
    bearer: Account | None = None,
) -> JournalEntry:
    """The buyer's bank took it back by itself, from who bears it straight to the buyer."""
    about = _about(order, entry_id, at, case_id, refund_no)
    return _entry("charged_back", about, bearer or merchant(order), buyer(order), amount)


def repair_paid(order: Order, amount: int, *, entry_id: str, at: datetime, case_id: str) -> JournalEntry:
    """The buyer paid the shop for a repair out of warranty."""
    return _entry("repair_paid", _about(order, entry_id, at, case_id, ""), buyer(order), merchant(order), amount)


def shifted(
    order: Order,
    amount: int,
    *,
    entry_id: str,
    at: datetime,
    case_id: str,
    refund_no: str,
    before: Account,
    bearer: Account,
) -> JournalEntry:
    """Somebody else bears the refund from now on: the new bearer makes the one before whole."""
    about = _about(order, entry_id, at, case_id, refund_no)
    return _entry("shifted", about, bearer, before, amount)


def netted(
    order: Order,
    amount: int,
    *,
    entry_id: str,
    at: datetime,
    case_id: str,
    recovery_id: str,
    bearer: Account | None = None,
) -> JournalEntry:
    """A part of a refund that never goes out: the buyer's debt is paid with it."""
    about = {**_about(order, entry_id, at, case_id, ""), "recovery_id": recovery_id}
    return _entry("netted", about, bearer or merchant(order), buyer(order), amount)


def buyer(order: Order) -> Account:
    """The account of the order's buyer."""
    return f"buyer#{order.buyer_id}"


def merchant(order: Order) -> Account:
    """The account of the order's merchant."""
    return f"merchant#{order.merchant_id}"


def balance(entries: Iterable[JournalEntry]) -> dict[Account, int]:
    """What each account received in all, in minor units; the values sum to zero.

    Raises CurrencyMismatch when the entries are not of one currency.
    """
    balances: dict[Account, int] = defaultdict(int)
    for entry in _of_one_currency(entries):
        for posting in entry.postings:
            balances[posting.account] += posting.amount
    return dict(balances)


def paid_out(entries: Iterable[JournalEntry]) -> int:
    """What our refunds brought to buyers: settled minus reversed; chargebacks are the banks' doing."""
    signs = {"settled": 1, "reversed": -1}
    return sum(signs.get(entry.kind, 0) * entry.amount for entry in _of_one_currency(entries))


def _of_one_currency(entries: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
    currency: str | None = None
    for entry in entries:
        if currency not in (None, entry.currency):
            raise CurrencyMismatch(f"journal entries in {currency} and in {entry.currency}")
        currency = entry.currency
        yield entry


def _about(order: Order, entry_id: str, at: datetime, case_id: str, refund_no: str) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "order_id": order.order_id,
        "case_id": case_id,
        "refund_no": refund_no,
        "at": at,
        "currency": order.currency,
    }


def _entry(kind: EntryKind, about: dict[str, Any], giver: Account, taker: Account, amount: int) -> JournalEntry:
    postings = (Posting(account=giver, amount=-amount), Posting(account=taker, amount=amount))
    return JournalEntry(kind=kind, postings=postings, **about)
