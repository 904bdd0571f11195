"""What goods cost now, as the platform's own catalogue says: price protection 价保 leans on no other word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant, Record
from chalicelib.domain.money import Currency
from chalicelib.domain.values import Identifier, Minor, Value

MOST_PRICES = 20  # that are remembered of a sku: what a buyer asks about is the newest
Sku = Annotated[str, StringConstraints(pattern=r"^[^#]{1,128}$")]  # it stands in a key, whose parts `#` divides


class PriceFact(Value):
    """One unit costs `amount` (minor units) from `at` on."""

    amount: Minor
    currency: Currency
    at: Instant


class Price(Record):
    """A shop's sku, and what it cost: newest first."""

    merchant_id: Identifier
    sku: Sku
    facts: Annotated[tuple[PriceFact, ...], Field(max_length=MOST_PRICES)] = ()

    def told(self, fact: PriceFact) -> Price:
        """With one more fact. Facts come twice and in any order; what is known, or older than all that is kept, is no
        news: then it is the same object."""
        if fact in self.facts:
            return self
        facts = sorted((*self.facts, fact), key=lambda known: known.at, reverse=True)[:MOST_PRICES]
        return self if tuple(facts) == self.facts else self.next(facts=tuple(facts))

    def now(self, currency: str, at: datetime) -> PriceFact | None:
        """What a unit costs in this currency at an instant; None where the catalogue never said."""
        return next((fact for fact in self.facts if fact.currency == currency and fact.at <= at), None)
