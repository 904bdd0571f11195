"""The monitor on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.base import Instant
from chalicelib.domain.values import Value
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.lists import DueView
from chalicelib.schemas.names import Name
from chalicelib.schemas.returns import UnshelvedView

if TYPE_CHECKING:
    from chalicelib.domain.rows import ReturnRow


class StateView(Value):
    state: Name
    count: int
    amount: Amount


class OldestView(Value):
    state: Name
    case_id: str
    age_seconds: int


class MonitorView(Value):
    """Counts and money by state; what is overdue, due within a day, not put away, and oldest.

    `merchant_id` None: the platform.
    """

    merchant_id: str | None
    at: Instant
    cases: tuple[StateView, ...]
    refunds: tuple[StateView, ...]
    overdue: tuple[DueView, ...]
    due_soon: tuple[DueView, ...]
    unshelved: tuple[UnshelvedView, ...]
    oldest: tuple[OldestView, ...]


class StageView(Value):
    """Goods on their way back: how many cases, for how much money, and the one that has waited longest."""

    state: Name
    count: int
    amount: Amount
    oldest_case_id: str | None
    oldest_age_seconds: int | None


class AwaitedView(Value):
    """What is late, and what is due within a day, the most urgent first. `more`: there are others."""

    late: tuple[DueView, ...]
    due_soon: tuple[DueView, ...]
    more: bool


class QuietView(Value):
    """Goods on their way that no carrier has told of since long; they count as not heard of since `quiet_at`."""

    case_id: str
    return_id: str
    rma: str
    quiet_at: Instant

    @staticmethod
    def of(row: ReturnRow) -> QuietView:
        return QuietView(case_id=row.case_id, return_id=row.return_id, rma=row.rma, quiet_at=row.due_at)


class ReturnsMonitorView(Value):
    """退货监控. `merchant_id` None: the platform. At most 100 of each list."""

    merchant_id: str | None
    at: Instant
    stages: tuple[StageView, ...]
    couriers: AwaitedView
    receipts: AwaitedView
    inspections: AwaitedView
    quiet: tuple[QuietView, ...]
    unshelved: tuple[UnshelvedView, ...]
