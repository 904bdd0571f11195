"""Lines of lists: what the indexes show. They may lag by moments, so no rule reads one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from chalicelib.domain.gates import GateRef  # noqa: TC001 - rows are read from indexes by their annotations

if TYPE_CHECKING:
    from chalicelib.domain.refs import Ref

Row = TypeVar("Row")


@dataclass(frozen=True)
class CaseRow:
    """A line of a list: what the index shows of a case (it may lag by moments)."""

    case_id: str
    order_id: str
    merchant_id: str
    buyer_id: str
    remedy: str
    reason: str
    status: str
    amount: int
    currency: str
    created_at: datetime
    updated_at: datetime
    gate: GateRef | None


@dataclass(frozen=True)
class RefundRow:
    """A line of a list of refunds."""

    refund_no: str
    case_id: str
    merchant_id: str
    state: str
    amount: int
    currency: str
    granted_at: datetime
    voucher: bool = False


@dataclass(frozen=True)
class RecoveryRow:
    """A line of a list of recoveries; `open` is what is still owed."""

    recovery_id: str
    case_id: str
    merchant_id: str
    debtor: str
    debtor_id: str
    covers: str
    because: str
    state: str
    amount: int
    open: int
    currency: str
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class GateRow:
    """A line of what is due: one open gate of one case."""

    case_id: str
    name: str
    round: int
    owner: str
    due_at: datetime
    silence: str


@dataclass(frozen=True)
class DeliveryRow:
    """A line of a merchant's deliveries: `tries` since the last replay, and what the last attempt came to."""

    event_id: str
    case_id: str
    sequence: int
    type: str
    state: str
    tries: int
    status: int | None
    error: str | None
    next_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class ReturnRow:
    """A return whose goods the stock system should have put away: `missing` units, and by when."""

    return_id: str
    case_id: str
    merchant_id: str
    rma: str
    stock: str
    missing: int
    due_at: datetime


@dataclass(frozen=True)
class PrecedentRow:
    """How a like case was ruled on, for good; amounts in minor units."""

    claimed: int
    granted: int
    currency: str
    verdict: str
    liability: str
    goods: str
    appealed: bool
    changed: bool
    at: datetime


@dataclass(frozen=True)
class DueRow:
    """What the sweeper should look at; `kind`: `gate entry refund recovery command evidence webhook endpoint`."""

    kind: str
    ref: Ref[Any]
    due_at: datetime


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows and the opaque cursor of the next page (None at the end)."""

    rows: Sequence[Row]
    cursor: str | None = None
