"""Prices on the wire, as the platform's catalogue tells them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.domain.base import Instant
from chalicelib.domain.prices import Sku
from chalicelib.domain.values import Value
from chalicelib.schemas.amounts import Amount


class PriceTold(Value):
    """A unit of this sku costs so much from then on."""

    sku: Sku
    price: Amount
    at: Instant


class PutPrices(Value):
    prices: Annotated[tuple[PriceTold, ...], Field(min_length=1, max_length=90)]


class PricesView(Value):
    """How many of the skus this was news of."""

    changed: int
