"""Punitive damages on the wire: what is owed beyond a refund, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.base import Instant
from chalicelib.domain.multiples import MultipliedLine
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.explanations import StepView

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case


class MultipleView(Value):
    """惩罚性赔偿: lines and steps sum to the amount, all in minor units of its currency.

    Until `paid_at` it is what is owed as things stand; then `refund_no` is the voucher (none when nothing was left to
    give).
    """

    amount: Amount
    lines: tuple[MultipliedLine, ...]
    steps: tuple[StepView, ...]
    paid_at: Instant | None
    refund_no: str | None

    @staticmethod
    def of(case: Case) -> MultipleView | None:
        """Of a case that ended without its refund, nothing is owed."""
        known = case.multiple
        if known is None or not (case.is_open or known.paid_at):
            return None
        return MultipleView(
            amount=Amount(amount=known.amount, currency=case.currency),
            lines=known.lines,
            steps=tuple(StepView.of(step, names.MULTIPLE_STEPS) for step in known.steps),
            paid_at=known.paid_at,
            refund_no=known.refund_no,
        )
