"""Where an order's goods are on their way out: told by the order and logistics systems, changed by nobody else."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.lifecycles import DeliveryState

_ORDER: tuple[DeliveryState, ...] = ("unshipped", "shipped", "delivered")


class Delivery(Record):
    """The delivery beside its order."""

    order_id: str
    state: DeliveryState = "unshipped"
    shipped_at: Instant | None = None
    signed_at: Instant | None = None

    def told(self, state: DeliveryState, at: datetime) -> Delivery:
        """The delivery after a fact. Facts repeat and overtake each other: it never goes back."""
        facts = {"shipped": {"shipped_at": at}, "delivered": {"signed_at": at}}.get(state, {})
        known = {name: value for name, value in facts.items() if getattr(self, name) is None}
        further = state if _ORDER.index(state) > _ORDER.index(self.state) else self.state
        if not known and further == self.state:
            return self
        return self.next(state=further, **known)
