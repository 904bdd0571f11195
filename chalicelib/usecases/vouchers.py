"""Vouchers beside a case's refunds: settled as soon as they are granted, because nobody has to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.claims import VOUCHER
from chalicelib.domain.refunds import Refund, number_of
from chalicelib.usecases import refunds

if TYPE_CHECKING:
    from chalicelib.domain.journals import Account
    from chalicelib.domain.orders import Order
    from chalicelib.domain.turns import Turn


def give(turn: Turn, order: Order, amount: int, bearer: Account, because: str) -> str:
    """Its number. Not one of the case's refunds: those are complete without it."""
    case = turn.case
    refund = Refund(
        refund_no=number_of(case.case_id, case.refund_count + 1),
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        buyer_id=case.buyer_id,
        payment_id=VOUCHER,
        method=VOUCHER,
        provider="",
        amount=amount,
        currency=case.currency,
        state="settled",
        voucher=True,
        granted_at=turn.at,
        settled_at=turn.at,
        bearer=bearer,
    )
    turn.change(refund_count=case.refund_count + 1)
    turn.write(refund)
    refunds.post(turn, "granted", order, refund)
    refunds.post(turn, "settled", order, refund)
    refunds.tell(turn, "RefundSettled", None, refund, because=because)
    return refund.refund_no
