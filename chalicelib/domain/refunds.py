"""A refund 退款单: one fixed number, one payment it goes back to, one amount.

The number is derived from the case's id and a count, so that a retried grant finds the same number, and so that a
provider's notification leads back to the case without an index.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.lifecycles import REFUND, RefundState, check
from chalicelib.domain.values import Value
from chalicelib.errors import RefundNotFound

_NUMBER = re.compile(r"rfd_([0-9A-HJKMNP-TV-Z]{26})([0-9]{2})")

# When the worker asks about a refund that has not settled: after 60 s, then 1 m ×5, 5 m, 10 m by queue delay, and
# then by the due index. Seconds; the last one repeats.
ASK_DELAYS = (60, 60, 60, 60, 60, 60, 300, 600, 1200, 1800, 3600)


class RefundRef(Value):
    """What a case remembers of its refund."""

    refund_no: str
    payment_id: str
    amount: int
    state: RefundState


class Refund(Record):
    """One transfer back to one payment. Times are when *we* learned it."""

    refund_no: str
    case_id: str
    order_id: str
    merchant_id: str
    buyer_id: str
    payment_id: str
    method: str
    provider: str
    amount: int
    currency: str
    voucher: bool = False  # a compensation: no payment of the order gives it back
    state: RefundState = "granted"
    granted_at: Instant
    submitted_at: Instant | None = None
    accepted_at: Instant | None = None
    unknown_since: Instant | None = None
    settled_at: Instant | None = None
    bearer: str | None = None  # the account that bears it; None: the order's merchant
    reason: str | None = None  # why it failed or was reversed, in the provider's words
    asks: int = 0  # how often the provider was asked or told since it was submitted
    ask_at: Instant | None = None  # when the sweeper should make sure that somebody asks

    @property
    def ref(self) -> RefundRef:
        return RefundRef(refund_no=self.refund_no, payment_id=self.payment_id, amount=self.amount, state=self.state)

    @property
    def watch_at(self) -> datetime | None:
        """When the sweeper should make sure that the provider is asked."""
        return self.ask_at if self.is_open else None

    @property
    def is_open(self) -> bool:
        return self.state in ("granted", "submitted", "unknown")

    def moved(self, state: RefundState, **facts: object) -> Refund:
        """The refund in another state. Raises TransitionRefused where the table has no such way."""
        check(REFUND, self.state, state)
        return self.next(state=state, **facts)

    def asked(self, now: datetime, state: RefundState | None = None, **facts: object) -> Refund:
        """One more ask is on its way; the due index holds the time by which it must have happened. `state`: what is
        known meanwhile. Raises TransitionRefused."""
        due = now + timedelta(seconds=ask_delay(self.asks) + 60)
        if state is not None and state != self.state:
            check(REFUND, self.state, state)
        return self.next(asks=self.asks + 1, ask_at=due, state=state or self.state, **facts)


def ask_delay(asks: int) -> int:
    """Seconds to wait before the next ask, when `asks` were made."""
    return ASK_DELAYS[min(asks, len(ASK_DELAYS) - 1)]


def number_of(case_id: str, count: int) -> str:
    """The `count`-th refund number of a case (1 to 99)."""
    return f"rfd_{case_id.removeprefix('case_')}{count:02}"


def case_of(refund_no: str) -> str:
    """The case that a refund number belongs to. Raises RefundNotFound for what is not one of our numbers."""
    match = _NUMBER.fullmatch(refund_no)
    if match is None:
        raise RefundNotFound(f"{refund_no[:64]!r} is not a refund number")
    return f"case_{match[1]}"


Settlement = Literal["settled", "accepted", "failed", "unknown", "never_seen"]
