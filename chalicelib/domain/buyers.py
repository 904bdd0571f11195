"""What the platform knows of a buyer's standing: the credit that instant refunds 极速退款 lean on."""

from __future__ import annotations

from pydantic import Field

from chalicelib.domain.base import Record
from chalicelib.domain.policies import Limits


class Credit(Record):
    """Minor units by currency: how much may be out at once, and how much is."""

    buyer_id: str
    limits: Limits = Field(default_factory=dict)
    used: Limits = Field(default_factory=dict)

    def left(self, currency: str) -> int:
        return max(0, self.limits.get(currency, 0) - self.used.get(currency, 0))

    def using(self, currency: str, amount: int) -> Credit:
        """The credit with `amount` more out (negative gives it back; it never falls below zero)."""
        return self.next(used={**self.used, currency: max(0, self.used.get(currency, 0) + amount)})
