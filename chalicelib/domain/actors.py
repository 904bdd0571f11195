"""Who acts. Roles come from the identity provider; systems and the policy are actors too."""

from __future__ import annotations

from typing import Literal

from chalicelib.domain.values import Value

Role = Literal[
    "buyer",
    "merchant",
    "agent",
    "supervisor",
    "operator",
    "auditor",
    "orders",
    "payments",
    "logistics",
    "stock",
]
Platform = Literal["policy", "clock", "system"]

STAFF: frozenset[str] = frozenset({"agent", "supervisor", "operator"})
READS_EVERYTHING: frozenset[str] = STAFF | {"auditor"}


class Actor(Value):
    """`role` and `id` name who acts; `merchant_id` says for which shop a merchant's member does."""

    role: Role | Platform
    id: str
    merchant_id: str | None = None

    @property
    def key(self) -> str:
        """The actor's name in keys and on the timeline, e.g. `buyer:b1`."""
        return f"{self.role}:{self.id}"


POLICY = Actor(role="policy", id="policy")
CLOCK = Actor(role="clock", id="deadline")
SYSTEM = Actor(role="system", id="platform")
PAYMENTS = Actor(role="payments", id="payments")
LOGISTICS = Actor(role="logistics", id="carriers")
STOCK = Actor(role="stock", id="stock")
