"""The monitor on the wire."""

from __future__ import annotations

from chalicelib.domain.base import Instant
from chalicelib.domain.values import Value
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.lists import DueView
from chalicelib.schemas.names import Name
from chalicelib.schemas.returns import UnshelvedView


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
