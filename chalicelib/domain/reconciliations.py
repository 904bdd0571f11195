"""Reconciliation 对账: a day of the provider's bill against our refunds. Pure: the same facts, the same differences.

Whatever order the lines come in, however often each and on how many pages. One line is at most one difference: the
gravest of what is wrong with it. Each carries its way back, and no way back pays anything.

    missing       we say settled on this day; the bills of it, of the day after and of the days before do not have it
    extra         a number that we never gave, or money that moved again under a number
    other_amount  another amount, currency or payment than ours
    other_state   they paid what we do not know as paid, or took back what we know as paid
    settled_late  booked on another day than ours and over an hour apart, or a week after it was granted
    unreadable    a line that is no row
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.bills import BillRow, Moved, day_of
from chalicelib.domain.refs import PROVIDER
from chalicelib.domain.refunds import Refund, Settlement
from chalicelib.domain.values import Value

if TYPE_CHECKING:
    from chalicelib.domain.bills import Unreadable

Kind = Literal["missing", "extra", "other_amount", "other_state", "settled_late", "unreadable"]
Because = Literal[
    "not_on_bills", "unknown_number", "moved_again", "amount", "currency", "payment", "paid_there", "reversed_there",
    "another_day", "long_after_grant", "unreadable",
]  # fmt: skip
WayBack = Literal[
    "record_fact", "ask_again", "correct_bill", "prove_payment", "claim_back", "compare", "person", "book_on_bill_day",
    "read_by_hand",
]  # fmt: skip

# Two clocks and a request lie between the provider's instant and ours: around midnight that is no difference.
NEAR = timedelta(hours=1)
LONG = timedelta(days=7)


class Difference(NamedTuple):
    """`ours`: our refund, `theirs`: the line; one of them is missing where it is not there. `asked`: what the provider
    answers today about a number that its bills lack."""

    kind: Kind
    because: Because
    way_back: WayBack
    refund_no: str
    ours: Refund | None = None
    theirs: BillRow | None = None
    text: str = ""
    asked: Settlement | None = None

    @property
    def order(self) -> tuple[str, ...]:
        """Where it stands in a report: by kind, number and movement, so that the same facts are the same text."""
        theirs = self.theirs
        line = (theirs.reference, theirs.state, theirs.settled_at.isoformat(), str(theirs.amount)) if theirs else ()
        return (self.kind, self.refund_no, self.because, self.text, *line, theirs.currency if theirs else "")


def of_number(
    rows: Sequence[BillRow], ours: Refund | None, zone: str, *, settled_before: bool = False
) -> Iterator[Difference]:
    """What is different about one number, given all its lines of the day.

    `settled_before`: the bill of the day before has it as settled.
    """
    if ours is None:
        for row in rows:
            yield Difference("extra", "unknown_number", "claim_back", row.refund_no, None, row)
        return
    for state in ("settled", "reversed"):
        # The line that fits best is the one that is meant, wherever it stands.
        same = sorted((row for row in rows if row.state == state), key=lambda row: _rank(row, ours))
        first = None if state == "settled" and settled_before else next(iter(same), None)
        if first is not None:
            yield from _of_line(first, ours, zone)
        for row in same[0 if first is None else 1 :]:
            yield Difference("extra", "moved_again", "claim_back", row.refund_no, ours, row)


def _rank(row: BillRow, ours: Refund) -> tuple[object, ...]:
    return _other_money(row, ours) is not None, row.settled_at, row.reference, row.amount, row.currency, row.payment_id


def _of_line(row: BillRow, ours: Refund, zone: str) -> Iterator[Difference]:
    other = _other_money(row, ours)
    if other is not None:
        yield Difference("other_amount", other, "compare", row.refund_no, ours, row)
    elif row.state == "reversed":
        if ours.state != "reversed":
            way: WayBack = "record_fact" if ours.state in ("settled", "submitted", "unknown") else "person"
            yield Difference("other_state", "reversed_there", way, row.refund_no, ours, row)
    elif ours.state not in ("settled", "reversed"):
        # Granted: it was never handed over, so nobody should have paid it.
        way = "person" if ours.state == "granted" else "record_fact"
        yield Difference("other_state", "paid_there", way, row.refund_no, ours, row)
    else:
        late = _late(row, ours, zone)
        if late is not None:
            yield Difference("settled_late", late, "book_on_bill_day", row.refund_no, ours, row)


def _other_money(row: BillRow, ours: Refund) -> Because | None:
    if row.currency != ours.currency:
        return "currency"
    if row.amount != ours.amount:
        return "amount"
    return "payment" if row.payment_id != ours.payment_id else None


def _late(row: BillRow, ours: Refund, zone: str) -> Because | None:
    if row.settled_at - ours.granted_at > LONG:
        return "long_after_grant"
    if ours.settled_at is None or abs(row.settled_at - ours.settled_at) <= NEAR:
        return None
    return "another_day" if day_of(row.settled_at, zone) != day_of(ours.settled_at, zone) else None


def of_unreadable(lines: Iterable[Unreadable]) -> Iterator[Difference]:
    for line in lines:
        yield Difference("unreadable", "unreadable", "read_by_hand", line.refund_no, text=line.text)


_ANSWERED: dict[Settlement, WayBack] = {
    "settled": "correct_bill",
    "accepted": "prove_payment",
    "failed": "prove_payment",
    "never_seen": "prove_payment",
    "unknown": "ask_again",
}


def missing(ours: Refund, asked: Settlement | None) -> Difference:
    """A refund that we know as settled and that no bill has; `asked`: what the provider says of it now."""
    way: WayBack = _ANSWERED[asked] if asked else "ask_again"
    return Difference("missing", "not_on_bills", way, ours.refund_no, ours, asked=asked)


class Total(Value):
    """How many, and how much in minor units."""

    count: int = 0
    amount: int = 0


class Totals(Value):
    """By currency: what the bill paid out and took back, and what we settled on the day."""

    paid: dict[str, Total] = {}
    returned: dict[str, Total] = {}
    ours: dict[str, Total] = {}


class BilledFact(Value):
    """What the bill says of a refund of ours and we do not know: may be recorded, because it moves nothing."""

    refund_no: str
    state: Moved


class Recorded(BilledFact):
    """A fact that a person had recorded."""

    by: str
    at: Instant


class Report(Value):
    """One outcome of a run. `digest` is the SHA-256 of the file at `object_key`; `closed`: the bill of the day after
    was there, so nothing can be missing any more."""

    number: int
    at: Instant
    closed: bool
    digest: str
    object_key: str
    rows: int
    differences: dict[Kind, int]
    totals: Totals

    @property
    def total(self) -> int:
        return sum(self.differences.values())


class Reconciliation(Record):
    """A day against its bill. A run that finds what the last one found changes nothing; another is another report.

    `facts` are those of the newest report, the first of them where there are more than one item holds. `told`: the
    number of the last report that was counted, so that an alarm is late when something breaks, and never lost.
    """

    provider: str = PROVIDER
    day: date
    zone: str
    reports: Annotated[tuple[Report, ...], Field(min_length=1)]
    facts: tuple[BilledFact, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    told: int = 0

    @property
    def is_news(self) -> bool:
        return self.told < self.newest.number

    @property
    def newest(self) -> Report:
        return self.reports[-1]

    def facts_of(self, refund_no: str) -> tuple[BilledFact, ...]:
        """What the newest report has of a number, the payment before its reversal."""
        return tuple(sorted((f for f in self.facts if f.refund_no == refund_no), key=lambda f: f.state != "settled"))
