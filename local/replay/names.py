"""What things are called in one replay: every run has a shop and order numbers of its own, so that runs never meet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_ODD = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True)
class Names:
    """`run` is short and unique enough: the second in which it began."""

    run: str

    @classmethod
    def of(cls, now: datetime) -> Names:
        return cls(f"r{now:%y%m%d%H%M%S}")

    @property
    def merchant_id(self) -> str:
        return f"online-retail-{self.run}"

    @property
    def owner(self) -> str:
        """The user who may act for the shop."""
        return f"{self.merchant_id}-owner"

    def order_id(self, invoice: str) -> str:
        return f"{self.run}-{_plain(invoice)}"

    def buyer_id(self, customer: str) -> str:
        """The same person in every run: users outlive a replay."""
        return f"uci-{_plain(customer) or 'nobody'}"

    def waybill_no(self, case_id: str) -> str:
        """The number that a case's goods travel back under."""
        return f"UCI{case_id[-20:]}"

    def key(self, *parts: str) -> str:
        """An idempotency key."""
        return "-".join((self.run, *map(_plain, parts)))


def _plain(published: str) -> str:
    """Ids become parts of addresses: whatever else somebody publishes is written as its code."""
    return _ODD.sub(lambda odd: f"_{ord(odd[0]):x}", published)
