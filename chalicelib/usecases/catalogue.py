"""What the platform's catalogue says that goods cost: told by its system, asked by price protections 价保."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.prices import Price, PriceFact
from chalicelib.schemas.prices import PricesView
from chalicelib.usecases import steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.orders import Order
    from chalicelib.ports import Ports
    from chalicelib.schemas.prices import PriceTold
    from chalicelib.usecases.steps import Decision, Found


def tell(ports: Ports, actor: Actor, merchant_id: str, told: Sequence[PriceTold]) -> Reply:
    """Notes what a shop's goods cost from when on. Facts may repeat, and come in any order."""
    act_as(actor, "orders")
    prices = {one.sku: refs.price(merchant_id, one.sku) for one in told}

    def once(found: Found) -> Decision[Reply]:
        known = {sku: found.get(ref) for sku, ref in prices.items()}
        after = {sku: price or Price(merchant_id=merchant_id, sku=sku, version=0) for sku, price in known.items()}
        for one in told:
            fact = PriceFact(amount=one.price.amount, currency=one.price.currency, at=one.at)
            after[one.sku] = after[one.sku].told(fact)
        changed = [_once(known[sku], price) for sku, price in after.items() if price != known[sku] and price.facts]
        return changed, Reply(200, PricesView(changed=len(changed)))

    return steps.change(ports, list(prices.values()), once)


def _once(before: Price | None, after: Price) -> Price:
    """One write, however many facts it brings."""
    return after.but(version=(before.version if before else 0) + 1)


def prices_of(found: Found, order: Order, skus: Iterable[str], at: datetime) -> dict[str, PriceFact]:
    """What the order's goods cost now, by sku; those that the catalogue never spoke of are not there."""
    wanted = {sku: refs.price(order.merchant_id, sku) for sku in sorted(skus) if "#" not in sku}
    found.also(*wanted.values())
    told = {sku: price.now(order.currency, at) for sku, ref in wanted.items() if (price := found.get(ref)) is not None}
    return {sku: fact for sku, fact in told.items() if fact is not None}
