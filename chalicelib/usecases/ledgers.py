"""An order with its ledger: what was bought, what came in its place since, and what became of the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.balances import grown
from chalicelib.errors import OrderNotFound

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.orders import Order
    from chalicelib.usecases.steps import Found


def order_and_ledger(found: Found, order_id: str) -> tuple[Order, Ledger]:
    """Both as they stand together, in one more read where they were not foreseen. Raises OrderNotFound."""
    found.also(refs.order(order_id), refs.ledger(order_id))
    order = found.need(refs.order(order_id), OrderNotFound)
    ledger = found.need(refs.ledger(order_id), OrderNotFound)
    return grown(order, ledger), ledger
