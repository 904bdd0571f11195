"""A filing: what was asked, and all that it was asked of.

The verdict depends on nothing else. So it can be asked again years later: of the same policy by an auditor, of another
one by whoever is about to publish it.
"""

from __future__ import annotations

from chalicelib.domain.balances import Ledger
from chalicelib.domain.base import Fact, Instant
from chalicelib.domain.buyers import Credit
from chalicelib.domain.claims import Ask
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.prices import PriceFact
from chalicelib.domain.reasons import Remedy
from chalicelib.domain.replacements import Wanted
from chalicelib.domain.values import Minor
from chalicelib.domain.warranties import Service, Warranty


class Filing(Fact):
    """`number` 0 is the filing itself, each revision is the next. The ledger is as it stood before the claim."""

    case_id: str
    number: int
    at: Instant
    remedy: Remedy
    reason: str
    asks: tuple[Ask, ...]
    freight: bool | None
    evidence: int
    ledger: Ledger
    delivery: Delivery
    credit: Credit
    wanted: tuple[Wanted, ...] = ()  # other articles than those that come back
    prices: dict[str, PriceFact] = {}  # what the catalogue said, by sku, where a protection was asked for
    amount: Minor | None = None  # of a compensation
    frozen: bool = False  # the platform had taken the shop's decisions over
    service: Service | None = None  # of a repair: where
    warranty: Warranty | None = None  # what earlier repairs and replacements had done to it; read for repairs alone
