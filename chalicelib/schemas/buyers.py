"""A buyer's credit on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.domain.money import Currency
from chalicelib.domain.values import Minor, Value


class CreditBody(Value):
    """Minor units by currency."""

    limits: Annotated[dict[Currency, Minor], Field(max_length=50)]
