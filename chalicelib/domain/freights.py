"""Who gets the freight back: when nothing has shipped, with the last line, or when it was not the buyer's doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.domain.money import worth

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.claims import Ask
    from chalicelib.domain.lifecycles import DeliveryState
    from chalicelib.domain.orders import Order
    from chalicelib.domain.reasons import Liability


def freight_due(
    order: Order, ledger: Ledger, asks: Sequence[Ask], delivery: DeliveryState, liability: Liability
) -> int:
    """The freight (minor units) that goes back with these units.

    All that is left when they are the order's last units. Else, when nothing has shipped or the liability is not the
    buyer's, the units' share of it, or all that is left when only the freight is asked for. Else none.
    """
    left = order.freight - ledger.freight.taken
    if _are_the_last(order, ledger, asks):
        return left
    if delivery != "unshipped" and liability == "buyer":
        return 0
    if not asks:
        return left
    shares = (
        worth(order.line(ask.line_id).freight, order.line(ask.line_id).quantity, ask.quantity)
        for ask in asks
        if ask.line_id in order.positions and ask.quantity <= order.line(ask.line_id).quantity
    )
    return min(left, sum(shares))


def _are_the_last(order: Order, ledger: Ledger, asks: Sequence[Ask]) -> bool:
    asked = Counter[str]()
    for ask in asks:  # a line may be asked about in several parts
        asked[ask.line_id] += ask.quantity
    return all(
        line.quantity - row.units_taken <= asked[line.line_id]
        for line, row in zip(order.lines, ledger.lines, strict=True)
    )
