"""Recoveries 追偿: what the platform's fund paid and somebody else owes it: a merchant, a carrier, an insurer, a buyer.

The design calls it a claim; here that word is taken by what a case claims of its order's ledger (`claims.py`). A
recovery is one amount, owed by one debtor, because of one case. What is open of it is never stored: it is what was
opened, less what was recovered, written off and dropped. All amounts are minor units.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.journals import PLATFORM_FUND, RECEIVABLE, JournalEntry, Posting
from chalicelib.domain.lifecycles import RECOVERY, RecoveryState, check
from chalicelib.domain.values import Identifier, Minor, Value
from chalicelib.errors import RecoveryNotFound

if TYPE_CHECKING:
    from chalicelib.domain.journals import Account, EntryKind

    Moved = Literal["claimed", "recovered", "written_off", "dropped", "given_back"]

_ID = re.compile(r"rec_([0-9A-HJKMNP-TV-Z]{26})([0-9]{2})")
SOON = timedelta(minutes=1)  # after it was opened the sweeper begins with it: nothing of it is urgent
LAPSES_IN = timedelta(days=3)  # before a claim on a carrier is given up, somebody is told that it will be

Debtor = Literal["merchant", "carrier", "insurer", "buyer"]
Covers = Literal["refund", "freight", "clawback", "multiple"]
"""What the fund had paid: the case's refunds, the way back, what a buyer should not have kept, or punitive damages."""


class RecoveryRef(Value):
    """What a case remembers of its recovery."""

    recovery_id: str
    debtor: Debtor
    covers: Covers
    state: RecoveryState


class Recovery(Record):
    """One debt to the platform's fund. `because`: a code; `look_at`: when the sweeper should go on with it."""

    recovery_id: str
    case_id: str
    order_id: Identifier
    merchant_id: str  # the order's shop, whoever owes
    debtor: Debtor
    debtor_id: Identifier
    covers: Covers = "refund"
    because: str
    currency: str
    amount: Minor
    recovered: Minor = 0
    written_off: Minor = 0
    dropped: Minor = 0  # fell away: the refund was not paid after all, or somebody else is liable
    state: RecoveryState = "open"
    opened_at: Instant
    due_at: Instant
    look_at: Instant | None = None
    waybill_no: str | None = None  # of a carrier's: what it carried
    command_no: str | None = None  # under which it was filed with the carrier the last time
    filings: int = Field(default=0, ge=0)
    refused_because: str | None = None  # the carrier's code
    note: str | None = None  # why a person wrote it off
    late_at: Instant | None = None  # when it was told that it is late

    @property
    def ref(self) -> RecoveryRef:
        return RecoveryRef(recovery_id=self.recovery_id, debtor=self.debtor, covers=self.covers, state=self.state)

    @property
    def open(self) -> int:
        """What is still owed."""
        return self.amount - self.recovered - self.written_off - self.dropped

    @property
    def standing(self) -> int:
        """What is owed, was paid or was given up: all that did not fall away."""
        return self.amount - self.dropped

    @property
    def account(self) -> Account:
        return f"{self.debtor}#{self.debtor_id}"

    @property
    def warn_at(self) -> datetime:
        """From when on it is late, if it is still owed. A carrier's claim is given up by then, so it is told before."""
        return self.due_at - LAPSES_IN if self.debtor == "carrier" else self.due_at

    @property
    def is_late(self) -> bool:
        """Somebody was told, and nobody has paid all of it since."""
        return self.late_at is not None and self.open > 0

    @property
    def watch_at(self) -> datetime | None:
        return self.look_at if self.open else None

    def moved(self, state: RecoveryState, **facts: object) -> Recovery:
        """The recovery in another state, its version counted. Raises TransitionRefused."""
        if state != self.state:
            check(RECOVERY, self.state, state)
        return self.next(state=state, **facts)

    def paid(self, amount: int) -> Recovery:
        """After `amount` (at most what is open, or was written off) came from the debtor."""
        late = max(0, amount - self.open)  # given up already: it is claimed again and recovered
        after = self.but(recovered=self.recovered + amount, written_off=self.written_off - late)
        is_whole = after.open == 0 and after.written_off == 0
        return after.moved("recovered" if is_whole else after.state)

    def given_up(self, note: str | None) -> Recovery:
        """Nobody will pay the rest: the fund bears it."""
        return self.moved("written_off", written_off=self.written_off + self.open, note=note, look_at=None)

    def less(self, amount: int) -> Recovery:
        """`amount` is not owed after all: first of what is open, then of what was written off, then of what was paid,
        which is given back (`given_back` says how much)."""
        dropped = min(amount, self.amount - self.dropped)
        back = self.given_back(amount)
        forgiven = max(0, min(dropped - self.open, self.written_off))
        after = self.but(
            dropped=self.dropped + dropped,
            written_off=self.written_off - forgiven,
            recovered=self.recovered - back,
        )
        if after.dropped == after.amount:
            return after.moved("dropped", look_at=None)
        return after.moved("recovered") if after.open == 0 and after.state in _OWED else after.next()

    def given_back(self, amount: int) -> int:
        """How much of what was paid `less(amount)` gives back."""
        dropped = min(amount, self.amount - self.dropped)
        return max(0, dropped - self.open - self.written_off)

    def looked_at(self, again_at: datetime | None) -> Recovery:
        return self.next(look_at=again_at)


_OWED: frozenset[RecoveryState] = frozenset({"open", "filed", "accepted", "refused"})
# Who gives to whom, the debtor left blank.
_MOVES: Mapping[Moved, tuple[Account | None, Account | None]] = {
    "claimed": (None, RECEIVABLE),
    "recovered": (RECEIVABLE, PLATFORM_FUND),
    "written_off": (RECEIVABLE, None),
    "dropped": (RECEIVABLE, None),
    "given_back": (PLATFORM_FUND, None),
}


def posting(recovery: Recovery, kind: Moved, amount: int, at: datetime) -> JournalEntry:
    """The journal's line about a recovery as it stands after the move: its version makes the line's id its own."""
    giver, taker = (account or recovery.account for account in _MOVES[kind])
    entry: EntryKind = kind
    return JournalEntry(
        entry_id=f"{recovery.recovery_id}-{kind}-{recovery.version}",
        order_id=recovery.order_id,
        case_id=recovery.case_id,
        recovery_id=recovery.recovery_id,
        kind=entry,
        at=at,
        currency=recovery.currency,
        postings=(Posting(account=giver, amount=-amount), Posting(account=taker, amount=amount)),
    )


def id_of(case_id: str, count: int) -> str:
    """The `count`-th recovery of a case (1 to 99): derived, so that a repeated step finds the same one."""
    return f"rec_{case_id.removeprefix('case_')}{count:02}"


def case_of(recovery_id: str) -> str:
    """The case that a recovery belongs to. Raises RecoveryNotFound for what is not one of our ids."""
    match = _ID.fullmatch(recovery_id)
    if match is None:
        raise RecoveryNotFound(f"{recovery_id[:64]!r} is not a recovery's id")
    return f"case_{match[1]}"
