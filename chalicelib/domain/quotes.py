"""Quotes: what can still be asked back of an order, and what the units that somebody asks about come to.

All amounts are integer minor units of the order's currency. Preview and filing ask the same; nothing changes
here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import sub
from typing import TYPE_CHECKING

from chalicelib.domain.claims import Claim, ClaimLine, Source
from chalicelib.domain.money import apportion, worth
from chalicelib.domain.orders import OrderLine
from chalicelib.domain.thresholds import restorable, withholding
from chalicelib.domain.values import Count, Identifier, Minor, Value
from chalicelib.errors import (
    FieldError,
    InvalidRequest,
    LineNotFound,
    PaymentChargedBack,
    QuantityExceedsPurchased,
    RefundExceedsPaid,
)

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.claims import Ask
    from chalicelib.domain.orders import Order
    from chalicelib.domain.thresholds import ThresholdRule

Fee = Callable[[OrderLine, int], int]  # what is kept of an amount that was asked for a line


def quote(
    order: Order,
    ledger: Ledger,
    asks: Sequence[Ask],
    *,
    freight: bool | int = False,
    fee: Fee | None = None,
    rule: ThresholdRule = "keep",
    buyer_breaks: bool = True,
) -> Claim:
    """What the asked units come to, by line, and to which payments it goes back.

    A line may be asked about in several parts (real cancellations do): each is judged on what those before it
    left. `freight` is True for all that is left of it, or an amount. The money is shared over the payments in
    proportion to what is left on each, coupons and points in kind like the rest: who returns half gets half
    of each back. `rule` says what becomes of a threshold promotion that these units break, if it is the buyer
    who breaks it (`thresholds`).

    All wrong asks are named at once, by `lines[i].<field>`, with the most that could be asked in
    `limits.maximum`. Raises LineNotFound, QuantityExceedsPurchased (more units than are left),
    RefundExceedsPaid (more money than the units are worth, or than the freight that is left), InvalidRequest
    (nothing to refund) and PaymentChargedBack (the banks took back what this would need).
    """
    refuse_unknown(order, asks)
    values = _values(order, ledger, asks)
    withheld, restored = _thresholds(order, ledger, asks, values, rule, buyer_breaks)
    freight_left = order.freight - ledger.freight.taken
    freight_asked = freight_left if freight is True else int(freight)
    _refuse_too_much(asks, list(map(sub, values, withheld)), freight_asked, freight_left)
    protected = _protected(order, ledger, asks)
    claimed = (_claimed(order, *each, fee) for each in zip(asks, values, withheld, protected, strict=True))
    lines = (*claimed, *restored)
    total = sum(line.amount for line in lines) + freight_asked
    if total < 1:
        why = "these units are worth nothing, and no freight is asked"
        if any(withheld):
            why = "they would break a promotion that is worth more than they are: return more of them together"
        raise InvalidRequest("there is nothing to refund", errors=[FieldError("lines", why)])
    sources = sources_of(order, ledger, total)
    return Claim(lines=lines, freight=freight_asked, freight_asked=freight_asked, sources=sources, total=total)


def refuse_unknown(order: Order, asks: Sequence[Ask]) -> None:
    unknown = [
        FieldError(f"lines[{i}].line_id", f"the order has no line {ask.line_id}")
        for i, ask in enumerate(asks)
        if ask.line_id not in order.positions
    ]
    if unknown:
        raise LineNotFound(f"order {order.order_id}: {unknown[0].message}", errors=unknown)


def _values(order: Order, ledger: Ledger, asks: Sequence[Ask]) -> list[int]:
    """What the units of each ask are worth, after the asks before it; refuses units that are not left."""
    left: dict[str, tuple[int, int]] = {}
    values, wrong = [], []
    for i, ask in enumerate(asks):
        units, value = left.get(ask.line_id) or left_of(order, ledger, order.positions[ask.line_id])
        if ask.quantity > units:
            message = f"{ask.quantity} units, {units} are left"
            wrong.append(FieldError(f"lines[{i}].quantity", message, {"maximum": units}))
            continue
        values.append(worth(value, units, ask.quantity))
        left[ask.line_id] = units - ask.quantity, value - values[-1]
    if wrong:
        raise QuantityExceedsPurchased(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)
    return values


def _refuse_too_much(asks: Sequence[Ask], values: Sequence[int], freight: int, freight_left: int) -> None:
    wrong = [
        FieldError(f"lines[{i}].amount", f"{ask.amount}, the units are worth {value}", {"maximum": value})
        for i, (ask, value) in enumerate(zip(asks, values, strict=True))
        if ask.amount is not None and ask.amount > value
    ]
    if freight > freight_left:
        wrong.append(FieldError("freight", f"{freight}, {freight_left} is left", {"maximum": freight_left}))
    if wrong:
        raise RefundExceedsPaid(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)
    if freight < 0:
        raise InvalidRequest("freight below zero", errors=[FieldError("freight", "at least 0", {"minimum": 0})])


def _protected(order: Order, ledger: Ledger, asks: Sequence[Ask]) -> list[int]:
    """What price protections have paid already of the units of each ask: their share of what they paid of the line."""
    left: dict[int, tuple[int, int]] = {}
    protected = []
    for ask in asks:
        i = order.positions[ask.line_id]
        units, paid = left.get(i) or (order.lines[i].quantity - ledger.lines[i].units_taken, ledger.lines[i].protected)
        protected.append(worth(paid, units, ask.quantity))
        left[i] = units - ask.quantity, paid - protected[-1]
    return protected


def _claimed(order: Order, ask: Ask, value: int, withheld: int, protected: int, fee: Fee | None) -> ClaimLine:
    asked = value - withheld if ask.amount is None else ask.amount
    kept = fee(order.line(ask.line_id), asked) if fee else 0
    return ClaimLine(
        line_id=ask.line_id,
        quantity=ask.quantity,
        value=value,
        withheld=withheld,
        asked=asked,
        fee=kept,
        amount=asked - kept,
        protected=protected,
    )


def _thresholds(
    order: Order, ledger: Ledger, asks: Sequence[Ask], values: Sequence[int], rule: ThresholdRule, buyer_breaks: bool
) -> tuple[tuple[int, ...], list[ClaimLine]]:
    """What is withheld of each ask, and lines for what was withheld before and comes back now."""
    units = Counter[int]()
    for ask in asks:
        units[order.positions[ask.line_id]] += ask.quantity
    due = withholding(order, ledger, units, rule, buyer_breaks=buyer_breaks)
    return apportion(min(due.withheld, sum(values)), values), _restored(order, ledger, due.restored)


def _restored(order: Order, ledger: Ledger, amount: int) -> list[ClaimLine]:
    lines = []
    for line, row in zip(order.lines, ledger.lines, strict=True):
        part = min(amount, row.withheld)
        if part:
            lines.append(ClaimLine(line_id=line.line_id, quantity=0, value=part, asked=part, amount=part))
            amount -= part
    return lines


def left_on_payments(order: Order, ledger: Ledger) -> tuple[int, ...]:
    """What each payment can still give back; nothing where the bank took back what was refunded already."""
    rows = zip(order.payments, ledger.payments, strict=True)
    return tuple(max(0, payment.amount - sum(row)) for payment, row in rows)


def sources_of(order: Order, ledger: Ledger, total: int) -> tuple[Source, ...]:
    """The total, shared over the payments in proportion to what is left on each, never more than that."""
    left = left_on_payments(order, ledger)
    if total > sum(left):
        wrong = FieldError("lines", f"{total} is asked, the bank left {sum(left)}", {"maximum": sum(left)})
        raise PaymentChargedBack(f"order {order.order_id}: {wrong.message}", errors=[wrong])
    shares = zip(order.payments, apportion(total, left), strict=True)
    return tuple(Source(payment_id=payment.payment_id, amount=share) for payment, share in shares if share)


class RefundableLine(Value):
    """Units of a line that nobody claimed yet, and what they are worth."""

    line_id: Identifier
    units: Count
    amount: Minor


class Refundable(Value):
    """What of an order can still be asked back. `total`, if all of it comes back at once, is less than the sum after a
    chargeback, and more where a broken promotion withheld something.
    """

    lines: tuple[RefundableLine, ...]
    freight: Minor
    total: Minor


def still_refundable(order: Order, ledger: Ledger) -> Refundable:
    """What of each line, of the freight and in all can still be asked back."""
    left = (left_of(order, ledger, position) for position in range(len(order.lines)))
    lines = tuple(
        RefundableLine(line_id=line.line_id, units=units, amount=amount)
        for line, (units, amount) in zip(order.lines, left, strict=True)
    )
    freight = order.freight - ledger.freight.taken
    worth_left = sum(line.amount for line in lines) + freight + restorable(ledger)
    return Refundable(lines=lines, freight=freight, total=min(worth_left, sum(left_on_payments(order, ledger))))


def left_of(order: Order, ledger: Ledger, position: int) -> tuple[int, int]:
    """Units and value that are left of a line."""
    line, row = order.lines[position], ledger.lines[position]
    return line.quantity - row.units_taken, line.paid - row.value_taken
