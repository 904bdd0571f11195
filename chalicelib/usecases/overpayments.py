"""Overpayments 多付款: money that a buyer paid and nobody asked for.

It enters no book of ours: the timeline and the bus say that it came, and the payment system, which has it, gives it
back to where it came from. One answer, whatever it was paid for: nobody's money waits in a dead-letter queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from chalicelib.domain.orders import Order
    from chalicelib.domain.turns import Turn
    from chalicelib.schemas.payments import BuyerPaid

    Unwanted = Literal["not_asked", "other_amount", "other_currency", "paid_before", "too_late"]


def why_not(turn: Turn, paid: BuyerPaid, owed: int | None) -> Unwanted | None:
    """Why this is not the money that is asked for: `owed`, in the case's currency (None: nothing is)."""
    if owed is None:
        return "not_asked"
    if paid.currency not in (None, turn.case.currency):
        return "other_currency"
    return "other_amount" if paid.amount != owed else None


def turn_away(turn: Turn, paid: BuyerPaid, because: Unwanted) -> None:
    """Says so, once for each payment."""
    turn.change(turned_away=(*turn.case.turned_away, paid.payment_id))
    money = {"amount": paid.amount, "currency": paid.currency or turn.case.currency}
    turn.tell("PaymentTurnedAway", because=because, payment_id=paid.payment_id, paid=money)


def refuse_known(order: Order, paid: BuyerPaid) -> None:
    """What the order was paid with is no further payment: given back, the goods would be had for nothing.

    Raises InvalidRequest, so that a person looks at whoever tells it.
    """
    if paid.payment_id in order.payment_positions:
        wrong = FieldError("payment_id", "is a payment of the order already")
        raise InvalidRequest(wrong.message, errors=[wrong])
