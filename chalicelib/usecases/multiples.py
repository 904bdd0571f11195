"""Punitive damages 惩罚性赔偿 within a turn: told with what the platform found, paid by voucher with the refund, once.

The platform's fund pays the buyer and its marketplace shop owes it to the fund, as any debt (docs/decisions/0093).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import journals, ledgers
from chalicelib.domain.balances import Ledger
from chalicelib.domain.multiples import multiply
from chalicelib.usecases import cases, liabilities, recoveries, returns, vouchers
from chalicelib.usecases.recoveries import Debt

if TYPE_CHECKING:
    from chalicelib.domain.claims import Claim
    from chalicelib.domain.multiples import Multiplied
    from chalicelib.domain.orders import Order
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def owed(turn: Turn, found: Found) -> Multiplied | None:
    """What the buyer of what is confirmed now will have beyond the refund, as far as it can be said before that."""
    order, ledger = cases.order_and_ledger(found, turn.case)
    came_to = multiply(turn.policy.multiples, turn.case.reason, order, ledger, turn.case.claim)
    return came_to[0] if came_to else None


def pay(turn: Turn, found: Found) -> None:
    """Pays what is owed by now, if it was not yet: called when the refund is granted, or stands.

    Units that did not come are not multiplied, and whose doing it was is asked once more.
    """
    case = turn.case
    if case.multiple is None or case.multiple.paid_at is not None:
        return
    order, ledger = cases.order_and_ledger(found, case)
    written = turn.written(Ledger)
    came_to = multiply(turn.policy.multiples, case.reason, order, written or ledger, _claim(turn, found))
    if came_to is None or liabilities.of(turn) not in ("merchant", "both"):
        turn.change(multiple=None)
        return
    multiplied, added = came_to
    if written is not None:
        turn.rewrite(written, ledgers.multiply(order, written, added))
    else:
        turn.write(ledgers.multiply(order, ledger, added).next())
    number = _voucher(turn, order, multiplied.amount) if multiplied.amount else None
    turn.change(multiple=multiplied.but(paid_at=turn.at, refund_no=number))


def _claim(turn: Turn, found: Found) -> Claim:
    """Of money that went out early for goods of which less came, what the inspection left of the claim."""
    case = turn.case
    if case.instant is not None and case.owed is not None:
        inspection = returns.goods_of(turn, found).inspection
        return inspection.claim if inspection else case.claim
    return case.claim


def _voucher(turn: Turn, order: Order, amount: int) -> str:
    """The voucher, and what a shop owes the fund for it."""
    debt = _debt(turn)
    bearer = journals.PLATFORM_FUND if debt else journals.merchant(order)
    number = vouchers.give(turn, order, amount, bearer, "multiple")
    if debt is not None:
        recoveries.open_recovery(turn, debt, amount, "multiple")
    return number


def _debt(turn: Turn) -> Debt | None:
    """A marketplace shop owes it to the fund; the platform's own shops bear it themselves."""
    if turn.case.merchant_kind != "marketplace":
        return None
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.recovery)
    return Debt("merchant", turn.case.merchant_id, "multiple", due_at)
