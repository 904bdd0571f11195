"""What an exchange moves in an order's ledger: goods take the place of goods, and money moves only by the difference.

While an exchange is under way its claim is the claim of a return, so that it can become a refund at any moment, to the
minor unit. When the new goods have come, the old units stay used up, no money for them can be asked any more, and the
new goods are a line of the order that somebody can ask about, worth what they cost. All amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.balances import Ledger, LineLedger, PaymentLedger, grown
from chalicelib.domain.claims import Claim, ClaimLine, Source, shared
from chalicelib.domain.ledgers import release, reserve
from chalicelib.domain.money import apportion, worth
from chalicelib.domain.orders import Order, Replaces
from chalicelib.domain.replacements import ReplacementLine
from chalicelib.errors import Fault

if TYPE_CHECKING:
    from chalicelib.domain.orders import OrderLine, Payment


class Moved(NamedTuple):
    """The order as it has grown, its ledger, what the case stands for now, and the lines with where they stand."""

    order: Order
    ledger: Ledger
    claim: Claim
    lines: tuple[ReplacementLine, ...]


def pay(
    order: Order, ledger: Ledger, claim: Claim, lines: Sequence[ReplacementLine], payment: Payment, case_id: str
) -> Moved:
    """The buyer paid the difference: it is the order's money from now on, and the case's, which would give it back with
    the rest. The new goods have a line that is worth no more than that until they come."""
    placed = _named(order, lines)
    shares = apportion(payment.amount, [line.price for line in placed])
    added = [_order_line(order, line, share, case_id, None) for line, share in zip(placed, shares, strict=True)]
    free = release(order, ledger, claim)
    order, free = _grow(order, free, added, (payment,))
    more = [
        ClaimLine(line_id=line.line_id, quantity=line.quantity, value=line.paid, asked=line.paid, amount=line.paid)
        for line in added
    ]
    claim = claim.but(
        lines=(*claim.lines, *more),
        sources=(*claim.sources, Source(payment_id=payment.payment_id, amount=payment.amount)),
        total=claim.total + payment.amount,
    )
    return Moved(order, reserve(order, free, claim), claim, placed)


def swap(
    order: Order,
    ledger: Ledger,
    claim: Claim,
    lines: Sequence[ReplacementLine],
    owed: int,
    case_id: str,
    signed_at: datetime,
) -> Moved:
    """The new goods have come. The old units stay used up with their value, and of the money only `owed` goes back."""
    placed = _named(order, lines)
    free = release(order, ledger, claim)
    known = {line.line_id for line in free.added_lines}
    final = [_order_line(order, line, line.price, case_id, signed_at) for line in placed]
    by_id = {line.line_id: line for line in final}
    free = free.but(added_lines=tuple(by_id.get(line.line_id, line) for line in free.added_lines))
    order = _without_additions(order, ledger)
    order, free = _grow(grown(order, free), free, [line for line in final if line.line_id not in known], ())
    after = _swapped(claim, placed, owed)
    return Moved(order, reserve(order, free, after), after, placed)


def _swapped(claim: Claim, lines: Sequence[ReplacementLine], owed: int) -> Claim:
    """The same units for the difference alone."""
    amounts = apportion(owed, [line.credit for line in lines])
    before = {line.line_id: line for line in claim.lines}
    gone = tuple(
        ClaimLine(
            line_id=line.line_id,
            quantity=line.quantity,
            value=line.value,
            asked=line.value,
            fee=line.fee,
            exchanged=line.credit - amount,
            amount=amount,
            protected=before[line.line_id].protected,
        )
        for line, amount in zip(lines, amounts, strict=True)
    )
    return Claim(lines=gone, sources=shared(claim.sources, owed), total=owed)


def _order_line(order: Order, line: ReplacementLine, paid: int, case_id: str, signed_at: datetime | None) -> OrderLine:
    """The new goods as a line: what they are like is known of the line whose place they take."""
    assert line.becomes is not None
    bought = order.line(line.line_id)
    return bought.but(
        line_id=line.becomes,
        sku=line.sku,
        title=line.title,
        specification=line.specification,
        quantity=line.quantity,
        unit_price=line.price // line.quantity,
        gross=paid,
        reductions=(),
        tax=0,
        freight=worth(bought.freight, bought.quantity, line.quantity),
        paid=paid,
        replaces=Replaces(case_id=case_id, line_id=line.line_id, signed_at=signed_at),
    )


def _named(order: Order, lines: Iterable[ReplacementLine]) -> tuple[ReplacementLine, ...]:
    """The lines with the order's line that each becomes."""
    taken, named = set(order.positions), []
    for line in lines:
        if line.becomes is None:
            stem, count = line.line_id.partition(".r")[0][:110], 1
            while f"{stem}.r{count}" in taken:
                count += 1
            line = line.but(becomes=f"{stem}.r{count}")
        assert line.becomes is not None
        taken.add(line.becomes)
        named.append(line)
    return tuple(named)


def _grow(
    order: Order, ledger: Ledger, lines: Sequence[OrderLine], payments: tuple[Payment, ...]
) -> tuple[Order, Ledger]:
    """Both with more lines and payments, of which nothing was asked back yet. Raises Fault for an id that stands."""
    for payment in payments:
        if payment.payment_id in order.payment_positions:
            raise Fault(f"order {order.order_id} has payment {payment.payment_id} already")
    after = ledger.but(
        lines=(*ledger.lines, *(LineLedger() for _ in lines)),
        payments=(*ledger.payments, *(PaymentLedger() for _ in payments)),
        added_lines=(*ledger.added_lines, *lines),
        added_payments=(*ledger.added_payments, *payments),
    )
    return order.with_more(tuple(lines), payments), after


def _without_additions(order: Order, ledger: Ledger) -> Order:
    """The order as it was placed."""
    own = {name: getattr(order, name) for name in type(order).model_fields}
    own["lines"] = order.lines[: len(order.lines) - len(ledger.added_lines)]
    own["payments"] = order.payments[: len(order.payments) - len(ledger.added_payments)]
    own["paid_total"] -= sum(payment.amount for payment in ledger.added_payments)
    return Order.model_construct(**own)
